//! What the registry does not have any more.

use crate::world::{FILE, World, chalk, is_stale, package, shown};
use tenure_testkit::Fault;

#[test]
fn a_version_that_was_removed_is_not_offered_any_more() {
    let world = World::new();
    let before = world.document("chalk");
    assert!(before.json()["versions"]["1.1.0"].is_object());
    assert_eq!(world.get(FILE).status, 200);
    world.npm.put(package("chalk", &["1.0.0"]));
    world.wait_until_old();
    let after = world.document("chalk").json();
    assert!(after["versions"]["1.0.0"].is_object());
    assert_eq!(after["versions"].as_object().unwrap().len(), 1);
    assert_eq!(after["dist-tags"]["latest"], "1.0.0");
    assert_eq!(world.get("chalk/1.1.0").status, 404);
    // It may have been removed because it must not be used.
    let file = world.get(FILE);
    assert_eq!(file.status, 404, "{}", shown(&file));
    assert!(file.error().unwrap().contains("chalk@1.1.0"));
}

#[test]
fn a_package_that_was_removed_is_gone_and_can_come_back() {
    let mut world = World::new();
    world.document("chalk");
    world.npm.remove("chalk");
    world.wait_until_old();
    for _ in 0..2 {
        let gone = world.get("chalk");
        assert_eq!(gone.status, 404, "{}", shown(&gone));
        assert!(gone.error().unwrap().contains("chalk"));
        assert_eq!(world.get(FILE).status, 404);
        world.restart();
    }
    world.npm.put(chalk());
    world.wait_until_old();
    assert!(!is_stale(&world.document("chalk")));
}

#[test]
fn a_registry_that_is_down_does_not_make_a_package_gone() {
    let world = World::new();
    world.document("chalk");
    world.npm.fail("*", Fault::Status(500));
    world.wait_until_old();
    assert!(is_stale(&world.document("chalk")));
}

#[test]
fn a_release_that_was_replaced_is_not_served_from_before() {
    let world = World::new();
    let before = world.get(FILE);
    let other = chalk().release(crate::world::release("1.1.0").padded(1000));
    world.npm.put(other);
    world.wait_until_old();
    let after = world.get(FILE);
    assert_eq!((before.status, after.status), (200, 200));
    assert!(after.body.len() > before.body.len() + 900);
    let document = world.document("chalk");
    assert!(crate::world::is_file(&document, "1.1.0", &after.body));
}
