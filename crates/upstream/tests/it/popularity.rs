use crate::world::{World, package};
use tenure_domain::{Ecosystem, PackageId};
use tenure_testkit::{Fault, Packument, Release};
use tenure_upstream::{Fetcher, FetcherOptions, NoPopularity};

fn ask(world: &World, name: &str) -> Result<(Option<u64>, Option<u64>), String> {
    let answer = world
        .fetcher()
        .popularity(&[package(name)])
        .remove(0)
        .answer;
    match answer {
        Ok(found) => Ok((found.downloads_per_week, found.dependents)),
        Err(NoPopularity { why }) => Err(why),
    }
}

#[test]
fn is_asked_once_a_day() {
    let world = World::new();
    world.npm.set_downloads("left-pad", 700, 12);
    for _ in 0..2 {
        assert_eq!(ask(&world, "left-pad"), Ok((Some(700), Some(12))));
        world.wait_hours(23.0);
    }
    assert_eq!(world.npm.count("/-/v1/search"), 1);
    world.npm.set_downloads("left-pad", 800, 12);
    world.wait_hours(2.0);
    assert_eq!(ask(&world, "left-pad"), Ok((Some(800), Some(12))));
}

#[test]
fn a_registry_that_does_not_know_is_asked_once_a_day_too() {
    let world = World::new();
    for _ in 0..2 {
        let why = ask(&world, "left-pad").unwrap_err();
        assert!(
            why.ends_with("says nothing about downloads or dependents"),
            "{why}"
        );
    }
    assert_eq!(world.npm.count("/-/v1/search"), 1);
    world.npm.fail("/-/v1/search", Fault::Status(404));
    world.wait_hours(25.0);
    for _ in 0..2 {
        assert!(ask(&world, "left-pad").is_err());
    }
    assert_eq!(world.npm.count("/-/v1/search"), 2);
}

#[test]
fn a_failure_is_not_remembered_and_the_last_answer_stands() {
    let world = World::new();
    world.npm.fail("/-/v1/search", Fault::Status(500));
    assert!(ask(&world, "left-pad").is_err());
    world.npm.heal();
    world.npm.set_downloads("left-pad", 700, 12);
    assert!(ask(&world, "left-pad").is_ok());
    world.npm.fail("/-/v1/search", Fault::Status(500));
    world.wait_hours(48.0);
    assert!(ask(&world, "left-pad").is_ok());
}

#[test]
fn offline_uses_what_is_there() {
    let world = World::new();
    world.npm.set_downloads("left-pad", 700, 12);
    ask(&world, "left-pad").unwrap();
    world.wait_hours(48.0);
    let offline = Fetcher::new(FetcherOptions {
        offline: true,
        ..world.options()
    });
    let answers = offline.popularity(&[package("left-pad"), package("right-pad")]);
    assert!(answers[0].answer.is_ok());
    assert!(answers[1].answer.is_err());
    assert_eq!(world.npm.requests().len(), 1);
}

#[test]
fn answers_come_in_their_order() {
    let world = World::new();
    world
        .npm
        .put(Packument::new("@acme/tool").release(Release::new("1.0.0")));
    world.npm.set_downloads("@acme/tool", 7, 0);
    world.npm.set_downloads("left-pad", 700, 12);
    let packages = [
        PackageId::new(Ecosystem::Cargo, "serde").unwrap(),
        package("left-pad"),
        package("@acme/tool"),
    ];
    let answers = world.fetcher().popularity(&packages);
    let asked: Vec<_> = answers.iter().map(|answer| &answer.package).collect();
    assert_eq!(asked, packages.iter().collect::<Vec<_>>());
    let weekly = |at: usize| {
        let answer = answers[at].answer.as_ref();
        answer.ok().and_then(|found| found.downloads_per_week)
    };
    assert_eq!(
        [weekly(0), weekly(1), weekly(2)],
        [None, Some(700), Some(7)]
    );
}
