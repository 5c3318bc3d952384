use crate::facts::time;
use crate::world::World;
use tenure_store::{ProjectFiles, ProjectName, Token};

fn name(text: &str) -> ProjectName {
    text.parse().unwrap()
}

fn files(project_file: &str, baseline: &str) -> ProjectFiles {
    ProjectFiles {
        project_file: project_file.to_owned(),
        baseline: baseline.to_owned(),
        ..ProjectFiles::default()
    }
}

pub(super) async fn projects_are_made_and_listed(world: World) {
    let (store, at) = (world.store, time("2026-11-22"));
    assert_eq!(store.projects().await.unwrap(), []);
    assert_eq!(store.project(&name("web")).await.unwrap(), None);
    for project in ["web", "api", "a-b", "a_b"] {
        assert!(store.create_project(&name(project), at).await.unwrap());
    }
    let web = name("web");
    let again = store.create_project(&web, time("2026-11-23")).await;
    assert!(!again.unwrap());
    let projects = store.projects().await.unwrap();
    let names: Vec<&str> = projects
        .iter()
        .map(|project| project.name.as_str())
        .collect();
    assert_eq!(names, ["a-b", "a_b", "api", "web"]);
    assert_eq!(projects[3].created, at);
    assert_eq!((projects[3].revision, projects[3].pushed), (0, None));
    let empty = store.project(&name("web")).await.unwrap().unwrap();
    assert_eq!((empty.revision, empty.files), (0, ProjectFiles::default()));
}

pub(super) async fn files_are_added(world: World) {
    let (store, web) = (world.store, name("web"));
    let push = async |files: &ProjectFiles, day| {
        let pushed = store.push_project(&web, files, "ci", time(day));
        pushed.await.unwrap()
    };
    let large = files(&"[[accept]]\n".repeat(9999), "\u{e9}\u{0}");
    assert_eq!(push(&large, "2026-11-22").await, None);
    assert_eq!(store.project_revision(&web).await.unwrap(), None);
    store
        .create_project(&web, time("2026-11-21"))
        .await
        .unwrap();
    assert_eq!(store.project_revision(&web).await.unwrap(), Some(0));

    // Files that are the same as none are still the first.
    let none = ProjectFiles::default();
    assert_eq!(push(&none, "2026-11-22").await, Some(1));
    assert_eq!(push(&large, "2026-11-23").await, Some(2));
    assert_eq!(push(&large, "2026-11-24").await, Some(2));
    let project = store.project(&web).await.unwrap().unwrap();
    assert_eq!(project.files, large);
    assert_eq!(project.pushed, Some(time("2026-11-23")));
    assert_eq!(push(&none, "2026-11-25").await, Some(3));
    assert_eq!(store.project_revision(&web).await.unwrap(), Some(3));
    let project = store.project(&web).await.unwrap().unwrap();
    assert_eq!((project.revision, project.files), (3, none));

    // Others' vouches come along, also where only the decisions change.
    let text = |name: &str| {
        let texts = vec![
            format!("tenure vouch 1, {name} \u{0}"),
            "another".to_owned(),
        ];
        (name.to_owned(), texts)
    };
    let mut vouching = files("a", "b");
    vouching.vouches = [text("../ada"), text("https://b.example/all.vouch")].into();
    assert_eq!(push(&vouching, "2026-11-26").await, Some(4));
    "c".clone_into(&mut vouching.baseline);
    assert_eq!(push(&vouching, "2026-11-27").await, Some(5));
    let project = store.project(&web).await.unwrap().unwrap();
    assert_eq!(project.files, vouching);
    vouching.vouches.pop_last();
    assert_eq!(push(&vouching, "2026-11-28").await, Some(6));
    let project = store.project(&web).await.unwrap().unwrap();
    assert_eq!(project.files, vouching);
}

pub(super) async fn tokens_work_until_revoked(world: World) {
    let (store, web, at) = (world.store, name("web"), time("2026-11-22"));
    assert!(!store.add_token(&web, &[1; 32], "ci", at).await.unwrap());
    store.create_project(&web, at).await.unwrap();
    store.create_project(&name("api"), at).await.unwrap();
    assert!(store.add_token(&web, &[1; 32], "ci", at).await.unwrap());
    let second = store.add_token(&web, &[2; 32], "ada's laptop", time("2026-11-23"));
    assert!(second.await.unwrap());
    // One token is one project's.
    let api = name("api");
    let twice = store.add_token(&api, &[1; 32], "ci", at).await;
    assert!(twice.is_err());

    let used = async |sha256: &[u8; 32]| store.project_of_token(sha256).await.unwrap();
    let found = used(&[1; 32]).await.unwrap();
    assert_eq!((found.project, &*found.label), (web.clone(), "ci"));
    assert_eq!(used(&[3; 32]).await, None);

    let later = time("2026-11-24");
    assert_eq!(store.revoke_token(&web, "ci", later).await.unwrap(), 1);
    assert_eq!(store.revoke_token(&web, "ci", later).await.unwrap(), 0);
    assert_eq!(
        store
            .revoke_token(&name("api"), "ada's laptop", later)
            .await
            .unwrap(),
        0
    );
    assert_eq!(used(&[1; 32]).await, None);
    assert!(used(&[2; 32]).await.is_some());
    let token = |label: &str, created, revoked| Token {
        label: label.to_owned(),
        created,
        revoked,
    };
    let all = [
        token("ci", at, Some(later)),
        token("ada's laptop", time("2026-11-23"), None),
    ];
    assert_eq!(store.tokens(&web).await.unwrap(), all);
    assert_eq!(store.tokens(&name("api")).await.unwrap(), []);
}
