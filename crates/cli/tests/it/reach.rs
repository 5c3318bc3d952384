//! `tenure reach`: how many packages depend on each.

use crate::project::{Project, Run};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::fs::{self, File};
use std::io::Write as _;
use tenure_testkit::{CratesDump, FakeNpm, Packument, Release};

/// `app` on `lib` and `left-pad`, `lib` on `left-pad`; `odd` and `even` on each
/// other; one line twice.
const EDGES: &str = "app\tlib\napp\tleft-pad\nlib\tleft-pad\nodd\teven\neven\todd\napp\tlib\n";

fn put(project: &Project, name: &str, text: impl AsRef<[u8]>) {
    fs::write(project.root().join(name), text).expect("a writable folder");
}

fn get(project: &Project, name: &str) -> String {
    fs::read_to_string(project.root().join(name)).expect("a file was written")
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.shown()))
}

#[test]
fn writes_those_with_most_reach_first() {
    let project = Project::new();
    put(&project, "edges.tsv", EDGES);
    let run = project.tenure(&["reach", "--edges", "edges.tsv"]);
    let table = "left-pad\t2\t2\neven\t1\t1\nlib\t1\t1\nodd\t1\t1\napp\t0\t0\n";
    assert_eq!((&*run.out, run.status), (table, 0), "{}", run.shown());
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(EDGES.as_bytes()).expect("memory");
    put(&project, "edges.gz", packed.finish().expect("memory"));
    let options = [
        "reach",
        "--edges",
        "edges.gz",
        "--out",
        "reach.tsv",
        "--json",
    ];
    let summary = json(&project.tenure(&options));
    assert_eq!(get(&project, "reach.tsv"), table);
    assert_eq!(summary["schema"], "tenure.reach/1");
    assert_eq!(
        (&summary["packages"], &summary["dependencies"]),
        (&5.into(), &5.into())
    );
    assert_eq!(summary["largest_cycle"], 2);
    assert_eq!(summary["standard_error"], Value::Null);
    assert!(summary["seconds"]["count"].is_number(), "{summary}");
    let about = project.tenure(&["reach", "--edges", "edges.tsv", "--approximate", "--json"]);
    assert_eq!(json(&about)["standard_error"], 0.065);
}

#[test]
fn owners_have_the_union_of_what_they_hold() {
    let project = Project::new();
    put(&project, "edges.tsv", EDGES);
    put(
        &project,
        "owners.tsv",
        "lib\tada\nleft-pad\tada\napp\tbob\napp\tada\nodd\tbob\nleft-pad\tbob\n",
    );
    let files = ["--owners", "owners.tsv", "--owners-out", "people.tsv"];
    let run = project.tenure(&[&["reach", "--edges", "edges.tsv"], &files[..]].concat());
    // Of left-pad both are owners; on lib depends an app that bob, too, owns.
    let table = "left-pad\t2\t2\t0\neven\t1\t1\t1\nlib\t1\t1\t1\nodd\t1\t1\t0\napp\t0\t0\t0\n";
    assert_eq!(run.out, table, "{}", run.shown());
    assert_eq!(get(&project, "people.tsv"), "bob\t3\t3\nada\t3\t2\n");
}

#[test]
fn packages_may_change_afterwards() {
    let project = Project::new();
    put(&project, "edges.tsv", EDGES);
    put(&project, "changes.tsv", "lib\teven\nnew\tapp\n");
    let files = ["--edges", "edges.tsv", "--changes", "changes.tsv"];
    let run = project.tenure(&[&["reach"], &files[..]].concat());
    let table = "even\t2\t4\nodd\t1\t4\nleft-pad\t1\t2\nlib\t1\t2\napp\t1\t1\nnew\t0\t0\n";
    assert_eq!(run.out, table, "{}", run.shown());
}

#[test]
fn what_was_counted_is_kept_on_request() {
    let project = Project::new();
    put(&project, "edges.tsv", EDGES);
    let options = ["--keep", "npm", "--data", "ledger", "--out", "reach.tsv"];
    let run = project.tenure(&[&["reach", "--edges", "edges.tsv"], &options[..]].concat());
    assert_eq!(run.status, 0, "{}", run.shown());
    assert!(
        run.err.contains("kept the reach of 4 packages"),
        "{}",
        run.shown()
    );
    let run = project.tenure(&["reach", "--edges", "edges.tsv", "--keep", "perl"]);
    assert_eq!(run.status, 2, "{}", run.shown());
}

#[test]
fn a_dump_of_crates_has_all_that_is_needed() {
    let project = Project::new();
    let file = File::create(project.root().join("dump.tar.gz")).expect("a writable folder");
    let made = CratesDump {
        seed: 7,
        crates: 7,
        day: 1,
    };
    made.write(file).expect("a writable folder");
    let run = project.tenure(&["reach", "--crates-dump", "dump.tar.gz"]);
    let columns =
        |line: &str| -> Vec<String> { line.split('\t').take(3).map(str::to_owned).collect() };
    let lines: Vec<Vec<String>> = run.out.lines().map(columns).collect();
    // 2 and 3 need 1, 4 and 5 need 2, 6 and 7 need 3.
    let expected = [
        ["crate-000001", "2", "6"],
        ["crate-000002", "2", "2"],
        ["crate-000003", "2", "2"],
    ];
    assert_eq!(
        lines[..3],
        expected.map(|line| line.map(str::to_owned)),
        "{}",
        run.shown()
    );
    assert_eq!(lines.len(), 7);
}

#[test]
fn says_which_line_of_which_file_is_wrong() {
    let project = Project::new();
    put(&project, "edges.tsv", "a\tb\na b\n");
    let run = project.tenure(&["reach", "--edges", "edges.tsv"]);
    assert_eq!(run.status, 2);
    let said = "`edges.tsv`: line 2: there is no tab";
    assert!(run.err.contains(said), "{}", run.shown());
    let run = project.tenure(&["reach", "--edges", "none.tsv"]);
    assert!(
        run.err.contains("cannot read `none.tsv`"),
        "{}",
        run.shown()
    );
}

#[test]
fn the_ledger_knows_what_was_observed() {
    let (project, npm) = (Project::new(), FakeNpm::start());
    let one = |version: &str, day: &str| Release::new(version).at(day).by("ada").owners(&["ada"]);
    for (name, needs) in [("app", "lib"), ("lib", "left-pad")] {
        let old = one("1.0.0", "2020-01-01T00:00:00Z").depends_on("unused", "^1.0.0");
        let new = one("1.1.0", "2021-01-01T00:00:00Z").depends_on(needs, "^1.0.0");
        npm.put(
            Packument::new(name)
                .release(old)
                .release(new)
                .owners(&["ada"])
                .latest("1.1.0")
                .to_json(),
        );
    }
    let upstream = format!("npm={}", npm.url());
    let observed = [
        "observe",
        "app",
        "lib",
        "--upstream",
        &upstream,
        "--data",
        "ledger",
    ];
    let run = project.tenure(&observed);
    assert_eq!(run.status, 0, "{}", run.shown());
    let from = ["reach", "--ledger", "npm", "--data", "ledger"];
    let run =
        project.tenure(&[&from[..], &["--owners-out", "people.tsv", "--keep", "npm"]].concat());
    // With how many other owners depend on each: ada's own do not count.
    let table = "left-pad\t1\t2\t1\nlib\t1\t1\t0\napp\t0\t0\t0\n";
    assert_eq!((&*run.out, run.status), (table, 0), "{}", run.shown());
    assert_eq!(get(&project, "people.tsv"), "npm:ada\t2\t1\n");
    // What was kept counts for the tier.
    let who = project.tenure(&["who", "lib", "--upstream", &upstream, "--data", "ledger"]);
    assert!(who.said("depend on it"), "{}", who.shown());
    let none = project.tenure(&["reach", "--ledger", "pypi", "--data", "ledger"]);
    assert_eq!(none.status, 2, "{}", none.shown());
    assert!(
        none.err.contains("knows no dependencies of pypi packages"),
        "{}",
        none.shown()
    );
}
