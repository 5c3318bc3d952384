//! npm's packuments. A document out of which facts come gives the same facts
//! whether or not its digest is wanted.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::npm::packument::{read, read_facts};

fuzz_target!(|bytes: &[u8]| {
    let (whole, facts) = (read(bytes), read_facts(bytes));
    assert_eq!(whole.is_ok(), facts.is_ok());
    if let (Ok(whole), Ok(facts)) = (whole, facts) {
        assert_eq!(whole.releases().len(), facts.releases().len());
    }
});
