//! What a cargo registry's API says of people: whatever the bytes, nobody who
//! could not be written down and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_domain::Party;
use tenure_ecosystem::cargo::api::{read_crate, read_owners, read_versions};

fn check(party: &Party) {
    assert_eq!(party.to_string().parse().as_ref(), Ok(party));
}

fuzz_target!(|bytes: &[u8]| {
    let versions = read_versions(bytes).map(|page| page.versions);
    let of_crate = read_crate(bytes).map(|answer| answer.versions);
    for version in versions.iter().chain(&of_crate).flatten() {
        let actors = version
            .actions
            .iter()
            .filter_map(|action| action.by.as_ref());
        version.publisher.iter().chain(actors).for_each(check);
    }
    read_owners(bytes).iter().flatten().for_each(check);
});
