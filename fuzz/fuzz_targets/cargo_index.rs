//! The index file that the proxy serves for a crate. Whatever the bytes, a line
//! that is not understood is not handed on, and a held version is yanked.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tenure_ecosystem::cargo::index::Index;

fn is_held(version: &str) -> bool {
    version.len() % 2 == 0
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(index) = Index::read("demo", bytes) else {
        return;
    };
    assert!(index.history().is_consistent());
    let rendered = index.render(&is_held);
    let lines = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').count();
    assert_eq!(lines(&rendered.bytes), lines(bytes));
    for line in rendered.bytes.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<Value>(line) else {
            continue;
        };
        let version = line["vers"].as_str();
        if version.is_some_and(is_held) {
            assert_eq!(line["yanked"], true);
        }
    }
    if let Ok(again) = Index::read("demo", &rendered.bytes) {
        assert!(again.checksums().eq(index.checksums()));
    }
});
