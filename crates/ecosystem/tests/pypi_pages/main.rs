//! Pages of a Python index: what was written is read again, in both forms, and
//! holding changes nothing but what is held.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod recorded;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tenure_ecosystem::pypi::hold::{Form, Rendered, View, render};
use tenure_ecosystem::pypi::simple::{File, Metadata, Page, read_html, read_json};
use url::Url;

fn base() -> Url {
    "https://registry.example/simple/a-b/".parse().unwrap()
}

fn file_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[Aa][-_.][Bb]-[0-3](\\.[0-2]){0,2}(rc1|\\.post1)?\\.(tar\\.gz|zip)",
        "a_b-[0-3]\\.[0-2](\\+l)?-py3-none-any\\.whl",
        "[a-z+é-]{1,8}\\.(zip|txt|whl)",
    ]
}

fn text() -> impl Strategy<Value = String> {
    "[ a-z<>\"'&;#é=.]{0,12}"
}

prop_compose! {
    fn entry()(
        name in file_name(),
        digest in "[0-9a-f]{8}",
        metadata in prop_oneof![Just(json!(false)), Just(json!(true)), Just(json!({"sha256": "ab"}))],
        yanked in prop_oneof![Just(json!(false)), Just(json!(true)), text().prop_map(Value::from)],
        python in option::of(text()),
        size in option::of(0..1_000_000_u64),
        signed in option::of(any::<bool>()),
        provenance in option::of("[a-z?&=]{1,8}"),
        unknown in option::of(text()),
    ) -> Value {
        let mut entry = json!({
            "filename": name, "url": format!("../../f/{name}"), "hashes": {"sha256": digest},
            "core-metadata": metadata, "yanked": yanked, "upload-time": "2024-01-01T00:00:00Z",
        });
        let mut set = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                entry[key] = value;
            }
        };
        set("requires-python", python.map(Value::from));
        set("size", size.map(Value::from));
        set("gpg-sig", signed.map(Value::from));
        set("provenance", provenance.map(Value::from));
        set("unknown", unknown.map(Value::from));
        entry
    }
}

prop_compose! {
    fn page()(
        files in vec(entry(), 0..12),
        versions in option::of(vec("[0-3](\\.[0-2]){0,2}", 0..4)),
        reason in option::of(text()),
    ) -> Page {
        let mut page = json!({"meta": {"api-version": "1.3", "_x": 1}, "name": "A.b", "files": files});
        if let Some(versions) = versions {
            page["versions"] = versions.into();
        }
        if let Some(reason) = reason {
            page["project-status"] = json!({"status": "archived", "reason": reason});
        }
        read_json(page.to_string().as_bytes(), "a-b", &base()).unwrap()
    }
}

fn written(page: &Page, form: Form, held: &BTreeSet<String>) -> Rendered {
    let view = View {
        form,
        address: &|file| file.url.to_string(),
        hold: &|version| {
            held.contains(version)
                .then(|| "held <here> & \"now\"".to_owned())
        },
        unreadable: "nobody can tell",
    };
    render(page, &view)
}

/// What the form in HTML can say of a file.
fn in_html(file: &File) -> File {
    let mut file = file.clone();
    file.size = None;
    file.uploaded = None;
    file.rest.clear();
    file
}

fn hold_by_hand(page: &Page, held: &BTreeSet<String>) -> Vec<File> {
    let mut files = page.files.clone();
    for file in &mut files {
        match &file.released {
            None => file.yanked = Some("nobody can tell".into()),
            Some(released) if held.contains(&*released.version) => {
                file.yanked = Some("held <here> & \"now\"".into());
            }
            Some(_) => {}
        }
    }
    files
}

/// All that a page says of a file; out of which release it is follows from that.
fn said(file: &File) -> String {
    let facts = (
        (&file.name, file.url.as_str(), &file.hashes, &file.metadata),
        (&file.requires_python, &file.yanked, file.gpg_sig),
        (file.size, &file.uploaded, &file.provenance, &file.rest),
    );
    format!("{facts:?}")
}

fn all_said(files: &[File]) -> Vec<String> {
    files.iter().map(said).collect()
}

proptest! {
    #[test]
    fn what_was_written_is_read_again(page in page(), held in btree_set("[0-3](\\.[0-2]){0,2}", 0..3)) {
        let expected = hold_by_hand(&page, &held);
        let rendered = written(&page, Form::Json, &held);
        let again = read_json(&rendered.bytes, "a-b", &base()).unwrap();
        prop_assert_eq!(all_said(&again.files), all_said(&expected));
        prop_assert_eq!((&again.versions, &again.status), (&page.versions, &page.status));
        prop_assert_eq!((&again.meta, &again.rest), (&page.meta, &page.rest));

        let rendered = written(&page, Form::Html, &held);
        let again = read_html(&rendered.bytes, "a-b", &base()).unwrap();
        let expected: Vec<File> = expected.iter().map(in_html).collect();
        prop_assert_eq!(all_said(&again.files), all_said(&expected));
        prop_assert_eq!(&again.status, &page.status);
    }

    #[test]
    fn both_forms_hold_the_same(page in page(), held in btree_set("[0-3](\\.[0-2]){0,2}", 0..3)) {
        let (json, html) = (written(&page, Form::Json, &held), written(&page, Form::PlainHtml, &held));
        prop_assert_eq!((&json.held, &json.unreadable, json.offered), (&html.held, &html.unreadable, html.offered));
        prop_assert!(json.held.iter().all(|version| held.contains(version)));
        // Every file of a held version says so; a second look changes nothing.
        let again = read_json(&json.bytes, "a-b", &base()).unwrap();
        let open = again.files.iter().filter(|file| file.yanked.is_none());
        let open: Vec<_> = open.filter_map(|file| file.released.as_ref()).collect();
        prop_assert!(open.iter().all(|released| !held.contains(&*released.version)));
    }
}

#[test]
fn metadata_without_digests_stays_so() {
    let page = br#"{"meta": {"api-version": "1.0"}, "name": "a-b", "files": [
        {"filename": "a_b-1-py3-none-any.whl", "url": "x", "core-metadata": {}}]}"#;
    let page = read_json(page, "a-b", &base()).unwrap();
    assert_eq!(page.files[0].metadata, Some(Metadata::Offered));
}
