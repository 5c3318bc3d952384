//! The document that the proxy serves for a packument. Whatever the bytes, what
//! is served is JSON, and nothing that is held back can be picked from it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::Value;
use tenure_ecosystem::npm::hold::{Beginning, Form, View, dist_tags, files, manifest, render};

const BASE: &str = "https://proxy.example/npm/";

fn is_restricted(version: &str) -> bool {
    version.len() % 2 == 0
}

fn check(bytes: &[u8], form: Form) -> bool {
    let view = View {
        form,
        base: BASE,
        is_restricted: &is_restricted,
        message: &|held| held.versions.join(" "),
    };
    let Ok(rendered) = render(bytes, &view) else {
        assert!(manifest(bytes, "latest", &view).is_err());
        return false;
    };
    serde_json::from_slice::<IgnoredAny>(bytes).expect("what is no JSON is refused");
    serde_json::from_slice::<IgnoredAny>(&rendered.bytes).expect("what is served is JSON");
    // Not every JSON has a value, to `serde_json`: half of a surrogate pair has
    // none, nor has 1e999.
    let Ok(served) = serde_json::from_slice::<Value>(&rendered.bytes) else {
        return true;
    };
    let versions = served.get("versions").and_then(Value::as_object);
    for (version, manifest) in versions.into_iter().flatten() {
        assert!(!is_restricted(version));
        assert_eq!(manifest["version"], **version);
        if let Some(tarball) = manifest.pointer("/dist/tarball") {
            assert!(tarball.as_str().is_some_and(|at| at.starts_with(BASE)));
        }
    }
    let tags = served.get("dist-tags").and_then(Value::as_object);
    for version in tags.into_iter().flat_map(|tags| tags.values()) {
        let known = versions
            .is_some_and(|versions| versions.contains_key(version.as_str().unwrap_or_default()));
        assert!(known);
    }
    let restricted = served.pointer("/policyRestrictions/versions");
    for (version, manifest) in restricted.and_then(Value::as_object).into_iter().flatten() {
        assert_eq!(manifest["version"], **version);
    }
    true
}

/// What is written while the bytes come, however they come.
fn begun(bytes: &[u8], cut: usize) -> Vec<u8> {
    let mut beginning = Beginning::new(BASE);
    let mut written = Vec::new();
    for come in [&bytes[..cut], bytes] {
        beginning.go_on(come);
        for size in [1024, 1] {
            while let Some(piece) = beginning.take(size) {
                written.extend(piece);
            }
        }
    }
    written
}

fuzz_target!(|bytes: &[u8]| {
    let (whole, cut) = (begun(bytes, bytes.len()), begun(bytes, bytes.len() / 2));
    assert!(whole.starts_with(&cut));
    let full = check(bytes, Form::Full);
    assert_eq!(full, check(bytes, Form::Abbreviated));
    assert_eq!(full, dist_tags(bytes, &is_restricted).is_ok());
    assert_eq!(full, files(bytes).is_ok());
});
