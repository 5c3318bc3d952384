//! What a client could understand in another way than this reader.

use super::{FORMS, serve, view};
use serde_json::{Value, json};
use tenure_ecosystem::npm::hold::{Form, files, render};

#[test]
fn documents_that_mean_two_things_are_refused() {
    let documents = [
        r#"{"name":"a","name":"b","versions":{}}"#,
        r#"{"name":"a","n\u0061me":"b","versions":{}}"#,
        r#"{"name":"a","versions":{},"versions":{}}"#,
        r#"{"name":"a","versions":[],"versions":{"1.0.0":{"version":"1.0.0"}}}"#,
        r#"{"name":"a","versions":{},"vers\u0069ons":{"1.0.0":{}}}"#,
        r#"{"name":"a","versions":{"1.0.0":{},"1.0.0":{}}}"#,
        r#"{"name":"a","versions":{"1.0.0":{},"1.0\u002e0":{}}}"#,
        r#"{"name":"a","versions":{"1.0.\u0030":{"version":"1.0.0"}}}"#,
        r#"{"name":"a","versions":{},"dist-tags":{},"dist-tags":{"latest":"1.0.0"}}"#,
        r#"{"name":"a","versions":{},"dist-t\u0061gs":{"latest":"1.0.0"}}"#,
        r#"{"name":"a","versions":{},"dist-tags":{"a":"1.0.0","\u0061":"2.0.0"}}"#,
        r#"{"name":"a","versions":{},"dist-tags":{"\ud800":"1.0.0"}}"#,
        r#"{"name":"a","versions":{},"dist-tags":["1.0.0"]}"#,
        r#"{"name":"a","versions":{},"time":{},"time":{}}"#,
        r#"{"name":"a","versions":{},"time":{"1.0.0":"x","1.0.0":"y"}}"#,
        r#"{"name":"a","versions":{},"time":{"1.0.\u0030":"x"}}"#,
        r#"{"name":"a","versions":{},"policyRestrictions":{},"policyRestrictions":{}}"#,
        r#"{"name":"a","versions":{},"policyRestrictions":{"versions":{},"versions":{}}}"#,
        r#"{"name":"a","versions":{},"policyRestrictions":{"v\u0065rsions":{}}}"#,
        r#"{"name":"a","versions":{},"policyRestrictions":{"versions":{"1.0.0":{},"1.0.0":{}}}}"#,
        r#"{"name":"a","versions":{},"st\u0061gedVersions":{}}"#,
        r#"{"name":"a","versions":{},"m\u0061intainers":[]}"#,
    ];
    insta::assert_snapshot!(refusals(&documents.map(str::as_bytes)));
}

#[test]
fn what_is_no_packument_is_refused() {
    let deep = format!(r#"{{"name":"a","versions":{{}},"x":{}"#, "[".repeat(100));
    let documents = [
        &b""[..],
        b"[]",
        b"null",
        b"{}",
        br#"{"name":"a"}"#,
        br#"{"name":"a","versions":[]}"#,
        br#"{"name":"../a","versions":{}}"#,
        br#"{"name":7,"versions":{}}"#,
        b"\xef\xbb\xbf{\"name\":\"a\",\"versions\":{}}",
        b"{\"name\":\"a\",\"versions\":{},\"x\":\"\xff\"}",
        b"{\"name\":\"a\",\"versions\":{},\"x\":\"\n\"}",
        br#"{"name":"a","versions":{},"x":01}"#,
        br#"{"name":"a","versions":{},"x":[1 2]}"#,
        br#"{"name":"a","versions":{},"x":"\q"}"#,
        br#"{"name":"a","versions":{},"x":1,}"#,
        br#"{"name":"a","versions":{},"x":NaN}"#,
        br#"{"name":"a","versions":{}}{}"#,
        br#"{"name":"a","versions":{"1.0.0":{"version":"1.0.0","x":tru}}}"#,
        deep.as_bytes(),
    ];
    insta::assert_snapshot!(refusals(&documents));
}

fn refusals(documents: &[&[u8]]) -> String {
    let refusal = |document: &&[u8]| {
        let error = render(document, &view(Form::Full, &|_| false)).unwrap_err();
        let short = render(document, &view(Form::Abbreviated, &|_| false)).unwrap_err();
        assert_eq!(error.to_string(), short.to_string());
        assert!(files(document).is_err());
        error.to_string()
    };
    documents.iter().map(refusal).collect::<Vec<_>>().join("\n")
}

/// Manifests of `2.0.0` that say two things, or not what they must.
const UNREADABLE: [&str; 21] = [
    "null",
    "[]",
    "\"2.0.0\"",
    "{}",
    r#"{"version":"1.0.0"}"#,
    r#"{"version":"v2.0.0"}"#,
    r#"{"version":2}"#,
    r#"{"version":"2.0.0","version":"2.0.0"}"#,
    r#"{"version":"2.0.0","v\u0065rsion":"1.0.0"}"#,
    r#"{"version":"2.0.0","name":"other"}"#,
    r#"{"version":"2.0.0","name":"pkg","name":"pkg"}"#,
    r#"{"version":"2.0.0","n\u0061me":"other"}"#,
    r#"{"version":"2.0.0","dist":{},"dist":{"tarball":"evil"}}"#,
    r#"{"version":"2.0.0","d\u0069st":{"tarball":"evil"}}"#,
    r#"{"version":"2.0.0","dist":"evil"}"#,
    r#"{"version":"2.0.0","dist":{"tarball":["evil"]}}"#,
    r#"{"version":"2.0.0","dist":{"tarball":"good","tarball":"evil"}}"#,
    r#"{"version":"2.0.0","dist":{"tarball":"good","t\u0061rball":"evil"}}"#,
    r#"{"version":"2.0.0","dist":{"integrity":"a","integrity":"b"}}"#,
    r#"{"version":"2.0.0","dist":{"attestations":{"provenance":{}},"attestations":null}}"#,
    r#"{"version":"2.0.0","scr\u0069pts":{"install":"evil"}}"#,
];

#[test]
fn manifests_that_mean_two_things_are_held_back() {
    for manifest in UNREADABLE {
        let document = format!(
            r#"{{"name":"pkg","dist-tags":{{"latest":"2.0.0"}},"versions":{{"1.0.0":{{"version":"1.0.0"}},"2.0.0":{manifest}}}}}"#
        );
        for form in FORMS {
            let rendered = serve(&document, form, &[]);
            assert_eq!(rendered.restricted, ["2.0.0"], "{manifest}");
            assert_eq!(rendered.unreadable, ["2.0.0"], "{manifest}");
            let served: Value = serde_json::from_slice(&rendered.bytes).unwrap();
            assert_eq!(served["dist-tags"], json!({ "latest": "1.0.0" }));
            assert_eq!(
                served["versions"],
                json!({ "1.0.0": { "version": "1.0.0" } })
            );
            // npm must find the version that is restricted, and nothing else.
            let stub = json!({ "2.0.0": { "name": "pkg", "version": "2.0.0" } });
            assert_eq!(served["policyRestrictions"]["versions"], stub);
        }
        let readable = files(document.as_bytes()).unwrap();
        let readable: Vec<bool> = readable.iter().map(|file| file.readable).collect();
        assert_eq!(readable, [true, false], "{manifest}");
    }
}

/// A version becomes part of an address.
#[test]
fn versions_that_could_leave_their_address_are_held_back() {
    for version in [
        "1.0.0/../../x",
        "",
        "..",
        "1.0.0?x",
        "1 0",
        "v1.0.0",
        "__proto__",
        "1.0.0é",
    ] {
        let document = json!({ "name": "pkg", "versions": { version: { "version": version } } });
        let rendered = serve(&document.to_string(), Form::Full, &[]);
        assert_eq!(rendered.unreadable, [version]);
    }
}

/// Some registries write what they do not know.
#[test]
fn nothing_is_said_by_null() {
    let dist = r#"{"tarball":null,"integrity":null,"shasum":"aa"}"#;
    let document =
        format!(r#"{{"name":"pkg","versions":{{"1.0.0":{{"version":"1.0.0","dist":{dist}}}}}}}"#);
    let rendered = serve(&document, Form::Full, &[]);
    assert!(rendered.restricted.is_empty());
    let file = files(document.as_bytes()).unwrap().remove(0);
    assert_eq!((file.tarball, file.integrity), (None, None));
    assert_eq!(file.shasum.as_deref(), Some("aa"));
}

/// Escapes that change nothing are nobody's trick.
#[test]
fn other_escapes_pass() {
    let manifest = r#"{"name":"\u0070kg","version":"1.0.0","\u0078\"\\":1,"\ud800":2,"dist":{"\u0078":1,"tarball":"t"}}"#;
    let document = format!(r#"{{"n\u0061mes":1,"name":"pkg","versions":{{"1.0.0":{manifest}}}}}"#);
    let rendered = serve(&document, Form::Full, &[]);
    assert!(rendered.restricted.is_empty());
}
