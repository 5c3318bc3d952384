//! Lists of components.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::sbom::parse;

fuzz_target!(|bytes: &[u8]| {
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
    for package in parse(bytes).into_iter().flat_map(|sbom| sbom.packages) {
        assert!((1..=lines).contains(&(package.line as usize)));
        assert!(!package.version.is_empty());
    }
});
