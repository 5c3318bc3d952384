//! pnpm's lockfiles. The files in `crates/ecosystem/tests/lockfiles` are good seeds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::npm::lockfile::parse;

fuzz_target!(|bytes: &[u8]| {
    let _ = parse("pnpm-lock.yaml", bytes);
});
