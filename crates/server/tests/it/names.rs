//! Which package a path names, in every way in which clients write it.

use crate::packages::taken_over;
use crate::world::{World, shown};
use tenure_testkit::{Packument, Release};

/// Of `@river/bank`, as npm, pnpm, yarn, bun and hand-written scripts write it.
const ESCAPINGS: [&str; 5] = [
    "@river%2fbank",
    "@river%2Fbank",
    "@river/bank",
    "%40river%2fbank",
    "%40river/bank",
];

fn world() -> World {
    let world = World::new();
    world.npm.put(taken_over("@river/bank"));
    world
}

#[test]
fn a_scoped_name_is_the_same_in_every_escaping() {
    let world = world();
    let paths = [
        "{}",
        "{}/",
        "{}?a=b",
        "{}/2.0.1",
        "{}/latest",
        "{}/-/bank-2.0.1.tgz",
        "-/package/{}/dist-tags",
    ];
    for path in paths {
        let answers = ESCAPINGS.map(|name| world.get(&path.replace("{}", name)));
        for (answer, name) in answers.iter().zip(ESCAPINGS) {
            assert_eq!(answer.status, 200, "{path} of {name}: {}", shown(answer));
            assert_eq!(answer.body, answers[0].body, "{path} of {name}");
        }
    }
    assert_eq!(world.npm.count("/@river/bank"), 1);
    assert_eq!(world.npm.count("/@river/bank/-/bank-2.0.1.tgz"), 1);
}

#[test]
fn a_document_points_at_the_address_that_the_client_used() {
    let world = world();
    let tarball = |answer: tenure_testkit::http::Answer| {
        answer.json()["versions"]["2.0.1"]["dist"]["tarball"].clone()
    };
    let here = format!("{}@river/bank/-/bank-2.0.1.tgz", world.url());
    assert_eq!(tarball(world.get("@river%2fbank")), here);
    // Another name for the same server.
    let other = world.url().replace("127.0.0.1", "localhost");
    let answer = tenure_testkit::http::get(&format!("{other}@river%2fbank")).unwrap();
    let there = format!("{other}@river/bank/-/bank-2.0.1.tgz");
    assert_eq!(tarball(answer), there);
}

#[test]
fn versions_of_every_shape_have_their_tarball() {
    let world = World::new();
    let versions = [
        "1.0.0",
        "1.0.0-rc.1",
        "1.0.0-2",
        "1.0.0+build.5",
        "1.0.1-x-y-z.0",
    ];
    let release = |version: &&str| Release::new(version).at("2024-01-10T10:00:00Z").by("ada");
    let shapes = versions.iter().map(release);
    let shapes = shapes.fold(Packument::new("shapes-1.0"), Packument::release);
    world.npm.put(shapes);
    let document = world.get("shapes-1.0").json();
    for version in versions {
        let url = &document["versions"][version]["dist"]["tarball"];
        let path = url.as_str().unwrap().strip_prefix(&world.url()).unwrap();
        let escaped = path.replace('+', "%2B");
        for path in [path, &escaped] {
            let answer = world.get(path);
            assert_eq!(answer.status, 200, "{path}: {}", shown(&answer));
        }
    }
}

#[test]
fn what_names_nothing_is_not_asked_for() {
    let world = World::new();
    let paths = [
        "chalk/-/river-1.0.0.tgz",
        "chalk/-/chalk-1.0.0.zip",
        "chalk/1.0.0/more",
        "@river",
        "@river%2f",
        "..%2f..%2fetc%2fpasswd",
        "chalk%00",
        "%ff%fe",
        "chalk%",
        "-/all",
        "a%20b",
        "https:%2f%2fregistry.example%2fchalk",
        "constructor%2f..",
    ];
    for path in paths {
        let answer = world.get(path);
        assert_eq!(answer.status, 404, "{path}: {}", shown(&answer));
        let why = answer.error().unwrap_or_else(|| panic!("{path}"));
        assert!(why.len() > 20, "{path}: {why}");
    }
    let asked = world.npm.requests();
    assert!(asked.is_empty(), "{asked:?}");
}

#[test]
fn slashes_too_many_do_no_harm() {
    let world = World::new();
    for path in [
        "chalk/",
        "chalk//",
        "/chalk",
        "/chalk/1.0.0/",
        "chalk/-/chalk-1.0.0.tgz/",
    ] {
        let answer = world.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", shown(&answer));
    }
}

#[test]
fn a_package_that_is_nowhere_is_a_clear_404() {
    let world = World::new();
    let answer = world.get("@river%2fdelta");
    assert_eq!(answer.status, 404);
    let why = world.anonymous(&answer.error().unwrap());
    assert_eq!(
        why,
        "`@river/delta` is not in the registry https://registry.example/"
    );
    assert_eq!(world.anonymous(&answer.reason), why);
    // pacote asks again for the other form: no second request upstream.
    world.ask("GET", "@river%2fdelta", &[("accept", "application/json")]);
    assert_eq!(world.npm.count("/@river/delta"), 1);
    let version = world.get("chalk/9.9.9");
    assert_eq!(version.status, 404);
    assert_eq!(
        version.error().unwrap(),
        "`chalk` has no version or tag `9.9.9`"
    );
}
