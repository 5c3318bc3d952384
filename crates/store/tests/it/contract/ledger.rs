use crate::facts::{account, assert_same, history, package, release, time};
use crate::world::{UPSTREAM, World};
use std::ops::RangeInclusive;
use tenure_domain::fact::{self, Fact};
use tenure_domain::{
    Days, Ecosystem, History, NewRelease, OwnerList, PackageId, ReleaseState, Source, Time,
};
use tenure_store::{
    DatabaseAt, Digest, HistoryPlace, Import, Imported, Observed, Seen, Store, StoreError,
    Validators,
};

/// Sees a package once a day, with one more release each time.
async fn watch(store: &Store, name: &str, days: RangeInclusive<u32>) {
    let package = package(name);
    for day in days {
        let version = |n: u32| release(&format!("1.0.{n}"), "2020-01-01", &format!("p{}", n % 3));
        let mut releases: Vec<NewRelease> = (0..day).map(version).collect();
        // Now and then a release is taken back, or was never there.
        releases[0].state = match day % 3 {
            0 => ReleaseState::Removed,
            _ => ReleaseState::Offered,
        };
        if day % 4 == 0 {
            releases.remove(1);
        }
        let history = history(&package, releases);
        let seen = Seen {
            upstream: UPSTREAM,
            package: &package,
            at: time("2026-11-01") + Days(f64::from(day)),
            document: Digest::of(&day.to_le_bytes()),
            validators: Validators::default(),
            history: &history,
        };
        let observed = store.observe(&seen).await.unwrap();
        assert!(matches!(observed, Observed::Added(_)), "{day}");
    }
}

pub(super) async fn observations_add_up(world: World) {
    let (store, package) = (world.store, package("x"));
    for day in 1..10 {
        watch(&store, "x", day..=day).await;
        let kept = store.history(UPSTREAM, &package).await.unwrap();
        let rebuilt = store.rebuilt(UPSTREAM, &package).await.unwrap();
        assert_same(&rebuilt.unwrap(), &kept.unwrap());
    }
    let ledger = store.ledger(&package).await.unwrap();
    let facts: Vec<Vec<Fact>> = ledger
        .iter()
        .map(|observation| fact::read(&observation.facts).unwrap())
        .collect();
    assert!(matches!(facts[0][0], Fact::Document { .. }));
    let has = |kind: fn(&Fact) -> bool| facts.iter().flatten().any(kind);
    assert!(has(|fact| matches!(fact, Fact::Removed(_))));
    assert!(has(|fact| matches!(fact, Fact::Returned(_))));
    assert!(has(|fact| matches!(fact, Fact::Vanished { .. })));
}

/// Three looks: the same list of owners twice, then another one.
pub(super) async fn owners_are_known_from_look_to_look(world: World) {
    let (store, package) = (world.store, package("x"));
    for (day, owner) in [(1, "ada"), (2, "ada"), (3, "bob")] {
        let mut only = release("1.0.0", "2020-01-01", "ada");
        only.owners = Some(vec![account(owner)]);
        let history = history(&package, vec![only]);
        let seen = Seen {
            upstream: UPSTREAM,
            package: &package,
            at: time("2026-11-01") + Days(f64::from(day)),
            document: Digest::of(owner.as_bytes()),
            validators: Validators::default(),
            history: &history,
        };
        store.observe(&seen).await.unwrap();
    }
    let at = time("2026-11-10");
    let confirmed = store.confirm(UPSTREAM, &package, at, Validators::default());
    confirmed.await.unwrap();
    let recorded = store.recorded(UPSTREAM, &package).await.unwrap();
    let whole = recorded.memory.with(&recorded.history.unwrap());
    let list = |owner: &str, first: &str, last: &str| OwnerList {
        owners: vec![account(owner)],
        first: time(first),
        last: time(last),
    };
    let expected = [
        list("ada", "2026-11-02", "2026-11-03"),
        list("bob", "2026-11-04", "2026-11-10"),
    ];
    assert_eq!(whole.owner_lists(), expected);
    // The second look added nothing but is not lost.
    let ledger = store.ledger(&package).await.unwrap();
    assert_eq!(ledger.len(), 2);
    let facts = fact::read(&ledger[1].facts).unwrap();
    let at = time("2026-11-03");
    assert_eq!(facts[0], Fact::Confirmed { at });
}

/// Two documents about the same thousand packages, some of which differ.
/// A document about 1,100 packages as it was on a day. On the second, some have
/// another owner.
struct Dump(u32);

impl Dump {
    fn taken(&self) -> Time {
        time("2026-11-01") + Days(f64::from(self.0))
    }

    fn digest(&self) -> Digest {
        Digest::of(&self.0.to_le_bytes())
    }

    fn package(number: usize) -> PackageId {
        package(&format!("p{number:04}"))
    }

    fn history(&self, number: usize) -> History {
        let has_changed = self.0 == 2 && number.is_multiple_of(100);
        let owner = if has_changed { "bob" } else { "ada" };
        let mut only = release("1.0.0", "2020-01-01", owner);
        only.owners = Some(vec![account(owner)]);
        let mut history = history(&Self::package(number), vec![only]);
        history.set_source(Source {
            seen: Some(self.taken()),
            sha256: self.digest().to_string(),
            ..history.source().clone()
        });
        history
    }

    /// How many are new, changed, the same, and passed over as outdated.
    async fn import(&self, store: &Store) -> (u64, u64, u64, u64) {
        let import = Import {
            upstream: UPSTREAM,
            at: self.taken(),
            document: self.digest(),
        };
        let histories = (0..1100).map(|number| self.history(number));
        let imported = store.import(import, histories, |now, _| now, |_| {}).await;
        let Imported {
            new,
            changed,
            same,
            outdated,
        } = imported.unwrap();
        (new, changed, same, outdated)
    }
}

pub(super) async fn one_document_about_many(world: World) {
    let store = world.store;
    assert_eq!(Dump(1).import(&store).await, (1100, 0, 0, 0));
    assert_eq!(Dump(2).import(&store).await, (0, 11, 1089, 0));
    assert_eq!(Dump(1).import(&store).await.3, 11);
    assert_eq!(store.ledger_end().await.unwrap(), 1111);
    for name in ["p0100", "p0101"] {
        let package = package(name);
        let recorded = store.recorded(UPSTREAM, &package).await.unwrap();
        let kept = recorded.history.unwrap();
        let rebuilt = store.rebuilt(UPSTREAM, &package).await.unwrap();
        assert_same(&rebuilt.unwrap(), &kept);
        let lists = recorded.memory.with(&kept).owner_lists();
        let moments: Vec<_> = lists.iter().map(|list| (list.first, list.last)).collect();
        let (one, two) = (time("2026-11-02"), time("2026-11-03"));
        let expected = match name {
            "p0100" => vec![(one, one), (two, two)],
            _ => vec![(one, two)],
        };
        assert_eq!(moments, expected, "{name}");
    }
    let bobs = store.histories_of(&[account("bob")], 99).await.unwrap();
    assert_eq!(bobs.len(), 11);
    let (mut place, mut names) = (HistoryPlace::default(), Vec::new());
    loop {
        let some = store
            .histories_after(Ecosystem::Npm, &place, 400)
            .await
            .unwrap();
        let Some((last, _)) = some.last() else {
            break;
        };
        place = last.clone();
        names.extend(
            some.iter()
                .map(|(_, history)| history.package().name().to_owned()),
        );
    }
    assert!(names.len() == 1100 && names.is_sorted(), "{}", names.len());
    let begin = HistoryPlace::default();
    let crates = store.histories_after(Ecosystem::Cargo, &begin, 9);
    assert!(crates.await.unwrap().is_empty());
}

/// What the last document told alone is passed over, but not where something
/// else was seen in between.
pub(super) async fn what_is_told_again_is_passed_over(world: World) {
    let store = world.store;
    Dump(1).import(&store).await;
    let package = Dump::package(7);
    let seen = history(&package, vec![release("2.0.0", "2026-01-01", "eve")]);
    let seen = Seen {
        upstream: UPSTREAM,
        package: &package,
        at: Dump(2).taken(),
        document: Digest::of(b"seen"),
        validators: Validators::default(),
        history: &seen,
    };
    assert_eq!(store.observe(&seen).await.unwrap(), Observed::Added(1101));
    assert_eq!(Dump(3).import(&store).await, (0, 1, 1099, 0));
    assert_eq!(Dump(4).import(&store).await, (0, 0, 1100, 0));
    let kept = store.history(UPSTREAM, &package).await.unwrap();
    assert_eq!(kept.unwrap().releases()[0].version, "1.0.0".into());
}

pub(super) async fn numbers_have_no_gaps(world: World) {
    let store = world.store;
    watch(&store, "x", 1..=2).await;
    watch(&store, "y", 1..=3).await;
    let numbers = async |name: &str| -> Vec<i64> {
        let ledger = store.ledger(&package(name)).await.unwrap();
        ledger.iter().map(|observation| observation.seq).collect()
    };
    assert_eq!(numbers("x").await, [1, 2]);
    assert_eq!(numbers("y").await, [3, 4, 5]);
    assert_eq!(store.ledger_end().await.unwrap(), 5);
}

/// Runs a statement that the store has not, and gives the database's complaint.
async fn run(world: &World, statement: &'static str) -> Result<(), String> {
    let done = match world.database() {
        DatabaseAt::Sqlite(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            sqlx::query(statement).execute(&pool).await.map(drop)
        }
        DatabaseAt::Postgres(url) => {
            let pool = sqlx::PgPool::connect(url).await.unwrap();
            sqlx::query(statement).execute(&pool).await.map(drop)
        }
    };
    done.map_err(|error| error.to_string())
}

pub(super) async fn nothing_is_changed_or_removed(world: World) {
    watch(&world.store, "x", 1..=2).await;
    for statement in [
        "DELETE FROM document",
        "UPDATE observation SET at = 0",
        "UPDATE observation SET facts = facts WHERE seq = 1",
        "DELETE FROM observation",
        "DELETE FROM observation WHERE seq = 1",
    ] {
        match run(&world, statement).await {
            Ok(()) => assert_eq!(statement, "DELETE FROM document"),
            Err(said) => assert!(said.contains("only added to"), "{statement}: {said}"),
        }
    }
    if let DatabaseAt::Postgres(_) = world.database() {
        let said = run(&world, "TRUNCATE observation CASCADE")
            .await
            .unwrap_err();
        assert!(said.contains("only added to"), "{said}");
    }
    assert_eq!(world.store.ledger(&package("x")).await.unwrap().len(), 2);
}

pub(super) async fn a_history_in_another_form_is_built_again(world: World) {
    watch(&world.store, "x", 1..=5).await;
    let (store, package) = (&world.store, package("x"));
    let before = store.history(UPSTREAM, &package).await.unwrap();
    let older = match world.database() {
        DatabaseAt::Sqlite(_) => "UPDATE document SET history = X'1234', reader = 'older'",
        DatabaseAt::Postgres(_) => r"UPDATE document SET history = '\x1234', reader = 'older'",
    };
    run(&world, older).await.unwrap();
    let after = store.history(UPSTREAM, &package).await.unwrap();
    let (before, after) = (before.unwrap(), after.unwrap());
    assert_same(&before, &after);
    let record = store.document(UPSTREAM, &package).await.unwrap().unwrap();
    assert!(record.read_by_another_version);

    // Seen again by this version, it says so.
    let seen = Seen {
        upstream: UPSTREAM,
        package: &package,
        at: time("2026-12-01"),
        document: record.document.unwrap(),
        validators: Validators::default(),
        history: &after,
    };
    assert_eq!(store.observe(&seen).await.unwrap(), Observed::Same);
    let record = store.document(UPSTREAM, &package).await.unwrap().unwrap();
    assert!(!record.read_by_another_version);
}

pub(super) async fn a_newer_database_is_left_alone(world: World) {
    let newer = match world.database() {
        DatabaseAt::Sqlite(_) => {
            "INSERT INTO _sqlx_migrations VALUES (999, 'later', CURRENT_TIMESTAMP, TRUE, X'00', 0)"
        }
        DatabaseAt::Postgres(_) => {
            r"INSERT INTO _sqlx_migrations VALUES (999, 'later', now(), TRUE, '\x00', 0)"
        }
    };
    run(&world, newer).await.unwrap();
    let Err(error) = Store::open(world.options()).await else {
        panic!("it was opened");
    };
    assert!(
        matches!(error, StoreError::Newer { step: 999, .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("written by a newer version"),
        "{error}"
    );
}
