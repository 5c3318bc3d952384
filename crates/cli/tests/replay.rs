//! `tenure replay`: a small recording whose numbers can be counted by hand, and
//! the corpus, where it is at hand.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/replay")
        .join(name)
}

fn replay(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tenure"))
        .arg("replay")
        .args(arguments)
        .output()
        .expect("it runs")
}

fn json(arguments: &[&str]) -> Value {
    let output = replay(&[arguments, &["--format", "json"]].concat());
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The folder with the recorded registry data, `None` where it is absent.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests are told where the corpus is, and say when it is not there"
)]
fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("TENURE_CORPUS").map_or(beside, PathBuf::from);
    if folder.join("npm/timelines.jsonl.gz").exists() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no corpus at {}; set TENURE_CORPUS",
        folder.display()
    );
    None
}

#[test]
fn a_small_recording_as_text() {
    let histories = fixture("histories.jsonl");
    let incidents = fixture("incidents.jsonl");
    let output = replay(&[
        "--histories",
        text(&histories),
        "--incidents",
        text(&incidents),
        "--inject",
        "1",
    ]);
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_same_seed_gives_the_same_attacks() {
    let histories = fixture("histories.jsonl");
    let run = |seed| json(&["--histories", text(&histories), "--inject", seed]);
    assert_eq!(run("7"), run("7"));
    assert_eq!(run("7")["injected"]["stranger-joins"]["tried"], 3);
}

#[test]
fn what_is_wrong_is_said_with_file_and_line() {
    let broken = fixture("broken.jsonl");
    let missing = fixture("no-such-file.jsonl");
    for path in [&broken, &missing] {
        let output = replay(&["--histories", text(path)]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr).replace(text(path), "FILE");
        insta::assert_snapshot!(said);
    }
}

/// The claims that the README makes, on the data they are made of.
#[test]
fn the_defaults_keep_their_budget_on_the_corpus() {
    let Some(corpus) = corpus() else { return };
    let timelines = corpus.join("npm/timelines.jsonl.gz");
    let transcribed = corpus.join("npm/transcribed.tar.gz");
    let incidents = corpus.join("incidents/incidents.jsonl");
    let report = json(&[
        "--histories",
        text(&timelines),
        text(&transcribed),
        "--incidents",
        text(&incidents),
        "--inject",
        "1",
    ]);
    let number = |value: &Value| value.as_f64().expect("a number");
    assert!(number(&report["asks_per_1000_package_years"]) <= 10.0);
    assert!(number(&report["waits_per_1000_package_years"]) <= 100.0);
    assert!(number(&report["packages_ever_asked_percent"]) <= 3.0);
    for (model, at_least) in [
        ("stranger-joins", 99.0),
        ("stranger-replaces", 99.0),
        ("stranger-after-silence", 99.0),
        ("workflow-moved", 99.0),
        ("dormant-returns", 80.0),
        ("account-taken", 70.0),
    ] {
        let held = number(&report["injected"][model]["tier_t2_up"]["held_percent"]);
        assert!(
            held >= at_least,
            "{model}: {held} % held, expected {at_least} %"
        );
    }
    assert!(number(&report["injected"]["account-taken-silent"]["held_percent"]) < 10.0);
    let event_stream = report["incident"]
        .as_array()
        .and_then(|incidents| {
            incidents
                .iter()
                .find(|incident| incident["id"] == "event-stream-2018")
        })
        .expect("event-stream is among the incidents");
    assert_eq!(event_stream["verdict"], "hold");
    assert_eq!(event_stream["release"], "3.3.5");
    assert_eq!(event_stream["releases_before_payload"], 1);
}

/// Of 216 crates a part of the releases is recorded, with publishers by number
/// or workflow. 49 times somebody
/// publishes for the first time who had not, among releases enough for it to be
/// news; 68 times where one release is enough.
#[test]
fn every_change_of_a_crates_publisher_is_found() {
    let Some(corpus) = corpus() else { return };
    let recorded = corpus.join("crates/cargo_vet_publishers.jsonl");
    let found = |policy: &[&str]| {
        let report = json(&[&["--histories", text(&recorded)], policy].concat());
        let kinds = [
            "automation",
            "automation-moved",
            "co-maintainer",
            "handover",
            "new-publisher",
        ];
        let count = |kind: &&str| report["changes"][kind].as_u64().unwrap_or_default();
        (
            report["packages"].as_u64(),
            kinds.iter().map(count).sum::<u64>(),
        )
    };
    assert_eq!(found(&[]), (Some(216), 49));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, "[change]\nestablished-releases = 1\n").expect("a writable folder");
    assert_eq!(found(&["--policy", text(&policy)]), (Some(216), 68));
}

/// Crates whose releases begin to come from a workflow: the recording does not
/// say which repository they had declared, but their manifests do.
#[test]
fn automation_in_a_crates_own_repository_is_quiet() {
    let Some(corpus) = corpus() else { return };
    let recorded = corpus.join("crates/cargo_vet_publishers.jsonl");
    let declared = fixture("repositories.tsv");
    let report = json(&[
        "--histories",
        text(&recorded),
        "--repositories",
        text(&declared),
    ]);
    assert_eq!(
        report["rules"]["automation-linked"],
        report["changes"]["automation"]
    );
    assert_eq!(report["changes"]["automation"], 35);
    // What waits is another change: somebody new took over.
    assert_eq!((&report["asks"], &report["waits"]), (&0.into(), &1.into()));
}

/// What docs/vouching.md claims of the default rule, on the web of trust that it
/// is measured on.
#[test]
fn the_default_rule_of_vouching_keeps_its_promise_on_the_corpus() {
    let Some(corpus) = corpus() else { return };
    let report = json(&["--web", text(&corpus.join("debian/wot.jsonl.gz"))]);
    let rows = report["rows"].as_array().expect("rows");
    let row = rows
        .iter()
        .find(|row| {
            row["followed"] == "acquaintances"
                && row["rule"]
                    .as_str()
                    .is_some_and(|rule| rule.contains("the default"))
        })
        .expect("the default rule");
    assert!(row["honest_percent"].as_f64().expect("a number") >= 80.0);
    for attack in row["attacks"].as_array().expect("attacks") {
        let certifications = attack["certifications"].as_u64().expect("a number");
        let most = attack["sybils_most"].as_u64().expect("a number");
        match attack["shape"].as_str() {
            Some("one-each") => assert_eq!(most, 0, "{certifications} certifications"),
            Some("all-on-one") => assert!(most <= 1, "the one that they are on"),
            _ => assert!(most < 200, "budgets bound what comes in"),
        }
    }
}

#[test]
fn a_file_that_is_no_web_is_refused() {
    let output = replay(&["--web", text(&fixture("histories.jsonl"))]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("line 1 is no key"), "{said}");
}

/// What docs/transfers.md claims of hand-overs below the highest tiers, which it
/// can only overstate without a graph.
#[test]
fn few_benign_hand_overs_are_refused_at_the_middle_tier() {
    let Some(corpus) = corpus() else { return };
    let custody = corpus.join("debian/custody.jsonl.gz");
    let web = corpus.join("debian/wot.jsonl.gz");
    let report = json(&["--custody", text(&custody), "--web", text(&web)]);
    assert_eq!(report["newcomers"], 5716);
    let refused = |kind: &str| {
        let rows = report["rows"].as_array().expect("rows");
        let row = rows
            .iter()
            .find(|row| row["tier"] == "T2" && row["kind"] == kind)
            .expect("a row");
        let number = |key: &str| row[key].as_f64().expect("a number");
        number("refused") / number("newcomers")
    };
    assert!(refused("joins") < 0.08);
    assert!(refused("takes over") < 0.17);
}
