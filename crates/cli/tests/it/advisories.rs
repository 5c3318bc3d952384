//! Advisories about malicious code, taken in and on the card of a person.

use crate::project::{Project, Run};
use serde_json::{Value, json};
use std::fs;
use tenure_testkit::{Advisories, FakeNpm, write_zip};

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.shown()))
}

/// An advisory about `quiet-stream`.
fn advisory(id: &str, modified: &str, versions: &[&str]) -> Value {
    json!({
        "schema_version": "1.7.4",
        "id": id,
        "modified": modified,
        "published": "2020-06-02T10:00:00Z",
        "summary": "Malicious code in quiet-stream (npm)",
        "affected": [{
            "package": { "ecosystem": "npm", "name": "quiet-stream" },
            "versions": versions,
        }],
    })
}

/// A collection as somebody would have cloned it: two advisories about
/// malicious code, of which one was taken back, and what is none.
fn write_collection(project: &Project) {
    let folder = project.root().join("collection");
    for part in ["npm/quiet-stream", "npm/other", ".git"] {
        fs::create_dir_all(folder.join(part)).expect("a writable folder");
    }
    let mut range = advisory("MAL-2020-1", "2020-06-03T00:00:00Z", &[]);
    range["aliases"] = json!(["GHSA-qqqq-ssss-tttt"]);
    range["affected"][0]["ranges"] = json!([{
        "type": "SEMVER", "events": [{ "introduced": "2.2.2" }, { "last_affected": "3.0.0" }],
    }]);
    let mut withdrawn = advisory("MAL-2020-2", "2020-06-03T00:00:00Z", &["2.2.1"]);
    withdrawn["withdrawn"] = "2020-06-04T00:00:00Z".into();
    let mut ordinary = advisory("GHSA-oooo-rrrr-dddd", "2020-06-03T00:00:00Z", &["2.2.1"]);
    ordinary["database_specific"] = json!({ "cwe_ids": ["CWE-1333"] });
    let mut broken = advisory("MAL-2020-3", "2020-06-03T00:00:00Z", &[]);
    broken["modified"] = "lately".into();
    for (name, document) in [
        ("npm/quiet-stream/MAL-2020-1.json", &range),
        ("npm/quiet-stream/MAL-2020-2.json", &withdrawn),
        ("npm/other/GHSA-oooo-rrrr-dddd.json", &ordinary),
        ("npm/other/MAL-2020-3.json", &broken),
        (".git/MAL-2020-4.json", &broken),
    ] {
        fs::write(folder.join(name), document.to_string()).expect("a writable folder");
    }
    fs::write(folder.join("README.md"), "# Collection").expect("a writable folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/", folder.join("elsewhere")).expect("a writable folder");
}

fn import(project: &Project, paths: &[&str]) -> Run {
    let more = ["--data", "ledger", "--format", "json"];
    project.tenure(&[&["import", "advisories"], paths, &more].concat())
}

/// A ledger that knows `quiet-stream`.
fn observed(project: &Project) -> FakeNpm {
    let npm = FakeNpm::start();
    npm.load(project.root().join("../facts")).expect("facts");
    let upstream = format!("npm={}", npm.url());
    let observed = project.tenure(&[
        "observe",
        "pkg:npm/quiet-stream",
        "--upstream",
        &upstream,
        "--data",
        "ledger",
    ]);
    assert_eq!(observed.status, 0, "{}", observed.shown());
    npm
}

fn who(project: &Project, npm: &FakeNpm, person: &str, as_of: &str, more: &[&str]) -> Run {
    let upstream = format!("npm={}", npm.url());
    let options = [
        "--offline",
        "--upstream",
        &upstream,
        "--data",
        "ledger",
        "--as-of",
        as_of,
    ];
    let mut run = project.tenure(&[&["who", person], &options[..], more].concat());
    assert_eq!(run.status, 0, "{}", run.shown());
    run.out = run.out.replace(npm.url(), "https://registry.example/");
    run
}

#[test]
fn a_release_that_an_advisory_means_is_on_the_card() {
    let project = Project::new();
    let npm = observed(&project);
    let before = who(&project, &npm, "npm:mallory", "2020-07-01", &[]);
    assert!(
        before.said("no advisories at hand; `tenure import advisories` takes them in"),
        "{}",
        before.out
    );
    write_collection(&project);
    let taken = import(&project, &["collection"]);
    assert_eq!(taken.status, 3, "{}", taken.shown());
    let document = json(&who(
        &project,
        &npm,
        "npm:mallory",
        "2020-07-01",
        &["--format", "json"],
    ));
    let today = &document["advisories"][0]["taken_in"]
        .as_str()
        .unwrap_or_default()[..10];
    let card = who(&project, &npm, "npm:mallory", "2020-07-01", &[]);
    insta::assert_snapshot!("card", card.out.replace(today, "TODAY"));
    let incidents = serde_json::to_string_pretty(&document["incidents"]).expect("JSON");
    insta::assert_snapshot!("card_incidents", incidents);
    assert_eq!(document["took_over"][0]["reported"], 2);
    assert_eq!(document["advisories"][0]["advisories"], 2);
    // So does the package itself.
    let package = who(&project, &npm, "quiet-stream", "2020-07-01", &[]);
    let at = package.out.find("Advisories").expect("a section");
    let end = package.out.find("\nread from").expect("a source");
    insta::assert_snapshot!("package", &package.out[at..end]);
    // Nobody knew before it was published, and what others released is theirs.
    for (person, as_of) in [("npm:mallory", "2020-06-01"), ("npm:bob", "2020-07-01")] {
        let card = who(&project, &npm, person, as_of, &[]);
        let none = "none means a release published with this account";
        assert!(card.said(none), "{}", card.out);
    }
}

#[test]
fn what_is_taken_in_twice_is_there_once() {
    let project = Project::new();
    write_collection(&project);
    let first = import(&project, &["collection"]);
    insta::assert_snapshot!("unreadable", first.err);
    let first = json(&first);
    assert_eq!(first["schema"], "tenure.import-advisories/1");
    let counts = |document: &Value| {
        let fields = [
            "documents",
            "advisories",
            "withdrawn",
            "others",
            "new",
            "changed",
            "same",
            "outdated",
            "unreadable",
        ];
        fields.map(|field| document[field].as_u64().expect("a number"))
    };
    assert_eq!(counts(&first), [4, 2, 1, 1, 2, 0, 0, 0, 1]);
    let again = json(&import(&project, &["collection"]));
    assert_eq!(counts(&again), [4, 2, 1, 1, 0, 0, 2, 0, 1]);
    // As an archive, with a newer text of one and an older one of the other.
    let archive = fs::File::create(project.root().join("all.ZIP")).expect("a writable folder");
    let entry = |document: Value| {
        let name = format!("{}.json", document["id"].as_str().unwrap_or_default());
        (name, document.to_string().into_bytes())
    };
    let entries = [
        entry(advisory("MAL-2020-1", "2021-01-01T00:00:00Z", &["3.0.0"])),
        entry(advisory("MAL-2020-2", "2020-06-02T00:00:00Z", &["3.0.0"])),
        ("README.md".to_owned(), b"# Collection".to_vec()),
    ];
    write_zip(archive, entries).expect("a writable folder");
    let newer = import(&project, &["all.ZIP"]);
    assert_eq!(newer.status, 0, "{}", newer.shown());
    assert_eq!(counts(&json(&newer)), [2, 2, 0, 0, 0, 1, 0, 1, 0]);
    let text = project.tenure(&["import", "advisories", "all.ZIP", "--data", "ledger"]);
    assert!(
        text.said(
            "2 advisories about malicious code (0 withdrawn) in 2 documents: 0 new, 0 changed, \
             1 as before, 1 of which a newer text is known"
        ),
        "{}",
        text.out
    );
}

#[test]
fn what_is_no_collection_leaves_nothing_behind() {
    let project = Project::new();
    let made = Advisories {
        seed: 7,
        documents: 100,
    };
    let mut whole = Vec::new();
    made.write(&mut whole).expect("memory takes it");
    let file = |name: &str, bytes: &[u8]| {
        fs::write(project.root().join(name), bytes).expect("a writable folder");
    };
    file("good.zip", &whole);
    file("half.zip", &whole[..whole.len() / 2]);
    for (paths, said) in [
        (&["none"][..], "cannot read `none`"),
        (&["good.zip", "none"], "cannot read `none`"),
        (&["good.zip", "half.zip"], "cannot read `half.zip`"),
    ] {
        let run = import(&project, paths);
        assert_eq!(run.status, 2, "{}", run.shown());
        assert!(run.err.contains(said), "{}", run.err);
    }
    assert!(!project.root().join("ledger").exists());
    let good = json(&import(&project, &["good.zip"]));
    assert_eq!(
        (&good["new"], &good["others"], &good["unreadable"]),
        (&75.into(), &25.into(), &0.into())
    );
    // A document that is damaged within an archive is one that cannot be read.
    let mut damaged = whole;
    damaged[100] ^= 0xff;
    file("damaged.zip", &damaged);
    let run = import(&project, &["damaged.zip"]);
    assert_eq!(run.status, 3, "{}", run.shown());
    let document = json(&run);
    assert_eq!(
        (&document["same"], &document["unreadable"]),
        (&74.into(), &1.into())
    );
}
