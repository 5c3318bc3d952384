//! Lockfiles of Python projects, in all formats.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::pypi::lockfile::{FILE_NAMES, parse};

fuzz_target!(|bytes: &[u8]| {
    for name in FILE_NAMES {
        let _ = parse(name, bytes);
    }
});
