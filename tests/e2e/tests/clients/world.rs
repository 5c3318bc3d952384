//! A registry with a package that changed hands, and `tenure serve` before it.

use crate::client::Client;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenure_e2e::{Server, process, program};
use tenure_testkit::{Crate, CrateRelease, FakeCargo, FakeNpm, FakeNuget, FakePypi};
use tenure_testkit::{NugetPackage, Packument, PypiProject, Release, http};

/// The release that everybody has who accepted nothing.
pub(crate) const ACCEPTED: &str = "2.0.0";
/// The stranger's latest release.
pub(crate) const HELD: &str = "2.1.0";

/// The decision to let the stranger take `river` over.
fn accepted(package: &str, from: &str, to: &str) -> String {
    format!(
        r#"
[[accept]]
package = "{package}"
from = ["{from}"]
to = "{to}"
since = "2.0.1"
reason = "looked at it"
by = "ada@mail.example"
on = 2026-11-22
until = 2099-11-22
"#
    )
}

/// A registry, and a server before it.
pub(crate) struct World {
    ecosystem: &'static str,
    npm: FakeNpm,
    cargo: FakeCargo,
    pypi: FakePypi,
    nuget: FakeNuget,
    pub(crate) server: Server,
    /// Where decisions are written.
    project: TempDir,
}

impl World {
    /// For a client, with the server's configuration file, in which `ECOSYSTEM`
    /// stands for the client's.
    pub(crate) fn new(client: &Client, config: &str) -> Self {
        let (npm, cargo, pypi) = (npm_registry(), cargo_registry(), python_index());
        let nuget = nuget_feed();
        let ecosystem = client.ecosystem.name;
        let config = config.replace("ECOSYSTEM", ecosystem);
        let config = format!(
            "[upstream]\ncargo = \"sparse+{}\"\npypi = \"{}\"\nnuget = \"{}\"\n{config}",
            cargo.url(),
            pypi.url(),
            nuget.url()
        );
        let server = Server::start(npm.url(), &config);
        let project = tempfile::tempdir().unwrap();
        std::fs::write(project.path().join("package.json"), "{}").unwrap();
        let world = Self {
            ecosystem,
            npm,
            cargo,
            pypi,
            nuget,
            server,
            project,
        };
        let line = |text: &str, parts: [&str; 2]| {
            let is_it = |line: &str| parts.iter().all(|part| line.contains(part));
            text.lines().any(is_it)
        };
        match ecosystem {
            "cargo" => world.wait_for("ri/ve/river", &|text| {
                line(text, ["\"vers\":\"2.1.0\"", "\"yanked\":true"])
            }),
            "pypi" => world.wait_for("simple/river/", &|text| {
                line(text, ["river-2.1.0-py3", "data-yanked"])
            }),
            "nuget" => {
                world.wait_for("v3/flat/river/index.json", &|text| {
                    !text.contains("\"2.1.0\"")
                });
            }
            _ => {}
        }
        world
    }

    /// Waits until a document says that the release is held: who published is
    /// asked for by the server in the background, once it knows of a package.
    fn wait_for(&self, path: &str, is_held: &dyn Fn(&str) -> bool) {
        let index = format!("{}{path}", self.served());
        let began = Instant::now();
        loop {
            let answer = http::get(&index).unwrap();
            let text = String::from_utf8(answer.body).unwrap();
            if is_held(&text) {
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
            "nuget" => self.nuget.folder().replace("v3/", ""),
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
            "cargo" => Some(accepted(
                "pkg:cargo/river",
                "cargo:ada#1",
                "cargo:newcomer#2",
            )),
            "pypi" => Some(accepted(
                "pkg:pypi/river",
                "pypi:workflow/github/ada/river/release.yml",
                "pypi:workflow/github/newcomer/river/release.yml",
            )),
            "nuget" => Some(accepted("pkg:nuget/river", "nuget:ada", "nuget:newcomer")),
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

/// The same packages, signed by the feed with who owned them; `delta` is content
/// with any `river` of the second line.
fn nuget_feed() -> FakeNuget {
    let feed = FakeNuget::start();
    let by = |package: NugetPackage, (version, day): (&str, &str), whose: &str| {
        package.release(version, &format!("{day}T10:00:00Z"), &[whose])
    };
    let start = NugetPackage::new("river").owners(&["newcomer"]);
    let river = BY_ADA
        .into_iter()
        .fold(start, |package, release| by(package, release, "ada"));
    let river = BY_THE_STRANGER
        .into_iter()
        .fold(river, |package, release| by(package, release, "newcomer"));
    // Two million a week.
    feed.put(&river.downloads(2_000_000 * 52 * 15));
    let other = |id: &str| {
        by(
            NugetPackage::new(id).owners(&["grace"]),
            ("1.0.0", "2018-10-01"),
            "grace",
        )
    };
    feed.put(&other("boat").depends_on("river", "[2.1.0, )"));
    feed.put(&other("delta").depends_on("river", "[2.0.0, 3.0.0)"));
    feed.put(&other("stone"));
    feed
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
