//! Files: verified, kept once, in parts, and refused.

use super::{HELD, RIVER, ask, get, held, river, text, world, yanked};
use crate::world::{NOW, World, shown};
use tenure_domain::{Days, Ecosystem, PackageId};
use tenure_store::Day;
use tenure_testkit::{Fault, PypiProject, http};

fn theirs(world: &World, name: &str) -> Vec<u8> {
    let project = name.split('-').next().unwrap();
    let url = format!("{}/files/{project}/{name}", world.pypi.root());
    http::get(&url).unwrap().body
}

fn ours(name: &str) -> String {
    format!("files/river/{name}")
}

#[test]
fn the_file_of_a_held_release_is_there_for_lockfiles() {
    let world = world("");
    held(&world);
    let bytes = theirs(&world, HELD);
    for _ in 0..2 {
        let file = get(&world, &ours(HELD));
        assert_eq!(file.status, 200, "{}", shown(&file));
        assert_eq!(file.body, bytes);
    }
    let path = format!("/files/river/{HELD}");
    assert_eq!(world.pypi.count(&path), 2, "one was the test's");
    let asked = world.metric("tenure_tarballs_total{verdict=\"hold\"}");
    assert_eq!(asked, Some(2.0));
    let part = ask(&world, &ours(HELD), &[("range", "bytes=10-19")]);
    assert_eq!((part.status, &part.body[..]), (206, &bytes[10..20]));
    let etag = part.header("etag").unwrap();
    assert_eq!(
        ask(&world, &ours(HELD), &[("if-none-match", etag)]).status,
        304
    );
}

#[test]
fn what_a_wheel_says_of_itself_is_served_beside_it() {
    let world = world(
        "[[block]]\npackage = \"pkg:pypi/river\"\nversions = [\"2.1.0\"]\nreason = \"steals coins\"\n",
    );
    let name = format!("{HELD}.metadata");
    let metadata = get(&world, &ours(&name));
    assert_eq!(metadata.status, 200, "{}", shown(&metadata));
    assert_eq!(metadata.body, theirs(&world, &name));
    let asked = world.metric("tenure_tarballs_total{verdict=\"block\"}");
    assert_eq!(asked, None, "it is no download");
    let path = format!("/files/river/{name}");
    world.pypi.fail("*", Fault::Spoil);
    let other = get(&world, &ours("river-1.0.0-py3-none-any.whl.metadata"));
    assert_eq!(other.status, 502, "{}", shown(&other));
    assert_eq!(get(&world, &ours(&name)).status, 200);
    assert_eq!(world.pypi.count(&path), 2, "one was the test's");
}

#[test]
fn a_large_one_comes_whole() {
    let world = World::new();
    let lake = PypiProject::new("lake").release("1.0", "2024-01-10T10:00:00Z");
    world.pypi.put(&lake.padded(3_000_000));
    let name = "lake-1.0-py3-none-any.whl";
    let bytes = theirs(&world, name);
    for _ in 0..2 {
        let file = get(&world, &format!("files/lake/{name}"));
        assert!(file.complete);
        assert!(file.body == bytes);
    }
}

#[test]
fn one_that_is_not_what_the_page_says_is_thrown_away() {
    let world = world("");
    world
        .pypi
        .fail(&format!("/files/river/{HELD}"), Fault::Spoil);
    let file = get(&world, &ours(HELD));
    assert_eq!(file.status, 502);
    assert!(
        file.reason.contains("is not what its document says"),
        "{}",
        file.reason
    );
    world.pypi.heal();
    assert_eq!(get(&world, &ours(HELD)).status, 200);
    // A large one breaks off, and is not kept either.
    let lake = PypiProject::new("lake").release("1.0", "2024-01-10T10:00:00Z");
    world.pypi.put(&lake.padded(3_000_000));
    let name = "lake-1.0-py3-none-any.whl";
    world
        .pypi
        .fail(&format!("/files/lake/{name}"), Fault::Spoil);
    for _ in 0..2 {
        assert!(!get(&world, &format!("files/lake/{name}")).complete);
    }
}

#[test]
fn the_file_of_a_blocked_release_is_refused_with_the_reason() {
    let world = world(
        "[[block]]\npackage = \"pkg:pypi/river\"\nversions = [\"2.1.0\"]\nreason = \"steals coins\"\n",
    );
    let (version, why) = yanked(&get(&world, RIVER)).pop().unwrap();
    let page = format!("{}-/package/pypi/river", world.root());
    assert_eq!(version, "2.1.0");
    assert_eq!(why, format!("blocked: steals coins; see {page}"));
    let file = get(&world, &ours(HELD));
    assert_eq!(file.status, 403);
    let why = format!("river@2.1.0 is blocked: steals coins; see {page}");
    assert_eq!(
        (file.reason.as_str(), file.error()),
        (&*why, Some(why.clone()))
    );
    assert_eq!(world.pypi.count(&format!("/files/river/{HELD}")), 0);
    // Another way to write the version is no way round.
    let other = get(&world, &ours("river-2.1-py3-none-any.whl"));
    assert_eq!(other.status, 403, "{}", text(&other));
    let unknown = get(&world, &ours("river-9.9.9-py3-none-any.whl"));
    assert_eq!(unknown.status, 404, "{}", text(&unknown));
    let unknown = get(&world, "files/river/stone-1.0-py3-none-any.whl");
    assert_eq!(unknown.status, 404, "{}", text(&unknown));
}

#[test]
fn a_file_that_does_not_say_which_release_it_is_of_is_held() {
    let world = World::new();
    world.pypi.put(&river());
    let page = http::get(&format!("{}river/", world.pypi.url())).unwrap();
    let page = String::from_utf8(page.body).unwrap();
    let page = page.replace(
        "\"filename\":\"river-1.0.0-py3-none-any.whl\"",
        "\"filename\":\"river-latest.zip\"",
    );
    world.pypi.put_page("river", &page);
    let ours = get(&world, RIVER).json();
    let files = ours["files"].as_array().unwrap();
    let latest = files
        .iter()
        .find(|file| file["filename"] == "river-latest.zip")
        .unwrap();
    assert_eq!(
        latest["yanked"],
        "held, for its name does not say which release it is of"
    );
    assert_eq!(get(&world, "files/river/river-latest.zip").status, 200);
    // Blocked is what it could be of, too.
    let blocking = self::world(
        "[[block]]\npackage = \"pkg:pypi/river\"\nversions = [\"2.1.0\"]\nreason = \"steals coins\"\n",
    );
    blocking.pypi.put_page("river", &page);
    let refused = get(&blocking, "files/river/river-latest.zip");
    assert_eq!(refused.status, 403, "{}", shown(&refused));
    // Two files of one name.
    let twice = page.replace("river-1.1.0-py3", "river-2.0.0-py3");
    world.pypi.put_page("river", &twice);
    world.later(Days(1.0));
    let file = get(&world, "files/river/river-2.0.0-py3-none-any.whl");
    assert_eq!(file.status, 403);
    assert!(
        file.reason
            .contains("can be understood in more than one way"),
        "{}",
        file.reason
    );
    let page = text(&world.get_root("-/package/pypi/river"));
    assert!(
        page.contains("<code>river-2.0.0-py3-none-any.whl</code>"),
        "{page}"
    );
}

#[test]
fn files_elsewhere_are_where_the_page_says() {
    let world = World::new();
    let elsewhere = world.pypi.root().replace("127.0.0.1", "localhost");
    world
        .pypi
        .put(&river().files_at(&format!("{elsewhere}/files/river")));
    let file = get(&world, &ours(HELD));
    assert_eq!(file.status, 200, "{}", shown(&file));
    assert_eq!(get(&world, &ours(&format!("{HELD}.metadata"))).status, 200);
    let page = http::get(&format!("{}river/", world.pypi.url())).unwrap();
    let page = String::from_utf8(page.body).unwrap();
    let page = page.replace(
        &format!("\"url\":\"{elsewhere}"),
        "\"url\":\"ftp://files.registry.example",
    );
    world.pypi.put_page("river", &page);
    world.later(Days(1.0));
    assert_eq!(
        get(&world, &ours("river-2.0.0-py3-none-any.whl")).status,
        404
    );
}

#[test]
fn downloads_are_counted() {
    let mut world = world("");
    for _ in 0..3 {
        get(&world, &ours(HELD));
        get(&world, &ours(&format!("{HELD}.metadata")));
    }
    // What is gathered is written in the end.
    world.restart();
    let river = PackageId::new(Ecosystem::Pypi, "river").unwrap();
    let day = Day::of(NOW.parse().unwrap());
    let counts = world.in_store(async |store| store.downloads(&river, day).await.unwrap());
    let counts: Vec<_> = counts
        .iter()
        .map(|one| (&*one.version, one.count))
        .collect();
    assert_eq!(counts, [("2.1.0", 3)]);
}
