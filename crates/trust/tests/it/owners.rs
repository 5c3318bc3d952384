//! Owners that are known from looks, not from releases.

use crate::common::{at, last_changes, npm, package, release};
use tenure_domain::{
    DocumentKind, Ecosystem, History, HistoryBuilder, Joining, NewRelease, OwnerList, PackageId,
    Party, ReleaseState, Source,
};
use tenure_trust::change::{Fact, Kind};

/// As registries have it that list the present owners alone.
fn unlisted(version: &str, date: &str, login: Option<&str>) -> NewRelease {
    NewRelease {
        owners: None,
        publisher: login.map(npm),
        state: ReleaseState::Offered,
        ..release(version, date, login.unwrap_or("nobody"))
    }
}

fn seen(logins: &[&str], first: &str, last: &str) -> OwnerList {
    OwnerList {
        owners: logins.iter().map(|login| npm(login)).collect(),
        first: at(first),
        last: at(last),
    }
}

/// Three releases before anybody looked, and one after.
fn history(by: Option<&str>, last_by: Option<&str>, looks: &[OwnerList]) -> History {
    let mut history = package(
        "x",
        vec![
            unlisted("1.0.0", "2020-01-01", by),
            unlisted("1.0.1", "2020-02-01", by),
            unlisted("1.1.0", "2020-03-01", by),
            unlisted("1.2.0", "2020-06-15", last_by),
        ],
    );
    history.see_owners(looks);
    history
}

#[test]
fn without_a_look_nothing_is_said_of_earlier_owners() {
    let changes = last_changes(&history(Some("ada"), Some("eve"), &[]));
    assert_eq!(changes[0].kind, Kind::Handover);
    assert_eq!(changes[0].facts[0], Fact::EarlierOwnersNotKnown);
}

#[test]
fn the_first_look_is_where_knowledge_begins() {
    let looks = [seen(&["ada", "bob"], "2020-05-01", "2020-07-01")];
    let changes = last_changes(&history(Some("ada"), Some("bob"), &looks));
    assert_eq!(changes[0].kind, Kind::CoMaintainer);
    let since = at("2020-05-01");
    assert_eq!(changes[0].facts[0], Fact::ListedSince { since });
}

#[test]
fn where_the_registry_says_who_joined_when_no_look_is_needed() {
    let joining = |owner, date, by| Joining {
        owner: npm(owner),
        at: at(date),
        by: Some(npm(by)).filter(|_| by != owner),
    };
    let by = Some(npm("ada"));
    for (date, kind) in [
        // As with lists, the release before counts: an owner of today is new.
        ("2020-06-14", Kind::Handover),
        ("2020-02-15", Kind::CoMaintainer),
    ] {
        let mut history = history(Some("ada"), Some("bob"), &[]);
        history.add_joinings([
            joining("ada", "2020-01-01", "ada"),
            joining("bob", date, "ada"),
        ]);
        let changes = last_changes(&history);
        assert_eq!(changes[0].kind, kind);
        let (at, by) = (at(date), by.clone());
        assert_eq!(changes[0].facts[0], Fact::MadeOwner { at, by });
    }
}

#[test]
fn who_was_added_since_is_a_newcomer() {
    let looks = [
        seen(&["ada"], "2020-05-01", "2020-06-01"),
        seen(&["ada", "eve"], "2020-06-10", "2020-07-01"),
    ];
    let changes = last_changes(&history(Some("ada"), Some("eve"), &looks));
    let kinds: Vec<Kind> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [Kind::Handover, Kind::OwnersChanged]);
    assert_eq!(changes[0].facts[0], Fact::NotListedBefore);
    let parties = vec![npm("eve")];
    let between = Fact::OwnersSeen {
        before: at("2020-06-01"),
        after: at("2020-06-10"),
    };
    assert_eq!(changes[1].facts, [Fact::OwnersAdded { parties }, between]);
}

#[test]
fn owners_tell_where_publishers_are_not_known() {
    let looks = [
        seen(&["ada"], "2020-05-01", "2020-06-01"),
        seen(&["eve"], "2020-06-10", "2020-07-01"),
    ];
    let changes = last_changes(&history(None, None, &looks));
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].kind, Kind::OwnersChanged);
    assert_eq!(
        (&*changes[0].from, &changes[0].to),
        (&[npm("ada")][..], &npm("eve"))
    );
    assert_eq!(changes[0].facts.len(), 3);
    let same = [seen(&["ada"], "2020-05-01", "2020-07-01")];
    assert_eq!(last_changes(&history(None, None, &same)), []);
}

#[test]
fn owners_that_the_registry_signed_tell_without_looks() {
    let package = PackageId::new(Ecosystem::Nuget, "x").unwrap();
    let owners = |names: &[&str]| {
        let party = |name: &&str| Party::account(Ecosystem::Nuget, name);
        Some(names.iter().map(party).collect::<Vec<_>>())
    };
    let mut builder = HistoryBuilder::default();
    for (version, date, names) in [
        ("1.0.0", "2020-01-01", ["ada", "team"]),
        ("1.0.1", "2020-02-01", ["ada", "team"]),
        ("1.1.0", "2020-03-01", ["ada", "team"]),
        ("1.2.0", "2020-06-15", ["eve", "team"]),
    ] {
        builder.push(NewRelease {
            published: Some(at(date)),
            owners: owners(&names),
            ..NewRelease::new(version)
        });
    }
    let source = Source {
        from: String::new(),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::NugetOwners,
    };
    let changes = last_changes(&builder.build(package, source));
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].kind, Kind::OwnersChanged);
    assert_eq!(changes[0].to.to_string(), "nuget:eve");
}
