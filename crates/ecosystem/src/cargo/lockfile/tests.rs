use super::*;
use crate::lockfile::By;
use proptest::prelude::*;

const REGISTRY: &str = "registry+https://registry.example/index";

fn digest() -> String {
    "ab".repeat(32)
}

fn said(package: &LockedPackage) -> String {
    let checked = if package.integrity.is_some() {
        " checked"
    } else {
        ""
    };
    let origin = match &package.origin {
        Origin::Registry { resolved } => resolved.as_deref().unwrap_or_default(),
        Origin::Elsewhere(what) => what,
    };
    let name = package.package.name();
    format!(
        "{} {name} {} {origin}{checked}",
        package.line, package.version
    )
}

fn read(text: &str) -> Vec<String> {
    parse(text.as_bytes())
        .unwrap()
        .packages
        .iter()
        .map(said)
        .collect()
}

#[test]
fn reads_every_version_of_the_format() {
    let one = format!(
        "[root]\nname = \"demo\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
         source = \"{REGISTRY}\"\n\n[metadata]\n\"checksum a 1.0.0 ({REGISTRY})\" = \"{}\"\n",
        digest()
    );
    assert_eq!(
        read(&one),
        ["5 a 1.0.0 https://registry.example/index checked"]
    );
    for version in ["", "version = 2\n", "version = 3\n", "version = 4\n"] {
        let text = format!(
            "# @generated\n{version}[[package]]\nname = \"demo\"\nversion = \"0.1.0\"\n\n[[package]]\n\
             name = \"a\"\nversion = \"1.0.0\"\nsource = \"{REGISTRY}\"\nchecksum = \"{}\"\n\n[[package]]\n\
             name = \"b\"\nversion = \"0.2.0\"\nsource = \"sparse+https://registry.example/cargo/\"\n\n\
             [[package]]\nname = \"c\"\nversion = \"0.3.0-rc.1\"\n\
             source = \"git+https://me:secret@git.example/c?branch=main#0123\"\n",
            digest()
        );
        let first = if version.is_empty() { 6 } else { 7 };
        assert_eq!(
            read(&text),
            [
                format!("{first} a 1.0.0 https://registry.example/index checked"),
                format!(
                    "{} b 0.2.0 sparse+https://registry.example/cargo/",
                    first + 6
                ),
                format!(
                    "{} c 0.3.0-rc.1 the git repository https://git.example/c?branch=main#0123",
                    first + 11
                ),
            ]
        );
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    let error = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        error("version = 5\n"),
        "cannot read Cargo.lock files of version 5; supported is versions 1 to 4"
    );
    assert!(error("version = 3\n<<<<<<< HEAD\n").contains("line 2"));
    let bad = |name: &str, version: &str| {
        error(&format!(
            "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"{REGISTRY}\"\n"
        ))
    };
    assert!(bad("../a", "1.0.0").starts_with("not a readable Cargo.lock file, line 2: "));
    assert!(bad("a", "1.0").contains("line 2: `1.0` is not a version of a"));
    assert!(parse(b"\xff").is_err());
}

#[test]
fn reads_a_graph() {
    let graph = format!(
        r#"{{"version":1,"workspace_members":["demo","tool"],"resolve":{{"root":"demo","nodes":[]}},"packages":[
        {{"id":"demo","name":"demo","version":"0.1.0","source":null,"dependencies":[
            {{"name":"a","req":"^1.0","source":"{REGISTRY}","kind":null}},
            {{"name":"t","req":"^2.0","source":"{REGISTRY}","kind":"dev"}},
            {{"name":"tool","req":"*","source":null,"kind":null}}]}},
        {{"id":"tool","name":"tool","version":"0.1.0","source":null,"dependencies":[
            {{"name":"a","req":"=1.0.0","source":"{REGISTRY}","kind":"build"}}]}},
        {{"id":"x","name":"a","version":"1.0.0","source":"{REGISTRY}","dependencies":[
            {{"name":"t","req":"^3","source":"{REGISTRY}","kind":"dev"}}]}}]}}"#
    );
    let read = parse_metadata(graph.as_bytes()).unwrap();
    let packages: Vec<String> = read.packages.iter().map(said).collect();
    assert_eq!(packages, ["1 a 1.0.0 https://registry.example/index"]);
    let wants: Vec<_> = read
        .wants
        .iter()
        .map(|w| (w.package.name(), &*w.range, &w.by))
        .collect();
    let tool = By::Member("tool".into());
    assert_eq!(
        wants,
        [
            ("a", "^1.0", &By::Root),
            ("t", "^2.0", &By::Root),
            ("a", "=1.0.0", &tool)
        ]
    );
    assert!(parse_metadata(b"{\"version\":2,\"packages\":[]}").is_err());
    assert!(
        parse_metadata(b"[")
            .unwrap_err()
            .to_string()
            .contains("line 1")
    );
}

/// The lock file of this very workspace, as the real cargo wrote it.
#[test]
fn reads_what_cargo_wrote() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
    let text = std::fs::read_to_string(path).unwrap();
    let read = parse(text.as_bytes()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(read.packages.len(), text.matches("\nsource = ").count());
    for package in &read.packages {
        let at = package.line as usize - 1;
        assert_eq!(lines[at], "[[package]]");
        assert_eq!(
            lines[at + 1],
            format!("name = \"{}\"", package.package.name())
        );
        assert!(matches!(package.origin, Origin::Registry { .. }));
        assert!(package.integrity.is_some());
    }
}

proptest! {
    #[test]
    fn never_panics(text in "(\\[\\[package\\]\\]|name|version|source|=|\"|\n|1|\\.|a){0,40}") {
        let _ = parse(text.as_bytes());
        let _ = parse_metadata(text.as_bytes());
    }
}
