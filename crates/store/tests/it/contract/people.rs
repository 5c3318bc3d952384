use crate::facts::{account, history, package, release, time};
use crate::world::{UPSTREAM, World};
use tenure_domain::{Ecosystem, Highest, NewRelease, PackageId, Party, Popularity, Reach};
use tenure_store::{Digest, OwnerReach, PopularityRecord, ReachRecord, Seen, Store, Validators};

async fn see(store: &Store, name: &str, day: &str, releases: Vec<NewRelease>) {
    let package = package(name);
    let history = history(&package, releases);
    let seen = Seen {
        upstream: UPSTREAM,
        package: &package,
        at: time(day),
        document: Digest::of(day.as_bytes()),
        validators: Validators::default(),
        history: &history,
    };
    store.observe(&seen).await.unwrap();
}

/// The packages in which people act, by their logins.
async fn found(store: &Store, logins: &[&str], most: usize) -> Vec<String> {
    let parties: Vec<Party> = logins.iter().map(|login| account(login)).collect();
    names(store, &parties, most).await
}

async fn names(store: &Store, parties: &[Party], most: usize) -> Vec<String> {
    let histories = store.histories_of(parties, most).await.unwrap();
    let names = histories
        .iter()
        .map(|history| history.package().name().to_owned());
    names.collect()
}

pub(super) async fn packages_are_found_by_the_people_in_them(world: World) {
    let store = world.store;
    let day = "2026-11-22";
    see(
        &store,
        "young",
        day,
        vec![release("1.0.0", "2022-01-01", "ada")],
    )
    .await;
    let old = vec![
        release("1.0.0", "2012-01-01", "bob"),
        release("1.1.0", "2015-01-01", "ada"),
    ];
    see(&store, "old", day, old).await;
    see(
        &store,
        "bobs",
        day,
        vec![release("1.0.0", "2011-01-01", "bob")],
    )
    .await;
    let undated = NewRelease {
        published: None,
        ..release("1.0.0", "2011-01-01", "ada")
    };
    see(&store, "undated", day, vec![undated]).await;

    // Where no release says since when, an owner counts from when it was seen.
    assert_eq!(
        found(&store, &["ada"], 9).await,
        ["old", "young", "undated"]
    );
    assert_eq!(found(&store, &["ada"], 1).await, ["old"]);
    let both = ["ada", "bob", "ada"];
    assert_eq!(
        found(&store, &both, 9).await,
        ["bobs", "old", "young", "undated"]
    );
    assert_eq!(found(&store, &both, 2).await, ["bobs", "old"]);
    // Owners count from the release at which they were listed.
    assert_eq!(found(&store, &["owner"], 1).await, ["bobs"]);
    assert!(found(&store, &["nobody"], 9).await.is_empty());
    assert!(found(&store, &[], 9).await.is_empty());
    assert!(found(&store, &both, 0).await.is_empty());

    // What is observed later replaces what was.
    see(
        &store,
        "young",
        "2026-11-23",
        vec![release("1.0.0", "2022-01-01", "eve")],
    )
    .await;
    // Once an owner, she stays known there, from then on.
    let adas = ["old", "undated", "young"];
    assert_eq!(found(&store, &["ada"], 9).await, adas);
    assert_eq!(found(&store, &["eve"], 9).await, ["young"]);
    let old = package("old");
    let gone = store.observe_gone(UPSTREAM, &old, time("2026-11-23"));
    gone.await.unwrap();
    assert_eq!(found(&store, &["ada"], 9).await, ["undated", "young"]);
    assert_eq!(found(&store, &["bob"], 9).await, ["bobs"]);

    // A workflow without its id is nobody in particular.
    let workflow = |id| Party::workflow(Ecosystem::Npm, "github", id);
    let by = |id| NewRelease {
        publisher: Some(workflow(id)),
        ..release("1.0.0", "2022-01-01", "x")
    };
    see(&store, "named", day, vec![by(Some("oidc:1"))]).await;
    see(&store, "unnamed", day, vec![by(None)]).await;
    let workflows = [workflow(None), workflow(Some("oidc:1"))];
    assert_eq!(names(&store, &workflows, 9).await, ["named"]);
}

pub(super) async fn popularity_is_kept(world: World) {
    let (store, package): (_, PackageId) = (world.store, package("@scope/x"));
    let popularity = async || store.popularity(UPSTREAM, &package).await.unwrap();
    assert_eq!(popularity().await, None);
    let answered = PopularityRecord {
        asked: time("2026-11-22"),
        answer: Ok(Popularity {
            downloads_per_week: Some(123_456_789_012),
            dependents: None,
            source: "https://registry.example/downloads".to_owned(),
            seen: time("2026-11-21"),
            highest: None,
        }),
    };
    let failed = PopularityRecord {
        asked: time("2026-11-23"),
        answer: Err("it answered with status 500".to_owned()),
    };
    for said in [&answered, &failed] {
        let kept = store.set_popularity(UPSTREAM, &package, said);
        kept.await.unwrap();
        assert_eq!(popularity().await.as_ref(), Some(said));
    }
    // An older answer does not replace a newer one.
    let late = store.set_popularity(UPSTREAM, &package, &answered);
    late.await.unwrap();
    assert_eq!(popularity().await, Some(failed));
}

pub(super) async fn the_highest_of_a_year_counts(world: World) {
    let (store, package): (_, PackageId) = (world.store, package("x"));
    let said = |asked: &str, downloads: u64, dependents| PopularityRecord {
        asked: time(asked),
        answer: Ok(Popularity {
            downloads_per_week: Some(downloads),
            dependents,
            source: String::new(),
            seen: time(asked),
            highest: None,
        }),
    };
    let answers = [
        said("2024-12-01", 9_000, Some(9)),
        said("2025-06-01", 5_000, Some(3)),
        said("2026-01-01", 100, None),
    ];
    for answer in &answers {
        let kept = store.set_popularity(UPSTREAM, &package, answer);
        kept.await.unwrap();
    }
    let reach = |packages| Reach {
        packages,
        of: 1_000,
    };
    for (day, packages) in [("2025-07-01", 30), ("2025-08-01", 20), ("2025-08-01", 10)] {
        let record = ReachRecord {
            package: package.clone(),
            dependents: 4,
            reach: reach(packages),
        };
        store.keep_reach(time(day), &[record]).await.unwrap();
    }
    let highest = async |now: &str| store.highest(&package, time(now)).await.unwrap();
    // What is older than a year was forgotten, what is later is not known yet.
    let all = Highest {
        downloads_per_week: Some(5_000),
        dependents: Some(4),
        reach: Some(reach(30)),
    };
    assert_eq!(highest("2026-01-01").await, Some(all));
    assert_eq!(highest("2025-06-15").await.unwrap().reach, None);
    assert_eq!(highest("2026-07-15").await.unwrap().reach, Some(reach(10)));
    assert_eq!(highest("2028-01-01").await, None);
    let record = store.popularity(UPSTREAM, &package).await.unwrap().unwrap();
    let answer = record.answer.unwrap();
    assert_eq!(
        (answer.downloads_per_week, answer.highest),
        (Some(100), Some(all))
    );
}

pub(super) async fn what_owners_reach_is_kept(world: World) {
    let store = world.store;
    let of = |owner: &str, packages| OwnerReach {
        owner: account(owner),
        packages: 2,
        reach: Reach {
            packages,
            of: 1_000,
        },
    };
    for (day, reach) in [("2025-07-01", 30), ("2025-08-01", 20), ("2025-08-01", 10)] {
        let records = [of("ada", reach), of("bob", 1)];
        store.keep_owner_reach(time(day), &records).await.unwrap();
    }
    let reach = async |owner: &str, now: &str| {
        let found = store.owner_reach(&account(owner), time(now)).await.unwrap();
        found.map(|(on, found)| (on.date(), found.reach.packages))
    };
    let on = |day: &str, reach| Some((day.to_owned(), reach));
    assert_eq!(reach("ada", "2025-07-02").await, on("2025-07-01", 30));
    assert_eq!(reach("ada", "2026-01-01").await, on("2025-08-01", 10));
    assert_eq!(reach("ada", "2026-09-01").await, None);
    assert_eq!(reach("eve", "2026-01-01").await, None);
    let counted = ReachRecord {
        package: package("x"),
        dependents: 4,
        reach: Reach { packages: 7, of: 9 },
    };
    store
        .keep_reach(time("2025-07-01"), std::slice::from_ref(&counted))
        .await
        .unwrap();
    let more = ReachRecord {
        reach: Reach { packages: 8, of: 9 },
        ..counted
    };
    store.keep_reach(time("2025-08-01"), &[more]).await.unwrap();
    let counted = store
        .counted(&package("x"), time("2026-01-01"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((counted.reach.packages, counted.least.packages), (8, 7));
    assert_eq!(counted.on, time("2025-08-01"));
}

pub(super) async fn accounts_are_found_by_their_login(world: World) {
    let store = world.store;
    for (name, party) in [
        ("x", "cargo:ada#7"),
        ("y", "cargo:ada#12"),
        ("z", "cargo:adam#9"),
    ] {
        let history = history(
            &package(name),
            vec![NewRelease {
                publisher: Some(party.parse().unwrap()),
                ..release("1.0.0", "2020-01-01", "nobody")
            }],
        );
        let seen = Seen {
            upstream: UPSTREAM,
            package: &package(name),
            at: time("2026-01-01"),
            document: Digest::of(name.as_bytes()),
            validators: Validators::default(),
            history: &history,
        };
        store.observe(&seen).await.unwrap();
    }
    let called = async |login: &str| -> Vec<String> {
        let found = store
            .accounts_called(&login.parse().unwrap())
            .await
            .unwrap();
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(called("cargo:ada").await, ["cargo:ada#12", "cargo:ada#7"]);
    assert_eq!(called("cargo:adam").await, ["cargo:adam#9"]);
    assert_eq!(called("cargo:ad").await, Vec::<String>::new());
}
