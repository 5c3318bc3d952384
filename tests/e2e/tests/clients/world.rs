//! A registry with a package that changed hands, and `tenure serve` before it.

use std::process::Command;
use tempfile::TempDir;
use tenure_e2e::{Server, process, program};
use tenure_testkit::{FakeNpm, Packument, Release};

/// The release that everybody has who accepted nothing.
pub(crate) const ACCEPTED: &str = "2.0.0";
/// The stranger's latest release.
pub(crate) const HELD: &str = "2.1.0";

/// A registry, and a server before it.
pub(crate) struct World {
    pub(crate) registry: FakeNpm,
    pub(crate) server: Server,
    /// Where decisions are written.
    project: TempDir,
}

impl World {
    /// With the server's configuration file.
    pub(crate) fn new(config: &str) -> Self {
        let registry = registry();
        let server = Server::start(registry.url(), config);
        let project = tempfile::tempdir().unwrap();
        std::fs::write(project.path().join("package.json"), "{}").unwrap();
        Self {
            registry,
            server,
            project,
        }
    }

    /// The address that clients are given.
    pub(crate) fn npm(&self) -> String {
        format!("{}npm/", self.server.url())
    }

    /// Makes a project on the server, accepts the stranger in it, and returns
    /// the address that the project's clients are given.
    pub(crate) fn accept(&self) -> String {
        let data = self.server.data().display().to_string();
        let token = self.tenure(&["project", "create", "team", "--data", &data], "");
        let token = token.trim();
        let upstream = format!("npm={}", self.registry.url());
        let accept = ["accept", "river", "--to", "npm:newcomer", "--upstream"];
        let why = ["--reason", "looked at it", "--by", "ada@mail.example"];
        self.tenure(&[&accept[..], &[&*upstream], &why].concat(), "");
        let push = ["push", "--server", self.server.url(), "--project", "team"];
        self.tenure(&push, token);
        format!("{}p/team/npm/", self.server.url())
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
fn registry() -> FakeNpm {
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

fn by_ada() -> [Release; 4] {
    [
        ("1.0.0", "2012-03-01"),
        ("1.1.0", "2013-06-14"),
        ("1.2.0", "2014-12-27"),
        (ACCEPTED, "2016-07-17"),
    ]
    .map(|(version, day)| release(version, day, "ada"))
}

fn by_the_stranger() -> [Release; 2] {
    [("2.0.1", "2018-09-05"), (HELD, "2018-09-09")]
        .map(|(version, day)| release(version, day, "newcomer"))
}

fn release(version: &str, day: &str, login: &str) -> Release {
    let moment = format!("{day}T10:00:00.000Z");
    Release::new(version).at(&moment).by(login)
}
