//! The fact card of a person.

use crate::common::{World, adas, at, npm, owned_by, package, release};
use tenure_domain::{Counted, History, Joining, Reach};
use tenure_trust::card::{Began, Card, card};

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
        .map(|(history, counted)| (world.open(history, now), *counted));
    card(vec![npm(login)], cases, at(now))
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
