//! Releases that the registry takes back: what they said of the package's
//! hands still counts.

use crate::packages::{old_hands, stranger, taken_over};
use crate::world::{World, shown};
use serde_json::Value;
use tenure_domain::Days;
use tenure_testkit::{Packument, Release};

/// More than any document is taken for fresh.
const HOURS: Days = Days(0.1);

/// A second release of the stranger's.
fn next() -> Release {
    stranger("2.1.1").at("2026-11-21T10:00:00.000Z")
}

fn hand(version: &str, login: &str) -> Release {
    stranger(version).by(login)
}

fn offered(world: &World, name: &str) -> Vec<String> {
    let answer = world.get(name);
    assert!([200, 403].contains(&answer.status), "{}", shown(&answer));
    let versions = answer.json()["versions"].clone();
    let versions = versions.as_object().cloned().unwrap_or_default();
    versions.keys().cloned().collect()
}

/// What the registry says after it has shown a hand-over to the server.
fn afterwards(document: impl Into<Value>) -> World {
    let world = World::new();
    world.npm.put(taken_over("lake"));
    let before = offered(&world, "lake");
    assert_eq!(before, ["1.0.0", "1.1.0", "1.1.1", "2.0.0", "2.0.1"]);
    world.npm.put(document);
    world.later(HOURS);
    world
}

#[test]
fn a_stranger_does_not_become_the_first_hand_when_earlier_releases_vanish() {
    let alone = Packument::new("lake").release(stranger("2.1.0"));
    let mut world = afterwards(alone.release(next()));
    assert_eq!(offered(&world, "lake"), [""; 0]);
    let message = world.get("lake/2.1.1").error().unwrap();
    assert!(message.contains("dominictarr"), "{message}");
    // The server remembers it, not the process.
    world.restart();
    assert_eq!(offered(&world, "lake"), [""; 0]);
    world.later(HOURS);
    assert_eq!(offered(&world, "lake"), [""; 0]);
}

#[test]
fn nor_when_only_their_dates_are_left() {
    let dates = ["1.0.0", "1.1.0", "2.0.0", "1.1.1", "2.0.1"];
    let removed = dates.into_iter().zip(1..).fold(
        Packument::new("lake").release(stranger("2.1.0")),
        |package, (version, month)| {
            package.removed(version, &format!("2024-0{month}-10T10:00:00.000Z"))
        },
    );
    let world = afterwards(removed.release(next()));
    assert_eq!(offered(&world, "lake"), [""; 0]);
}

#[test]
fn nor_when_the_whole_package_was_gone_meanwhile() {
    let world = afterwards(taken_over("lake"));
    world.npm.remove("lake");
    world.later(HOURS);
    assert_eq!(world.get("lake").status, 404);
    let revived = Packument::new("lake").release(hand("3.0.0", "mallory"));
    world.npm.put(revived);
    world.later(HOURS);
    assert_eq!(offered(&world, "lake"), [""; 0]);
    let message = world.get("lake/3.0.0").error().unwrap();
    assert!(message.contains("dominictarr"), "{message}");
}

#[test]
fn the_old_hand_goes_on_after_a_strangers_release_was_removed() {
    let back = old_hands(Packument::new("lake"), "dominictarr");
    let world = afterwards(back.release(next().by("dominictarr")));
    let all = ["1.0.0", "1.1.0", "1.1.1", "2.0.0", "2.0.1", "2.1.1"];
    assert_eq!(offered(&world, "lake"), all);
}
