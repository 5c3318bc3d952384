//! Packages of the tests.

use tenure_testkit::{Packument, Release};

/// Nothing of it is held.
pub(crate) fn chalk() -> Packument {
    old_hands(Packument::new("chalk"), "sindresorhus")
}

/// 2.1.0 came two days ago from somebody whom nobody knows; the old hands are
/// still there. It waits until 2026-11-27.
pub(crate) fn river() -> Packument {
    joined("river")
}

pub(crate) fn joined(name: &str) -> Packument {
    let release = stranger("2.1.0").owners(&["dominictarr", "right9ctrl"]);
    old_hands(Packument::new(name), "dominictarr").release(release)
}

/// As [`joined`], and the old hands are gone. It waits for a person.
pub(crate) fn taken_over(name: &str) -> Packument {
    old_hands(Packument::new(name), "dominictarr").release(stranger("2.1.0"))
}

/// A release of the stranger's, who is the only owner then.
pub(crate) fn stranger(version: &str) -> Release {
    Release::new(version)
        .at("2026-11-20T10:00:00.000Z")
        .by("right9ctrl")
}

/// Adds five releases of one person in two lines.
pub(crate) fn old_hands(package: Packument, login: &str) -> Packument {
    let releases = [
        ("1.0.0", "2024-01-10"),
        ("1.1.0", "2024-06-10"),
        ("2.0.0", "2025-02-10"),
        ("1.1.1", "2025-09-10"),
        ("2.0.1", "2026-08-10"),
    ];
    let add = |package: Packument, (version, day): (&str, &str)| {
        let at = format!("{day}T10:00:00.000Z");
        package.release(Release::new(version).at(&at).by(login))
    };
    releases.into_iter().fold(package, add)
}
