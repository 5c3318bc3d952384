//! Versions and requirements of crates.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::cargo::version::{highest, is_valid, satisfies};

fuzz_target!(|texts: (&str, &str)| {
    let (version, requirement) = texts;
    if satisfies(version, requirement) == Some(true) {
        assert!(is_valid(version));
        assert_eq!(highest([version], &[requirement]), Some(version));
    }
});
