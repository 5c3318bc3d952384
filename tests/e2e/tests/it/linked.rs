//! The real npm through a server that follows somebody, who says that an account
//! is theirs. Keys and signatures are those of the real `ssh-keygen`.

use crate::project::Project;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tenure_e2e::{Server, process};
use tenure_testkit::{FakeNpm, Packument, Release, missing};

/// `river` was grace's for years, and then a stranger's, who has `spring`, too.
fn registry(key: &str) -> FakeNpm {
    let by = |version, at: &str, login| Release::new(version).at(at).by(login);
    let river = [
        by("1.0.0", "2012-03-01T10:00:00.000Z", "grace"),
        by("1.1.0", "2013-06-14T10:00:00.000Z", "grace"),
        by("1.2.0", "2014-12-27T10:00:00.000Z", "grace"),
        by("2.0.0", "2016-07-17T10:00:00.000Z", "grace"),
        by("2.1.0", "2018-09-09T10:00:00.000Z", "newcomer"),
    ];
    let registry = FakeNpm::start();
    registry.put(
        river
            .into_iter()
            .fold(Packument::new("river"), Packument::release),
    );
    registry.set_downloads("river", 2_000_000, 1_600);
    let spring = serde_json::json!({
        "name": "spring", "dist-tags": {"latest": "1.0.0"},
        "time": {"1.0.0": "2018-10-01T10:00:00.000Z", "modified": "2018-10-01T10:00:00.000Z"},
        "versions": {"1.0.0": {"name": "spring", "version": "1.0.0", "tenure": key,
            "_npmUser": {"name": "newcomer"}, "dist": {"tarball": "https://registry.example/spring-1.0.0.tgz"}}},
    });
    assert!(registry.put_recorded(spring.to_string().as_bytes()));
    registry
}

/// What a new clone of a project gets; `None` where npm is missing.
fn newest(server: &Server) -> Option<String> {
    let clone = Project::new(&format!("{}npm/", server.url()), &[("river", "^2")]);
    let npm = clone.npm_install()?;
    assert_eq!(npm.status, Some(0), "{}", npm.shown());
    Some(clone.installed("river"))
}

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_server_finds_out_that_an_account_is_that_of_somebody_it_follows() {
    let Some(ssh_keygen) = process().find_program("ssh-keygen") else {
        missing("ssh-keygen is not installed; it comes with OpenSSH");
        return;
    };
    let desk = Project::new("https://registry.example/", &[]);
    let beside = |name: &str| desk.folder().join("..").join(name);
    let made = Command::new(&ssh_keygen)
        .args(["-q", "-N", "", "-t", "ed25519", "-f"])
        .arg(beside("ada"))
        .stdin(Stdio::null())
        .status();
    assert!(made.unwrap().success());
    let public = std::fs::read_to_string(beside("ada.pub")).unwrap();
    let link = [
        "identity",
        "link",
        "npm:newcomer",
        "--proof",
        "pkg:npm/spring",
    ];
    let own = ["--key", "../ada", "--folder", "../said"];
    let linked = desk.tenure(&[&link[..], &own].concat());
    assert_eq!(linked.status, Some(0), "{}", linked.shown());
    let key = linked.out.split(' ').next().unwrap();
    let registry = registry(key);
    let follow = format!(
        "[[follow]]\nname = \"ada\"\nkey = \"{}\"\nvouches = \"{}\"\n",
        public.trim(),
        beside("said").display()
    );
    let server = Server::start(registry.url(), &follow);
    let began = Instant::now();
    loop {
        let Some(newest) = newest(&server) else {
            return;
        };
        if newest == "2.1.0" {
            break;
        }
        assert_eq!(newest, "2.0.0");
        assert!(began.elapsed() < PATIENCE, "nobody looked at the link");
        std::thread::sleep(Duration::from_millis(200));
    }
    let record = std::fs::read_to_string(server.data().join("identities.jsonl"));
    assert!(record.unwrap().contains("\"outcome\":\"confirmed\""));
    // One that follows nobody goes on holding.
    let other = Server::start(registry.url(), "");
    assert_eq!(newest(&other).unwrap(), "2.0.0");
}
