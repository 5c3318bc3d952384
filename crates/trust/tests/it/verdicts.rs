//! Verdicts: the policy's table, seasoning, settling, and what
//! people decided.

use crate::common::{
    World, adas, at, cold_handover, owned_by, package, release, verdict, workflow,
};
use tenure_domain::{History, Missing, NewRelease, ReleaseState};
use tenure_trust::acceptance::{Baseline, Decisions, ProjectFile};
use tenure_trust::verdict::{State, Verdict};

/// Bob joins ada while she is active.
fn warm_newcomer() -> History {
    let releases = [
        owned_by(release("1.1.1", "2020-03-02", "bob"), &["ada", "bob"]),
        owned_by(release("1.1.2", "2020-03-20", "bob"), &["ada", "bob"]),
        owned_by(release("1.1.3", "2020-05-01", "bob"), &["ada", "bob"]),
        owned_by(release("1.1.4", "2020-07-01", "bob"), &["ada", "bob"]),
    ];
    package("x", adas().into_iter().chain(releases).collect())
}

#[test]
fn a_cold_handover_to_a_stranger_waits_for_a_person() {
    let history = cold_handover(vec![]);
    let world = World::of(&[&history]);
    let judgement = world.open(&history, "2022-12-01").judge("1.1.1");
    assert_eq!(judgement.verdict, Verdict::Hold);
    assert!(judgement.asks());
    assert_eq!(judgement.decisive().unwrap().rule, "handover-cold-stranger");
    assert_eq!(
        judgement.decisive().unwrap().state,
        State::InForce { until: None }
    );
    assert_eq!(
        verdict(&world, &history, "1.1.0", "2022-12-01"),
        Verdict::Pass
    );
}

#[test]
fn the_rules_follow_popularity() {
    let history = cold_handover(vec![]);
    let world = World::of(&[&history]);
    let asks = |downloads| {
        world
            .open_at(&history, "2022-06-02", downloads)
            .judge("1.1.1")
            .asks()
    };
    assert!(!asks(5_000));
    assert!(asks(5_000_000));
    let warm = warm_newcomer();
    let world = World::of(&[&warm]);
    let verdict = |downloads| {
        world
            .open_at(&warm, "2020-03-03", downloads)
            .judge("1.1.1")
            .verdict
    };
    assert_eq!(
        (verdict(5), verdict(500_000)),
        (Verdict::Note, Verdict::Hold)
    );
}

#[test]
fn a_newcomers_first_releases_wait_each_from_its_own_day() {
    let history = warm_newcomer();
    let world = World::of(&[&history]);
    assert_eq!(
        verdict(&world, &history, "1.1.1", "2020-03-10"),
        Verdict::Hold
    );
    assert_eq!(
        verdict(&world, &history, "1.1.1", "2020-03-16"),
        Verdict::Pass
    );
    // The payload came with event-stream's second release, after the first had
    // stood for days: the second waits on its own.
    assert_eq!(
        verdict(&world, &history, "1.1.2", "2020-03-21"),
        Verdict::Hold
    );
    assert_eq!(
        verdict(&world, &history, "1.1.3", "2020-05-02"),
        Verdict::Hold
    );
    assert_eq!(
        verdict(&world, &history, "1.1.4", "2020-07-01"),
        Verdict::Pass
    );
    let until = world.open(&history, "2020-03-10").judge("1.1.1").findings[0].until();
    assert_eq!(until, Some(at("2020-03-16")));
}

#[test]
fn a_payload_in_a_later_release_on_probation_asks() {
    let mut releases: Vec<NewRelease> = adas();
    releases.push(owned_by(
        release("1.1.1", "2020-03-02", "bob"),
        &["ada", "bob"],
    ));
    let dependent = |version: &str, date: &str| NewRelease {
        dependencies: vec!["flatmap".into()],
        ..owned_by(release(version, date, "bob"), &["ada", "bob"])
    };
    releases.push(dependent("1.1.2", "2020-03-06"));
    let history = package("x", releases);
    let young = package("flatmap", vec![release("0.1.0", "2020-03-05", "mallory")]);
    let old = package("flatmap", vec![release("0.1.0", "2019-03-05", "mallory")]);
    let asks = |dependency, version| {
        let world = World::of(&[&history, dependency]);
        let judgement = world.open(&history, "2020-03-07").judge(version);
        assert_eq!(judgement.verdict, Verdict::Hold);
        judgement.asks()
    };
    assert!(
        !asks(&young, "1.1.1"),
        "its first release brought nothing with it"
    );
    assert!(asks(&young, "1.1.2"));
    assert!(!asks(&old, "1.1.2"));
}

#[test]
fn an_unanswered_question_settles_when_the_hands_have_held() {
    let releases = |from: u32, to: u32| {
        (from..to)
            .map(|n| {
                owned_by(
                    release(&format!("1.1.{n}"), "2022-07-01", "eve"),
                    &["ada", "eve"],
                )
            })
            .collect()
    };
    let held = cold_handover(releases(2, 7));
    let world = World::of(&[&held]);
    assert_eq!(verdict(&world, &held, "1.1.1", "2023-01-01"), Verdict::Hold);
    assert_eq!(verdict(&world, &held, "1.1.1", "2024-07-01"), Verdict::Pass);
    // Too few releases, or one of them removed, and it does not settle.
    let few = cold_handover(releases(2, 4));
    assert_eq!(
        verdict(&World::of(&[&few]), &few, "1.1.1", "2030-01-01"),
        Verdict::Hold
    );
    let mut removed: Vec<NewRelease> = releases(2, 7);
    removed[1].state = ReleaseState::Removed;
    let removed = cold_handover(removed);
    assert_eq!(
        verdict(&World::of(&[&removed]), &removed, "1.1.1", "2030-01-01"),
        Verdict::Hold
    );
}

#[test]
fn missing_facts_are_unknown_and_never_pass() {
    let anonymous = |release: NewRelease| NewRelease {
        publisher: None,
        contact: None,
        ..release
    };
    let stripped = package(
        "x",
        adas()
            .into_iter()
            .map(anonymous)
            .chain([release("1.1.1", "2020-04-01", "ada")])
            .collect(),
    );
    let world = World::of(&[&stripped]);
    let case = world.open(&stripped, "2020-05-01");
    assert_eq!(case.judge("1.0.0").missing, [Missing::Publisher]);
    assert_eq!(case.judge("1.1.1").missing, [Missing::EarlierPublishers]);
    assert_eq!(case.judge("9.9.9").missing, [Missing::Release]);
    for version in ["1.0.0", "1.1.1", "9.9.9"] {
        assert_eq!(case.judge(version).verdict, Verdict::Unknown);
    }
}

#[test]
fn hands_after_unknown_ones_are_unknown_until_they_are_old() {
    let removed = |release: NewRelease| NewRelease {
        publisher: None,
        state: ReleaseState::Removed,
        ..release
    };
    let eves = [
        release("1.1.1", "2020-04-01", "eve"),
        release("1.1.2", "2020-04-02", "eve"),
    ];
    let taken = package("x", adas().into_iter().map(removed).chain(eves).collect());
    let world = World::of(&[&taken]);
    let case = world.open(&taken, "2020-05-01");
    for version in ["1.1.1", "1.1.2"] {
        assert_eq!(case.judge(version).missing, [Missing::EarlierPublishers]);
    }
    let later = world.open(&taken, "2023-05-01");
    assert_eq!(later.judge("1.1.2").missing, []);
}

fn decided(text: &str) -> Decisions {
    ProjectFile::parse(text)
        .expect("a project file")
        .decisions()
}

const ACCEPT: &str = r#"
[[accept]]
package = "pkg:npm/x"
from = ["npm:ada"]
to = "npm:eve"
since = "1.1.1"
reason = "announced in the issue tracker"
by = "bob@example.com"
on = 2022-06-05
until = 2023-06-05
"#;

#[test]
fn an_acceptance_settles_its_change_until_it_runs_out() {
    let history = cold_handover(vec![release("1.1.2", "2022-08-01", "eve")]);
    let world = World {
        decisions: decided(ACCEPT),
        ..World::of(&[&history])
    };
    assert_eq!(
        verdict(&world, &history, "1.1.1", "2022-06-06"),
        Verdict::Pass
    );
    assert_eq!(
        verdict(&world, &history, "1.1.2", "2023-06-05"),
        Verdict::Pass
    );
    assert_eq!(
        verdict(&world, &history, "1.1.2", "2023-06-06"),
        Verdict::Hold
    );
    let judgement = world.open(&history, "2022-06-06").judge("1.1.1");
    assert!(judgement.findings.iter().any(|finding| finding.state
        == State::Accepted {
            by: "bob@example.com".into(),
            reason: "announced in the issue tracker".into()
        }));
}

#[test]
fn an_acceptance_covers_only_its_own_change() {
    let history = cold_handover(vec![]);
    for other in [
        ("npm:eve", "npm:mallory"),
        ("1.1.1", "1.1.0"),
        ("pkg:npm/x", "pkg:npm/y"),
        ("npm:ada", "npm:zoe"),
    ] {
        let world = World {
            decisions: decided(&ACCEPT.replace(other.0, other.1)),
            ..World::of(&[&history])
        };
        assert_eq!(
            verdict(&world, &history, "1.1.1", "2022-06-06"),
            Verdict::Hold,
            "{other:?}"
        );
    }
}

#[test]
fn stale_decisions_are_reported() {
    let history = cold_handover(vec![]);
    let world = World::of(&[&history]);
    let case = world.open(&history, "2024-01-01");
    let text = format!(
        "{ACCEPT}{}\n[[trust]]\nperson = \"npm:zoe\"\nuntil = 2023-01-01\n",
        ACCEPT.replace("1.1.1", "7.7.7").replace("2023", "2033")
    );
    let said: Vec<String> = decided(&text)
        .stale(at("2024-01-01"), |package| {
            (package.name() == "x").then_some(&case.changes[..])
        })
        .iter()
        .map(tenure_trust::acceptance::Stale::sentence)
        .collect();
    insta::assert_debug_snapshot!(said);
}

#[test]
fn a_trusted_person_is_let_through_and_a_workflow_without_id_is_not() {
    let history = cold_handover(vec![]);
    let trust = |person: &str| {
        decided(&format!(
            "[[trust]]\nperson = \"{person}\"\nreason = \"colleague\"\nuntil = 2030-01-01\n"
        ))
    };
    let world = World {
        decisions: trust("npm:eve"),
        ..World::of(&[&history])
    };
    // That the owners changed is still worth a line.
    assert_eq!(
        verdict(&world, &history, "1.1.1", "2022-06-06"),
        Verdict::Note
    );
    assert!(!trust("npm:workflow/github").trusts(&workflow("oidc:1"), at("2022-01-01")));
}

#[test]
fn a_block_stops_versions_and_people() {
    let history = cold_handover(vec![release("1.1.2", "2022-08-01", "eve")]);
    let blocked = |text: &str, version: &str| {
        let world = World {
            decisions: decided(text),
            ..World::of(&[&history])
        };
        verdict(&world, &history, version, "2030-01-01") == Verdict::Block
    };
    let version =
        "[[block]]\npackage = \"pkg:npm/x\"\nversions = [\"1.1.2\"]\nreason = \"payload\"\n";
    assert!(blocked(version, "1.1.2") && !blocked(version, "1.1.1"));
    let person = "[[block]]\nperson = \"npm:eve\"\nreason = \"take-over\"\n";
    assert!(blocked(person, "1.1.1") && !blocked(person, "1.1.0"));
    assert!(ProjectFile::parse("[[block]]\nreason = \"x\"\n").is_err());
}

#[test]
fn the_baseline_covers_what_was_there_and_the_hands_it_names() {
    let history = cold_handover(vec![release("2.0.0", "2023-08-01", "mallory")]);
    let baseline = |through: &str, hands: &str| {
        Baseline::parse(&format!(
            "version = 1\n[packages.\"pkg:npm/x\"]\nthrough = \"{through}\"\nhands = [{hands}]\non = 2022-06-05\n"
        ))
        .unwrap()
    };
    let judged = |baseline, version: &str| {
        let world = World {
            baseline: Some(baseline),
            ..World::of(&[&history])
        };
        verdict(&world, &history, version, "2023-08-02")
    };
    assert_eq!(
        judged(baseline("1.1.1", "\"npm:ada\", \"npm:eve\""), "1.1.1"),
        Verdict::Pass
    );
    assert_eq!(
        judged(baseline("1.1.0", "\"npm:ada\""), "1.1.1"),
        Verdict::Hold
    );
    assert_eq!(
        judged(baseline("1.1.0", "\"npm:ada\", \"npm:eve\""), "1.1.1"),
        Verdict::Pass
    );
    assert_eq!(
        judged(baseline("1.1.1", "\"npm:ada\", \"npm:eve\""), "2.0.0"),
        Verdict::Hold
    );
}

#[test]
fn hands_in_the_baseline_do_not_outlive_the_acceptance_that_put_them_there() {
    let history = cold_handover(vec![]);
    let baseline = Baseline::parse(
        "version = 1\n[packages.\"pkg:npm/x\"]\nthrough = \"1.1.0\"\nhands = [\"npm:ada\", \"npm:eve\"]\non = 2022-06-05\n",
    );
    let world = World {
        baseline: Some(baseline.unwrap()),
        decisions: decided(ACCEPT),
        ..World::of(&[&history])
    };
    assert_eq!(
        verdict(&world, &history, "1.1.1", "2023-06-05"),
        Verdict::Pass
    );
    assert_eq!(
        verdict(&world, &history, "1.1.1", "2023-06-07"),
        Verdict::Hold
    );
}

#[test]
fn malformed_project_files_say_where() {
    let said: Vec<String> = [
        "[[accept]]\npackage = \"left-pad\"\n",
        "[[accept]]\npackage = \"pkg:npm/x\"\nto = \"eve\"\n",
        "[[trust]]\nperson = \"npm:eve\"\nuntil = \"2023-01-01\"\n",
        "[[trust]]\nperson = \"npm:eve\"\nsince = 1\nuntil = 2023-01-01\n",
        "[policy.change]\nattested-run = 0\n",
        "[polcy]\n",
    ]
    .into_iter()
    .map(|text| ProjectFile::parse(text).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(said.join("\n---\n"));
}
