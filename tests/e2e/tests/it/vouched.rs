//! The real npm through a project of `tenure serve`, which follows two people.
//! Keys and signatures are those of the real `ssh-keygen`.

use crate::project::{Project, Run};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tenure_e2e::{Server, process};
use tenure_testkit::{FakeNpm, Packument, Release, missing};

/// `river` was ada's for years, and then a stranger's.
fn registry() -> FakeNpm {
    let by = |version, at: &str, login| Release::new(version).at(at).by(login);
    let river = [
        by("1.0.0", "2012-03-01T10:00:00.000Z", "grace"),
        by("1.1.0", "2013-06-14T10:00:00.000Z", "grace"),
        by("1.2.0", "2014-12-27T10:00:00.000Z", "grace"),
        by("2.0.0", "2016-07-17T10:00:00.000Z", "grace"),
        by("2.0.1", "2018-09-05T10:00:00.000Z", "newcomer"),
        by("2.1.0", "2018-09-09T10:00:00.000Z", "newcomer"),
    ];
    let river = river.into_iter();
    let registry = FakeNpm::start();
    registry.put(river.fold(Packument::new("river"), Packument::release));
    registry.set_downloads("river", 2_000_000, 1_600);
    registry
}

/// Whoever decides for the project, with keys of two people beside it.
struct Team {
    project: Project,
    ssh_keygen: PathBuf,
}

impl Team {
    /// `None`, said on standard error, where `ssh-keygen` is missing.
    fn new(server: &Server) -> Option<Self> {
        let Some(ssh_keygen) = process().find_program("ssh-keygen") else {
            missing("ssh-keygen is not installed; it comes with OpenSSH");
            return None;
        };
        let project = Project::new(&format!("{}p/team/npm/", server.url()), &[("river", "^2")]);
        let team = Self {
            project,
            ssh_keygen,
        };
        let follow = ["ada", "bob"].map(|person| {
            std::fs::create_dir(team.beside(&format!("{person}-vouches"))).unwrap();
            let key = team.makes_key(person);
            format!("[[follow]]\nname = \"{person}\"\nkey = \"{key}\"\nvouches = \"../{person}-vouches\"\n")
        });
        let server_table = format!("[server]\nurl = \"{}\"\nproject = \"team\"\n", server.url());
        let text = server_table + &follow.concat();
        team.project.write("tenure.toml", &text);
        let data = server.data().display().to_string();
        let token = team.tenure(&["project", "create", "team", "--data", &data]);
        team.project.write("token", token.trim());
        Some(team)
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.project.folder().join("..").join(name)
    }

    /// The public key.
    fn makes_key(&self, person: &str) -> String {
        let made = Command::new(&self.ssh_keygen)
            .args(["-q", "-N", "", "-t", "ed25519", "-C", person, "-f"])
            .arg(self.beside(person))
            .stdin(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        let line = std::fs::read_to_string(self.beside(&format!("{person}.pub")));
        line.unwrap().trim().to_owned()
    }

    fn tenure(&self, arguments: &[&str]) -> String {
        let Run { status, out, err } = self.project.tenure(arguments);
        assert_eq!(status, Some(0), "{arguments:?}: {out}\n{err}");
        out
    }

    /// What somebody says of the stranger.
    fn says(&self, person: &str, words: &[&str]) {
        let (key, folder) = (format!("../{person}"), format!("../{person}-vouches"));
        let signed = ["--key", &key, "--folder", &folder];
        self.tenure(&[&["vouch"], words, &signed].concat());
    }

    fn pushes(&self) {
        let said = self.tenure(&["push", "--token-file", "token"]);
        assert!(said.contains("tenure.toml and vouches"), "{said}");
    }
}

/// What a new clone of the project gets; `None` where npm is missing.
fn newest(server: &Server) -> Option<String> {
    let clone = Project::new(&format!("{}p/team/npm/", server.url()), &[("river", "^2")]);
    let npm = clone.npm_install()?;
    assert_eq!(npm.status, Some(0), "{}", npm.shown());
    Some(clone.installed("river"))
}

#[test]
fn a_held_release_is_offered_while_people_who_are_followed_vouch() {
    let registry = registry();
    let server = Server::start(registry.url(), "");
    let Some(team) = Team::new(&server) else {
        return;
    };
    let Some(before) = newest(&server) else {
        return;
    };
    assert_eq!(before, "2.0.0");
    let vouch = ["npm:newcomer", "--for", "competence"];
    team.says("ada", &vouch);
    team.pushes();
    assert_eq!(newest(&server).unwrap(), "2.0.0");
    team.says("bob", &vouch);
    team.pushes();
    assert_eq!(newest(&server).unwrap(), "2.1.0");
    team.says("bob", &["revoke", "npm:newcomer"]);
    team.pushes();
    assert_eq!(newest(&server).unwrap(), "2.0.0");
}
