//! What people are told when a lockfile cannot be read.

use tenure_ecosystem::npm::lockfile::{LockfileError, parse};

fn error(file_name: &str, content: &str) -> String {
    match parse(file_name, content.as_bytes()) {
        Ok(lockfile) => panic!("{file_name} {content:?} was read: {lockfile:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn unknown_files() {
    assert_eq!(
        error("Cargo.lock", ""),
        "`Cargo.lock` is not a lockfile; known are package-lock.json, npm-shrinkwrap.json, \
         pnpm-lock.yaml, yarn.lock, bun.lock"
    );
}

#[test]
fn conflicts() {
    for name in [
        "package-lock.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lock",
    ] {
        let said = error(name, "{\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n}");
        assert!(
            said.ends_with("file, line 2: a merge conflict is left unresolved here"),
            "{said}"
        );
    }
}

#[test]
fn package_lock() {
    for (content, said) in [
        (
            "",
            "not a readable package-lock.json file, line 1: it is not JSON: EOF while parsing a value",
        ),
        (
            "[]",
            "not a readable package-lock.json file: it has no lockfileVersion",
        ),
        (
            r#"{"lockfileVersion": 4}"#,
            "cannot read package-lock.json files of lockfileVersion 4; supported is lockfileVersion 1 to 3",
        ),
        (
            r#"{"lockfileVersion": 3, "packages": []}"#,
            "not a readable package-lock.json file: its `packages` are not a map",
        ),
        (
            "{\"lockfileVersion\": 3, \"packages\": {\n\"node_modules/a\": 1}}",
            "not a readable package-lock.json file, line 2: an entry of `packages` is not an object",
        ),
        (
            "{\"lockfileVersion\": 1, \"dependencies\": {\n\"a\": 1}}",
            "not a readable package-lock.json file, line 2: an entry of `dependencies` is not an object",
        ),
        (
            "{\"lockfileVersion\": 3, \"packages\": {\n\n\"node_modules/..\": {\"version\": \"1.0.0\"}}}",
            "not a readable package-lock.json file, line 3: `..` is not a package name: a part of it is empty",
        ),
        (
            "{\"lockfileVersion\": 3, \"packages\": {\"node_modules/a\": {\"version\": \"1 \\u001b[0m\"}}}",
            "not a readable package-lock.json file, line 1: `1 \u{fffd}[0m` is not a version of a",
        ),
    ] {
        assert_eq!(error("package-lock.json", content), said);
    }
}

#[test]
fn pnpm() {
    for (content, said) in [
        ("", "not a readable pnpm-lock.yaml file: it is empty"),
        (
            "a: 1",
            "not a readable pnpm-lock.yaml file: it has no lockfileVersion",
        ),
        (
            "lockfileVersion: '10.0'",
            "cannot read pnpm-lock.yaml files of lockfileVersion 10.0; \
             supported is lockfileVersion 5 to 9, of pnpm 3 and later",
        ),
        (
            "lockfileVersion: 5.4\npackages:\n  /a:\n    resolution: {integrity: x}\n",
            "not a readable pnpm-lock.yaml file, line 3: `/a` is not a name and a version",
        ),
        (
            "lockfileVersion: '9.0'\npackages:\n  a@1.0.0: {}\n",
            "not a readable pnpm-lock.yaml file, line 3: an entry of `packages` has no resolution",
        ),
        (
            "lockfileVersion: '9.0'\npackages: &x\n  a@1.0.0: *x\n",
            "not a readable pnpm-lock.yaml file, line 3: it has a YAML alias",
        ),
    ] {
        assert_eq!(error("pnpm-lock.yaml", content), said);
    }
}

#[test]
fn yarn() {
    for (content, said) in [
        ("a@1", "line 1: expected an entry"),
        ("  version \"1\"", "line 1: expected an entry"),
        (
            "a@1:\n\n  version 1 2",
            "line 3: expected a name and a value",
        ),
        (
            "a@1:\n version 1",
            "line 2: it is indented by an odd number of spaces",
        ),
        ("a@1:\n      b 1", "line 2: it is indented too far"),
        ("\"a@1:", "line 1: a quote is not closed"),
        ("\"a\\x@1\":", "line 1: a quoted text is malformed"),
        ("a:\n  version 1", "line 1: `a` is not a name and a range"),
        ("a@1:\n  resolved x", "line 1: it has no version"),
    ] {
        let said = format!("not a readable yarn.lock (yarn 1) file, {said}");
        assert_eq!(error("yarn.lock", content), said);
    }
    for (content, said) in [
        (
            "__metadata:\n  version: 8\n---\na: 1",
            "not a readable yarn.lock (yarn 2 or later) file: it is not one map",
        ),
        (
            "__metadata:\n  version: 11\n",
            "cannot read yarn.lock (yarn 2 or later) files of lockfile version 11; \
             supported is lockfile versions 1 to 10",
        ),
        (
            "__metadata:\n  version: 8\na@npm:1:\n  version: 1.0.0\n",
            "not a readable yarn.lock (yarn 2 or later) file, line 3: an entry has no resolution",
        ),
    ] {
        assert_eq!(error("yarn.lock", content), said);
    }
}

#[test]
fn bun() {
    let binary = "cannot read bun.lock files of bun's old binary form (bun.lockb); supported is \
                  the text form, which `bun install --save-text-lockfile` writes";
    for (name, content, said) in [
        ("bun.lockb", "", binary),
        (
            "bun.lock",
            "#!/usr/bin/env bun\nbun-lockfile-format-v0\n\0",
            binary,
        ),
        (
            "bun.lock",
            "{:}",
            "not a readable bun.lock file, line 1: it is not JSON: key must be a string",
        ),
        (
            "bun.lock",
            "{}",
            "not a readable bun.lock file: it has no lockfileVersion",
        ),
        (
            "bun.lock",
            "{\"lockfileVersion\": 7}",
            "cannot read bun.lock files of lockfileVersion 7; supported is lockfileVersion 0 to 3",
        ),
        (
            "bun.lock",
            "{\"lockfileVersion\": 1, \"packages\": {\n\"a\": [\"a\"],}}",
            "not a readable bun.lock file, line 2: an entry has no name and version",
        ),
    ] {
        assert_eq!(error(name, content), said);
    }
}

#[test]
fn what_is_too_large() {
    let bytes = vec![b' '; 64 * 1024 * 1024 + 1];
    let said = parse("bun.lock", &bytes).unwrap_err().to_string();
    assert_eq!(
        said,
        "this bun.lock file is too large: more than 67108864 bytes"
    );

    let entry = "\"node_modules/a\":{\"version\":\"1\"},";
    let content = format!(
        "{{\"lockfileVersion\": 3, \"packages\": {{{}\"\":{{}}}}}}",
        entry.repeat(500_001)
    );
    let said = parse("package-lock.json", content.as_bytes()).unwrap_err();
    assert_eq!(
        said.to_string(),
        "this package-lock.json file is too large: more than 500000 packages"
    );

    let content = "a@1:\n".repeat(500_001);
    let said = parse("yarn.lock", content.as_bytes()).unwrap_err();
    assert!(matches!(said, LockfileError::TooLarge { .. }), "{said}");
}
