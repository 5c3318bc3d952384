//! Packages: kept once, in parts, and refused.

use super::{HELD, VERSIONS, ask, entries, get, held, versions, world};
use crate::world::{World, shown};
use tenure_testkit::{NugetPackage, http};

fn theirs(world: &World) -> Vec<u8> {
    let url = format!("{}flat/river/2.1.0/river.2.1.0.nupkg", world.nuget.folder());
    http::get(&url).unwrap().body
}

#[test]
fn the_package_of_a_held_version_is_there_for_lockfiles() {
    let world = world("");
    held(&world);
    let bytes = theirs(&world);
    for _ in 0..2 {
        let file = get(&world, HELD);
        assert_eq!(file.status, 200, "{}", shown(&file));
        assert!(file.body == bytes);
        assert!(file.header("x-nuget-warning").unwrap().contains("is held"));
    }
    let part = ask(&world, HELD, &[("range", "bytes=10-19")]);
    assert_eq!(part.body, bytes[10..20]);
    let manifest = get(&world, "v3/flat/river/2.1.0/river.nuspec");
    let manifest = String::from_utf8(manifest.body).unwrap();
    assert!(manifest.contains("<version>2.1.0</version>"), "{manifest}");
}

#[test]
fn a_version_is_found_in_whatever_form() {
    let world = world("");
    let path = "v3/flat/river/2.0.1-rc.1/river.2.0.1-rc.1.nupkg";
    assert_eq!(get(&world, path).status, 200);
    let upper = "v3/flat/RIVER/2.0.1-RC.1/River.2.0.1-RC.1.nupkg";
    assert_eq!(get(&world, upper).status, 200);
}

#[test]
fn the_package_of_a_blocked_version_is_refused_with_the_reason() {
    let world = world(
        "[[block]]\npackage = \"pkg:nuget/river\"\nversions = [\"2.1.0\"]\nreason = \"steals coins\"\n",
    );
    assert_eq!(versions(&get(&world, VERSIONS)).len(), 4);
    for path in [HELD, "v3/flat/river/2.1.0/river.nuspec"] {
        let refused = get(&world, path);
        assert_eq!(refused.status, 403);
        assert!(
            refused.reason.contains("steals coins"),
            "{}",
            refused.reason
        );
    }
    let registration = get(&world, super::REGISTRATION);
    assert_eq!(entries(&registration).len(), 4);
}

#[test]
fn nothing_is_published_here() {
    let world = world("");
    let url = format!("{}nuget/v3/package", world.root());
    let refused = http::request("PUT", &url, &[], b"x").unwrap();
    assert_eq!(refused.status, 405);
    assert!(refused.reason.contains("hosts none"), "{}", refused.reason);
}

#[test]
fn a_package_that_was_changed_after_it_was_signed_is_refused() {
    let world = world("");
    let lake = NugetPackage::new("Lake").owners(&["ada"]);
    let lake = lake.release("1.0.0", "2012-03-01T10:00:00Z", &["ada"]);
    let lake = lake.release("1.1.0", "2013-03-01T10:00:00Z", &["ada"]);
    world.nuget.put(&lake.tampered());
    let path = |version: &str| format!("v3/flat/lake/{version}/lake.{version}.nupkg");
    assert_eq!(get(&world, &path("1.0.0")).status, 200);
    let refused = get(&world, &path("1.1.0"));
    assert_eq!(refused.status, 502, "{}", shown(&refused));
    let said = "is not the package that was signed";
    assert!(shown(&refused).contains(said), "{}", shown(&refused));
}
