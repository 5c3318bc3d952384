use crate::facts::{assert_same, history, package, release, time};
use crate::world::{UPSTREAM, World};
use tenure_domain::Days;
use tenure_store::{Digest, Observed, ProjectFiles, Seen, Store, StoreOptions, Validators};
use tokio::task::JoinSet;

const ROUNDS: u32 = 12;

/// Sees the same packages as others do at the same moment, and pushes to the
/// same project.
async fn work(store: Store, own: u32) -> Vec<i64> {
    let mut added = Vec::new();
    for round in 0..ROUNDS {
        for name in ["x", "y"] {
            let package = package(name);
            let version = |n: u32| release(&format!("1.{n}.0"), "2020-01-01", "ada");
            let mut releases: Vec<_> = (0..=round).map(version).collect();
            // Each sees a release of its own, so that none sees the same.
            releases.push(release(&format!("2.{own}.0"), "2021-01-01", "bob"));
            let history = history(&package, releases);
            let seen = Seen {
                upstream: UPSTREAM,
                package: &package,
                at: time("2026-11-22") + Days(f64::from(round)),
                document: Digest::of(&[round as u8, own as u8]),
                validators: Validators::default(),
                history: &history,
            };
            match store.observe(&seen).await.unwrap() {
                Observed::Added(seq) => added.push(seq),
                Observed::Same | Observed::Outdated => {}
            }
        }
        let files = ProjectFiles {
            project_file: format!("# {own} {round}"),
            ..ProjectFiles::default()
        };
        let web = "web".parse().unwrap();
        let pushed = store.push_project(&web, &files, "ci", time("2026-11-22"));
        assert!(pushed.await.unwrap().is_some());
    }
    added
}

pub(super) async fn two_processes_observe_at_once(world: World) {
    let store = &world.store;
    let web = "web".parse().unwrap();
    store
        .create_project(&web, time("2026-11-22"))
        .await
        .unwrap();
    let mut workers = JoinSet::new();
    for own in 0..4 {
        let store = match own % 2 {
            0 => store.clone(),
            _ => world.again().await,
        };
        workers.spawn(work(store, own));
    }
    let mut added = workers.join_all().await.concat();
    added.sort_unstable();
    let all: Vec<i64> = (1..=added.len() as i64).collect();
    assert_eq!(added, all, "each number is one observation's");
    assert_eq!(store.ledger_end().await.unwrap(), added.len() as i64);
    for name in ["x", "y"] {
        let package = package(name);
        let kept = store.history(UPSTREAM, &package).await.unwrap().unwrap();
        let rebuilt = store.rebuilt(UPSTREAM, &package).await.unwrap().unwrap();
        assert_same(&rebuilt, &kept);
        let ledger = store.ledger(&package).await.unwrap();
        assert!(ledger.is_sorted_by_key(|observation| observation.at));
    }
    let revision = store.project_revision(&web).await.unwrap();
    assert_eq!(revision, Some(i64::from(4 * ROUNDS)));
}

/// Processes that start together on a place where nothing is yet.
pub(super) async fn can_begin_at_once(options: &StoreOptions) {
    let mut openings = JoinSet::new();
    for _ in 0..4 {
        let options = options.clone();
        openings.spawn(async move { Store::open(&options).await });
    }
    for opened in openings.join_all().await {
        opened.unwrap().ready().await.unwrap();
    }
}
