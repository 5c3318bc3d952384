//! What `cargo vet` keeps: whatever the bytes, nobody is trusted who could not
//! be written down and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::cargo::vet::{read_audits, read_imports};

fuzz_target!(|bytes: &[u8]| {
    for read in [read_audits(bytes), read_imports(bytes)]
        .into_iter()
        .flatten()
    {
        for statement in read.trusted {
            assert_eq!(statement.party.to_string().parse(), Ok(statement.party));
        }
    }
});
