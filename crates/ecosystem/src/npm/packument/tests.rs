use super::*;
use tenure_domain::{Party, Release};

fn release<'h>(history: &'h History, version: &str) -> &'h Release {
    &history.releases()[history.position(version).expect("the version is there")]
}

const FULL: &str = r#"{
  "versions": {
    "1.0.0": {"version": "1.0.0", "_npmUser": {"name": "ada", "email": "Ada@Example.com"},
      "maintainers": [{"name": "ada", "email": "a@example.com"}, "bob <b@example.com>"],
      "dependencies": {"b": "1", "a": "2"}, "optionalDependencies": {"c": "1"},
      "scripts": {"test": "x"}, "repository": "ada/x", "dist": {"shasum": "0"}},
    "1.1.0": {"version": "1.1.0", "deprecated": "use y", "scripts": {"postinstall": "x"},
      "_npmUser": {"name": "GitHub Actions", "email": "npm-oidc-no-reply@github.com",
        "trustedPublisher": {"id": "github", "oidcConfigId": "oidc:1"}, "approver": {"name": "ada"}},
      "dist": {"attestations": {"url": "u", "provenance": {"predicateType": "p"}}}}
  },
  "time": {"created": "2020-01-01T00:00:00Z", "modified": "2020-03-01T00:00:00Z",
    "1.1.0": "2020-02-01T00:00:00Z", "1.0.0": "2020-01-01T00:00:00Z", "1.0.1": "2020-01-15T00:00:00Z"},
  "maintainers": [{"name": "ada"}],
  "dist-tags": {"latest": "1.1.0"},
  "name": "x"
}"#;

#[test]
fn keeps_the_facts_of_a_full_document() {
    let history = read(FULL.as_bytes()).unwrap();
    assert_eq!(history.package().name(), "x");
    assert_eq!(history.latest(), Some("1.1.0"));
    assert_eq!(history.source().kind, DocumentKind::FullPackument);
    assert_eq!(history.source().seen, Some("2020-03-01".parse().unwrap()));
    assert_eq!(history.source().sha256, sha256_hex(FULL.as_bytes()));

    let first = release(&history, "1.0.0");
    assert_eq!(
        history.publisher(first),
        Some(&Party::account(Ecosystem::Npm, "ada"))
    );
    assert_eq!(
        &*history.contact(first.contact.unwrap()).domain,
        "example.com"
    );
    let owners: Vec<String> = history
        .owner_set(first.owners.unwrap())
        .iter()
        .map(|ix| history.party(*ix).to_string())
        .collect();
    assert_eq!(owners, ["npm:ada", "npm:bob"]);
    assert_eq!(
        history.dependencies(first.dependencies),
        [Box::from("a"), "b".into(), "c".into()]
    );
    assert_eq!(
        history.repository(first.repository.unwrap()),
        "github.com/ada/x"
    );
    assert!(!first.install_script && !first.provenance && !first.deprecated);

    let second = release(&history, "1.1.0");
    assert_eq!(
        history.publisher(second).unwrap().to_string(),
        "npm:workflow/github/oidc:1"
    );
    assert_eq!(
        second
            .approver
            .map(|ix| history.party(ix).to_string())
            .as_deref(),
        Some("npm:ada")
    );
    assert_eq!(second.contact, None);
    assert!(second.install_script && second.provenance && second.deprecated);
}

#[test]
fn a_dated_version_without_a_manifest_was_removed() {
    let history = read(FULL.as_bytes()).unwrap();
    let order: Vec<(&str, ReleaseState)> = history
        .releases()
        .iter()
        .map(|r| (&*r.version, r.state))
        .collect();
    assert_eq!(
        order,
        [
            ("1.0.0", ReleaseState::Offered),
            ("1.0.1", ReleaseState::Removed),
            ("1.1.0", ReleaseState::Offered)
        ]
    );
}

#[test]
fn an_abbreviated_document_has_neither_dates_nor_publishers() {
    let text = r#"{"name":"x","modified":"2020-01-01T00:00:00Z","dist-tags":{"latest":"1.0.0"},
        "versions":{"1.0.0":{"name":"x","version":"1.0.0","dist":{},"hasInstallScript":true}}}"#;
    let history = read(text.as_bytes()).unwrap();
    assert_eq!(history.source().kind, DocumentKind::AbbreviatedPackument);
    let only = release(&history, "1.0.0");
    assert_eq!(
        (only.published, only.publisher, only.install_script),
        (None, None, true)
    );
}

#[test]
fn fields_of_a_wrong_shape_are_unknown_and_the_release_stays() {
    for field in [
        r#""_npmUser": "ada""#,
        r#""_npmUser": {"name": 7}"#,
        r#""_npmUser": {"name": "a\u001b[31m"}"#,
        r#""_npmUser": {"name": ""}"#,
        r#""_npmUser": [{"name": "ada"}]"#,
        r#""_npmUser": {"name": "ada", "trustedPublisher": {"id": 1}}"#,
        r#""maintainers": "ada", "dist": 7, "scripts": [], "dependencies": ["a"], "repository": 1"#,
        r#""_npmUser": {"name": "workflow/github"}"#,
    ] {
        let text = format!(
            r#"{{"name":"x","versions":{{"1.0.0":{{{field}}}}},"time":{{"1.0.0":"soon"}}}}"#
        );
        let history = read(text.as_bytes()).unwrap();
        let only = release(&history, "1.0.0");
        let expected =
            (field == r#""_npmUser": "ada""#).then(|| Party::account(Ecosystem::Npm, "ada"));
        assert_eq!(history.publisher(only), expected.as_ref(), "{field}");
        assert_eq!(only.published, None);
    }
}

#[test]
fn a_manifest_of_another_version_is_not_believed() {
    let text = r#"{"name":"x","versions":{"1.0.0":{"version":"2.0.0","_npmUser":{"name":"eve"}}}}"#;
    let history = read(text.as_bytes()).unwrap();
    assert_eq!(release(&history, "1.0.0").publisher, None);
}

#[test]
fn an_unpublished_package_has_no_offered_releases() {
    let text = r#"{"name":"x","time":{"1.0.0":"2020-01-01T00:00:00Z","unpublished":{"name":"ada","versions":["1.0.0"]}}}"#;
    let history = read(text.as_bytes()).unwrap();
    assert_eq!(release(&history, "1.0.0").state, ReleaseState::Removed);
}

#[test]
fn says_why_bytes_are_no_packument() {
    let said: Vec<String> = [
        "",
        "[]",
        "{\"name\":\"x\"",
        "{\"versions\":{}}",
        "{\"name\":\"../x\",\"versions\":{}}",
        "{\"name\":\"x\",\"versions\":[]}",
        "{\"name\":\"x\",\"versions\":{}} trailing",
        "\u{0}",
    ]
    .into_iter()
    .map(|text| read(text.as_bytes()).unwrap_err().to_string())
    .collect();
    insta::assert_debug_snapshot!(said);
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    let deep = format!(
        "{{\"name\":\"x\",\"readme\":{}{},\"versions\":{{}}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(read(deep.as_bytes()).is_err());
    let manifest = format!(
        "{{\"name\":\"x\",\"versions\":{{\"1.0.0\":{}1{}}}}}",
        "{\"dist\":".repeat(100_000),
        "}".repeat(100_000)
    );
    assert!(read(manifest.as_bytes()).is_err());
    let approvers = format!(
        "{{\"name\":\"x\",\"versions\":{{\"1.0.0\":{{\"_npmUser\":{}1{}}}}}}}",
        "{\"approver\":".repeat(100_000),
        "}".repeat(100_000)
    );
    assert!(read(approvers.as_bytes()).is_err());
}

proptest::proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn never_panics_on_damaged_documents(at in 0..FULL.len(), byte in proptest::num::u8::ANY) {
        let mut bytes = FULL.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(history) = read(&bytes) {
            assert!(history.is_consistent());
        }
    }
}
