//! A disk that gets full, and has room again.

use crate::registry::{file, is_damaged_document, is_damaged_file, registry};
use crate::serving::Serving;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tenure_e2e::process;
use tenure_testkit::http::Answer;
use tenure_testkit::{FakeNpm, skipped};

/// Mounts a file system of 24 MiB, seen by the server alone, and starts it
/// there.
const IN_A_SMALL_WORLD: &str = r#"mount -t tmpfs -o size=24m tenure "$SMALL" && exec "$@""#;

/// A server whose disk can be filled.
struct Small {
    serving: Serving,
    /// The disk, as this process sees it.
    disk: PathBuf,
}

impl Small {
    /// `None`, and said so, where no file system can be mounted.
    fn before(npm: &FakeNpm) -> Option<Self> {
        let prepared = Serving::prepared(npm.url());
        let mount = prepared.folder().join("small");
        fs::create_dir(&mount).unwrap();
        let script = IN_A_SMALL_WORLD.replace("\"$SMALL\"", &format!("'{}'", mount.display()));
        let prefix = ["unshare", "--user", "--map-root-user", "--mount"];
        let shell = ["sh", "-c", &script, "sh"];
        let words = [prefix.as_slice(), &shell].concat();
        if !works(&words) {
            skipped("no file system can be mounted here, not even in a namespace of its own");
            return None;
        }
        let mut serving = prepared.through(&words).keep_data_in(mount.join("data"));
        serving.start();
        let seen = format!("/proc/{}/root{}", serving.id(), mount.display());
        Some(Self {
            serving,
            disk: PathBuf::from(seen),
        })
    }

    fn filler(&self) -> PathBuf {
        self.disk.join("filler")
    }

    /// Leaves less than a page.
    fn fill(&self) {
        fill(&self.filler());
    }

    fn make_room(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

/// Whether the command does, with nothing to start.
fn works(words: &[&str]) -> bool {
    let path = process().variable("PATH").unwrap_or_default().to_owned();
    let run = Command::new(words[0])
        .args(&words[1..])
        .arg("true")
        .env("PATH", path)
        .output();
    run.is_ok_and(|output| output.status.success())
}

fn fill(path: &Path) {
    let mut file = fs::File::options()
        .create(true)
        .append(true)
        .open(path)
        .unwrap();
    for size in [64 * 1024, 4096, 1] {
        let piece = vec![0; size];
        while file.write_all(&piece).is_ok() {}
    }
}

/// An answer is right, or says clearly that it cannot be given.
fn is_clear(answer: &Answer) -> bool {
    let why = answer.error().unwrap_or_default();
    answer.status == 200 && answer.complete || matches!(answer.status, 502..=507) && why.len() > 20
}

fn ask(serving: &Serving, number: usize) -> (Answer, Answer) {
    let name = format!("p{number}");
    let (document, tarball) = (serving.get(&name), serving.get(&file(&name, "1.1.0")));
    assert!(
        is_clear(&document),
        "{}: {:?}",
        document.status,
        document.error()
    );
    assert!(
        is_clear(&tarball),
        "{}: {:?}",
        tarball.status,
        tarball.error()
    );
    assert!(!is_damaged_document(&name, &document));
    if document.status == 200 {
        assert!(!is_damaged_file(&document, &tarball));
    }
    (document, tarball)
}

fn both_are_served(answers: &(Answer, Answer)) -> bool {
    answers.0.status == 200 && answers.1.status == 200
}

#[test]
fn a_full_disk_does_not_end_the_answers() {
    let npm = registry(30, 20_000, 200_000);
    let Some(mut small) = Small::before(&npm) else {
        return;
    };
    for number in 0..5 {
        assert!(both_are_served(&ask(&small.serving, number)));
    }
    small.fill();
    // What is kept is served, what is not is passed on.
    for number in 0..15 {
        let answers = ask(&small.serving, number);
        assert!(
            both_are_served(&answers),
            "p{number}: {}",
            small.serving.log()
        );
    }
    small.make_room();
    for number in 0..30 {
        assert!(both_are_served(&ask(&small.serving, number)));
    }
    // What is asked for now is kept again.
    let before = npm.count("/p20/-/p20-1.1.0.tgz");
    assert!(both_are_served(&ask(&small.serving, 20)));
    assert_eq!(
        npm.count("/p20/-/p20-1.1.0.tgz"),
        before,
        "{}",
        small.serving.log()
    );
    small.serving.kill();
}

#[test]
fn a_disk_that_gets_full_meanwhile_damages_nothing() {
    let npm = registry(60, 1000, 450_000);
    let Some(mut small) = Small::before(&npm) else {
        return;
    };
    // 27 MB into 24 MiB: it gets full in the middle of something.
    std::thread::scope(|scope| {
        for client in 0..4 {
            let serving = &small.serving;
            scope.spawn(move || {
                for number in (client * 15..).take(15) {
                    let answers = ask(serving, number);
                    assert!(both_are_served(&answers), "{}", serving.log());
                }
            });
        }
    });
    small.serving.kill();
}

/// The same where nothing can be mounted: no file may grow beyond 150 kB, the
/// database included.
#[test]
fn files_that_cannot_grow_do_not_end_the_answers() {
    let npm = registry(10, 20_000, 200_000);
    // The signal that comes with it is ignored, so that writing fails.
    let script = "trap '' XFSZ; exec \"$@\"";
    let mut serving = Serving::prepared(npm.url()).through(&["sh", "-c", script, "sh"]);
    serving.start();
    for number in 0..3 {
        assert!(both_are_served(&ask(&serving, number)));
    }
    let id = serving.id().to_string();
    if !limit(&id, "150000") {
        return skipped("`prlimit` is not installed");
    }
    for number in 0..6 {
        assert!(
            both_are_served(&ask(&serving, number)),
            "p{number}: {}",
            serving.log()
        );
    }
    assert!(limit(&id, "unlimited"));
    for number in 0..10 {
        assert!(both_are_served(&ask(&serving, number)));
    }
    assert_eq!(npm.count("/p9/-/p9-1.1.0.tgz"), 1);
    ask(&serving, 9);
    assert_eq!(npm.count("/p9/-/p9-1.1.0.tgz"), 1, "{}", serving.log());
}

/// Limits how large a file of a process may get.
fn limit(id: &str, bytes: &str) -> bool {
    let soft = format!("--fsize={bytes}:unlimited");
    let run = Command::new("prlimit").args(["--pid", id, &soft]).status();
    run.is_ok_and(|status| status.success())
}
