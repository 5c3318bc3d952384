//! A dump of a cargo registry's database, taken into the ledger.

use crate::project::{Project, Run};
use serde_json::Value;
use std::fs::{self, File};
use tenure_testkit::{Crate, CrateRelease, CratesDump, FakeCargo};

const API: &str = "https://crates.example";

fn dump(project: &Project, name: &str, day: u32) -> u64 {
    let file = File::create(project.root().join(name)).expect("a writable folder");
    let made = CratesDump {
        seed: 7,
        crates: 1200,
        day,
    };
    made.write(file).expect("a writable folder")
}

fn import(project: &Project, file: &str, more: &[&str]) -> Run {
    project.tenure(&[&["import", "crates-dump", file, "--data", "ledger"], more].concat())
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.shown()))
}

#[test]
fn successive_dumps_tell_who_was_an_owner_when() {
    let (project, cargo) = (Project::new(), FakeCargo::start());
    let versions = dump(&project, "one.tar.gz", 1);
    dump(&project, "two.tar.gz", 2);
    let upstream = format!("cargo={}", cargo.url());
    let more = ["--upstream", &upstream, "--format", "json"];
    let first = json(&import(&project, "one.tar.gz", &more));
    assert_eq!(
        (&first["new"], &first["versions"]),
        (&1200.into(), &versions.into())
    );
    let again = json(&import(&project, "one.tar.gz", &more));
    assert_eq!(
        (&again["same"], &again["changed"]),
        (&1200.into(), &0.into())
    );
    let second = json(&import(&project, "two.tar.gz", &more));
    // Every hundredth.
    assert_eq!(second["owners_changed"], 12, "{second}");
    let older = json(&import(&project, "one.tar.gz", &more));
    assert!(older["outdated"].as_u64() >= Some(12), "{older}");
    // The first whose owner the second dump has changed.
    let release = CrateRelease::new("0.0.0")
        .at("2016-01-03T07:15:00Z")
        .by(9, "somebody");
    cargo.put(Crate::new("crate-000001").release(release).owner(1, "now"));
    let who = project.tenure(&[
        "who",
        "pkg:cargo/crate-000001",
        "--upstream",
        &upstream,
        "--data",
        "ledger",
        "--format",
        "json",
    ]);
    let lists = json(&who)["owners_seen"].clone();
    assert_eq!(lists[0]["last"], "2026-01-01T00:00:00Z", "{lists}");
    assert_eq!(lists[1]["first"], "2026-01-02T00:00:00Z", "{lists}");
    assert_eq!(lists[2]["owners"], serde_json::json!(["cargo:now#1"]));
}

#[test]
fn dumps_tell_who_made_whom_an_owner() {
    let project = Project::new();
    dump(&project, "one.tar.gz", 1);
    let done = import(&project, "one.tar.gz", &["--api", API]);
    assert_eq!(done.status, 0, "{}", done.shown());
    let who = |person: &str, more: &[&str]| {
        let run =
            project.tenure(&[&["who", person, "--data", "ledger", "--offline"][..], more].concat());
        assert_eq!(run.status, 0, "{}", run.shown());
        run
    };
    // Every tenth crate has a team for an owner, made one by the first.
    let team = json(&who("cargo:github:demo:core#team-1", &["--format", "json"]));
    let invitations = team["invitations"].as_array().expect("a list");
    assert_eq!(invitations.len(), 120, "{team}");
    assert_eq!(invitations[0]["received"], true);
    assert_eq!(team["since"]["began"]["how"], "joined");
    assert_eq!(team["has_more"], false);
    let by = invitations[0]["by"].as_str().expect("an account");
    let card = who(by, &[]);
    assert!(
        card.said("they made cargo:github:demo:core#team-1 one"),
        "{}",
        card.shown()
    );
}

#[test]
fn what_is_no_dump_leaves_nothing_behind() {
    let project = Project::new();
    dump(&project, "good.tar.gz", 1);
    let whole = fs::read(project.root().join("good.tar.gz")).unwrap();
    project.write("text.tar.gz", "no archive");
    fs::write(
        project.root().join("half.tar.gz"),
        &whole[..whole.len() / 2],
    )
    .unwrap();
    for (file, said) in [
        ("none.tar.gz", "cannot read `none.tar.gz`"),
        ("text.tar.gz", "cannot be unpacked"),
        ("half.tar.gz", "cannot read `half.tar.gz`"),
    ] {
        let run = import(&project, file, &["--api", API]);
        assert_eq!(run.status, 2, "{}", run.shown());
        assert!(run.err.contains(said), "{}", run.err);
    }
    assert!(!project.root().join("ledger").exists());
    let run = import(&project, "good.tar.gz", &["--api", "crates"]);
    assert!(run.err.contains("`--api crates`"), "{}", run.err);
    let done = import(&project, "good.tar.gz", &["--api", API]);
    assert!(
        done.said("of 1200 crates as of 2026-01-01: 1200 new, 0 changed"),
        "{}",
        done.shown()
    );
}
