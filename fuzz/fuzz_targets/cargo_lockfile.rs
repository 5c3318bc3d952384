//! `Cargo.lock`, and the graph of `cargo metadata`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::cargo::lockfile::{parse, parse_metadata};

fuzz_target!(|bytes: &[u8]| {
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
    for read in [parse(bytes), parse_metadata(bytes)].into_iter().flatten() {
        for package in read.packages {
            assert!((1..=lines).contains(&(package.line as usize)));
        }
    }
});
