//! The fact card of a person.

use crate::common::{World, adas, at, npm, owned_by, package, release};
use tenure_domain::{Advisory, Counted, History, Joining, Reach};
use tenure_trust::card::{Began, Card, Reported, card};

/// A package that mallory took over from ada after two years, with a release
/// that is gone.
fn taken_over() -> History {
    let mut gone = release("1.1.2", "2022-07-01", "mallory");
    gone.state = tenure_domain::ReleaseState::Removed;
    let mut releases = adas();
    releases.extend([release("1.1.1", "2022-06-01", "mallory"), gone]);
    package("x", releases)
}

fn reach(packages: u64) -> Reach {
    Reach {
        packages,
        of: 10_000,
    }
}

fn card_of(login: &str, histories: &[(History, Option<Counted>)], now: &str) -> Card {
    let all: Vec<&History> = histories.iter().map(|(history, _)| history).collect();
    let world = World::of(&all);
    let cases = histories
        .iter()
        .map(|(history, counted)| (world.open(history, now), *counted, Vec::new()));
    card(vec![npm(login)], cases, at(now))
}

/// The card of somebody in a package of which advisories speak.
fn card_with(login: &str, reported: &[Reported], now: &str) -> Card {
    let history = taken_over();
    let world = World::of(&[&history]);
    let counted = Counted {
        reach: reach(9_000),
        on: at("2022-12-01"),
        least: reach(8_000),
    };
    let case = (world.open(&history, now), Some(counted), reported.to_vec());
    card(vec![npm(login)], [case], at(now))
}

fn reported(id: &str, published: &str, versions: &[&str]) -> Reported {
    let advisory = Advisory {
        id: id.into(),
        aliases: Vec::new(),
        modified: at(published),
        published: at(published),
        withdrawn: None,
        summary: format!("what {id} says").into(),
        source: format!("{id}.json").into(),
        affected: Vec::new(),
    };
    let versions = versions.iter().map(|version| (*version).into()).collect();
    Reported { advisory, versions }
}

#[test]
fn what_somebody_took_over_and_what_became_of_it() {
    let card = card_of("mallory", &[(taken_over(), None)], "2023-01-01");
    let [taken] = &card.took_over[..] else {
        panic!("{card:?}")
    };
    assert_eq!((&*taken.version, taken.at), ("1.1.1", at("2022-06-01")));
    assert_eq!(taken.from, [npm("ada")]);
    assert_eq!((taken.releases, taken.removed, taken.until), (2, 1, None));
    assert_eq!(card.places[0].removed, ["1.1.2"]);
    assert!(card.places[0].held);
    let since = card.since.unwrap();
    let version = "1.1.1".to_owned();
    assert_eq!(
        (since.at, since.began),
        (at("2022-06-01"), Began::Published { version })
    );
    // For ada it is a place where she was.
    let ada = card_of("ada", &[(taken_over(), None)], "2023-01-01");
    assert!(ada.took_over.is_empty() && !ada.places[0].held);
    assert_eq!(ada.places[0].releases, 3);
}

#[test]
fn who_made_whom_an_owner_and_since_when() {
    let joining = |owner, date, by| Joining {
        owner: npm(owner),
        at: at(date),
        by: Some(npm(by)).filter(|_| by != owner),
    };
    let mut history = package("x", adas());
    history.add_joinings([
        joining("ada", "2019-12-31", "ada"),
        joining("bob", "2020-06-01", "ada"),
        joining("eve", "2021-06-01", "bob"),
        joining("late", "2024-01-01", "bob"),
    ]);
    let of = |login| card_of(login, &[(history.clone(), None)], "2023-01-01");
    let bob = of("bob");
    let told: Vec<_> = (bob.invitations.iter())
        .map(|one| (&one.owner, &one.by, one.received))
        .collect();
    let (ada, eve) = (npm("ada"), npm("eve"));
    assert_eq!(
        told,
        [(&npm("bob"), &ada, true), (&eve, &npm("bob"), false)]
    );
    let since = bob.since.unwrap();
    assert_eq!(
        (since.at, since.began),
        (at("2020-06-01"), Began::Joined { by: Some(ada) })
    );
    let ada = of("ada");
    assert_eq!(ada.invitations.len(), 1);
    assert_eq!(ada.since.unwrap().began, Began::Joined { by: None });
    // Whoever has not begun yet is not known.
    assert!(of("late").since.is_none());
}

#[test]
fn reach_is_proven_by_a_year_in_these_hands() {
    let counted = |packages, least| Counted {
        reach: reach(packages),
        on: at("2022-12-01"),
        least: reach(least),
    };
    let old = package("old", vec![release("1.0.0", "2015-01-01", "mallory")]);
    let histories = [
        (taken_over(), Some(counted(9_000, 8_000))),
        (old, Some(counted(70, 50))),
    ];
    let proven = |now| {
        card_of("mallory", &histories, now)
            .proven
            .map(|proven| (proven.package, proven.reach.packages))
    };
    assert_eq!(proven("2015-06-01"), None);
    assert_eq!(proven("2023-01-01"), Some(("pkg:npm/old".to_owned(), 50)));
    // The least of what was counted while it was held is what was proven.
    assert_eq!(proven("2023-06-02"), Some(("pkg:npm/x".to_owned(), 8_000)));
}

#[test]
fn releases_that_advisories_mean_are_incidents_of_those_who_published_them() {
    let all = ["1.0.0", "1.1.1", "1.1.2"];
    let advisories = [reported("MAL-1", "2022-08-01", &all)];
    let mallory = card_with("mallory", &advisories, "2023-09-01");
    let [incident] = &mallory.incidents[..] else {
        panic!("{mallory:?}")
    };
    assert_eq!(incident.versions, ["1.1.1", "1.1.2"]);
    assert_eq!(
        (&*incident.advisory, incident.published, &*incident.source),
        ("MAL-1", at("2022-08-01"), "MAL-1.json")
    );
    assert_eq!(mallory.took_over[0].reported, 2);
    // What has an incident proves nothing.
    assert_eq!(mallory.proven, None);
    assert!(card_with("mallory", &[], "2023-09-01").proven.is_some());
    // What others released there is theirs.
    let ada = card_with("ada", &advisories, "2023-09-01");
    assert_eq!(ada.incidents[0].versions, ["1.0.0"]);
    let later = [reported("MAL-1", "2022-08-01", &["1.1.1"])];
    assert_eq!(card_with("ada", &later, "2023-09-01").incidents, []);
    // What is published later is not known yet.
    let before = card_with("mallory", &advisories, "2022-07-31");
    assert_eq!(
        (before.incidents.len(), before.took_over[0].reported),
        (0, 0)
    );
}

#[test]
fn an_advisory_that_was_taken_back_does_not_count() {
    let mut gone = reported("MAL-1", "2022-08-01", &["1.1.1"]);
    gone.advisory.withdrawn = Some(at("2024-01-01"));
    let card = card_with("mallory", &[gone], "2023-09-01");
    assert_eq!((card.incidents.len(), card.took_over[0].reported), (0, 0));
    assert!(card.proven.is_some());
}

#[test]
fn two_advisories_about_the_same_are_one_incident() {
    let mut second = reported("MAL-1", "2022-08-02", &["1.1.1"]);
    second.advisory.aliases = vec!["GHSA-1".into()];
    let advisories = [
        reported("MAL-2", "2022-08-03", &["1.1.2"]),
        second,
        reported("GHSA-1", "2022-08-01", &["1.1.2"]),
    ];
    let card = card_with("mallory", &advisories, "2023-09-01");
    let told: Vec<(&str, &[String], &[String])> = (card.incidents.iter())
        .map(|one| (&*one.advisory, &*one.also, &*one.versions))
        .collect();
    let text = |texts: &[&str]| -> Vec<String> { texts.iter().map(ToString::to_string).collect() };
    assert_eq!(
        told,
        [
            ("GHSA-1", &*text(&["MAL-1"]), &*text(&["1.1.1", "1.1.2"])),
            ("MAL-2", &*text(&[]), &*text(&["1.1.2"])),
        ]
    );
    assert_eq!(card.took_over[0].reported, 2);
}

#[test]
fn another_domain_of_the_address_begins_anew() {
    let mut moved = release("1.2.0", "2021-01-01", "ada");
    moved.contact = release("1", "2021-01-01", "elsewhere").contact;
    let mut releases = adas();
    releases.push(moved);
    let card = card_of("ada", &[(package("x", releases), None)], "2023-01-01");
    let continuity = card.continuously_since.unwrap();
    assert_eq!(
        (continuity.at, &*continuity.domain),
        (at("2021-01-01"), "elsewhere.example")
    );
    let same = card_of("ada", &[(package("x", adas()), None)], "2023-01-01");
    assert_eq!(same.continuously_since, None);
}

#[test]
fn owners_are_known_from_the_release_that_lists_them() {
    let mut releases = adas();
    releases[1] = owned_by(releases[1].clone(), &["ada", "bob"]);
    let card = card_of("bob", &[(package("x", releases), None)], "2023-01-01");
    let place = &card.places[0];
    let began = Began::Listed {
        version: "1.0.1".to_owned(),
        by: Some(npm("ada")),
    };
    assert_eq!((place.since, &place.began), (at("2020-02-01"), &began));
    assert_eq!((place.releases, place.last.as_ref()), (0, None));
}

#[test]
fn of_a_stranger_it_is_said_that_nothing_is_known() {
    let card = card_of("nobody", &[(taken_over(), None)], "2023-01-01");
    assert_eq!(
        (card.since, card.places.len(), card.histories),
        (None, 0, 1)
    );
    // Nor of anybody before they came.
    let early = card_of("mallory", &[(taken_over(), None)], "2021-01-01");
    assert_eq!((early.since, early.places.len()), (None, 0));
}
