use crate::facts::{history, package, release, time};
use crate::world::{UPSTREAM, World};
use std::fs::{self, File};
use std::time::{Duration, SystemTime};
use tenure_domain::Time;
use tenure_store::{Pruned, Seen, Store, Validators};

/// The machine's own clock is what dates files.
fn now() -> Time {
    #[expect(
        clippy::disallowed_methods,
        reason = "what is written now has this date"
    )]
    let now = SystemTime::now();
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Time::from_millis(since.as_millis() as i64)
}

async fn see(store: &Store, name: &str, day: &str, document: &str) {
    let package = package(name);
    let history = history(&package, vec![release("1.0.0", day, "ada")]);
    let seen = Seen {
        upstream: UPSTREAM,
        package: &package,
        at: time(day),
        document: store
            .documents()
            .put(document.to_owned().into())
            .await
            .unwrap(),
        validators: Validators::default(),
        history: &history,
    };
    store.observe(&seen).await.unwrap();
}

pub(super) async fn what_nothing_names_is_deleted(world: World) {
    let store = &world.store;
    let named = store.documents().put("new x".into()).await.unwrap();
    see(store, "x", "2026-11-21", "old x").await;
    see(store, "x", "2026-11-22", "new x").await;
    see(store, "y", "2026-11-22", "same").await;
    see(store, "z", "2026-11-22", "same").await;
    see(store, "z", "2026-11-23", "new z").await;
    store.documents().put("never named".into()).await.unwrap();
    let tarball = store.blobs().put("a tarball".into()).await.unwrap();
    assert_eq!(world.files("documents").len(), 5);

    // What was just put may yet be named.
    let minutes = |n: f64| now() + tenure_domain::Days(n / 24.0 / 60.0);
    assert_eq!(store.prune(now()).await.unwrap(), Pruned::default());
    let pruned = store.prune(minutes(59.0)).await.unwrap();
    assert_eq!(pruned, Pruned::default());

    let pruned = store.prune(minutes(62.0)).await.unwrap();
    assert_eq!(pruned.documents, 2);
    assert!(pruned.bytes > 0);
    assert_eq!(world.files("documents").len(), 3);
    assert!(store.documents().get(&named).await.unwrap().is_some());
    assert!(store.blobs().get(&tarball).await.unwrap().is_some());
    let again = store.prune(minutes(62.0)).await.unwrap();
    assert_eq!(again, Pruned::default());

    // Files that somebody began and never finished.
    let temporary = store.blobs().temporary().unwrap();
    let left = temporary.path().with_file_name("left-behind");
    fs::write(&left, "half").unwrap();
    assert_eq!(store.prune(minutes(62.0)).await.unwrap().unfinished, 0);
    let long_ago = File::open(&left)
        .unwrap()
        .metadata()
        .unwrap()
        .modified()
        .unwrap()
        - Duration::from_hours(25);
    File::options()
        .write(true)
        .open(&left)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    assert_eq!(store.prune(now()).await.unwrap().unfinished, 1);
    assert!(!left.exists() && temporary.path().exists());
}
