//! What registries say, kept from look to look.

use crate::project::{Project, Run};
use serde_json::Value;
use tenure_testkit::{
    Crate, CrateRelease, FakeCargo, FakeNpm, FakePypi, JournalEntry, PypiProject, Request,
};

fn demo(owners: &[&str]) -> PypiProject {
    PypiProject::new("demo-lib")
        .release("1.0", "2019-01-01T00:00:00Z")
        .release("1.1", "2019-02-01T00:00:00Z")
        .release("1.2", "2019-03-01T00:00:00Z")
        .owners(owners)
}

fn observe(project: &Project, more: &[&str]) -> Run {
    let run = project.tenure(&[&["observe"], more].concat());
    assert_eq!(run.status, 0, "{}", run.shown());
    run
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.shown()))
}

/// The owner lists that `who` knows, as logins.
fn lists(document: &Value) -> Vec<Vec<String>> {
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let owner = |owner: Value| owner.as_str().expect("a party").to_owned();
    let owners = |seen: Value| list(&seen["owners"]).into_iter().map(owner).collect();
    list(&document["owners_seen"])
        .into_iter()
        .map(owners)
        .collect()
}

#[test]
fn a_changed_owner_is_there_with_both_dates() {
    let (project, pypi) = (Project::new(), FakePypi::start());
    pypi.put(&demo(&["ada"]));
    let upstream = format!("pypi={}", pypi.url());
    let named = ["pkg:pypi/Demo_Lib", "--upstream", &upstream];
    let who = |more: &[&str]| project.tenure(&[&["who"], &named[..], more].concat());
    let first = observe(&project, &named);
    assert!(
        first.said("new here: 3 releases, owned by pypi:ada"),
        "{}",
        first.out
    );
    // One list alone is no history, and is said to be none.
    let before = who(&[]);
    assert!(before.said("owned now by pypi:ada"), "{}", before.out);
    assert!(before.said("who was an owner before 20"), "{}", before.out);
    assert!(observe(&project, &named).said("as before"));
    pypi.put(&demo(&["ada", "mallory"]));
    let second = observe(&project, &named);
    let changed = "owned by pypi:ada, pypi:mallory now, before owned by pypi:ada (last seen 20";
    assert!(second.said(changed), "{}", second.out);
    let shown = who(&[]);
    assert!(shown.said("Owners, from look to look"), "{}", shown.out);
    assert!(
        shown.said("pypi:ada, pypi:mallory first seen 20"),
        "{}",
        shown.out
    );
    let document = json(&who(&["--format", "json"]));
    let expected = [vec!["pypi:ada"], vec!["pypi:ada", "pypi:mallory"]];
    assert_eq!(lists(&document), expected);
    let seen = |list: usize, which: &str| document["owners_seen"][list][which].clone();
    let moments = [
        seen(0, "first"),
        seen(0, "last"),
        seen(1, "first"),
        seen(1, "last"),
    ];
    let moments = moments.map(|moment| moment.as_str().unwrap().to_owned());
    // The second look, which brought nothing new, is when it was last so.
    assert!(
        moments[0] < moments[1] && moments[1] < moments[2],
        "{moments:?}"
    );
    assert!(moments[2] <= moments[3], "{moments:?}");
}

/// The second now, as a journal writes it.
fn second(document: &Value, pointer: &str) -> i64 {
    let moment = document.pointer(pointer).and_then(Value::as_str);
    let moment: tenure_domain::Time = moment.expect("a moment").parse().expect("a moment");
    moment.as_millis() / 1000
}

#[test]
fn the_journal_tells_when_owners_changed() {
    let (project, pypi) = (Project::new(), FakePypi::start());
    pypi.put(&demo(&["ada"]));
    let upstream = format!("pypi={}", pypi.url());
    let named = ["pkg:pypi/demo-lib", "--upstream", &upstream];
    let shown = || json(&project.tenure(&[&["who"], &named[..], &["--format", "json"]].concat()));
    observe(&project, &named);
    assert_eq!(pypi.count("/pypi"), 0, "nothing had changed");
    let looked = second(&shown(), "/owners_seen/0/first");
    // Between the first look and the next.
    std::thread::sleep(std::time::Duration::from_millis(3100));
    let entry = |project: &str, at: i64, action: &str| JournalEntry {
        project: project.to_owned(),
        at,
        action: action.to_owned(),
    };
    let entries = vec![
        entry("Demo_Lib", looked + 1, "invite Owner mallory"),
        entry("another", looked + 1, "remove Owner ada"),
        entry("Demo_Lib", looked + 1, "accepted Owner mallory"),
        entry("Demo_Lib", looked + 2, "new release"),
        entry("Demo_Lib", looked + 2, "remove Owner ada"),
    ];
    pypi.put_journal(entries, 2);
    pypi.put(&demo(&["mallory"]));
    let second_look = observe(&project, &named);
    let told = "its journal: accepted Owner mallory at 20";
    assert!(second_look.said(told), "{}", second_look.out);
    let document = shown();
    let expected = [
        vec!["pypi:ada"],
        vec!["pypi:ada", "pypi:mallory"],
        vec!["pypi:mallory"],
    ];
    assert_eq!(lists(&document), expected);
    let moments = [
        second(&document, "/owners_seen/0/last"),
        second(&document, "/owners_seen/1/first"),
        second(&document, "/owners_seen/1/last"),
        second(&document, "/owners_seen/2/first"),
    ];
    assert_eq!(moments, [1, 1, 2, 2].map(|later| looked + later));
    // What it tells does not lead to the next list, so the looks count alone.
    pypi.put(&demo(&["eve"]));
    let third = json(&observe(
        &project,
        &[&named[..], &["--format", "json"]].concat(),
    ));
    assert_eq!(third["packages"][0]["journal"], serde_json::json!([]));
    assert_eq!(lists(&shown()).len(), 4);
}

#[test]
fn the_gate_speaks_of_owners_where_publishers_are_not_known() {
    let (project, pypi) = (Project::new(), FakePypi::start());
    let upstream = format!("pypi={}", pypi.url());
    let data = ["--data", "ledger"];
    let observe_all = || observe(&project, &[&["--upstream", &upstream], &data[..]].concat());
    std::fs::remove_file(project.root().join("package-lock.json")).unwrap();
    project.write("requirements.txt", "demo-lib==2.0\n");
    pypi.put(&demo(&["ada"]));
    assert!(observe_all().said("1 package asked for"));
    // Released between the two looks, at a moment that the file names.
    let now = "2999-01-01T00:00:00Z";
    pypi.put(&demo(&["mallory"]));
    observe_all();
    let check = [
        "check",
        "--upstream",
        &upstream,
        "--format",
        "json",
        "--as-of",
        now,
    ];
    let with_ledger = [&check[..], &data].concat();
    let at = json(
        &project.tenure(
            &[
                &[
                    "who",
                    "pkg:pypi/demo-lib",
                    "--upstream",
                    &upstream,
                    "--format",
                    "json",
                ],
                &data[..],
            ]
            .concat(),
        ),
    );
    let between = at["owners_seen"][1]["first"].as_str().unwrap().to_owned();
    pypi.put(&demo(&["mallory"]).release("2.0", &between));
    observe_all();
    let document = json(&project.tenure(&with_ledger));
    let release = &document["releases"][0];
    let facts = release["findings"][0]["change"]["facts"].to_string();
    assert_eq!(
        release["findings"][0]["change"]["kind"], "owners-changed",
        "{document}"
    );
    assert!(facts.contains("pypi:mallory"), "{facts}");
    assert!(facts.contains("owners-seen"), "{facts}");
    // Who publishes is still not known.
    assert_eq!(release["verdict"], "unknown");
}

#[test]
fn a_crate_that_was_deleted_is_gone() {
    let (project, cargo) = (Project::new(), FakeCargo::start());
    let release = CrateRelease::new("1.0.0")
        .at("2016-01-10T00:00:00Z")
        .by(1, "ada");
    cargo.put(Crate::new("river").release(release).owner(1, "ada"));
    let upstream = format!("cargo={}", cargo.url());
    let named = ["pkg:cargo/river", "--upstream", &upstream];
    assert!(observe(&project, &named).said("new here"));
    cargo.remove("river");
    let after = observe(&project, &named);
    let gone = "gone: the registry has no such package any more";
    assert!(after.said(gone), "{}", after.out);
}

/// All that the lockfiles lock, in a folder that a server could use.
#[test]
fn every_ecosystem_is_kept_where_a_server_would_look() {
    let project = Project::new();
    let (npm, cargo) = (FakeNpm::start(), FakeCargo::start());
    npm.load(project.root().join("../facts"))
        .expect("readable facts");
    let release = CrateRelease::new("1.0.0")
        .at("2016-01-10T00:00:00Z")
        .by(1, "ada");
    cargo.put(Crate::new("river").release(release).owner(1, "ada"));
    project.write(
        "Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"river\"\nversion = \"1.0.0\"\nsource = \"registry+https://code.example/index\"\n",
    );
    let [npm_at, cargo_at] = [
        format!("npm={}", npm.url()),
        format!("cargo={}", cargo.url()),
    ];
    let all = [
        "observe",
        "--data",
        "server",
        "--upstream",
        &npm_at,
        "--upstream",
        &cargo_at,
    ];
    let first = project.tenure(&all);
    // One of the packages is not there.
    assert_eq!(first.status, 3, "{}", first.shown());
    assert!(first.said("1 not to be had"), "{}", first.out);
    let asked = npm.requests().len();
    let second = project.tenure(&all);
    assert!(second.said("as before"), "{}", second.out);
    assert!(!second.said("changed"), "{}", second.out);
    let again = npm.requests().split_off(asked);
    let conditional = |request: &Request| {
        request
            .headers
            .iter()
            .any(|(name, _)| name == "if-none-match")
    };
    assert!(again.iter().any(conditional), "{again:?}");
    let server = project.root().join("server");
    assert!(server.join("tenure.db").is_file() && server.join("blobs").is_dir());
    let who = project.tenure(&[
        "who",
        "pkg:cargo/river",
        "--upstream",
        &cargo_at,
        "--data",
        "server",
        "--format",
        "json",
    ]);
    assert_eq!(lists(&json(&who)), [["cargo:ada#1"]]);
}

#[test]
fn a_ledger_that_is_not_there_is_missed_only_if_it_was_named() {
    let project = Project::new();
    let done = project.tenure(&["check", "--offline"]);
    assert_ne!(done.status, 2, "{}", done.shown());
    let done = project.tenure(&["check", "--offline", "--data", "nowhere"]);
    assert_eq!(done.status, 2, "{}", done.shown());
    assert!(
        done.err
            .contains("`tenure observe --data nowhere` begins one"),
        "{}",
        done.err
    );
}
