//! yarn's lockfiles, of yarn 1 and of all later ones. The files in `crates/ecosystem/tests/lockfiles` are good seeds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::npm::lockfile::parse;

fuzz_target!(|bytes: &[u8]| {
    let _ = parse("yarn.lock", bytes);
});
