use crate::facts::{package, time};
use crate::world::World;
use tenure_domain::{Advisory, Affected, Bound, Ecosystem, PackageId};
use tenure_store::{AdvisoriesAtHand, AdvisoriesKept};

fn about(package: &PackageId, version: &str) -> Affected {
    Affected {
        package: package.clone(),
        versions: vec![version.into()],
        ranges: vec![vec![
            Bound::Introduced("0".into()),
            Bound::Fixed("0.1.0".into()),
        ]],
    }
}

fn advisory(id: &str, modified: &str, affected: Vec<Affected>) -> Advisory {
    Advisory {
        id: id.into(),
        aliases: vec!["OTHER-1".into(), "OTHER-2".into()],
        modified: time(modified),
        published: time("2020-06-01"),
        withdrawn: None,
        summary: "Malicious code in x".into(),
        source: format!("{id}.json").into(),
        affected,
    }
}

fn kept(new: u64, changed: u64, same: u64, outdated: u64) -> AdvisoriesKept {
    AdvisoriesKept {
        new,
        changed,
        same,
        outdated,
    }
}

pub(super) async fn the_newest_text_of_an_advisory_counts(world: World) {
    let (store, other) = (&world.store, world.again().await);
    let keep = async |at, advisories: &[Advisory]| {
        let keeping = store.keep_advisories(time(at), advisories, |_, _| {});
        keeping.await.unwrap()
    };
    let (x, y) = (package("x"), package("@y/y"));
    let at_hand = async |ecosystem| other.advisories_at_hand(ecosystem).await.unwrap();
    assert_eq!(at_hand(Ecosystem::Npm).await, None);
    assert_eq!(keep("2020-06-02", &[]).await, kept(0, 0, 0, 0));
    let first = [
        advisory(
            "MAL-2",
            "2020-06-01",
            vec![about(&x, "1.0.0"), about(&y, "2.0.0")],
        ),
        advisory("MAL-1", "2020-06-01", vec![about(&x, "3.0.0")]),
        advisory("GHSA-1", "2020-06-01", vec![]),
    ];
    assert_eq!(keep("2020-06-02", &first).await, kept(2, 0, 0, 0));
    assert_eq!(keep("2020-06-03", &first).await, kept(0, 0, 2, 0));
    let count = |at, advisories| {
        let at = time(at);
        Some(AdvisoriesAtHand { at, advisories })
    };
    assert_eq!(at_hand(Ecosystem::Npm).await, count("2020-06-03", 2));
    assert_eq!(at_hand(Ecosystem::Pypi).await, None);
    // Of a package, with what is said of it alone, the oldest first.
    let of = async |package: &PackageId| other.advisories_of(package).await.unwrap();
    let alone = |mut one: Advisory, affected| {
        one.affected = vec![affected];
        one
    };
    let (two, one) = (first[0].clone(), first[1].clone());
    let two = alone(two, about(&x, "1.0.0"));
    assert_eq!(of(&x).await, [one.clone(), two]);
    assert_eq!(of(&package("z")).await, []);
    // A newer text may mean less, and an older one changes nothing.
    let mut withdrawn = advisory("MAL-1", "2020-06-06", vec![about(&x, "3.0.0")]);
    withdrawn.withdrawn = Some(time("2020-06-06"));
    let newer = [
        advisory("MAL-2", "2020-06-04", vec![about(&x, "1.0.0")]),
        advisory("MAL-2", "2020-06-05", vec![about(&y, "2.0.0")]),
        advisory("MAL-2", "2020-06-03", vec![about(&x, "1.0.0")]),
        withdrawn.clone(),
    ];
    assert_eq!(keep("2020-06-06", &newer).await, kept(0, 2, 0, 0));
    assert_eq!(of(&x).await, [withdrawn]);
    assert_eq!(of(&y).await, [newer[1].clone()]);
    assert_eq!(keep("2020-06-07", &first).await, kept(0, 0, 0, 2));
    // Of one that is about malicious code no more, it stays known.
    let gone = [
        advisory("MAL-1", "2020-07-01", vec![]),
        advisory("MAL-2", "2020-07-01", vec![]),
    ];
    assert_eq!(keep("2020-07-01", &gone).await, kept(0, 2, 0, 0));
    assert_eq!(keep("2020-07-02", &first).await, kept(0, 0, 0, 2));
    assert_eq!(of(&x).await, []);
    assert_eq!(at_hand(Ecosystem::Npm).await, None);
}

pub(super) async fn many_advisories_at_once(world: World) {
    let packages = |number: u32| {
        let count = if number == 0 { 1200 } else { 1 };
        (0..count).map(move |other| about(&package(&format!("p-{number}-{other}")), "1.0.0"))
    };
    let all: Vec<Advisory> = (0..1200)
        .map(|number| {
            let id = format!("MAL-{number}");
            advisory(&id, "2020-06-01", packages(number).collect())
        })
        .collect();
    let mut told = Vec::new();
    let keeping = world
        .store
        .keep_advisories(time("2020-06-02"), &all, |done, of| told.push((done, of)));
    assert_eq!(keeping.await.unwrap(), kept(1200, 0, 0, 0));
    assert_eq!(told, [(500, 1200), (1000, 1200), (1200, 1200)]);
    let of = async |name: &str| world.store.advisories_of(&package(name)).await.unwrap();
    assert_eq!(of("p-0-1199").await.len(), 1);
    assert_eq!(of("p-1199-0").await[0].id, "MAL-1199".into());
}
