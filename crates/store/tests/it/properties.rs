//! Whatever is observed, the store gives back the last of it, and its ledger
//! adds up to it.

use crate::facts::{account, assert_same, history, package, release, time};
use crate::world::{UPSTREAM, World};
use proptest::prelude::*;
use std::collections::BTreeSet;
use tenure_domain::fact::Memory;
use tenure_domain::{Days, History, NewRelease, PackageId, Time};
use tenure_store::{Digest, Observed, Seen, Validators};
use tokio::runtime::Runtime;

const PEOPLE: [&str; 4] = ["ada", "bob", "eve", "z\u{fc}"];

/// A release: which version, when, by whom.
type Plan = (u8, Option<u16>, usize);

/// What a registry answers, day after day; `None`: there is no such package.
fn answers() -> impl Strategy<Value = Vec<Option<Vec<Plan>>>> {
    let release = (0..5_u8, prop::option::of(0..3_u16), 0..PEOPLE.len());
    let document = prop::collection::vec(release, 0..5);
    prop::collection::vec(prop::option::weighted(0.8, document), 1..7)
}

fn built(package: &PackageId, plan: &[Plan]) -> History {
    let mut seen = BTreeSet::new();
    let plan = plan.iter().filter(|(version, ..)| seen.insert(*version));
    let releases = plan.map(|(version, day, person)| NewRelease {
        published: day.map(|day| time("2020-01-01") + Days(f64::from(day))),
        owners: None,
        ..release(&format!("1.{version}.0"), "2020-01-01", PEOPLE[*person])
    });
    history(package, releases.collect())
}

/// Since when each person publishes, as the last answer says.
fn since(plan: &[Plan], person: usize) -> Option<Time> {
    let mut seen = BTreeSet::new();
    let plan = plan.iter().filter(|(version, ..)| seen.insert(*version));
    let days = plan
        .filter(|(.., by)| *by == person)
        .filter_map(|(_, day, _)| *day);
    days.min()
        .map(|day| time("2020-01-01") + Days(f64::from(day)))
}

async fn observed(world: &World, answers: &[Option<Vec<Plan>>]) {
    let (store, package) = (&world.store, package("@scope/x"));
    let mut changes = 0;
    let (mut memory, mut before) = (Memory::default(), None);
    for (day, answer) in (0..).zip(answers) {
        let at = time("2026-01-01") + Days(f64::from(day));
        let observed = match answer {
            Some(plan) => {
                let history = built(&package, plan);
                let seen = Seen {
                    upstream: UPSTREAM,
                    package: &package,
                    at,
                    document: Digest::of(format!("{plan:?}").as_bytes()),
                    validators: Validators::default(),
                    history: &history,
                };
                store.observe(&seen).await.unwrap()
            }
            None => store.observe_gone(UPSTREAM, &package, at).await.unwrap(),
        };
        changes += i64::from(observed != Observed::Same);
        assert_eq!(store.ledger_end().await.unwrap(), changes);
        let recorded = store.recorded(UPSTREAM, &package).await.unwrap();
        let kept = recorded.history;
        memory = memory.after(before.as_ref(), kept.as_ref());
        if let Some(kept) = &kept {
            memory = memory.confirmed(kept, at);
        }
        assert_eq!(recorded.memory, memory);
        before.clone_from(&kept);
        let rebuilt = store.rebuilt(UPSTREAM, &package).await.unwrap();
        match answer {
            Some(plan) => {
                assert_eq!(
                    kept.as_ref().unwrap().releases(),
                    built(&package, plan).releases()
                );
                assert_same(&rebuilt.unwrap(), &kept.unwrap());
            }
            None => assert_eq!((kept, rebuilt), (None, None)),
        }
        let plan = answer.as_deref().unwrap_or_default();
        for (number, person) in PEOPLE.iter().enumerate() {
            let found = store.histories_of(&[account(person)], 9).await.unwrap();
            let acts = since(plan, number).is_some();
            assert_eq!(found.len(), usize::from(acts), "{person} on day {day}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_observed_is_given_back(answers in answers()) {
        Runtime::new().unwrap().block_on(async {
            observed(&World::small().await, &answers).await;
        });
    }
}
