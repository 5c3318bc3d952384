use crate::facts::{account, history, package, release, time};
use crate::world::{UPSTREAM, World};
use tenure_domain::{Ecosystem, NewRelease, PackageId, Party, Popularity};
use tenure_store::{Digest, PopularityRecord, Seen, Store, Validators};

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
