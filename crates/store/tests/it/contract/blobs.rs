use crate::world::World;
use bytes::Bytes;
use futures_util::TryStreamExt;
use std::io::{Read, Seek, SeekFrom, Write};
use tenure_store::{DatabaseAt, Digest};

/// More than what is sent to a bucket at once.
fn large() -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(7);
    (0..9 << 20).map(|_| random.u8(..)).collect()
}

pub(super) async fn bytes_come_back(world: World) {
    let store = world.again().await;
    let blobs = world.store.blobs();
    for bytes in [&b""[..], b"one", &large()[..99_999]] {
        let digest = Digest::of(bytes);
        assert_eq!(blobs.get(&digest).await.unwrap(), None);
        assert_eq!(blobs.size(&digest).await.unwrap(), None);
        assert!(blobs.file(&digest).unwrap().is_none());
        // Twice, since the same may arrive twice.
        for _ in 0..2 {
            let put = blobs.put(Bytes::copy_from_slice(bytes)).await.unwrap();
            assert_eq!(put, digest);
        }
        assert_eq!(store.blobs().get(&digest).await.unwrap().unwrap(), bytes);
        let size = blobs.size(&digest).await.unwrap();
        assert_eq!(size, Some(bytes.len() as u64));
    }
    world.store.ready().await.unwrap();
}

pub(super) async fn parts_come_back(world: World) {
    let blobs = world.store.blobs();
    let bytes = &large()[..999_999];
    let digest = blobs.put(Bytes::copy_from_slice(bytes)).await.unwrap();
    let len = bytes.len() as u64;
    for range in [0..1, 5..5000, len - 1..len, 0..len] {
        let wanted = &bytes[range.start as usize..range.end as usize];
        let part = blobs.get_range(&digest, range.clone()).await.unwrap();
        assert_eq!(part.unwrap(), wanted);
        let stream = blobs.stream(&digest, range.clone()).await.unwrap().unwrap();
        let pieces: Vec<Bytes> = stream.try_collect().await.unwrap();
        assert_eq!(pieces.concat(), wanted);
        if let Some(mut file) = blobs.file(&digest).unwrap() {
            let mut part = vec![0; wanted.len()];
            file.seek(SeekFrom::Start(range.start)).unwrap();
            file.read_exact(&mut part).unwrap();
            assert_eq!(part, wanted);
        }
    }
    let is_local = matches!(world.database(), DatabaseAt::Sqlite(_));
    assert_eq!(blobs.file(&digest).unwrap().is_some(), is_local);
    let absent = Digest::of(b"absent");
    assert!(blobs.get_range(&absent, 0..1).await.unwrap().is_none());
    assert!(blobs.stream(&absent, 0..1).await.unwrap().is_none());
}

pub(super) async fn files_are_taken_in(world: World) {
    let blobs = world.store.blobs();
    // One twice, since the same may arrive twice.
    for bytes in [&b""[..], b"small", b"small", &large()] {
        let digest = Digest::of(bytes);
        let temporary = blobs.temporary().unwrap();
        temporary.file().write_all(bytes).unwrap();
        let path = temporary.path().to_owned();
        blobs.put_file(&digest, temporary).await.unwrap();
        assert!(!path.exists(), "the temporary file was left behind");
        assert_eq!(blobs.get(&digest).await.unwrap().unwrap(), bytes);
    }
    let dropped = blobs.temporary().unwrap().path().to_owned();
    assert!(!dropped.exists());
    assert_eq!(world.files("tarballs").len(), 3);
}

pub(super) async fn a_blob_is_deleted(world: World) {
    let blobs = world.store.blobs();
    let digest = blobs.put("one".into()).await.unwrap();
    for _ in 0..2 {
        blobs.delete(&digest).await.unwrap();
        assert_eq!(blobs.get(&digest).await.unwrap(), None);
    }
    assert!(world.files("tarballs").is_empty());
}

pub(super) async fn documents_come_back(world: World) {
    let documents = world.store.documents();
    for text in ["", "{}", &"{\"name\":\"x\"}".repeat(100_000)] {
        let digest = Digest::of(text.as_bytes());
        assert_eq!(documents.get(&digest).await.unwrap(), None);
        let put = documents.put(text.to_owned().into()).await.unwrap();
        assert_eq!(put, digest);
        assert_eq!(documents.get(&digest).await.unwrap().unwrap(), text);
    }
    let kept: u64 = world
        .files("documents")
        .iter()
        .map(|file| file.metadata().unwrap().len())
        .sum();
    assert!(kept < 10_000, "{kept} bytes: documents are not compressed");
    assert_eq!(documents.damaged(), 0);
}

pub(super) async fn damaged_documents_are_noticed(world: World) {
    let documents = world.store.documents();
    let text = "{\"name\":\"x\"}".repeat(50);
    let digest = documents.put(text.clone().into()).await.unwrap();
    let [file] = &world.files("documents")[..] else {
        panic!("one document is one file");
    };
    let good = std::fs::read(file).unwrap();
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    // Whole, and another one than its name says.
    let other = zstd::bulk::compress(b"{}", 3).unwrap();
    let damages = [vec![], good[..good.len() / 2].to_vec(), flipped, other];
    for (number, damage) in (1..).zip(damages) {
        std::fs::write(file, damage).unwrap();
        assert_eq!(documents.get(&digest).await.unwrap(), None, "{number}");
        assert_eq!(documents.damaged(), number);
        assert!(!file.exists(), "the damaged document is still there");
        assert_eq!(documents.get(&digest).await.unwrap(), None);
        documents.put(text.clone().into()).await.unwrap();
        assert_eq!(documents.get(&digest).await.unwrap().unwrap(), text);
    }
}
