//! What a served document looks like.

use super::{BASE, FORMS, packument, serve, served, view};
use serde_json::{Value, json};
use tenure_ecosystem::npm::hold::{FileOf, Form, Manifest, View, files, manifest, render};

/// A document as somebody would write it by hand: order, spaces and lines are
/// its own.
const BY_HAND: &str = r#" { "_id": "@team/tool",
  "name" : "@team/tool" , "description":"tools \u0026 \"more\" é",
  "dist-tags": { "latest" : "1.1.0", "next":"2.0.0-rc.1" },
  "versions":
  {
    "1.0.0": { "name": "@team/tool", "version": "1.0.0", "description": "x",
      "dependencies": { "left": "^1.0.0" }, "devDependencies": {}, "scripts": { "postinstall": "node x.js" },
      "bin" : { "tool": "tool.js" }, "_npmUser": { "name": "ada" }, "readme": "long", "gitHead": "abc",
      "dist": { "shasum": "aa", "tarball" : "https:\/\/registry.example\/@team\/tool\/-\/tool-1.0.0.tgz", "integrity": "sha512-a==" } },
    "1.1.0" : {"name":"@team/tool","version":"1.1.0","hasInstallScript":false,"gypfile":true,"dist":{"tarball":"t","shasum":"bb"},"engines":{"node":">=4"}},
    "2.0.0-rc.1": { "version":"2.0.0-rc.1" }
  },
  "time": { "created": "2019-01-01T00:00:00.000Z", "modified" :"2020-01-01T00:00:00.000Z",
    "1.0.0":"2019-01-01T00:00:00.000Z" , "0.9.0": "2018-01-01T00:00:00.000Z" },
  "readme" : "\\o/\n{" }
"#;

fn text(document: &str, form: Form, held: &[&str]) -> String {
    String::from_utf8(serve(document, form, held).bytes).unwrap()
}

#[test]
fn the_full_document_is_spliced() {
    let with = |held: &[&str]| text(BY_HAND, Form::Full, held);
    insta::assert_snapshot!("full_nothing", with(&[]));
    insta::assert_snapshot!("full_first", with(&["1.0.0"]));
    insta::assert_snapshot!("full_middle_and_last", with(&["1.1.0", "2.0.0-rc.1"]));
    insta::assert_snapshot!("full_first_and_last", with(&["1.0.0", "2.0.0-rc.1"]));
    insta::assert_snapshot!("full_all", with(&["1.0.0", "1.1.0", "2.0.0-rc.1"]));
}

#[test]
fn the_abbreviated_document_has_the_fields_of_an_installation() {
    let with = |held: &[&str]| text(BY_HAND, Form::Abbreviated, held);
    insta::assert_snapshot!("abbreviated_nothing", with(&[]));
    insta::assert_snapshot!("abbreviated_some", with(&["1.0.0"]));
    insta::assert_snapshot!("abbreviated_all", with(&["1.0.0", "1.1.0", "2.0.0-rc.1"]));
}

#[test]
fn an_abbreviated_document_upstream_gives_both_forms() {
    let upstream = text(BY_HAND, Form::Abbreviated, &[]);
    for form in FORMS {
        let again = served(&upstream, form, &["1.1.0"]);
        assert_eq!(again, served(BY_HAND, Form::Abbreviated, &["1.1.0"]));
    }
}

#[test]
fn an_install_script_is_told() {
    let tells = |fields: &str| {
        let document =
            format!(r#"{{"name":"pkg","versions":{{"1.0.0":{{"version":"1.0.0"{fields}}}}}}}"#);
        served(&document, Form::Abbreviated, &[])["versions"]["1.0.0"]["hasInstallScript"].clone()
    };
    for script in ["preinstall", "install", "postinstall", r"post\u0069nstall"] {
        let scripts = format!(r#","scripts":{{"test":"x","{script}":"node x"}}"#);
        assert_eq!(tells(&scripts), true, "{script}");
    }
    assert_eq!(tells(r#","gypfile":true"#), true);
    assert_eq!(tells(r#","gypfile":false"#), Value::Null);
    assert_eq!(tells(r#","scripts":{"prepare":"x"}"#), Value::Null);
    assert_eq!(tells(r#","scripts":["install"]"#), Value::Null);
    // What upstream says stays as it says it.
    let both = r#","scripts":{"install":"x"},"hasInstallScript":false"#;
    assert_eq!(tells(both), false);
}

#[test]
fn modified_comes_from_time_or_from_an_abbreviated_document() {
    let modified = |fields: &str| {
        let document = format!(r#"{{"name":"pkg","versions":{{}}{fields}}}"#);
        served(&document, Form::Abbreviated, &[])["modified"].clone()
    };
    assert_eq!(modified(r#","time":{"modified":"a"},"modified":"b""#), "a");
    assert_eq!(modified(r#","time":{},"modified":"b""#), "b");
    assert_eq!(modified(r#","time":{"modified":7}"#), Value::Null);
    assert_eq!(modified(""), Value::Null);
}

#[test]
fn tarballs_are_where_npm_would_have_them() {
    let cases = [
        (
            "plain",
            BASE,
            "https://proxy.example/npm/plain/-/plain-1.0.0.tgz",
        ),
        (
            "@a/b.c",
            BASE,
            "https://proxy.example/npm/@a/b.c/-/b.c-1.0.0.tgz",
        ),
        ("é", BASE, "https://proxy.example/npm/é/-/é-1.0.0.tgz"),
        ("x", "http://h/\"p\\/", "http://h/\"p\\/x/-/x-1.0.0.tgz"),
    ];
    for (name, base, expected) in cases {
        let document = json!({ "name": name, "versions": {
            "1.0.0": { "version": "1.0.0", "dist": { "tarball": "anywhere" } },
        } });
        for form in FORMS {
            let view = View {
                base,
                ..view(form, &|_| false)
            };
            let bytes = render(document.to_string().as_bytes(), &view)
                .unwrap()
                .bytes;
            let served: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(served["versions"]["1.0.0"]["dist"]["tarball"], expected);
        }
    }
}

#[test]
fn nothing_is_judged_twice_and_nothing_is_said_of_nothing() {
    let document = packument(&["1.0.0", "1.1.0"], &json!({ "latest": "1.1.0" }));
    let asked = std::cell::RefCell::new(Vec::new());
    let is_restricted = |version: &str| {
        asked.borrow_mut().push(version.to_owned());
        false
    };
    let view = View {
        message: &|_| panic!("nothing is held back"),
        ..view(Form::Full, &is_restricted)
    };
    let rendered = render(document.as_bytes(), &view).unwrap();
    assert!(rendered.restricted.is_empty() && rendered.unreadable.is_empty());
    assert_eq!(asked.take(), ["1.0.0", "1.1.0"]);
}

#[test]
fn a_package_without_releases_is_served() {
    let gone = r#"{"name":"pkg","time":{"unpublished":{"versions":["1.0.0"]},"1.0.0":"x"}}"#;
    assert_eq!(text(gone, Form::Full, &[]), gone);
    let empty = r#"{"name":"pkg","versions":{ },"dist-tags":{}}"#;
    assert_eq!(text(empty, Form::Full, &[]), empty);
    let short = r#"{"name":"pkg","dist-tags":{},"versions":{}}"#;
    assert_eq!(text(gone, Form::Abbreviated, &[]), short);
    assert_eq!(text(empty, Form::Abbreviated, &[]), short);
}

/// Upstream may be a proxy of this kind, too.
#[test]
fn what_upstream_restricts_stays_restricted() {
    let upstream = packument(&["1.0.0", "1.1.0", "1.2.0"], &json!({ "latest": "1.2.0" }));
    let there = text(&upstream, Form::Full, &["1.2.0"]);
    for form in FORMS {
        let rendered = serve(&there, form, &["1.1.0", "1.2.0"]);
        assert_eq!(rendered.restricted, ["1.1.0"]);
        let both: Value = serde_json::from_slice(&rendered.bytes).unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(serde_json::to_string_pretty(&both).unwrap());
        }
        let only_theirs = served(&there, form, &[]);
        let said = &only_theirs["policyRestrictions"]["message"];
        assert_eq!(*said, "pkg: held 1.2.0; unreadable ");
    }
    let held = manifest(there.as_bytes(), "1.2.0", &view(Form::Full, &|_| false));
    let version = "1.2.0".to_owned();
    let upstream = Some("pkg: held 1.2.0; unreadable ".to_owned());
    assert_eq!(
        held.unwrap(),
        Some(Manifest::Restricted { version, upstream })
    );
    // A client with a lockfile still asks for its tarball.
    assert_eq!(files(there.as_bytes()).unwrap().len(), 3);
}

#[test]
fn a_version_that_upstream_lists_and_restricts_is_restricted() {
    let document = r#"{"name":"pkg","policyRestrictions":{"versions":{"1.0.0":{"version":"1.0.0","a":1}}},
        "versions":{"1.0.0":{"version":"1.0.0","b":2}}}"#;
    for form in FORMS {
        let served = served(document, form, &[]);
        assert_eq!(served["versions"], json!({}));
        let restricted = &served["policyRestrictions"];
        assert_eq!(restricted["message"], "restricted upstream");
        assert_eq!(restricted["versions"]["1.0.0"]["version"], "1.0.0");
    }
}

/// npm would offer them if it were asked to; nobody has judged them.
#[test]
fn staged_versions_are_not_served() {
    let document = r#"{"name":"pkg","stagedVersions":{"versions":{"2.0.0":{}}},"versions":{}}"#;
    let full = r#"{"name":"pkg","stagedVersions":{},"versions":{}}"#;
    assert_eq!(text(document, Form::Full, &[]), full);
    let none = served(document, Form::Abbreviated, &[]);
    assert_eq!(none["stagedVersions"], Value::Null);
}

#[test]
fn one_manifest_is_found_by_version_or_tag() {
    let held = |version: &str| version == "1.1.0" || version == "2.0.0-rc.1";
    let find = |asked: &str| {
        let found = manifest(BY_HAND.as_bytes(), asked, &view(Form::Abbreviated, &held));
        match found.unwrap() {
            Some(Manifest::Offered { version, bytes }) => {
                format!("{asked}: {version}, {}", String::from_utf8(bytes).unwrap())
            }
            Some(Manifest::Restricted { version, .. }) => format!("{asked}: {version} is held"),
            None => format!("{asked}: none"),
        }
    };
    let asked = ["1.0.0", "1.1.0", "latest", "next", "3.0.0", "beta", ""];
    insta::assert_snapshot!(asked.map(find).join("\n"));
}

#[test]
fn files_are_described_for_all_versions() {
    let found = files(BY_HAND.as_bytes()).unwrap();
    let some = |text: &str| Some(text.to_owned());
    let expected = [
        FileOf {
            version: "1.0.0".to_owned(),
            readable: true,
            tarball: some("https://registry.example/@team/tool/-/tool-1.0.0.tgz"),
            integrity: some("sha512-a=="),
            shasum: some("aa"),
        },
        FileOf {
            version: "1.1.0".to_owned(),
            readable: true,
            tarball: some("t"),
            integrity: None,
            shasum: some("bb"),
        },
        FileOf {
            version: "2.0.0-rc.1".to_owned(),
            readable: true,
            tarball: None,
            integrity: None,
            shasum: None,
        },
    ];
    assert_eq!(found, expected);
}
