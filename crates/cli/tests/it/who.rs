//! `tenure who PERSON`: what is known of somebody.

use crate::project::{Project, Run};
use serde_json::Value;
use std::fs::File;
use tenure_testkit::CratesDump;

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.shown()))
}

#[test]
fn the_card_of_a_person() {
    let project = Project::new();
    for (name, person) in [("newcomer", "npm:mallory"), ("nobody", "npm:nobody-at-all")] {
        let run = project.judge(&["who", person]);
        assert_eq!(run.status, 0, "{}", run.shown());
        insta::assert_snapshot!(format!("person_{name}"), run.out);
    }
    let card = json(&project.judge(&["who", "npm:mallory", "--format", "json"]));
    assert_eq!(card["schema"], "tenure.person/1");
    assert_eq!(card["took_over"][0]["package"], "pkg:npm/quiet-stream");
}

#[test]
fn the_ledger_knows_people_by_the_numbers_of_their_accounts() {
    let project = Project::new();
    for (name, day) in [("one.tar.gz", 1), ("two.tar.gz", 2)] {
        let file = File::create(project.root().join(name)).expect("a writable folder");
        let made = CratesDump {
            seed: 7,
            crates: 1200,
            day,
        };
        made.write(file).expect("a writable folder");
        let api = ["--api", "https://crates.example", "--data", "ledger"];
        let run = project.tenure(&[&["import", "crates-dump", name], &api[..]].concat());
        assert_eq!(run.status, 0, "{}", run.shown());
    }
    let kept = project.tenure(&[
        "reach",
        "--crates-dump",
        "two.tar.gz",
        "--keep",
        "cargo",
        "--data",
        "ledger",
    ]);
    assert!(kept.err.contains("owners in"), "{}", kept.shown());
    let owner = "cargo:user-7";
    let run = project.tenure(&[
        "who",
        owner,
        "--data",
        "ledger",
        "--format",
        "json",
        "--offline",
    ]);
    let card = json(&run);
    assert!(
        card["accounts"][0]
            .as_str()
            .is_some_and(|account| account.starts_with("cargo:user-7#")),
        "{card}"
    );
    let places = card["places"].as_array().expect("places");
    assert!(
        !places.is_empty() && card["reach_now"]["reach"]["of"] == 1200,
        "{card}"
    );
}

#[test]
fn what_is_neither_package_nor_person_is_said() {
    let project = Project::new();
    for (text, words) in [
        ("npm:", "neither an account"),
        ("SHA256:short", "names no key"),
        ("nobody:knows", "neither an account"),
        ("npm:workflow/github", "could be anybody\'s workflow"),
    ] {
        let run = project.tenure(&["who", text]);
        assert!(
            run.status == 2 && run.err.contains(words),
            "{}",
            run.shown()
        );
    }
}
