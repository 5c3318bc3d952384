//! Histories written by hand, release by release.

use tenure_domain::{
    Contact, DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, Party,
    Popularity, Source, Time,
};
use tenure_trust::acceptance::{Baseline, Decisions};
use tenure_trust::change::{Change, Kind};
use tenure_trust::judge::{Case, Judge};
use tenure_trust::people::People;
use tenure_trust::policy::Policy;
use tenure_trust::verdict::Verdict;

pub(crate) fn at(date: &str) -> Time {
    date.parse().expect("a date")
}

pub(crate) fn npm(login: &str) -> Party {
    Party::account(Ecosystem::Npm, login)
}

pub(crate) fn workflow(config: &str) -> Party {
    Party::workflow(Ecosystem::Npm, "github", Some(config))
}

/// A release by `login`, who is its only owner unless `owners` says otherwise.
pub(crate) fn release(version: &str, date: &str, login: &str) -> NewRelease {
    NewRelease {
        published: Some(at(date)),
        publisher: Some(npm(login)),
        owners: Some(vec![npm(login)]),
        contact: Some(Contact {
            digest: login.bytes().map(u64::from).sum(),
            domain: format!("{login}.example").into(),
        }),
        repository: Some("github.com/ada/x".into()),
        ..NewRelease::new(version)
    }
}

pub(crate) fn owned_by(release: NewRelease, owners: &[&str]) -> NewRelease {
    NewRelease {
        owners: Some(owners.iter().map(|login| npm(login)).collect()),
        ..release
    }
}

pub(crate) fn by_workflow(version: &str, date: &str, config: &str) -> NewRelease {
    NewRelease {
        publisher: Some(workflow(config)),
        contact: None,
        provenance: true,
        owners: Some(vec![npm("ada")]),
        ..release(version, date, "ada")
    }
}

pub(crate) fn package(name: &str, releases: Vec<NewRelease>) -> History {
    let mut builder = HistoryBuilder::default();
    for release in releases {
        builder.push(release);
    }
    let source = Source {
        from: "test".into(),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::FullPackument,
    };
    builder.build(
        PackageId::new(Ecosystem::Npm, name).expect("a name"),
        source,
    )
}

/// Three releases by ada in the first months of 2020.
pub(crate) fn adas() -> Vec<NewRelease> {
    vec![
        release("1.0.0", "2020-01-01", "ada"),
        release("1.0.1", "2020-02-01", "ada"),
        release("1.1.0", "2020-03-01", "ada"),
    ]
}

pub(crate) fn downloads(per_week: u64) -> Popularity {
    Popularity {
        downloads_per_week: Some(per_week),
        dependents: None,
        source: "test".into(),
        seen: at("2020-01-01"),
        highest: None,
    }
}

/// A world: histories, and what people decided.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) people: People,
    pub(crate) policy: Policy,
    pub(crate) decisions: Decisions,
    pub(crate) baseline: Option<Baseline>,
}

impl World {
    pub(crate) fn of(histories: &[&History]) -> Self {
        let mut world = Self::default();
        for history in histories {
            world.people.add(history);
        }
        world
    }

    pub(crate) fn open<'a>(&'a self, history: &'a History, now: &str) -> Case<'a> {
        self.open_at(history, now, 2_000_000)
    }

    pub(crate) fn open_at<'a>(
        &'a self,
        history: &'a History,
        now: &str,
        downloads_per_week: u64,
    ) -> Case<'a> {
        let judge = Judge {
            people: &self.people,
            policy: &self.policy,
            decisions: &self.decisions,
            baseline: self.baseline.as_ref(),
            now: at(now),
        };
        judge.open(history, Some(&downloads(downloads_per_week)))
    }
}

/// The changes of a lone history at its last release.
pub(crate) fn last_changes(history: &History) -> Vec<Change> {
    let world = World::of(&[history]);
    let case = world.open(history, "2030-01-01");
    let last = history.releases().len() - 1;
    case.changes
        .iter()
        .filter(|change| change.index == last)
        .cloned()
        .collect()
}

pub(crate) fn last_kinds(history: &History) -> Vec<Kind> {
    last_changes(history)
        .iter()
        .map(|change| change.kind)
        .collect()
}

/// Ada held it alone, was silent for two years, and eve takes over in 2022.
pub(crate) fn cold_handover(more: Vec<NewRelease>) -> History {
    let takes_over = owned_by(release("1.1.1", "2022-06-01", "eve"), &["ada", "eve"]);
    package(
        "x",
        adas().into_iter().chain([takes_over]).chain(more).collect(),
    )
}

pub(crate) fn verdict(world: &World, history: &History, version: &str, now: &str) -> Verdict {
    world.open(history, now).judge(version).verdict
}
