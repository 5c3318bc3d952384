use crate::facts::{package, time};
use crate::world::World;
use tenure_store::{Day, DownloadCount};

fn count(project: &str, name: &str, version: &str, day: &str, count: u64) -> DownloadCount {
    DownloadCount {
        project: project.parse().ok(),
        package: package(name),
        version: version.to_owned(),
        day: Day::of(time(day)),
        count,
    }
}

pub(super) async fn counts_add_up(world: World) {
    let (store, other) = (&world.store, world.again().await);
    store.count_downloads(&[]).await.unwrap();
    let some = [
        count("web", "x", "1.0.0", "2026-11-21T23:59:59Z", 1),
        count("", "x", "1.0.0", "2026-11-21", 2),
        count("web", "x", "1.0.0", "2026-11-22", 3),
        count("web", "y", "1.0.0", "2026-11-22", 4),
        count("web", "x", "1.0.0", "2026-11-21", 10),
    ];
    store.count_downloads(&some).await.unwrap();
    other.count_downloads(&some).await.unwrap();
    let since = async |day| {
        let package = package("x");
        let counts = store.downloads(&package, Day::of(time(day))).await;
        counts.unwrap()
    };
    let all = [
        count("", "x", "1.0.0", "2026-11-21", 4),
        count("web", "x", "1.0.0", "2026-11-21", 22),
        count("web", "x", "1.0.0", "2026-11-22", 6),
    ];
    assert_eq!(since("2026-11-21").await, all);
    assert_eq!(since("2026-11-22T12:00:00Z").await, all[2..]);
    assert_eq!(since("2026-11-23").await, []);
    assert_eq!(all[2].day.start(), time("2026-11-22"));
}
