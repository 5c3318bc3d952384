use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use tenure_domain::{DocumentKind, Source};

const CRATES: &str = "created_at,description,id,name,repository,trustpub_only\n\
    2026-01-01 00:00:00+00,\"two\nlines, \"\"quoted\"\"\",1,Demo,https://git.example/ada/demo,f\n\
    2026-01-01 00:00:00+00,,2,other,,t\n\
    2026-01-01 00:00:00+00,,3,a/b,,t\n";
const VERSIONS: &str = "crate_id,created_at,id,num,published_by,repository,yanked\n\
    1,2026-02-01 10:00:00.123456+00,12,1.1.0,,https://git.example/ada/demo.git,f\n\
    2,2026-01-03 00:00:00,13,0.1.0,7,,f\n\
    1,2026-01-01 00:00:00,11,1.0.0,189,,t\n";
const USERS: &str = "gh_avatar,gh_id,gh_login,id,name\n,1,ada,189,Ada\n,2,bob,7,\n";
const TEAMS: &str = "avatar,github_id,id,login,name,org_id\n,5,189,github:demo:core,,6\n";
const OWNERS: &str = "crate_id,created_at,created_by,owner_id,owner_kind\n\
    1,2026-01-01 00:00:00+00,189,189,0\n1,2026-03-01 00:00:00+00,7,189,1\n1,,,404,0\n";

fn tables() -> Vec<(&'static str, String)> {
    let tables = [
        (
            "metadata.json",
            r#"{"timestamp":"2026-08-20T00:00:00Z","crates_io_commit":"a"}"#,
        ),
        ("data/crate_downloads.csv", "crate_id,downloads\n1,42\n"),
        ("data/dependencies.csv", "anything\n1\n"),
        ("data/crates.csv", CRATES),
        ("data/versions.csv", VERSIONS),
        ("data/users.csv", USERS),
        ("data/teams.csv", TEAMS),
        ("data/crate_owners.csv", OWNERS),
        (
            "data/default_versions.csv",
            "crate_id,num_versions,version_id\n1,2,12\n",
        ),
    ];
    tables.map(|(name, text)| (name, text.to_owned())).to_vec()
}

fn packed(tables: &[(&str, String)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, text) in tables {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        let path = format!("2026-08-20-000000/{name}");
        archive
            .append_data(&mut header, path, text.as_bytes())
            .unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

fn read(tables: &[(&str, String)]) -> Result<Dump, DumpError> {
    Dump::read(&*packed(tables), Limits::default())
}

fn source() -> Source {
    Source {
        from: String::new(),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::CargoDump,
    }
}

#[test]
fn joins_the_tables_in_whatever_order() {
    let mut order = tables();
    for _ in 0..order.len() {
        order.rotate_left(1);
        let dump = read(&order).unwrap();
        assert_eq!(dump.taken(), "2026-08-20".parse().ok());
        assert_eq!((dump.versions(), dump.crates().count()), (3, 2));
        let demo = dump.find("demo").unwrap();
        assert_eq!(demo.downloads, Some(42));
        assert_eq!(demo.trusted_publishing_only, Some(false));
        let owners: Vec<String> = demo.owners().iter().map(ToString::to_string).collect();
        assert_eq!(owners, ["cargo:ada#189", "cargo:github:demo:core#team-189"]);
        let history = dump.histories(&source()).next().unwrap();
        assert_eq!(history.latest(), Some("1.1.0"));
        let joined: Vec<String> = (history.joinings().into_iter())
            .map(|of| format!("{} by {:?}", of.owner, of.by.map(|by| by.to_string())))
            .collect();
        // That ada began it, her first version says.
        assert_eq!(
            joined,
            ["cargo:github:demo:core#team-189 by Some(\"cargo:bob#7\")"]
        );
        let [first, second] = history.releases() else {
            panic!("{history:?}")
        };
        assert_eq!(
            history.publisher(first).map(ToString::to_string).as_deref(),
            Some("cargo:ada#189")
        );
        assert!(first.deprecated && !second.deprecated);
        assert_eq!(first.published, "2026-01-01".parse().ok());
        assert_eq!(second.published, "2026-02-01T10:00:00.123Z".parse().ok());
        assert_eq!(second.publisher, None);
        let repository = second.repository.map(|ix| history.repository(ix));
        assert_eq!(repository, Some("git.example/ada/demo"));
    }
}

#[test]
fn dependencies_are_those_of_the_newest_version_at_run_time() {
    let of = |order: &[(&str, String)]| {
        Dump::read_with_dependencies(&*packed(order), Limits::default())
            .map(|dump| dump.dependencies())
            .map_err(|error| error.to_string())
    };
    let mut order = tables();
    // Demo 1.1.0 needs `other`; 1.0.0 did not count, nor does what tests need.
    order[2].1 = "kind,version_id,crate_id\n0,11,1\n0,12,2\n2,12,1\n0,13,404\n".to_owned();
    for _ in 0..order.len() {
        order.rotate_left(1);
        assert_eq!(of(&order), Ok(vec![(0, 1)]));
    }
    // An old dump does not say which version is shown first.
    let old: Vec<_> = order
        .iter()
        .filter(|at| !at.0.contains("default"))
        .cloned()
        .collect();
    assert_eq!(of(&old), Ok(vec![(0, 1)]));
    let without: Vec<_> = order
        .iter()
        .filter(|at| !at.0.contains("dependencies"))
        .cloned()
        .collect();
    let said = "the dump has no table `dependencies`";
    assert_eq!(of(&without), Err(said.to_owned()));
    assert!(read(&order).is_ok_and(|dump| dump.dependencies().is_empty()));
}

#[test]
fn says_what_is_wrong_and_where() {
    let with = |name: &str, text: Option<&str>| {
        let mut tables = tables();
        tables.retain(|(table, _)| *table != name || text.is_some());
        for (_, old) in tables.iter_mut().filter(|(table, _)| *table == name) {
            *old = text.unwrap_or_default().to_owned();
        }
        read(&tables).unwrap_err().to_string()
    };
    assert_eq!(
        with("data/users.csv", None),
        "the dump has no table `users`"
    );
    assert_eq!(
        with("data/users.csv", Some("id,name\n")),
        "the table `users` of the dump has no column `gh_login`"
    );
    assert_eq!(
        with("data/users.csv", Some("gh_login,id\nada,1\nbob,x\n")),
        "the table `users` of the dump is damaged in row 2: `x` is not the number of a row"
    );
    assert!(
        with("data/users.csv", Some("gh_login,id\nada\n"))
            .contains("damaged in row 1: it has 1 fields")
    );
    let mut twice = tables();
    twice.push(("data/users.csv", USERS.to_owned()));
    let said = read(&twice).unwrap_err().to_string();
    assert_eq!(said, "the dump has the table `users` more than once");
    assert!(Dump::read(&b"no archive"[..], Limits::default()).is_err());
    let whole = packed(&tables());
    assert!(Dump::read(&whole[..whole.len() / 2], Limits::default()).is_err());
}

#[test]
fn bombs_do_not_go_off() {
    let few = Limits {
        rows: 2,
        ..Limits::default()
    };
    let said = Dump::read(&*packed(&tables()), few)
        .unwrap_err()
        .to_string();
    assert!(said.contains("more than 2 rows"), "{said}");
    let small = Limits {
        bytes: 2_000,
        ..Limits::default()
    };
    let said = Dump::read(&*packed(&tables()), small)
        .unwrap_err()
        .to_string();
    assert!(said.contains("more than any dump"), "{said}");
    let mut endless = tables();
    let field = format!("gh_login,id\n\"{}\",1\n", "x".repeat(40 << 20));
    endless[5].1 = field;
    let said = read(&endless).unwrap_err().to_string();
    assert!(said.contains("has no end"), "{said}");
    // What is passed over may be long.
    let mut long = tables();
    long[2].1 = "x".repeat(70 << 20);
    assert!(read(&long).is_ok());
}
