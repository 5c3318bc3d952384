use crate::facts::{assert_same, history, package, release, time};
use crate::world::{UPSTREAM, World};
use tenure_domain::ReleaseState::{Offered, Removed};
use tenure_domain::{History, PackageId, Time};
use tenure_store::{Digest, Observed, Seen, Store, Validators};

const ETAG: Validators<'static> = Validators {
    etag: Some("\"1\""),
    last_modified: Some("Sat, 22 Nov 2026 10:00:00 GMT"),
};

/// Sees `history` at `at` in a document of these bytes.
async fn see(store: &Store, history: &History, at: Time, document: &str) -> Observed {
    let seen = Seen {
        upstream: UPSTREAM,
        package: history.package(),
        at,
        document: Digest::of(document.as_bytes()),
        validators: ETAG,
        history,
    };
    store.observe(&seen).await.unwrap()
}

fn first(package: &PackageId) -> History {
    history(package, vec![release("1.0.0", "2020-01-01", "ada")])
}

fn second(package: &PackageId) -> History {
    let releases = vec![
        release("1.0.0", "2020-01-01", "ada"),
        release("1.0.1", "2020-02-01", "bob"),
    ];
    history(package, releases)
}

pub(super) async fn a_new_store_is_ready_and_empty(world: World) {
    let store = world.store;
    store.ready().await.unwrap();
    let package = package("@scope/Odd.Name");
    assert_eq!(store.document(UPSTREAM, &package).await.unwrap(), None);
    assert_eq!(store.history(UPSTREAM, &package).await.unwrap(), None);
    assert_eq!(store.rebuilt(UPSTREAM, &package).await.unwrap(), None);
    assert_eq!(store.ledger(&package).await.unwrap(), []);
    assert_eq!(store.ledger_end().await.unwrap(), 0);
    store.close().await;
}

pub(super) async fn an_observation_is_kept_and_found(world: World) {
    let package = package("@scope/Odd.Name");
    let history = second(&package);
    let at = time("2026-11-22T10:00:00.001Z");
    let seen = see(&world.store, &history, at, "{}").await;
    assert_eq!(seen, Observed::Added(1));

    // Another process sees the same.
    for store in [&world.store, &world.again().await] {
        let record = store.document(UPSTREAM, &package).await.unwrap().unwrap();
        assert_eq!(record.document, Some(Digest::of(b"{}")));
        assert_eq!(record.etag.as_deref(), ETAG.etag);
        assert_eq!(record.last_modified.as_deref(), ETAG.last_modified);
        assert_eq!((record.checked, record.changed), (at, at));
        assert_eq!(record.observation, 1);
        assert!(!record.read_by_another_version);
        let kept = store.history(UPSTREAM, &package).await.unwrap().unwrap();
        assert_eq!(kept.releases(), history.releases());
        assert_eq!(kept.source().seen, Some(at));
        assert_eq!(kept.source().sha256, Digest::of(b"{}").to_string());
        assert_eq!(kept.source().from, history.source().from);
    }
}

pub(super) async fn the_same_again_adds_nothing(world: World) {
    let (store, package) = (world.store, package("x"));
    let (morning, noon) = (time("2026-11-22T08:00:00Z"), time("2026-11-22T12:00:00Z"));
    see(&store, &first(&package), morning, "{}").await;
    let again = see(&store, &first(&package), noon, "{}").await;
    assert_eq!(again, Observed::Same);
    assert_eq!(store.ledger(&package).await.unwrap().len(), 1);
    let record = store.document(UPSTREAM, &package).await.unwrap().unwrap();
    assert_eq!((record.changed, record.checked), (morning, noon));
    assert_eq!(store.ledger_end().await.unwrap(), 1);
}

pub(super) async fn only_the_bytes_differ(world: World) {
    let (store, package) = (world.store, package("x"));
    see(&store, &first(&package), time("2026-11-22"), "{}").await;
    let again = see(&store, &first(&package), time("2026-11-23"), "{ }").await;
    assert_eq!(again, Observed::Added(2));
    let ledger = store.ledger(&package).await.unwrap();
    assert_eq!(ledger[1].facts, b"");
    assert_eq!(ledger[1].document, Some(Digest::of(b"{ }")));
}

pub(super) async fn confirming_moves_the_check(world: World) {
    let (store, package) = (world.store, package("x"));
    see(&store, &first(&package), time("2026-11-22"), "{}").await;
    let renewed = Validators {
        etag: Some("\"2\""),
        last_modified: None,
    };
    let later = time("2026-11-23");
    let confirm = store.confirm(UPSTREAM, &package, later, renewed);
    confirm.await.unwrap();
    // Two answers may be kept in the wrong order.
    let earlier = store.confirm(UPSTREAM, &package, time("2026-11-22"), ETAG);
    earlier.await.unwrap();
    let record = store.document(UPSTREAM, &package).await.unwrap().unwrap();
    assert_eq!(record.checked, later);
    assert_eq!(record.changed, time("2026-11-22"));
    assert_eq!(record.etag.as_deref(), Some("\"2\""));
    assert_eq!(record.last_modified.as_deref(), ETAG.last_modified);
    // Of what was never seen, nothing can be confirmed.
    let unknown = package_named_y();
    store
        .confirm(UPSTREAM, &unknown, later, ETAG)
        .await
        .unwrap();
    assert_eq!(store.document(UPSTREAM, &unknown).await.unwrap(), None);
}

fn package_named_y() -> PackageId {
    package("y")
}

pub(super) async fn a_package_goes_and_comes_back(world: World) {
    let (store, package) = (world.store, package("x"));
    see(&store, &first(&package), time("2026-11-22"), "{}").await;
    let gone = async |day| {
        store
            .observe_gone(UPSTREAM, &package, time(day))
            .await
            .unwrap()
    };
    assert_eq!(gone("2026-11-23").await, Observed::Added(2));
    assert_eq!(gone("2026-11-24").await, Observed::Same);
    let record = store.document(UPSTREAM, &package).await.unwrap().unwrap();
    assert_eq!((record.document, record.etag), (None, None));
    assert_eq!(record.checked, time("2026-11-24"));
    assert_eq!(store.history(UPSTREAM, &package).await.unwrap(), None);
    assert_eq!(store.rebuilt(UPSTREAM, &package).await.unwrap(), None);

    let back = see(&store, &second(&package), time("2026-11-25"), "{}").await;
    assert_eq!(back, Observed::Added(3));
    let kept = store.history(UPSTREAM, &package).await.unwrap().unwrap();
    assert_eq!(kept.releases().len(), 2);
    let rebuilt = store.rebuilt(UPSTREAM, &package).await.unwrap();
    assert_same(&rebuilt.unwrap(), &kept);
}

pub(super) async fn what_only_earlier_documents_say_is_remembered(world: World) {
    let (store, package) = (&world.store, package("x"));
    let memory = async || {
        let recorded = world.store.recorded(UPSTREAM, &package).await.unwrap();
        recorded.memory
    };
    see(store, &second(&package), time("2026-11-22"), "{}").await;
    assert!(memory().await.is_empty());
    let gone = store.observe_gone(UPSTREAM, &package, time("2026-11-23"));
    gone.await.unwrap();
    let newcomer = history(&package, vec![release("2.0.0", "2026-11-24", "eve")]);
    see(store, &newcomer, time("2026-11-24"), "{ }").await;
    let again = world.again().await;
    let recorded = again.recorded(UPSTREAM, &package).await.unwrap();
    assert_eq!(recorded.memory, memory().await);
    let all = recorded.memory.with(&recorded.history.unwrap());
    let hands = all.releases().iter().map(|release| {
        let publisher = all.publisher(release).unwrap().to_string();
        (&*release.version, publisher, release.state)
    });
    let expected = [
        ("1.0.0", "npm:ada".to_owned(), Removed),
        ("1.0.1", "npm:bob".to_owned(), Removed),
        ("2.0.0", "npm:eve".to_owned(), Offered),
    ];
    assert_eq!(hands.collect::<Vec<_>>(), expected);
}

pub(super) async fn what_was_never_seen_cannot_go(world: World) {
    let (store, package) = (world.store, package("x"));
    let gone = store.observe_gone(UPSTREAM, &package, time("2026-11-22"));
    assert_eq!(gone.await.unwrap(), Observed::Same);
    assert_eq!(store.document(UPSTREAM, &package).await.unwrap(), None);
    assert_eq!(store.ledger_end().await.unwrap(), 0);
}

pub(super) async fn an_older_answer_is_passed_over(world: World) {
    let (store, package) = (world.store, package("x"));
    see(&store, &second(&package), time("2026-11-23"), "{ }").await;
    let late = see(&store, &first(&package), time("2026-11-22"), "{}").await;
    assert_eq!(late, Observed::Outdated);
    let gone = store.observe_gone(UPSTREAM, &package, time("2026-11-22"));
    assert_eq!(gone.await.unwrap(), Observed::Outdated);
    let kept = store.history(UPSTREAM, &package).await.unwrap().unwrap();
    assert_eq!(kept.releases().len(), 2);
}

pub(super) async fn registries_are_kept_apart(world: World) {
    let (store, package) = (world.store, package("x"));
    see(&store, &first(&package), time("2026-11-22"), "{}").await;
    let other = "https://other.example/";
    let history = second(&package);
    let seen = Seen {
        upstream: other,
        package: &package,
        at: time("2026-11-22"),
        document: Digest::of(b"{ }"),
        validators: Validators::default(),
        history: &history,
    };
    assert_eq!(store.observe(&seen).await.unwrap(), Observed::Added(2));
    for (upstream, releases) in [(UPSTREAM, 1), (other, 2)] {
        let kept = store.history(upstream, &package).await.unwrap().unwrap();
        assert_eq!(kept.releases().len(), releases);
        let rebuilt = store.rebuilt(upstream, &package).await.unwrap();
        assert_same(&rebuilt.unwrap(), &kept);
    }
    let ledger = store.ledger(&package).await.unwrap();
    let upstreams: Vec<&str> = ledger.iter().map(|seen| &*seen.upstream).collect();
    assert_eq!(upstreams, [UPSTREAM, other]);
}
