use crate::facts::{account, history, package, release, time};
use crate::world::{UPSTREAM, World};
use tenure_domain::{Ecosystem, Highest, NewRelease, PackageId, Party, Popularity, Reach};
use tenure_store::{Digest, PopularityRecord, ReachRecord, Seen, Store, Validators};

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

    assert_eq!(found(&store, &["ada"], 9).await, ["old", "young"]);
    assert_eq!(found(&store, &["ada"], 1).await, ["old"]);
    let both = ["ada", "bob", "ada"];
    assert_eq!(found(&store, &both, 9).await, ["bobs", "old", "young"]);
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
    assert_eq!(found(&store, &["ada"], 9).await, ["old"]);
    assert_eq!(found(&store, &["eve"], 9).await, ["young"]);
    let old = package("old");
    let gone = store.observe_gone(UPSTREAM, &old, time("2026-11-23"));
    gone.await.unwrap();
    assert!(found(&store, &["ada"], 9).await.is_empty());
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
