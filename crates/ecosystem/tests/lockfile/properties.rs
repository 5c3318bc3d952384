//! Whatever the bytes: no panic, and what is read keeps its promises.

use super::folder;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;
use tenure_ecosystem::lockfile::Origin;
use tenure_ecosystem::npm::lockfile::{FILE_NAMES, Lockfile, parse};

fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(folder()).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            files.push((name, std::fs::read(file.path()).unwrap()));
        }
    }
    files.sort();
    files
}

/// What every result promises.
fn check(lockfile: &Lockfile, bytes: &[u8]) {
    let last = bytes.split(|b| *b == b'\n').count() as u32;
    let lines = lockfile.packages.iter().map(|p| p.line);
    assert!(lines.clone().is_sorted());
    assert!(lockfile.wants.iter().map(|w| w.line).is_sorted());
    let all = lines.chain(lockfile.wants.iter().map(|w| w.line));
    assert!(all.into_iter().all(|line| (1..=last).contains(&line)));

    let mut seen = HashSet::new();
    for locked in &lockfile.packages {
        assert!(seen.insert((&locked.package, &locked.version, &locked.origin)));
        let texts = [Some(&locked.version), locked.integrity.as_ref()];
        let origin = match &locked.origin {
            Origin::Registry { resolved } => resolved.as_ref(),
            Origin::Elsewhere(what) => Some(what),
        };
        for text in texts.into_iter().chain([origin]).flatten() {
            assert!(
                !text.is_empty() && !text.contains(char::is_control),
                "{text:?}"
            );
        }
    }
}

/// A change to a file: at a place, a few bytes fewer, and some others instead.
fn changes() -> impl Strategy<Value = Vec<(Index, usize, Vec<u8>)>> {
    let pieces = prop_oneof![
        vec(any::<u8>(), 0..4),
        Just(b"\n".to_vec()),
        Just(b"  ".to_vec()),
        Just(b"{".to_vec()),
        Just(b"\"".to_vec()),
        Just(b": ".to_vec()),
        Just(b"@".to_vec()),
        Just(b"npm:".to_vec()),
        Just(b"/*".to_vec()),
        Just("\u{e4}".as_bytes().to_vec()),
    ];
    vec((any::<Index>(), 0..20_usize, pieces), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..2000)) {
        for name in FILE_NAMES {
            if let Ok(lockfile) = parse(name, &bytes) {
                check(&lockfile, &bytes);
            }
        }
    }

    #[test]
    fn any_text(text in "(__metadata:\n  version: 8\n|lockfileVersion: '9.0'\npackages:\n)?[ a@/:\"'{}\\[\\],&*!|>#\n\\-1.0]{0,300}") {
        for name in FILE_NAMES {
            if let Ok(lockfile) = parse(name, text.as_bytes()) {
                check(&lockfile, text.as_bytes());
            }
        }
    }

    #[test]
    fn changed_files(file in any::<Index>(), changes in changes()) {
        let files = files();
        let (name, bytes) = file.get(&files);
        let mut bytes = bytes.clone();
        for (at, fewer, instead) in changes {
            let from = at.index(bytes.len() + 1);
            let to = (from + fewer).min(bytes.len());
            bytes.splice(from..to, instead);
        }
        if let Ok(lockfile) = parse(name, &bytes) {
            check(&lockfile, &bytes);
        }
    }

    #[test]
    fn all_formats_tell_the_same(pins in pins()) {
        for (name, text) in written(&pins) {
            let lockfile = parse(name, text.as_bytes()).unwrap_or_else(|e| panic!("{e}\n{text}"));
            check(&lockfile, text.as_bytes());
            let found: BTreeSet<(&str, &str)> = lockfile
                .packages
                .iter()
                .map(|p| (p.package.name(), &*p.version))
                .collect();
            let pinned = pins.iter().map(|(name, version)| (&**name, &**version));
            prop_assert_eq!(found, pinned.collect(), "{}", text);
            for locked in &lockfile.packages {
                let is_registry = matches!(locked.origin, Origin::Registry { .. });
                prop_assert!(is_registry, "{:?}", locked);
                let line = text.lines().nth(locked.line as usize - 1).unwrap();
                prop_assert!(line.contains(locked.package.name()), "{}", line);
            }
        }
    }
}

fn pins() -> impl Strategy<Value = BTreeMap<String, String>> {
    let name = "(@[a-z][a-z0-9._-]{0,8}/)?[a-z][a-z0-9._-]{0,12}";
    let version = "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}(-[a-z]{1,5}\\.[0-9])?";
    btree_map(name, version, 0..30)
}

/// The same pins as every tool would write them.
fn written(pins: &BTreeMap<String, String>) -> [(&'static str, String); 6] {
    let mut npm = "{\n\"lockfileVersion\": 3,\n\"packages\": {\n\"\": {}".to_owned();
    let mut pnpm5 = "lockfileVersion: 5.4\n\npackages:\n".to_owned();
    let mut pnpm9 = "lockfileVersion: '9.0'\n\npackages:\n".to_owned();
    let mut classic = "# yarn lockfile v1\n\n".to_owned();
    let mut berry = "__metadata:\n  version: 8\n".to_owned();
    let mut bun = "{\n\"lockfileVersion\": 1,\n\"packages\": {\n".to_owned();
    for (name, version) in pins {
        let file = name.rsplit('/').next().unwrap();
        let address = format!("https://registry.example/{name}/-/{file}-{version}.tgz");
        write!(npm, ",\n\"node_modules/{name}\": {{\n\"version\": \"{version}\", \"resolved\": \"{address}\"}}").unwrap();
        write!(
            pnpm5,
            "\n  /{name}/{version}_peer@1.0.0:\n    resolution: {{integrity: sha512-YQ==}}\n"
        )
        .unwrap();
        write!(
            pnpm9,
            "\n  '{name}@{version}':\n    resolution: {{integrity: sha512-YQ==}}\n"
        )
        .unwrap();
        write!(
            classic,
            "\n\"{name}@^1\":\n  version \"{version}\"\n  resolved \"{address}#0123\"\n"
        )
        .unwrap();
        write!(
            berry,
            "\n\"{name}@npm:^1\":\n  version: {version}\n  resolution: \"{name}@npm:{version}\"\n"
        )
        .unwrap();
        writeln!(
            bun,
            "\"{name}\": [\"{name}@{version}\", \"\", {{}}, \"sha512-YQ==\"],\n"
        )
        .unwrap();
    }
    npm.push_str("\n}\n}");
    bun.push_str("}\n}");
    [
        ("package-lock.json", npm),
        ("pnpm-lock.yaml", pnpm5),
        ("pnpm-lock.yaml", pnpm9),
        ("yarn.lock", classic),
        ("yarn.lock", berry),
        ("bun.lock", bun),
    ]
}
