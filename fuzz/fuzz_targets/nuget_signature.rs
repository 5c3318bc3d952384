//! Signatures of packages.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_domain::Party;
use tenure_ecosystem::nuget::signature::PackageSignature;

fuzz_target!(|bytes: &[u8]| {
    let Ok(signature) = PackageSignature::read(bytes) else {
        return;
    };
    for party in signature.owners().unwrap_or_default() {
        let read: Party = party.to_string().parse().expect("what was written is read");
        assert_eq!(read, party);
    }
});
