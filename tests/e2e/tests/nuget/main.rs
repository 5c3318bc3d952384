//! The gate of a .NET project, with the built program.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};
use tempfile::TempDir;
use tenure_e2e::{process, program};
use tenure_testkit::{FakeNuget, NugetPackage, folder_with};

/// A feed with a package that changed hands, and a project that needs it.
struct World {
    feed: FakeNuget,
    project: TempDir,
}

impl World {
    fn new() -> Self {
        let feed = FakeNuget::start();
        // One owner's for years, and then a stranger's.
        let river = NugetPackage::new("River")
            .release("1.0.0", "2012-03-01T10:00:00Z", &["ada"])
            .release("1.1.0", "2013-06-14T10:00:00Z", &["ada"])
            .release("2.0.0", "2016-07-17T10:00:00Z", &["ada"])
            .release("2.1.0", "2026-11-20T10:00:00Z", &["newcomer"])
            .owners(&["newcomer"]);
        feed.put(&river);
        let sources = format!(
            "<configuration><packageSources><clear /><add key=\"feed\" value=\"{}\" /></packageSources></configuration>",
            feed.url()
        );
        let project = folder_with(&[("NuGet.Config", &sources)]);
        Self { feed, project }
    }

    fn needs(&self, version: &str) {
        let config =
            format!("<packages>\n<package id=\"River\" version=\"{version}\" />\n</packages>");
        std::fs::write(self.project.path().join("packages.config"), config).unwrap();
    }

    fn tenure(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(program())
            .args(arguments)
            .current_dir(self.project.path())
            .env_clear()
            .env("PATH", process().os_variable("PATH").unwrap_or_default())
            .env("HOME", self.project.path())
            .output();
        let Output {
            status,
            stdout,
            stderr,
        } = output.unwrap();
        let said = [stdout, stderr].concat();
        let said = String::from_utf8(said).unwrap();
        (
            status.code(),
            said.split_whitespace().collect::<Vec<_>>().join(" "),
        )
    }
}

#[test]
fn a_change_of_hands_waits_until_somebody_accepts_it() {
    let world = World::new();
    world.needs("2.0.0");
    let (status, said) = world.tenure(&["init"]);
    assert_eq!(status, Some(0), "{said}");
    world.needs("2.1.0");
    let (status, said) = world.tenure(&["check"]);
    assert_eq!(status, Some(1), "{said}");
    for words in ["river@2.1.0", "packages.config:2", "handover"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (status, said) = world.tenure(&["explain", "pkg:nuget/River@2.1.0"]);
    assert_eq!(status, Some(0), "{said}");
    for words in [
        "the registry signed that it was owned by nuget:newcomer",
        "an organisation's name says nothing of who joined it",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let accept = ["accept", "pkg:nuget/river", "--to", "nuget:newcomer"];
    let why = ["--reason", "looked at it", "--by", "ada@mail.example"];
    let (status, said) = world.tenure(&[accept, why].concat());
    assert_eq!(status, Some(0), "{said}");
    let (status, said) = world.tenure(&["check"]);
    assert_eq!(status, Some(0), "{said}");
    // Of each package the end was asked for, once.
    assert_eq!(
        world.feed.count("/v3/flat/river/2.1.0/river.2.1.0.nupkg"),
        1
    );
}
