//! The files of crates: verified, kept once, in parts, and refused.

use super::{RIVER, ask, detail, get, held, text, world, yanked};
use crate::world::{NOW, World, shown};
use tenure_domain::{Ecosystem, PackageId};
use tenure_store::Day;
use tenure_testkit::http;
use tenure_testkit::{Crate, CrateRelease, Fault};

const FILE: &str = "dl/river/2.1.0/download";
const THEIRS: &str = "/files/river/river-2.1.0.crate";

fn theirs(world: &World) -> Vec<u8> {
    let url = format!("{}{THEIRS}", world.cargo.api());
    http::get(&url).unwrap().body
}

#[test]
fn the_file_of_a_held_version_is_there_for_lockfiles() {
    let world = world("");
    held(&world);
    let bytes = theirs(&world);
    for _ in 0..2 {
        let file = get(&world, FILE);
        assert_eq!(file.status, 200, "{}", shown(&file));
        assert_eq!(file.body, bytes);
    }
    assert_eq!(world.cargo.count(THEIRS), 2, "one was the test's");
    let asked = world.metric("tenure_tarballs_total{verdict=\"hold\"}");
    assert_eq!(asked, Some(2.0));
    // Who shows a credential to nobody shows none here.
    let requests = world.cargo.requests_to(THEIRS);
    assert!(
        requests
            .iter()
            .all(|one| one.header("authorization").is_none())
    );
}

#[test]
fn parts_are_served() {
    let world = world("");
    let bytes = theirs(&world);
    get(&world, FILE);
    let part = ask(&world, FILE, &[("range", "bytes=10-19")]);
    assert_eq!(part.status, 206, "{}", shown(&part));
    assert_eq!(part.body, bytes[10..20]);
    let etag = part.header("etag").unwrap();
    assert_eq!(ask(&world, FILE, &[("if-none-match", etag)]).status, 304);
}

#[test]
fn a_large_one_comes_whole() {
    let world = World::new();
    let release = CrateRelease::new("1.0.0").padded(3_000_000);
    world.cargo.put(Crate::new("lake").release(release));
    let url = format!("{}/files/lake/lake-1.0.0.crate", world.cargo.api());
    let bytes = http::get(&url).unwrap().body;
    for _ in 0..2 {
        let file = get(&world, "dl/lake/1.0.0/download");
        assert!(file.complete);
        assert!(file.body == bytes);
    }
}

#[test]
fn one_that_is_not_what_the_index_says_is_thrown_away() {
    let world = world("");
    world.cargo.fail(THEIRS, Fault::Spoil);
    let file = get(&world, FILE);
    assert_eq!(file.status, 502);
    assert!(detail(&file).contains("is not what its document says"));
    world.cargo.heal();
    assert_eq!(get(&world, FILE).status, 200);
}

#[test]
fn the_file_of_a_blocked_version_is_refused_with_the_reason() {
    let world = world(
        "[[block]]\npackage = \"pkg:cargo/river\"\nversions = [\"2.1.0\"]\nreason = \"steals coins\"\n",
    );
    assert_eq!(yanked(&get(&world, RIVER)), ["2.0.1", "2.1.0"]);
    let file = get(&world, FILE);
    assert_eq!(file.status, 403);
    let page = format!("{}-/package/cargo/river", world.root());
    let why = format!("river@2.1.0 is blocked: steals coins; see {page}");
    assert_eq!(detail(&file), why);
    assert_eq!(file.reason, why);
    assert_eq!(world.cargo.count(THEIRS), 0);
    let unknown = get(&world, "dl/river/9.9.9/download");
    assert_eq!(unknown.status, 404, "{}", text(&unknown));
}

#[test]
fn downloads_are_counted() {
    let mut world = world("");
    for _ in 0..3 {
        get(&world, FILE);
    }
    // What is gathered is written in the end.
    world.restart();
    let river = PackageId::new(Ecosystem::Cargo, "river").unwrap();
    let day = Day::of(NOW.parse().unwrap());
    let counts = world.in_store(async |store| store.downloads(&river, day).await.unwrap());
    let counts: u64 = counts.iter().map(|count| count.count).sum();
    assert_eq!(counts, 3);
}

#[test]
fn files_elsewhere_are_where_the_registrys_configuration_says() {
    let world = world("");
    let elsewhere = world.cargo.api().replace("127.0.0.1", "localhost");
    let config = |dl: String| serde_json::json!({ "dl": dl, "api": world.cargo.api() });
    let template = "{crate}/{crate}-{version}.crate";
    world
        .cargo
        .set_config(config(format!("{elsewhere}/files/{template}")));
    let file = get(&world, FILE);
    assert_eq!(file.status, 200, "{}", shown(&file));
    world
        .cargo
        .set_config(config(format!("ftp://files.registry.example/{template}")));
    world.later(tenure_domain::Days(1.0));
    let refused = get(&world, "dl/river/2.0.0/download");
    assert_eq!(refused.status, 502);
    assert!(detail(&refused).contains("it is not https"));
}
