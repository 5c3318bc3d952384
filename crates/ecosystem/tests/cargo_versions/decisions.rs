//! Random versions and requirements, and what the real cargo makes of them.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tenure_ecosystem::cargo::index::{Index, path};
use tenure_ecosystem::cargo::lockfile;
use tenure_ecosystem::cargo::version::{highest, satisfies};

/// How many crates, each with one requirement and [`VERSIONS`] versions.
const CRATES: usize = 400;
const VERSIONS: usize = 25;

struct Asked {
    name: String,
    requirement: String,
    versions: Vec<String>,
    held: Vec<String>,
}

impl Asked {
    fn random(random: &mut fastrand::Rng, at: usize) -> Self {
        let mut versions: Vec<String> = (0..VERSIONS).map(|_| version(random)).collect();
        versions.sort_unstable();
        versions.dedup();
        random.shuffle(&mut versions);
        let held = versions.iter().filter(|_| random.u8(..5) == 0);
        let held = held.cloned().collect();
        Self {
            name: format!("{}crate-{at}", ["", "A-", "x_"][at % 3]),
            requirement: requirement(random),
            held,
            versions,
        }
    }

    /// What we say that cargo takes.
    fn expected(&self) -> Option<&str> {
        let offered = self
            .versions
            .iter()
            .filter(|version| !self.held.contains(version));
        highest(offered.map(String::as_str), &[&self.requirement])
    }

    /// The index file as it is served, with a line that nobody can judge.
    fn index_file(&self) -> Vec<u8> {
        let checksum = "0".repeat(64);
        let mut lines = String::new();
        for version in self.versions.iter().map(String::as_str) {
            let name = &self.name;
            writeln!(
                lines,
                r#"{{"name":"{name}","vers":"{version}","deps":[],"cksum":"{checksum}","features":{{}},"yanked":false}}"#
            )
            .unwrap();
        }
        // Higher than all others, if cargo could be brought to take it.
        let twice = r#","yanked":true,"yanked":false}"#;
        let bad = lines
            .lines()
            .next()
            .unwrap()
            .replace(&self.versions[0], "9.9.9");
        lines += &bad.replace(r#","yanked":false}"#, twice);
        let index = Index::read(&self.name.to_lowercase(), lines.as_bytes()).unwrap();
        assert_eq!(index.bad_lines().count(), 1);
        index
            .render(&|version| self.held.iter().any(|held| held == version))
            .bytes
    }
}

fn version(random: &mut fastrand::Rng) -> String {
    let [major, minor, patch] = [random.u8(..3), random.u8(..4), random.u8(..4)];
    let pre = ["", "", "", "", "-alpha", "-rc.1", "-rc.2", "-1"][random.usize(..8)];
    format!("{major}.{minor}.{patch}{pre}")
}

fn requirement(random: &mut fastrand::Rng) -> String {
    let one = |random: &mut fastrand::Rng| {
        let version = version(random);
        let (plain, _) = version.split_once('-').unwrap_or((&version, ""));
        let text = match random.u8(..6) {
            0 => plain.rsplit_once('.').unwrap().0.to_owned(),
            1 => plain.split('.').next().unwrap().to_owned(),
            2 => format!("{}.*", plain.rsplit_once('.').unwrap().0),
            _ => version,
        };
        let operator = ["", "^", "~", "=", ">", ">=", "<", "<="][random.usize(..8)];
        let operator = if text.ends_with('*') { "" } else { operator };
        format!("{operator}{text}")
    };
    match random.u8(..10) {
        0 => "*".to_owned(),
        1..=3 => format!("{}, {}", one(random), one(random)),
        _ => one(random),
    }
}

/// A project in `folder` that asks for `crates`.
fn project<'a>(folder: &Path, crates: impl Iterator<Item = &'a Asked>) -> PathBuf {
    let mut manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
        [lib]\npath = \"lib.rs\"\n[workspace]\n[dependencies]\n"
        .to_owned();
    for asked in crates {
        writeln!(manifest, "{} = {:?}", asked.name, asked.requirement).unwrap();
    }
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let lock = folder.join("Cargo.lock");
    let _ = fs::remove_file(&lock);
    lock
}

fn cargo(folder: &Path) -> Output {
    Command::new(env!("CARGO"))
        .args(["generate-lockfile", "--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_HOME", folder.join("home"))
        .output()
        .unwrap()
}

fn registry(folder: &Path, crates: &[Asked]) {
    for asked in crates {
        let file = folder
            .join("registry/index")
            .join(path(&asked.name).unwrap());
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, asked.index_file()).unwrap();
    }
    let config = "[source.crates-io]\nreplace-with = \"here\"\n[source.here]\nlocal-registry = \"registry\"\n";
    fs::create_dir_all(folder.join(".cargo")).unwrap();
    fs::write(folder.join(".cargo/config.toml"), config).unwrap();
    fs::write(folder.join("lib.rs"), "").unwrap();
}

#[test]
fn cargo_takes_what_we_say_it_takes() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cargo_versions");
    let _ = fs::remove_dir_all(&folder);
    let mut random = fastrand::Rng::with_seed(0x7e17);
    let crates: Vec<Asked> = (0..CRATES)
        .map(|at| Asked::random(&mut random, at))
        .collect();
    registry(&folder, &crates);
    let met = || crates.iter().filter(|asked| asked.expected().is_some());
    let lock = project(&folder, met());
    let done = cargo(&folder);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let locked = lockfile::parse(&fs::read(lock).unwrap()).unwrap().packages;
    assert_eq!(locked.len(), met().count());
    let mut pairs = 0;
    for asked in met() {
        let found = locked
            .iter()
            .find(|one| one.package.name() == asked.name)
            .unwrap();
        assert_eq!(
            Some(&*found.version),
            asked.expected(),
            "{}",
            asked.requirement
        );
        pairs += asked.versions.len();
    }
    assert!(pairs >= 5_000, "{pairs}");
    // Nothing meets these, cargo says so, too; a few, since each is a run.
    for asked in crates
        .iter()
        .filter(|asked| asked.expected().is_none())
        .take(12)
    {
        project(&folder, std::iter::once(asked));
        let said = cargo(&folder);
        assert!(!said.status.success(), "{}", asked.requirement);
        let none = |version: &String| satisfies(version, &asked.requirement) != Some(true);
        let mut offered = asked
            .versions
            .iter()
            .filter(|version| !asked.held.contains(version));
        assert!(offered.all(none));
    }
}
