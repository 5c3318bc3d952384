//! `tenure identity`, and verdicts that rest on links: keys and signatures of the
//! real `ssh-keygen`, a forge, pages and DNS in the test's own process.

use crate::keys;
use crate::project::{Project, Run};
use std::fs;
use tenure_testkit::{FakeDns, FakeNpm, FakeWeb, Fault};

pub(crate) struct World {
    pub(crate) project: Project,
    forge: FakeWeb,
    web: FakeWeb,
    dns: FakeDns,
}

const HOSTS: [&str; 2] = ["ada.example", "social.example"];

impl World {
    /// `None` where there is no `ssh-keygen`.
    pub(crate) fn new(people: &[&str]) -> Option<Self> {
        let project = Project::new();
        if !keys::make(&project, people) {
            return None;
        }
        let web = FakeWeb::of(&HOSTS);
        project.write("../ca.pem", web.pem());
        Some(Self {
            project,
            forge: FakeWeb::plain(),
            web,
            dns: FakeDns::start(),
        })
    }

    fn public(&self, person: &str) -> String {
        keys::public(&self.project, person)
    }

    pub(crate) fn fingerprint(&self, person: &str) -> String {
        tenure_ecosystem::vouch::ssh::Fingerprint::of_public_key(&self.public(person))
            .expect("a public key")
            .to_string()
    }

    fn token(&self, person: &str) -> String {
        format!("tenure-key={}", self.fingerprint(person))
    }

    /// A project that follows these people, and asks this world.
    pub(crate) fn follow(&self, people: &[&str], more: &str) {
        let follow = keys::follow(&self.project, people);
        let allow = HOSTS.map(|host| format!("\"{host}={}\"", self.web.address()));
        self.project.write(
            "tenure.toml",
            &format!(
                "{follow}[[vouches]]\nfrom = \"../said\"\n\n[identity]\ngithub = \"http://{}\"\ndns = \"{}\"\nallow = [{}]\n{more}",
                self.forge.address(),
                self.dns.address(),
                allow.join(", ")
            ),
        );
        fs::create_dir_all(self.project.root().join("../said")).expect("a writable folder");
    }

    /// With the certificate of the world's pages.
    fn tenure(&self, arguments: &[&str]) -> Run {
        let mut command = self.project.command(arguments);
        let pem = self.project.root().join("../ca.pem");
        command.env("NODE_EXTRA_CA_CERTS", pem);
        crate::project::run(command)
    }

    pub(crate) fn identity(&self, arguments: &[&str]) -> Run {
        self.tenure(&[&["identity"], arguments].concat())
    }

    /// Somebody says that an account is theirs.
    pub(crate) fn link(&self, person: &str, account: &str, more: &[&str]) -> Run {
        let key = format!("../{person}");
        let own = ["link", account, "--key", &key, "--folder", "../said"];
        self.identity(&[&own, more].concat())
    }

    fn put_user(&self, login: &str, id: u64, keys: &[&str]) {
        let path = format!("/users/{login}");
        let user = format!(r#"{{"login": "{login}", "id": {id}}}"#);
        self.forge.put(&path, "application/json", &user);
        let keys: Vec<String> = keys
            .iter()
            .map(|key| format!(r#"{{"key": "{key}"}}"#))
            .collect();
        let keys = format!("[{}]", keys.join(","));
        let path = format!("{path}/ssh_signing_keys");
        self.forge.put(&path, "application/json", &keys);
    }

    /// An account and a key that are linked have one card.
    fn assert_on_the_card(&self, person: &str, today: &str) {
        let key = self.fingerprint(person);
        let known = [
            ("npm:mallory", "path: you → ada"),
            (&*key, "this project follows them"),
        ];
        for (name, path) in known {
            let who = self.tenure(&["who", name, "--offline"]);
            let link = format!("npm:mallory and the key {key}: confirmed on {today}");
            assert!(who.said(&link), "{}", who.shown());
            assert!(who.said(path), "{}", who.shown());
        }
    }

    /// Without what is another time in every run.
    fn plain(&self, text: &str) -> String {
        let today = self.today();
        let mut text = text
            .replace(&today, "TODAY")
            .replace(&self.forge.address().to_string(), "forge")
            .replace(
                self.project
                    .root()
                    .parent()
                    .expect("a folder")
                    .to_str()
                    .expect("text"),
                "FOLDER",
            );
        for person in ["ada", "bob", "eve"] {
            if self
                .project
                .root()
                .join(format!("../{person}.pub"))
                .exists()
            {
                let in_names = self.fingerprint(person).replace([':', '/', '+'], "-");
                text = text
                    .replace(&in_names, &format!("KEY-OF-{person}"))
                    .replace(&self.fingerprint(person), &format!("KEY-OF-{person}"))
                    .replace(&self.public(person), &format!("PUBLIC-KEY-OF-{person}"));
            }
        }
        text
    }

    fn today(&self) -> String {
        let said = fs::read_dir(self.project.root().join("../said"));
        let file = said.expect("a folder").next().and_then(Result::ok);
        let text = file.map(|file| fs::read_to_string(file.path()).expect("text"));
        let text = text.unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("from: "));
        line.unwrap_or("no day").to_owned()
    }
}

#[test]
fn every_account_is_told_what_to_show() {
    let Some(world) = World::new(&["ada", "bob"]) else {
        return;
    };
    world.follow(&[], "");
    let other = format!("key:{}", world.fingerprint("bob"));
    let mut said = String::new();
    for (account, more) in [
        ("github:Ada", &[][..]),
        (
            "github:ada#1815",
            &[
                "--proof",
                "https://gists.example/ada/0123456789abcdef0123456789abcdef",
            ],
        ),
        ("domain:ada.example", &[]),
        (
            "web:https://social.example/@ada",
            &["--proof", "https://ada.example/"],
        ),
        (&other, &["--other-key", "../bob"]),
        ("npm:ada", &["--proof", "pkg:npm/river"]),
        ("cargo:ada#189", &[]),
        ("pypi:ada", &["--proof", "pkg:pypi/river"]),
        ("nuget:ada", &["--proof", "pkg:nuget/River"]),
    ] {
        let run = world.link("ada", account, more);
        assert_eq!(run.status, 0, "{}", run.shown());
        said += "$ tenure identity link ";
        said += &[&[account], more].concat().join(" ");
        said += "
";
        said += &run.out;
        said += "
";
    }
    insta::assert_snapshot!(world.plain(&said));
    // They are plain statements, and all good.
    let check = world.project.tenure(&["vouch", "check", "../said"]);
    assert_eq!(check.out, "9 signed, 0 passed over\n", "{}", check.shown());
}

#[test]
fn links_are_confirmed_kept_and_lapse() {
    let Some(world) = World::new(&["ada"]) else {
        return;
    };
    world.follow(&["ada"], "");
    for (account, more) in [
        ("github:ada", &[][..]),
        ("domain:ada.example", &[]),
        (
            "web:https://social.example/@ada",
            &["--proof", "https://ada.example/"],
        ),
    ] {
        assert_eq!(world.link("ada", account, more).status, 0);
    }
    let before = world.identity(&["list"]);
    let nothing = world.identity(&["check"]);
    world.put_user("ada", 1815, &[&world.public("ada")]);
    world
        .dns
        .put_text("_tenure.ada.example", &world.token("ada"));
    let key = world.fingerprint("ada");
    let head = format!(r#"<html><head><meta name="tenure-key" content="{key}"></head></html>"#);
    world.web.put("ada.example/", "text/html", &head);
    let profile = r#"<html><body><a href="https://ada.example/" rel="me">site</a></body></html>"#;
    world.web.put("social.example/@ada", "text/html", profile);
    let confirmed = world.identity(&["check"]);
    assert_eq!(confirmed.status, 0, "{}", confirmed.shown());
    let asked = world.forge.asked().len();
    let again = world.identity(&["check"]);
    assert_eq!(world.forge.asked().len(), asked, "{}", again.shown());
    let list = world.identity(&["list"]);
    assert_eq!(list.status, 0, "{}", list.shown());
    // The key is gone, the name has another owner, the network is broken.
    world.put_user("ada", 7, &[&world.public("ada")]);
    world.web.remove("social.example/@ada");
    world.dns.fail("_tenure.ada.example");
    let lapsed = world.identity(&["check", "--all"]);
    assert_eq!(lapsed.status, 1, "{}", lapsed.shown());
    let after = world.identity(&["list"]);
    let all = [before, nothing, confirmed, again, list, lapsed, after];
    let names = [
        "list",
        "check",
        "check",
        "check",
        "list",
        "check --all",
        "list",
    ];
    let shown = names
        .iter()
        .zip(&all)
        .map(|(name, run)| format!("$ tenure identity {name}\n{}", run.shown()));
    insta::assert_snapshot!(world.plain(&shown.collect::<Vec<_>>().join("\n")));
    let json = world.identity(&["list", "github:ada", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let github = json
        .as_array()
        .expect("a list")
        .iter()
        .find(|link| link["kind"] == "github");
    let github = github.expect("the link");
    assert_eq!(github["state"], "lapsed", "{github}");
    assert_eq!(github["id"], "1815");
    // Nothing of the record is ever changed.
    let record = world.project.read("tenure-vouches/identities.jsonl");
    assert_eq!(record.lines().count(), 9, "{record}");
    // As it was before anything was seen.
    let early = world.identity(&["list", "--as-of", "2020-01-01"]);
    assert!(early.out.is_empty(), "{}", early.out);
}

/// A package by which mallory shows a key.
fn put_river(npm: &FakeNpm, key: &str, day: &str) {
    let package = serde_json::json!({
        "name": "river", "dist-tags": {"latest": "1.0.0"}, "time": {"1.0.0": day, "modified": day},
        "versions": {"1.0.0": {"name": "river", "version": "1.0.0", "tenure": key,
            "_npmUser": {"name": "mallory"}, "dist": {"tarball": "https://registry.example/river-1.0.0.tgz"}}},
    });
    assert!(npm.put_recorded(package.to_string().as_bytes()));
}

impl World {
    /// What is said of mallory's release, as at a day, and why.
    fn judged(&self, on: &str) -> Run {
        let release = "quiet-stream@2.2.1";
        self.tenure(&["explain", release, "--facts", "../facts", "--as-of", on])
    }

    fn assert_held(&self, on: &str) {
        let run = self.judged(on);
        let is_held = run.out.starts_with("quiet-stream@2.2.1: hold");
        assert!(is_held, "{}", run.shown());
    }
}

#[test]
fn a_confirmed_account_of_an_accepted_key_needs_no_question() {
    let Some(world) = World::new(&["ada", "eve"]) else {
        return;
    };
    let npm = FakeNpm::start();
    world.follow(&["ada"], &format!("[upstream]\nnpm = \"{}\"\n", npm.url()));
    put_river(&npm, &world.fingerprint("ada"), "2020-01-01T00:00:00Z");
    let proof = ["--proof", "pkg:npm/river"];
    let linked = world.link("ada", "npm:mallory", &proof);
    assert_eq!(linked.status, 0, "{}", linked.shown());
    let today = world.today();
    let tonight = format!("{today}T23:59:59Z");
    world.assert_held(&tonight);
    let check = world.identity(&["check"]);
    assert_eq!(check.status, 0, "{}", check.shown());
    let confirmed = world.judged(&tonight);
    let passes = confirmed.out.starts_with("quiet-stream@2.2.1: pass");
    assert!(passes, "{}", confirmed.shown());
    let path = format!("you → ada → npm:mallory (theirs since {today}, confirmed on {today})");
    assert!(confirmed.said(&path), "{}", confirmed.out);
    // What was confirmed after the moment of judging plays no part.
    world.assert_held("2020-06-01");
    let path = world.tenure(&["vouch", "path", "npm:mallory"]);
    assert_eq!(path.status, 0, "{}", path.shown());
    insta::assert_snapshot!(world.plain(&path.out), @r"
    npm:mallory: accepted
      you → ada → npm:mallory (theirs since TODAY, confirmed on TODAY)
      npm:mallory: confirmed on TODAY
    ");
    world.assert_on_the_card("ada", &today);
    // A lapsed one does not count, nor one of somebody whom nobody vouches for.
    put_river(&npm, &world.fingerprint("eve"), "2020-01-02T00:00:00Z");
    let lapsed = world.identity(&["check", "--all"]);
    assert_eq!(lapsed.status, 1, "{}", lapsed.shown());
    world.assert_held(&tonight);
    assert_eq!(world.link("eve", "npm:mallory", &proof).status, 0);
    // Nobody is made to ask for a stranger's accounts, but by name.
    let asked = npm.count("/river");
    world.identity(&["check", "--all"]);
    assert_eq!(npm.count("/river"), asked + 1);
    let check = world.identity(&["check", &world.fingerprint("eve")]);
    assert!(check.said("npm:mallory: confirmed on"), "{}", check.out);
    world.assert_held(&tonight);
}

#[test]
fn a_link_is_taken_back() {
    let Some(world) = World::new(&["ada", "bob"]) else {
        return;
    };
    world.follow(&["ada"], "");
    let other = format!("key:{}", world.fingerprint("bob"));
    let linked = world.link("ada", &other, &["--other-key", "../bob"]);
    assert_eq!(linked.status, 0, "{}", linked.shown());
    let list = world.identity(&["list"]);
    assert!(list.said("both keys have signed"), "{}", list.out);
    let by_bob = ["withdraw", &other, "--key", "../bob", "--folder", "../said"];
    let done = world.identity(&by_bob);
    assert_eq!(done.status, 0, "{}", done.shown());
    let list = world.identity(&["list"]);
    assert_eq!(list.status, 0);
    assert!(list.said("taken back on"), "{}", list.out);
    let again = world.identity(&by_bob);
    assert!(
        again.err.contains("no statement of yours about"),
        "{}",
        again.err
    );
}

#[test]
fn what_cannot_be_linked_or_asked_is_said() {
    let Some(world) = World::new(&["ada", "bob"]) else {
        return;
    };
    world.follow(&["ada"], "");
    let refused = |account: &str, more: &[&str]| {
        let run = world.link("ada", account, more);
        assert_eq!(run.status, 2, "{}", run.shown());
        run.err
    };
    let mut said = String::new();
    for (account, more) in [
        ("ada", &[][..]),
        ("npm:ada", &[]),
        ("domain:ada.example", &["--proof", "https://ada.example/"]),
        ("web:https://social.example/@ada", &[]),
        ("web:http://social.example/@ada", &[]),
        (&format!("key:{}", world.fingerprint("bob")), &[]),
        (
            &format!("key:{}", world.fingerprint("ada")),
            &["--other-key", "../ada"],
        ),
    ] {
        said += &refused(account, more);
    }
    insta::assert_snapshot!(world.plain(&said));
    let nobody = world.identity(&["list", "github:nobody"]);
    assert!(
        nobody
            .err
            .contains("nobody says that `github:nobody` is theirs"),
        "{}",
        nobody.err
    );
    world.follow(&["ada"], "recheck-days = 100\n");
    let wrong = world.identity(&["list"]);
    assert!(
        wrong
            .err
            .contains("[identity] `recheck-days` must not be more"),
        "{}",
        wrong.err
    );
}

#[test]
fn what_leads_inside_is_no_answer() {
    let Some(world) = World::new(&["ada"]) else {
        return;
    };
    world.follow(&["ada"], "");
    assert_eq!(world.link("ada", "domain:ada.example", &[]).status, 0);
    let file = "ada.example/.well-known/tenure.txt";
    world.web.fail(
        file,
        Fault::Redirect(format!("https://{}/", world.forge.address())),
    );
    let check = world.identity(&["check"]);
    assert_eq!(check.status, 1, "{}", check.shown());
    assert!(
        check.said("within this machine's own network"),
        "{}",
        check.out
    );
    assert!(
        check.said("0 confirmed, 0 not, 1 without an answer"),
        "{}",
        check.out
    );
    assert!(world.forge.asked().is_empty());
}

#[test]
fn ones_own_folder_is_looked_at_without_a_project() {
    let Some(world) = World::new(&["ada"]) else {
        return;
    };
    let own = ["identity", "link", "github:ada", "--key", "../ada"];
    let linked = world.tenure(&own);
    assert_eq!(linked.status, 0, "{}", linked.shown());
    let list = world.identity(&["list"]);
    assert_eq!(list.status, 1, "{}", list.shown());
    assert!(list.said("github:ada: never confirmed"), "{}", list.out);
}
