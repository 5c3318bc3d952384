//! Real documents.

use super::{BASE, FORMS, view};
use serde_json::{Map, Value};
use tenure_ecosystem::npm::hold::{Form, files, render};
use tenure_testkit::corpus;

/// Every third version is held back.
fn third(version: &str) -> bool {
    version.bytes().map(u32::from).sum::<u32>() % 3 == 0
}

#[test]
fn recorded_documents_are_served() {
    for (file, bytes) in corpus::packuments().unwrap_or_default() {
        let upstream: Value = serde_json::from_slice(&bytes).unwrap();
        let versions = upstream["versions"].as_object().unwrap();
        for form in FORMS {
            let rendered = render(&bytes, &view(form, &third)).unwrap();
            assert!(rendered.unreadable.is_empty(), "{file}: {rendered:?}");
            let served: Value = serde_json::from_slice(&rendered.bytes).unwrap();
            let offered = served["versions"].as_object().unwrap();
            let expected = versions.keys().filter(|version| !third(version));
            assert!(offered.keys().eq(expected), "{file}");
            for (tag, version) in served["dist-tags"].as_object().unwrap() {
                let version = version.as_str().unwrap();
                assert!(offered.contains_key(version), "{file}: {tag}");
            }
            let time = if form == Form::Full {
                &upstream["time"]
            } else {
                &Value::Null
            };
            assert_eq!(served["time"], *time);
            assert_eq!(tarballs(offered), offered.len(), "{file}");
        }
        assert_eq!(files(&bytes).unwrap().len(), versions.len(), "{file}");
    }
}

/// How many have their tarball at the proxy.
fn tarballs(versions: &Map<String, Value>) -> usize {
    let there = |manifest: &&Value| {
        let tarball = manifest["dist"]["tarball"].as_str();
        tarball.is_some_and(|tarball| tarball.starts_with(BASE))
    };
    versions.values().filter(there).count()
}
