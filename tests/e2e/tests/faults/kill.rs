//! An end without warning, in the middle of writing.

use crate::registry::{
    file, is_damaged_document, is_damaged_file, newest, noise, package, registry,
};
use crate::serving::Serving;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tenure_testkit::{FakeNpm, Fault};

const PACKAGES: usize = 12;
/// How often the server is killed.
const KILLS: u32 = 25;
/// How long a server may take until it has served something.
const PATIENCE: Duration = Duration::from_secs(10);

/// Clients that ask for everything, over and over, until they are told to
/// stop; nothing that they get may be damaged. They count what was whole.
fn clients(serving: &Serving, stop: &AtomicBool, whole: &AtomicUsize) {
    std::thread::scope(|scope| {
        for client in 0..4 {
            scope.spawn(move || {
                let mut turn = client * 3;
                while !stop.load(Ordering::Relaxed) {
                    let name = format!("p{}", turn % PACKAGES);
                    turn += 1;
                    let Some(document) = serving.try_get(&name) else {
                        // It was killed; there will be nothing until the end.
                        std::thread::sleep(Duration::from_millis(2));
                        continue;
                    };
                    assert!(!is_damaged_document(&name, &document), "{name}");
                    let version = newest(&document).unwrap_or_default();
                    let Some(tarball) = serving.try_get(&file(&name, &version)) else {
                        continue;
                    };
                    assert!(!is_damaged_file(&document, &tarball), "{name}");
                    whole.fetch_add(usize::from(tarball.complete), Ordering::Relaxed);
                }
            });
        }
    });
}

/// A new release of each package, so that there is always something to write.
fn change(npm: &FakeNpm, round: u32) {
    for number in 0..PACKAGES {
        let name = format!("p{number}");
        let version = format!("1.2.{round}");
        let readme = noise(&version, 20_000);
        npm.put(package(&name, &version, readme, 100_000));
    }
}

#[test]
fn nothing_damaged_is_served_after_a_kill() {
    let npm = registry(PACKAGES, 20_000, 100_000);
    let mut serving = Serving::before(npm.url());
    let whole = AtomicUsize::new(0);
    for round in 0..KILLS {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let asking = scope.spawn(|| clients(&serving, &stop, &whole));
            // Every other time when there is something to lose already, however
            // slow the machine is.
            let before = whole.load(Ordering::Relaxed);
            let deadline = Instant::now() + PATIENCE;
            while round % 2 == 1
                && whole.load(Ordering::Relaxed) < before + 2
                && Instant::now() < deadline
            {
                std::thread::sleep(Duration::from_millis(2));
            }
            // At another moment each time.
            std::thread::sleep(Duration::from_millis(u64::from(round * 37 % 400)));
            kill(serving.id());
            stop.store(true, Ordering::Relaxed);
            asking.join().unwrap();
        });
        serving.kill();
        change(&npm, round);
        serving.start();
    }
    assert!(
        whole.load(Ordering::Relaxed) > 20,
        "hardly anything was served"
    );
    for number in 0..PACKAGES {
        is_up_to_date(&serving, &format!("p{number}"));
    }
    everything_is_served(&serving);
    // Also by itself, and after another kill.
    npm.fail("*", Fault::Status(503));
    serving.kill();
    serving.start();
    everything_is_served(&serving);
}

/// `SIGKILL`, while others use what knows the process.
fn kill(id: u32) {
    let killed = std::process::Command::new("kill")
        .args(["-9", &id.to_string()])
        .status();
    assert!(killed.unwrap().success());
}

/// A document is served from before, until the registry has answered.
fn is_up_to_date(serving: &Serving, name: &str) {
    let last = format!("1.2.{}", KILLS - 1);
    for _ in 0..200 {
        if newest(&serving.get(name)).as_ref() == Some(&last) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{name} is not up to date; it says:\n{}", serving.log());
}

fn everything_is_served(serving: &Serving) {
    for number in 0..PACKAGES {
        let name = format!("p{number}");
        let document = serving.get(&name);
        assert_eq!(document.status, 200, "{}", serving.log());
        assert!(document.complete && !is_damaged_document(&name, &document));
        let tarball = serving.get(&file(&name, &newest(&document).unwrap()));
        let shown = format!("{:?}\n{}", tarball.error(), serving.log());
        assert_eq!(tarball.status, 200, "{shown}");
        assert!(
            tarball.complete && !is_damaged_file(&document, &tarball),
            "{name}"
        );
    }
}
