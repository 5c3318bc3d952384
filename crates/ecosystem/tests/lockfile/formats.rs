//! One file for each format and version, and what is read from it.

use super::folder;
use std::fmt::Write;
use tenure_ecosystem::lockfile::{By, Origin};
use tenure_ecosystem::npm::lockfile::{Lockfile, parse};

fn read(path: &str) -> Lockfile {
    let bytes = std::fs::read(folder().join(path)).unwrap();
    parse(path, &bytes).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn shown(lockfile: &Lockfile) -> String {
    let mut text = format!("{}\n\n", lockfile.format);
    for locked in &lockfile.packages {
        let origin = match &locked.origin {
            Origin::Registry { resolved: None } => "registry".to_owned(),
            Origin::Registry {
                resolved: Some(address),
            } => format!("registry {address}"),
            Origin::Elsewhere(what) => format!("ELSEWHERE {what}"),
        };
        let (name, version) = (locked.package.name(), &locked.version);
        let integrity = locked.integrity.as_deref().unwrap_or("-");
        writeln!(
            text,
            "{:>4} {name} {version}\n     {origin}\n     {integrity}",
            locked.line
        )
        .unwrap();
    }
    text.push('\n');
    for want in &lockfile.wants {
        let by = match &want.by {
            By::Root => "the project".to_owned(),
            By::Member(path) => format!("folder {path}"),
            By::Package(name) => name.to_string(),
        };
        let (name, range) = (want.package.name(), &want.range);
        writeln!(text, "{:>4} {by} wants {name} {range}", want.line).unwrap();
    }
    text
}

macro_rules! formats {
    ($($name:ident: $path:literal,)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(stringify!($name), shown(&read($path)));
        }
    )*};
}

formats! {
    npm_v1: "npm-v1/package-lock.json",
    npm_v2: "npm-v2/package-lock.json",
    npm_v3: "npm-v3/package-lock.json",
    npm_v3_without_addresses: "npm-v3-without-addresses/package-lock.json",
    npm_shrinkwrap: "npm-shrinkwrap/npm-shrinkwrap.json",
    npm_ancient: "npm-ancient/npm-shrinkwrap.json",
    pnpm_v5: "pnpm-v5/pnpm-lock.yaml",
    pnpm_v5_old: "pnpm-v5-old/pnpm-lock.yaml",
    pnpm_v6: "pnpm-v6/pnpm-lock.yaml",
    pnpm_v9: "pnpm-v9/pnpm-lock.yaml",
    pnpm_two_documents: "pnpm-two-documents/pnpm-lock.yaml",
    yarn_1: "yarn-1/yarn.lock",
    yarn_3: "yarn-3/yarn.lock",
    yarn_4: "yarn-4/yarn.lock",
    yarn_6: "yarn-6/yarn.lock",
    bun_v1: "bun-v1/bun.lock",
    bun_v2: "bun-v2/bun.lock",
}

#[test]
fn line_endings_and_byte_order_marks_change_nothing() {
    for path in [
        "npm-v3/package-lock.json",
        "pnpm-v9/pnpm-lock.yaml",
        "yarn-1/yarn.lock",
        "yarn-4/yarn.lock",
        "bun-v2/bun.lock",
    ] {
        let text = std::fs::read_to_string(folder().join(path)).unwrap();
        let other = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(parse(path, other.as_bytes()).unwrap(), read(path), "{path}");
    }
}

#[test]
fn the_folder_of_the_file_does_not_matter() {
    for name in ["yarn.lock", "./a/yarn.lock", "C:\\a\\yarn.lock"] {
        assert_eq!(parse(name, b"").unwrap().packages, []);
    }
}

#[test]
fn a_pin_is_listed_again_only_when_it_comes_from_elsewhere() {
    let text = r#"{"lockfileVersion": 3, "packages": {
        "node_modules/a": {"version": "1.0.0"},
        "node_modules/b/node_modules/a": {"version": "1.0.0"},
        "node_modules/c/node_modules/a": {"version": "1.0.0", "resolved": "git+https://git.example/a"}
    }}"#;
    let lockfile = parse("package-lock.json", text.as_bytes()).unwrap();
    let lines: Vec<u32> = lockfile.packages.iter().map(|p| p.line).collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn of_repeated_keys_the_last_counts_as_in_javascript() {
    let text = r#"{"lockfileVersion": 3, "packages": {"node_modules/a":
        {"version": "1.0.0", "version": "1.0.1"}}}"#;
    let lockfile = parse("package-lock.json", text.as_bytes()).unwrap();
    assert_eq!(&*lockfile.packages[0].version, "1.0.1");
}

#[test]
fn what_no_registry_could_answer_is_not_asked() {
    let text = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {
        "react ": "^1", "a": "^1\u0007", "b": ["^1"], "c": "^1"}}}}"#;
    let lockfile = parse("package-lock.json", text.as_bytes()).unwrap();
    let names: Vec<&str> = lockfile.wants.iter().map(|w| w.package.name()).collect();
    assert_eq!(names, ["c"]);
}

#[test]
fn a_registry_entry_cannot_hide_behind_a_folder() {
    let text = "\"a@link:./a\", \"b@^1.0.0\":\n  version \"1.0.0\"\n";
    let lockfile = parse("yarn.lock", text.as_bytes()).unwrap();
    let names: Vec<&str> = lockfile.packages.iter().map(|p| p.package.name()).collect();
    assert_eq!(names, ["b"]);

    let text = "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: sha512-YQ==, directory: x}\n";
    let lockfile = parse("pnpm-lock.yaml", text.as_bytes()).unwrap();
    assert_eq!(lockfile.packages.len(), 1);
}
