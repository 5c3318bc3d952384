use crate::facts::{package, time};
use crate::world::{UPSTREAM, World};
use tenure_store::{Digest, TarballRecord};

pub(super) async fn a_tarball_is_kept_and_replaced(world: World) {
    let (store, package, at) = (world.store, package("@scope/x"), time("2026-11-22"));
    let tarball = async |version| store.tarball(UPSTREAM, &package, version).await.unwrap();
    assert_eq!(tarball("1.0.0").await, None);
    let first = TarballRecord {
        blob: Digest::of(b"one"),
        size: 5 << 32,
        integrity: "sha512-AAAA".to_owned(),
    };
    let second = TarballRecord {
        blob: Digest::of(b"two"),
        size: 0,
        integrity: "00".repeat(20),
    };
    for record in [&first, &second] {
        let kept = store.keep_tarball(UPSTREAM, &package, "1.0.0", record, at);
        kept.await.unwrap();
        assert_eq!(tarball("1.0.0").await.as_ref(), Some(record));
    }
    assert_eq!(tarball("1.0").await, None);
}
