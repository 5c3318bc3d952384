use super::super::index::Index;
use super::*;
use std::io::Read;
use tenure_domain::ReleaseState::{Offered, Removed};
use tenure_domain::{DocumentKind, Source};
use tenure_testkit::corpus;

const CRATE: &str = r#"{
  "crate": {"id": "demo", "name": "Demo", "repository": "https://git.example/ada/demo.git",
    "default_version": "1.1.0", "recent_downloads": 7, "trustpub_only": false},
  "versions": [
    {"num": "1.1.0", "created_at": "2026-02-01T00:00:00.5Z", "yanked": false,
     "published_by": null,
     "trustpub_data": {"provider": "github", "repository": "Ada/Demo", "run_id": "1", "sha": "f"}},
    {"num": "1.0.0", "created_at": "2026-01-01T00:00:00+00:00", "yanked": true, "checksum": "x",
     "published_by": {"id": 189, "login": "ada", "name": "Ada"}, "trustpub_data": null,
     "audit_actions": [
       {"action": "publish", "time": "2026-01-01T00:00:00Z", "user": {"id": 189, "login": "ada"}},
       {"action": "yank", "time": "2026-01-05T00:00:00Z", "user": {"id": 7, "login": "bob"}},
       {"action": "dance", "time": "2026-01-05T00:00:00Z"}]},
    {"num": "0.9.0", "published_by": {"id": "189", "login": "a b"}},
    {"num": "../../x"}, 7]}"#;

fn text(party: Option<&Party>) -> String {
    party.map(ToString::to_string).unwrap_or_default()
}

#[test]
fn reads_who_published_what() {
    let demo = read_crate(CRATE.as_bytes()).unwrap();
    assert_eq!(&*demo.name, "Demo");
    assert_eq!(demo.repository.as_deref(), Some("git.example/ada/demo"));
    assert_eq!(demo.default_version.as_deref(), Some("1.1.0"));
    let publishers: Vec<String> = demo
        .versions
        .iter()
        .map(|v| text(v.publisher.as_ref()))
        .collect();
    assert_eq!(
        publishers,
        ["cargo:workflow/github/ada/demo", "cargo:ada#189", ""]
    );
    let [publish, yank] = &*demo.versions[1].actions else {
        panic!("{demo:?}")
    };
    assert_eq!(
        (publish.kind, yank.kind),
        (ActionKind::Publish, ActionKind::Yank)
    );
    assert_eq!(text(yank.by.as_ref()), "cargo:bob#7");
    assert_eq!(demo.versions[1].checksum, None);
}

#[test]
fn reads_pages_and_owners() {
    let page =
        r#"{"versions":[{"num":"1.0.0"}],"meta":{"total":3,"next_page":"?seek=a&per_page=1"}}"#;
    let page = read_versions(page.as_bytes()).unwrap();
    assert_eq!(
        (page.total, page.next.as_deref()),
        (Some(3), Some("?seek=a&per_page=1"))
    );
    let last = r#"{"versions":[],"meta":{"total":0,"next_page":"https://elsewhere.example/"}}"#;
    assert_eq!(read_versions(last.as_bytes()).unwrap().next, None);
    let owners = r#"{"users":[{"id":189,"login":"ada","kind":"user"},
        {"id":3,"login":"github:demo:core","kind":"team"},{"id":4,"login":"x","kind":"robot"}]}"#;
    let owners = read_owners(owners.as_bytes()).unwrap();
    let owners: Vec<String> = owners.iter().map(ToString::to_string).collect();
    assert_eq!(owners, ["cargo:ada#189", "cargo:github:demo:core#team-3"]);
}

#[test]
fn an_index_with_the_api_is_a_whole_history() {
    let line = |version: &str, rest: &str| {
        let checksum = "0".repeat(64);
        format!(r#"{{"name":"Demo","vers":"{version}","deps":[],"cksum":"{checksum}"{rest}}}"#)
    };
    let lines = [
        line(
            "1.0.0",
            r#","yanked":true,"pubtime":"2026-01-01T00:00:00Z""#,
        ),
        line("1.1.0", ""),
        line("1.2.0", ""),
    ];
    let file = lines.join("\n");
    let index = Index::read("demo", file.as_bytes()).unwrap().history();
    let demo = read_crate(CRATE.as_bytes()).unwrap();
    let owner = Party::account_with_id(tenure_domain::Ecosystem::Cargo, "ada", "189");
    let source = Source {
        kind: DocumentKind::CargoApi,
        ..index.source().clone()
    };
    let owners = [owner];
    let history = merge(&index, &demo.versions, Some(&owners), source.clone());
    assert!(history.is_consistent());
    // The same if the answers were kept in between.
    let package = index.package();
    let kept = super::history(package, &demo.versions, Some(&owners), source.clone());
    assert_eq!(merge_kept(&index, &kept, source), history);
    let said = history.releases().iter();
    let said: Vec<_> = said
        .map(|r| {
            (
                &*r.version,
                text(history.publisher(r)),
                r.deprecated,
                r.state,
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("1.0.0", "cargo:ada#189".to_owned(), true, Offered),
            (
                "1.1.0",
                "cargo:workflow/github/ada/demo".to_owned(),
                false,
                Offered
            ),
            ("1.2.0", String::new(), false, Offered),
            ("0.9.0", String::new(), false, Removed),
        ]
    );
    assert_eq!(history.owners_now().map(<[_]>::len), Some(1));
    assert_eq!(history.latest(), Some("1.2.0"));
}

#[test]
fn says_why_bytes_are_no_answer() {
    let said = |bytes: &[u8]| read_crate(bytes).unwrap_err().to_string();
    assert_eq!(
        said(b"{}"),
        "the answer is not what was asked for: it has no `crate.name`"
    );
    assert!(said(b"{").starts_with("the answer is damaged"));
    assert!(read_versions(b"[]").is_err());
    assert!(read_owners(b"{\"errors\":[]}").is_err());
}

/// Real answers about crates: all that have one, with their versions.
#[test]
fn recorded_answers_say_who_published() {
    let Some(folder) = corpus::folder() else {
        return;
    };
    let packed = std::fs::read(folder.join("crates/answers.tar.gz")).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
    let mut publishers = 0;
    for entry in archive.entries().unwrap() {
        let mut bytes = Vec::new();
        entry.unwrap().read_to_end(&mut bytes).unwrap();
        let Ok(answer) = read_crate(&bytes) else {
            continue;
        };
        let raw: Value = serde_json::from_slice(&bytes).unwrap();
        let raw = raw["versions"].as_array().map(Vec::as_slice);
        let raw = raw.unwrap_or_default();
        let named = raw
            .iter()
            .filter(|of| !of["published_by"].is_null() || !of["trustpub_data"].is_null());
        let read = answer.versions.iter().filter(|v| v.publisher.is_some());
        let read = read.count();
        assert_eq!((answer.versions.len(), read), (raw.len(), named.count()));
        publishers += read;
    }
    assert!(publishers > 0);
}

proptest::proptest! {
    #[test]
    fn never_panics_on_damaged_answers(at in 0..CRATE.len(), byte in proptest::num::u8::ANY) {
        let mut bytes = CRATE.as_bytes().to_vec();
        bytes[at] = byte;
        let _ = read_crate(&bytes);
        let _ = read_versions(&bytes);
        let _ = read_owners(&bytes);
    }
}
