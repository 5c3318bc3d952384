//! Whatever upstream sends: what is held back is not offered, the rest is as it
//! was, and what is served is JSON.

use super::emit::{VERSIONS, emit, packument, style, tricky_style};
use super::{BASE, FORMS, serve, view};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use tenure_ecosystem::npm::hold::{
    FileOf, Form, Manifest, Rendered, dist_tags, files, manifest, render,
};

type Object = Map<String, Value>;

fn object<'v>(value: &'v Value, key: &str) -> Option<&'v Object> {
    value.get(key).and_then(Value::as_object)
}

/// The address of a tarball at the proxy.
fn link(name: &str, version: &str) -> String {
    let basename = name.rsplit('/').next().unwrap();
    format!("{BASE}{name}/-/{basename}-{version}.tgz")
}

/// The manifest as it is served in full.
fn moved(manifest: &Value, name: &str, version: &str) -> Value {
    let mut manifest = manifest.clone();
    if let Some(tarball) = manifest.pointer_mut("/dist/tarball") {
        *tarball = link(name, version).into();
    }
    manifest
}

const SHORT: [&str; 20] = [
    "name",
    "version",
    "deprecated",
    "dependencies",
    "optionalDependencies",
    "devDependencies",
    "bundleDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "acceptDependencies",
    "bin",
    "directories",
    "dist",
    "engines",
    "cpu",
    "os",
    "libc",
    "funding",
    "_hasShrinkwrap",
    "hasInstallScript",
];

/// The fields of an abbreviated manifest.
fn shortened(manifest: Value) -> Value {
    let script = |name: &str| manifest["scripts"].get(name).is_some();
    let runs = script("preinstall") || script("install") || script("postinstall");
    let runs = runs || manifest["gypfile"] == true;
    let told = manifest.get("hasInstallScript").is_some();
    let Value::Object(mut fields) = manifest else {
        return manifest;
    };
    fields.retain(|key, _| SHORT.contains(&&**key));
    if runs && !told {
        fields.insert("hasInstallScript".to_owned(), true.into());
    }
    fields.into()
}

/// What every served document promises.
fn check(upstream: &str, form: Form, held: &[&str], rendered: &Rendered) {
    let upstream: Value = serde_json::from_str(upstream).unwrap();
    let served: Value = serde_json::from_slice(&rendered.bytes).unwrap();
    let name = upstream["name"].as_str().unwrap();
    assert_eq!(served["name"], upstream["name"]);
    let offered = object(&served, "versions").unwrap();
    for (version, manifest) in offered {
        assert!(!held.contains(&&**version));
        assert_eq!(manifest["version"], **version);
        let full = moved(&upstream["versions"][version], name, version);
        let expected = if form == Form::Full {
            full
        } else {
            shortened(full)
        };
        assert_eq!(*manifest, expected);
    }
    let tags = served.get("dist-tags").and_then(Value::as_object);
    for (tag, version) in tags.into_iter().flatten() {
        assert!(offered.contains_key(version.as_str().unwrap()), "{tag}");
    }
    check_restrictions(&upstream, &served, rendered);
    if form == Form::Full {
        assert_eq!(served.get("time"), upstream.get("time"));
        let others = |document: &Value| {
            let mut document = document.clone();
            let fields = document.as_object_mut().unwrap();
            let own = [
                "versions",
                "dist-tags",
                "policyRestrictions",
                "stagedVersions",
            ];
            fields.retain(|key, _| !own.contains(&&**key));
            document
        };
        assert_eq!(others(&served), others(&upstream));
    }
    assert!(served.pointer("/stagedVersions/versions").is_none());
}

/// What is not offered is restricted, by somebody.
fn check_restrictions(upstream: &Value, served: &Value, rendered: &Rendered) {
    let keys = |map: Option<&Object>| -> BTreeSet<String> {
        map.into_iter().flat_map(Map::keys).cloned().collect()
    };
    let theirs = upstream.get("policyRestrictions");
    let theirs = keys(theirs.and_then(|theirs| object(theirs, "versions")));
    let here: BTreeSet<String> = rendered.restricted.iter().cloned().collect();
    assert!(
        rendered
            .unreadable
            .iter()
            .all(|version| here.contains(version))
    );
    assert!(here.is_disjoint(&theirs));
    let restricted = served.get("policyRestrictions");
    let restricted = restricted.and_then(|restricted| object(restricted, "versions"));
    assert_eq!(keys(restricted), &here | &theirs);
    let offered = keys(object(served, "versions"));
    assert_eq!(
        &(&keys(object(upstream, "versions")) - &here) - &theirs,
        offered
    );
    for (version, manifest) in restricted.into_iter().flatten() {
        // npm finds out by this field that what it picked is restricted.
        assert_eq!(manifest["version"], **version);
        if let Some(tarball) = manifest.pointer("/dist/tarball") {
            assert_eq!(*tarball, link(upstream["name"].as_str().unwrap(), version));
        }
    }
}

/// The other views of a document agree with the served one.
fn check_others(upstream: &str, held: &[&str], rendered: &Rendered) {
    let served: Value = serde_json::from_slice(&rendered.bytes).unwrap();
    let is_restricted = |version: &str| held.contains(&version);
    let tags = dist_tags(upstream.as_bytes(), &is_restricted).unwrap();
    assert_eq!(
        json!(tags),
        served.get("dist-tags").cloned().unwrap_or(json!({}))
    );
    let described: Vec<FileOf> = files(upstream.as_bytes()).unwrap();
    for file in &described {
        assert!(!(file.readable && rendered.unreadable.contains(&file.version)));
        assert!(file.readable || file.tarball.is_none() && file.integrity.is_none());
    }
    let view = view(Form::Full, &is_restricted);
    for asked in VERSIONS.into_iter().chain(["latest", "next", "9.0.0"]) {
        match manifest(upstream.as_bytes(), asked, &view).unwrap() {
            Some(Manifest::Offered { version, bytes }) => {
                assert!(asked == version || tags.get(asked) == Some(&version));
                let one: Value = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(one, served["versions"][&version]);
                assert!(described.iter().any(|file| file.version == version));
            }
            Some(Manifest::Restricted { version, .. }) => {
                assert!(
                    !served["versions"]
                        .as_object()
                        .unwrap()
                        .contains_key(&version)
                );
            }
            None => assert!(!tags.contains_key(asked)),
        }
    }
}

fn held() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(VERSIONS.to_vec(), 0..=VERSIONS.len())
}

proptest! {
    #[test]
    fn what_is_held_back_is_not_offered(
        document in packument(true), style in style(), held in held(), form in proptest::sample::select(&FORMS[..])
    ) {
        let text = emit(&document, &style);
        let rendered = serve(&text, form, &held);
        check(&text, form, &held, &rendered);
        check_others(&text, &held, &serve(&text, Form::Full, &held));
    }

    #[test]
    fn with_nothing_held_back_only_tarballs_change(document in packument(false), style in style()) {
        let text = emit(&document, &style);
        let rendered = serve(&text, Form::Full, &[]);
        let upstream: Value = serde_json::from_str(&text).unwrap();
        let name = upstream["name"].as_str().unwrap();
        let served: Value = serde_json::from_slice(&rendered.bytes).unwrap();
        assert!(rendered.restricted.is_empty());
        // A tag that points nowhere is dropped.
        if served["dist-tags"] != upstream["dist-tags"] {
            return Ok(());
        }
        let expected = VERSIONS.iter().fold(text, |text, version| {
            text.replace(&format!("\"https://registry.example/t-{version}\""), &format!("\"{}\"", link(name, version)))
        });
        prop_assert_eq!(String::from_utf8(rendered.bytes).unwrap(), expected);
    }

    /// A document that means two things is refused, or it makes no difference.
    #[test]
    fn tricks_do_not_help(
        document in packument(true), style in tricky_style(), held in held(), form in proptest::sample::select(&FORMS[..])
    ) {
        let text = emit(&document, &style);
        let is_restricted = |version: &str| held.contains(&version);
        if let Ok(rendered) = render(text.as_bytes(), &view(form, &is_restricted)) {
            check(&text, form, &held, &rendered);
        }
    }

    /// What is no JSON is refused, and so whatever is served is some.
    #[test]
    fn damage_does_not_help(
        document in packument(true), style in style(), held in held(), form in proptest::sample::select(&FORMS[..]),
        at: Index, piece in "[\\[\\]{}\",:\\\\u01e \u{1}-]|\\\\u00|\"versions\":|\"1\\.0\\.0\":\\{"
    ) {
        let mut text = emit(&document, &style);
        let at = text.floor_char_boundary(at.index(text.len()));
        let next = at + text[at..].chars().next().map_or(0, char::len_utf8);
        text.replace_range(at..next, &piece);
        let is_restricted = |version: &str| held.contains(&version);
        let rendered = render(text.as_bytes(), &view(form, &is_restricted));
        if serde_json::from_str::<IgnoredAny>(&text).is_err() {
            prop_assert!(rendered.is_err());
        } else if let Ok(rendered) = rendered {
            serde_json::from_slice::<IgnoredAny>(&rendered.bytes).unwrap();
            // Half of a surrogate pair is no text to `serde_json`.
            if serde_json::from_str::<Value>(&text).is_ok() {
                check(&text, form, &held, &rendered);
            }
        }
    }

    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        for form in FORMS {
            let _ = render(&bytes, &view(form, &|_| true));
        }
    }
}
