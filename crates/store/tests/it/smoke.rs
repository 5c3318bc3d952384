//! A first look at each part, on SQLite and a folder.

use tenure_domain::{
    DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, Party, Source, Time,
};
use tenure_store::{
    BlobsAt, DatabaseAt, Observed, ProjectFiles, ProjectName, Seen, Store, StoreOptions, Validators,
};

const UPSTREAM: &str = "https://registry.example/";

async fn store(folder: &tempfile::TempDir) -> Store {
    let options = StoreOptions {
        database: DatabaseAt::Sqlite(folder.path().join("db/tenure.db")),
        blobs: BlobsAt::Folder(folder.path().join("blobs")),
    };
    let store = Store::open(&options).await.unwrap();
    store.ready().await.unwrap();
    store
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn history(package: &PackageId) -> History {
    let mut builder = HistoryBuilder::default();
    builder.push(NewRelease {
        published: Some(time("2020-01-01")),
        publisher: Some(Party::account(Ecosystem::Npm, "ada")),
        ..NewRelease::new("1.0.0")
    });
    let source = Source {
        from: "https://registry.example/x".to_owned(),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::FullPackument,
    };
    builder.build(package.clone(), source)
}

#[tokio::test]
async fn a_package_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let package = PackageId::new(Ecosystem::Npm, "x").unwrap();
    let history = history(&package);
    let seen = Seen {
        upstream: UPSTREAM,
        package: &package,
        at: time("2026-01-01"),
        document: store.documents().put("hello".into()).await.unwrap(),
        validators: Validators::default(),
        history: &history,
    };
    assert_eq!(store.observe(&seen).await.unwrap(), Observed::Added(1));
    assert_eq!(store.observe(&seen).await.unwrap(), Observed::Same);
    let kept = store.history(UPSTREAM, &package).await.unwrap();
    assert!(kept.is_some());
    assert_eq!(store.rebuilt(UPSTREAM, &package).await.unwrap(), kept);
    let people = [Party::account(Ecosystem::Npm, "ada")];
    assert_eq!(store.histories_of(&people, 3).await.unwrap().len(), 1);

    let gone = store.observe_gone(UPSTREAM, &package, time("2026-01-02"));
    assert_eq!(gone.await.unwrap(), Observed::Added(2));
    assert_eq!(store.history(UPSTREAM, &package).await.unwrap(), None);
    assert_eq!(store.histories_of(&people, 3).await.unwrap(), []);
}

#[tokio::test]
async fn a_project_is_pushed_to() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let (name, at): (ProjectName, _) = ("web".parse().unwrap(), time("2026-01-01"));
    assert!(store.create_project(&name, at).await.unwrap());
    assert!(!store.create_project(&name, at).await.unwrap());
    assert!(store.add_token(&name, &[1; 32], "ci", at).await.unwrap());
    let token = store.project_of_token(&[1; 32]).await.unwrap();
    assert_eq!(token.unwrap().label, "ci");
    let files = ProjectFiles {
        project_file: "# decisions".into(),
        baseline: String::new(),
    };
    for _ in 0..2 {
        let pushed = store.push_project(&name, &files, "ci", at).await;
        assert_eq!(pushed.unwrap(), Some(1));
    }
    let project = store.project(&name).await.unwrap().unwrap();
    assert_eq!(project.files, files);
}
