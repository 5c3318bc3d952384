//! A registry with a package that changed hands, and `tenure serve` before it.

use crate::client::Client;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenure_e2e::{Server, process, program};
use tenure_testkit::{Crate, CrateRelease, FakeCargo, FakeNpm, FakePypi};
use tenure_testkit::{Packument, PypiProject, Release, http};

/// The release that everybody has who accepted nothing.
pub(crate) const ACCEPTED: &str = "2.0.0";
/// The stranger's latest release.
pub(crate) const HELD: &str = "2.1.0";

const ACCEPTED_CRATE: &str = r#"
[[accept]]
package = "pkg:cargo/river"
from = ["cargo:ada#1"]
to = "cargo:newcomer#2"
since = "2.0.1"
reason = "looked at it"
by = "ada@mail.example"
on = 2026-11-22
until = 2099-11-22
"#;

const ACCEPTED_PROJECT: &str = r#"
[[accept]]
package = "pkg:pypi/river"
from = ["pypi:workflow/github/ada/river/release.yml"]
to = "pypi:workflow/github/newcomer/river/release.yml"
since = "2.0.1"
reason = "looked at it"
by = "ada@mail.example"
on = 2026-11-22
until = 2099-11-22
"#;

/// A registry, and a server before it.
pub(crate) struct World {
    ecosystem: &'static str,
    npm: FakeNpm,
    cargo: FakeCargo,
    pypi: FakePypi,
    pub(crate) server: Server,
    /// Where decisions are written.
    project: TempDir,
}

impl World {
    /// For a client, with the server's configuration file, in which `ECOSYSTEM`
    /// stands for the client's.
    pub(crate) fn new(client: &Client, config: &str) -> Self {
        let (npm, cargo, pypi) = (npm_registry(), cargo_registry(), python_index());
        let ecosystem = client.ecosystem.name;
        let config = config.replace("ECOSYSTEM", ecosystem);
        let config = format!(
            "[upstream]\ncargo = \"sparse+{}\"\npypi = \"{}\"\n{config}",
            cargo.url(),
            pypi.url()
        );
        let server = Server::start(npm.url(), &config);
        let project = tempfile::tempdir().unwrap();
        std::fs::write(project.path().join("package.json"), "{}").unwrap();
        let world = Self {
            ecosystem,
            npm,
            cargo,
            pypi,
            server,
            project,
        };
        match ecosystem {
            "cargo" => world.wait_for("ri/ve/river", ["\"vers\":\"2.1.0\"", "\"yanked\":true"]),
            "pypi" => world.wait_for("simple/river/", ["river-2.1.0-py3", "data-yanked"]),
            _ => {}
        }
        world
    }

    /// Waits until a line of a document says that the release is held: who
    /// published is asked for by the server in the background, once it knows of
    /// a package.
    fn wait_for(&self, path: &str, held: [&str; 2]) {
        let index = format!("{}{path}", self.served());
        let began = Instant::now();
        loop {
            let answer = http::get(&index).unwrap();
            let text = String::from_utf8(answer.body).unwrap();
            let is_held = |line: &str| held.iter().all(|part| line.contains(part));
            if text.lines().any(is_held) {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{text}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The address that clients are given.
    pub(crate) fn served(&self) -> String {
        format!("{}{}/", self.server.url(), self.ecosystem)
    }

    /// The address of the registry behind it.
    pub(crate) fn upstream(&self) -> String {
        match self.ecosystem {
            "cargo" => self.cargo.url(),
            "pypi" => format!("{}/", self.pypi.root()),
            _ => self.npm.url().to_owned(),
        }
    }

    /// Makes a project on the server, accepts the stranger in it, and returns
    /// the address that the project's clients are given.
    pub(crate) fn accept(&self) -> String {
        let data = self.server.data().display().to_string();
        let token = self.tenure(&["project", "create", "team", "--data", &data], "");
        let token = token.trim();
        let written = match self.ecosystem {
            "cargo" => Some(ACCEPTED_CRATE),
            "pypi" => Some(ACCEPTED_PROJECT),
            _ => None,
        };
        if let Some(text) = written {
            let file = self.project.path().join("tenure.toml");
            std::fs::write(file, text).unwrap();
        } else {
            let upstream = format!("npm={}", self.npm.url());
            let accept = ["accept", "river", "--to", "npm:newcomer", "--upstream"];
            let why = ["--reason", "looked at it", "--by", "ada@mail.example"];
            self.tenure(&[&accept[..], &[&*upstream], &why].concat(), "");
        }
        let push = ["push", "--server", self.server.url(), "--project", "team"];
        self.tenure(&push, token);
        format!("{}p/team/{}/", self.server.url(), self.ecosystem)
    }

    /// What the built program prints, run in the project of whoever decides.
    fn tenure(&self, arguments: &[&str], token: &str) -> String {
        let output = Command::new(program())
            .args(arguments)
            .current_dir(self.project.path())
            .env_clear()
            .env("PATH", process().os_variable("PATH").unwrap_or_default())
            .env("HOME", self.project.path())
            .env("TENURE_TOKEN", token)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// `river`, two million downloads a week, was one person's for years and then a
/// stranger's; `boat` needs the stranger's latest release; `stone` has nothing
/// to do with it.
fn npm_registry() -> FakeNpm {
    let registry = FakeNpm::start();
    let river = by_ada().into_iter().chain(by_the_stranger());
    registry.put(river.fold(Packument::new("river"), Packument::release));
    registry.set_downloads("river", 2_000_000, 1_600);
    let other = || {
        Release::new("1.0.0")
            .at("2018-10-01T10:00:00.000Z")
            .by("grace")
    };
    let boat = other().depends_on("river", "^2.1.0");
    registry.put(Packument::new("boat").release(boat));
    registry.put(Packument::new("stone").release(other()));
    registry
}

/// The same crates, two million downloads a week within the last 90 days.
fn cargo_registry() -> FakeCargo {
    let registry = FakeCargo::start();
    let by = |(version, day): (&str, &str), id, login| {
        let moment = format!("{day}T10:00:00Z");
        CrateRelease::new(version).at(&moment).by(id, login)
    };
    let ada = BY_ADA.map(|release| by(release, 1, "ada"));
    let stranger = BY_THE_STRANGER.map(|release| by(release, 2, "newcomer"));
    let river = ada.into_iter().chain(stranger);
    let river = river.fold(Crate::new("river"), Crate::release);
    registry.put(river.owner(2, "newcomer").recent_downloads(26_000_000));
    let other = || by(("1.0.0", "2018-10-01"), 3, "grace");
    let boat = other().depends_on("river", "^2.1.0");
    registry.put(Crate::new("boat").release(boat).owner(3, "grace"));
    registry.put(Crate::new("stone").release(other()).owner(3, "grace"));
    registry
}

/// The same projects, attested by workflows.
fn python_index() -> FakePypi {
    let index = FakePypi::start();
    let by = |project: PypiProject, (version, day): (&str, &str), whose: &str| {
        project.attested(version, &format!("{day}T10:00:00Z"), whose)
    };
    let mut river = PypiProject::new("river");
    for release in BY_ADA {
        river = by(river, release, "ada/river");
    }
    for release in BY_THE_STRANGER {
        river = by(river, release, "newcomer/river");
    }
    index.put(&river.owners(&["newcomer"]));
    let other = |name: &str| {
        let project = PypiProject::new(name).owners(&["grace"]);
        by(project, ("1.0.0", "2018-10-01"), &format!("grace/{name}"))
    };
    index.put(&other("boat").needs("river>=2.1"));
    index.put(&other("stone"));
    index
}

const BY_ADA: [(&str, &str); 4] = [
    ("1.0.0", "2012-03-01"),
    ("1.1.0", "2013-06-14"),
    ("1.2.0", "2014-12-27"),
    (ACCEPTED, "2016-07-17"),
];

const BY_THE_STRANGER: [(&str, &str); 2] = [("2.0.1", "2018-09-05"), (HELD, "2018-09-09")];

fn by_ada() -> [Release; 4] {
    BY_ADA.map(|(version, day)| release(version, day, "ada"))
}

fn by_the_stranger() -> [Release; 2] {
    BY_THE_STRANGER.map(|(version, day)| release(version, day, "newcomer"))
}

fn release(version: &str, day: &str, login: &str) -> Release {
    let moment = format!("{day}T10:00:00.000Z");
    Release::new(version).at(&moment).by(login)
}
