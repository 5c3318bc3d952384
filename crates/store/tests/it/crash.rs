//! Processes that end in the middle of a write, and disks that fill up.

use crate::facts::{assert_same, history, package, release, time};
use crate::process::{self, Running};
use crate::world::{self, UPSTREAM};
use std::io::Write;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;
use tenure_domain::{Days, PackageId};
use tenure_store::{
    Day, Digest, DownloadCount, Observed, Seen, Store, StoreError, TarballRecord, Validators,
};

const PACKAGES: i64 = 5;

fn nth_package(number: i64) -> PackageId {
    package(&format!("p{}", number % PACKAGES))
}

/// Keeps a document, what it says, a tarball and a count.
async fn write(store: &Store, number: i64) -> Result<Observed, StoreError> {
    let package = nth_package(number);
    let text = format!("{{\"n\":{number}}}").repeat(2000);
    let releases = (0..=number / PACKAGES % 40)
        .map(|n| release(&format!("1.{n}.0"), "2020-01-01", "ada"))
        .collect();
    let history = history(&package, releases);
    let at = time("2026-11-22") + Days(number as f64);
    let seen = Seen {
        upstream: UPSTREAM,
        package: &package,
        at,
        document: store.documents().put(text.clone().into()).await?,
        validators: Validators::default(),
        history: &history,
    };
    let observed = store.observe(&seen).await?;

    let temporary = store.blobs().temporary()?;
    let tarball = text.repeat(10);
    let written = temporary.file().write_all(tarball.as_bytes());
    written.map_err(|error| StoreError::of_file(temporary.path(), &error))?;
    let record = TarballRecord {
        blob: Digest::of(tarball.as_bytes()),
        size: tarball.len() as u64,
        integrity: "sha512-x".to_owned(),
    };
    store.blobs().put_file(&record.blob, temporary).await?;
    let version = number.to_string();
    let kept = store.keep_tarball(UPSTREAM, &package, &version, &record, at);
    kept.await?;
    let count = DownloadCount {
        project: None,
        package: package.clone(),
        version,
        day: Day::of(at),
        count: 1,
    };
    store.count_downloads(&[count]).await?;
    Ok(observed)
}

/// Everything that is named is there and whole.
async fn look_through(store: &Store, folder: &Path) {
    for number in 0..PACKAGES {
        let package = nth_package(number);
        let Some(record) = store.document(UPSTREAM, &package).await.unwrap() else {
            continue;
        };
        let document = store.documents().get(&record.document.unwrap()).await;
        assert!(document.unwrap().is_some(), "a document is not there");
        let kept = store.history(UPSTREAM, &package).await.unwrap();
        let rebuilt = store.rebuilt(UPSTREAM, &package).await.unwrap();
        assert_same(&rebuilt.unwrap(), &kept.unwrap());
        for count in store
            .downloads(&package, Day::of(time("2026-01-01")))
            .await
            .unwrap()
        {
            let tarball = store.tarball(UPSTREAM, &package, &count.version).await;
            let tarball = tarball.unwrap().unwrap();
            let blob = store.blobs().get(&tarball.blob).await.unwrap().unwrap();
            assert_eq!(Digest::of(&blob), tarball.blob);
            assert_eq!(blob.len() as u64, tarball.size);
        }
    }
    assert_eq!(store.documents().damaged(), 0);
    assert_eq!(world::check(&folder.join("database/tenure.db")).await, "ok");
    assert_every_blob_is_whole(folder);
}

fn assert_every_blob_is_whole(folder: &Path) {
    for space in ["documents", "tarballs"] {
        for file in world::files(&folder.join("blobs").join(space)) {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            // Files that nobody finished have other names.
            let Ok(digest) = name.parse::<Digest>() else {
                assert!(name.contains('#'), "{name}");
                continue;
            };
            let mut bytes = std::fs::read(&file).unwrap();
            if space == "documents" {
                bytes = zstd::decode_all(bytes.as_slice()).unwrap();
            }
            assert_eq!(Digest::of(&bytes), digest, "{}", file.display());
        }
    }
}

async fn write_until_killed() {
    let store = Store::open(&world::small(Path::new("."))).await.unwrap();
    let mut number = store.ledger_end().await.unwrap();
    loop {
        let Observed::Added(seq) = write(&store, number).await.unwrap() else {
            panic!("{number} is nothing new");
        };
        process::say(&format!("kept {seq}"));
        number = seq;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_leaves_nothing_damaged() {
    if process::is_the_other() {
        return write_until_killed().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::new();
    for _ in 0..6 {
        let mut writer = process::start(
            "crash::a_killed_process_leaves_nothing_damaged",
            folder.path(),
        );
        let mut last = kept(&mut writer);
        for _ in 0..random.u32(3..20) {
            last = kept(&mut writer);
        }
        sleep(Duration::from_micros(random.u64(0..20_000)));
        writer.kill();
        while let Some(seq) = writer.next("kept ") {
            last = seq.parse().unwrap();
        }
        let store = Store::open(&world::small(folder.path())).await.unwrap();
        let end = store.ledger_end().await.unwrap();
        assert!(end == last || end == last + 1, "{end} after {last}");
        look_through(&store, folder.path()).await;
    }
}

fn kept(writer: &mut Running) -> i64 {
    let line = writer.next("kept ").expect("it writes until it is killed");
    line.parse().unwrap()
}

/// Writes until nothing more fits.
async fn fill_the_disk() {
    let folder = Path::new(".");
    let store = Store::open(&world::small(folder)).await.unwrap();
    let mut last = 0;
    let error = loop {
        match write(&store, last).await {
            Ok(Observed::Added(seq)) => last = seq,
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    process::say(&format!("full {error}"));
    // What is there is whole and can be read.
    look_through(&store, folder).await;
    // With some space, it goes on.
    for file in world::files(&folder.join("blobs/tarballs")) {
        std::fs::remove_file(file).unwrap();
    }
    write(&store, last + 1).await.unwrap();
    process::say("again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_damages_nothing() {
    if process::is_the_other() {
        return fill_the_disk().await;
    }
    let folder = tempfile::tempdir().unwrap();
    let test = "crash::a_full_disk_is_said_and_damages_nothing";
    let Some(mut running) = process::start_on_a_small_disk(test, folder.path(), "8m") else {
        tenure_testkit::skipped("this machine does not let a test mount a small disk");
        return;
    };
    let said = running.next("full ").expect("the disk fills up");
    assert!(said.contains("no space is left"), "{said}");
    assert_eq!(running.next("again").as_deref(), Some(""));
    assert!(running.passes());
}
