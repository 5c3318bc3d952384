use crate::world::{left_pad, package};
use std::path::Path;
use tenure_testkit::{Packument, Release, corpus};
use tenure_upstream::{FetchError, Recorded, RecordedError, Via};

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn documents_are_known_by_what_is_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let document = left_pad().to_json().to_string();
    write(folder.path(), "deep/down/some-name", &document);
    write(folder.path(), "list.json", "[1, 2]");
    write(
        folder.path(),
        "package.json",
        r#"{"name": "x", "version": "1.0.0"}"#,
    );
    write(folder.path(), "image.png", "\u{89}PNG");
    write(folder.path(), "empty", "");
    write(folder.path(), "node_modules/x/y.json", &document);
    write(folder.path(), ".git/y.json", &document);
    let downloads =
        r#"{"downloads":1400,"start":"2026-11-01","end":"2026-11-14","package":"left-pad"}"#;
    write(folder.path(), "downloads.json", downloads);

    let recorded = Recorded::read(folder.path()).unwrap();
    assert_eq!(recorded.packages(), [&package("left-pad")]);
    assert_eq!(recorded.skipped(), 4);
    assert!(recorded.damaged().is_empty());
    let popularity = recorded.popularity(&package("left-pad")).unwrap();
    assert_eq!(popularity.downloads_per_week, Some(700));
    assert!(popularity.source.ends_with("downloads.json"));

    let all = recorded.histories(&[package("left-pad"), package("right-pad")]);
    let found = all[0].found.as_ref().unwrap();
    assert_eq!(found.via, Via::Recorded);
    assert!(found.history.source().from.ends_with("some-name"));
    assert_eq!(found.checked.unwrap().date(), "2016-03-23");
    assert!(matches!(all[1].found, Err(FetchError::NotRecorded { .. })));
}

#[test]
fn a_damaged_document_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let document = left_pad().to_json().to_string();
    write(folder.path(), "cut.json", &document[..document.len() - 20]);
    let recorded = Recorded::read(folder.path()).unwrap();
    let damaged = &recorded.damaged()[0];
    assert_eq!(damaged.path, folder.path().join("cut.json"));
    assert!(
        damaged.to_string().contains("looks like a packument"),
        "{damaged}"
    );
}

#[test]
fn of_several_documents_the_latest_counts() {
    let folder = tempfile::tempdir().unwrap();
    let document = |version: &str, modified: &str| {
        let release = Release::new(version).at("2020-01-01T00:00:00.000Z");
        let packument = Packument::new("x").release(release).modified(modified);
        packument.to_json().to_string()
    };
    write(
        folder.path(),
        "a",
        &document("1.0.0", "2021-01-01T00:00:00.000Z"),
    );
    write(
        folder.path(),
        "b",
        &document("3.0.0", "2023-01-01T00:00:00.000Z"),
    );
    write(
        folder.path(),
        "c",
        &document("2.0.0", "2022-01-01T00:00:00.000Z"),
    );
    let recorded = Recorded::read(folder.path()).unwrap();
    let found = recorded.histories(&[package("x")]).remove(0).found.unwrap();
    assert_eq!(found.history.latest(), Some("3.0.0"));
}

#[test]
fn one_file_is_a_recording_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = left_pad().write_to(folder.path()).unwrap();
    assert_eq!(Recorded::read(&file).unwrap().packages().len(), 1);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let error = Recorded::read(Path::new("/no/such/folder")).unwrap_err();
    assert!(matches!(error, RecordedError::Unreadable { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_round_in_circles() {
    let folder = tempfile::tempdir().unwrap();
    left_pad().write_to(folder.path()).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
    assert_eq!(Recorded::read(folder.path()).unwrap().packages().len(), 1);
}

#[test]
fn the_corpus_is_read_whole() {
    let Some(documents) = corpus::packuments() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &documents {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let recorded = Recorded::read(folder.path()).unwrap();
    assert_eq!((recorded.damaged(), recorded.skipped()), (&[][..], 0));
    assert!(recorded.packages().len() > 80);
}
