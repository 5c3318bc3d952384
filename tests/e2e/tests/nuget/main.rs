//! What the real NuGet client does with `tenure serve` as its feed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenure_e2e::{Server, process};
use tenure_testkit::{FakeNpm, FakeNuget, NugetPackage, http, missing, oracle};

/// A feed with a package that changed hands, `tenure serve` before it, and a
/// folder to install into.
struct World {
    _feed: FakeNuget,
    server: Server,
    home: TempDir,
    program: PathBuf,
}

/// What a client did.
struct Run {
    is_done: bool,
    said: String,
}

impl World {
    /// `None`, said on standard error, where the client is not installed; in CI
    /// that fails.
    fn new(config: &str) -> Option<Self> {
        let package = oracle::tools().join("nuget/node_modules/nuget-exe");
        let program = package.join("nuget-5.8.0.exe");
        let mono = Command::new("mono").arg("--version").output();
        if !program.is_file() || mono.is_err() {
            missing("NuGet's client or mono is not installed; `cargo xtask test` installs them");
            return None;
        }
        let feed = FakeNuget::start();
        feed.put(&river());
        let config = format!("[upstream]\nnuget = \"{}\"\n{config}", feed.url());
        let npm = FakeNpm::start();
        let server = Server::start(npm.url(), &config);
        let world = Self {
            _feed: feed,
            server,
            home: tempfile::tempdir().unwrap(),
            program: program.canonicalize().unwrap(),
        };
        world.uses(&world.served());
        world.wait();
        Some(world)
    }

    fn served(&self) -> String {
        format!("{}nuget/v3/index.json", self.server.url())
    }

    /// Waits until the server knows who owned which version.
    fn wait(&self) {
        let list = format!("{}nuget/v3/flat/river/index.json", self.server.url());
        let began = Instant::now();
        loop {
            let answer = http::get(&list).unwrap();
            if !String::from_utf8_lossy(&answer.body).contains("2.1.0") {
                return;
            }
            assert!(began.elapsed() < Duration::from_mins(1));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Has the client take everything from a feed.
    fn uses(&self, feed: &str) {
        let config = format!(
            "<configuration><packageSources><clear /><add key=\"feed\" value=\"{feed}\" /></packageSources></configuration>"
        );
        write(self.home.path(), "NuGet.Config", &config);
    }

    fn runs(&self, arguments: &[&str]) -> Run {
        let output = Command::new("mono")
            .arg(&self.program)
            .args(arguments)
            .args(["-ConfigFile", "NuGet.Config", "-NonInteractive"])
            .args(["-OutputDirectory", "packages"])
            .current_dir(self.home.path())
            .env_clear()
            .env("PATH", process().os_variable("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        Run {
            is_done: output.status.success(),
            said: String::from_utf8(said).unwrap(),
        }
    }

    /// The version that was installed.
    fn installed(&self) -> Option<String> {
        let packages = std::fs::read_dir(self.home.path().join("packages")).ok()?;
        let names = packages.flatten().map(|one| one.file_name());
        let mut versions = names.filter_map(|name| {
            let name = name.to_str()?.strip_prefix("River.")?;
            Some(name.to_owned())
        });
        versions.next()
    }

    /// A project that is pinned to a version.
    fn pins(&self, version: &str) {
        let config = format!(
            "<packages><package id=\"River\" version=\"{version}\" targetFramework=\"net45\" /></packages>"
        );
        write(self.home.path(), "packages.config", &config);
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

/// One owner's for years, and then a stranger's.
fn river() -> NugetPackage {
    NugetPackage::new("River")
        .release("1.0.0", "2012-03-01T10:00:00Z", &["ada"])
        .release("1.1.0", "2013-06-14T10:00:00Z", &["ada"])
        .release("2.0.0", "2016-07-17T10:00:00Z", &["ada"])
        .release("2.1.0", "2026-11-20T10:00:00Z", &["newcomer"])
        .owners(&["newcomer"])
}

#[test]
fn the_newest_that_is_not_held_is_taken() {
    let Some(world) = World::new("") else { return };
    let run = world.runs(&["install", "River"]);
    assert!(run.is_done, "{}", run.said);
    assert_eq!(world.installed().as_deref(), Some("2.0.0"), "{}", run.said);
}

#[test]
fn exactly_the_held_one_is_not_found() {
    let Some(world) = World::new("") else { return };
    let run = world.runs(&["install", "River", "-Version", "2.1.0"]);
    assert!(!run.is_done, "{}", run.said);
    assert_eq!(world.installed(), None, "{}", run.said);
}

#[test]
fn a_pinned_one_is_there_with_a_warning() {
    let Some(world) = World::new("") else { return };
    world.pins("2.1.0");
    let run = world.runs(&["restore", "packages.config"]);
    assert!(run.is_done, "{}", run.said);
    assert_eq!(world.installed().as_deref(), Some("2.1.0"), "{}", run.said);
    let warning = "WARNING: river@2.1.0 is held: handover at 2.1.0";
    assert!(run.said.contains(warning), "{}", run.said);
}

#[test]
fn a_blocked_one_is_refused_with_the_reason() {
    let block = "[[block]]\npackage = \"pkg:nuget/river\"\nversions = [\"2.1.0\"]\nreason = \"it steals coins\"\n";
    let Some(world) = World::new(block) else {
        return;
    };
    world.pins("2.1.0");
    let run = world.runs(&["restore", "packages.config"]);
    assert!(!run.is_done, "{}", run.said);
    assert_eq!(world.installed(), None, "{}", run.said);
    assert!(run.said.contains("it steals coins"), "{}", run.said);
}
