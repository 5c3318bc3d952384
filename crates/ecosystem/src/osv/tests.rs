use super::*;
use serde_json::json;

fn read_json(document: &Value) -> Result<Advisory, OsvError> {
    read(document.to_string().as_bytes(), "a.json")
}

fn npm_document() -> Value {
    json!({
        "schema_version": "1.7.4",
        "id": "MAL-2020-1",
        "modified": "2020-06-03T10:00:00.123456789Z",
        "published": "2020-06-02T00:00:00Z",
        "withdrawn": null,
        "aliases": ["GHSA-aaaa-bbbb-cccc"],
        "summary": "Malicious code in quiet-stream (npm)",
        "details": "Sends environment variables away.",
        "affected": [{
            "package": { "ecosystem": "npm", "name": "quiet-stream", "purl": "pkg:npm/quiet-stream" },
            "versions": ["3.0.0"],
            "ranges": [
                { "type": "GIT", "repo": "https://git.example/x", "events": [{ "introduced": "0" }] },
                { "type": "SEMVER", "events": [{ "introduced": "2.2.0" }, { "fixed": "2.2.2" }] },
            ],
            "ecosystem_specific": null,
        }],
        "database_specific": { "malicious-packages-origins": [{ "source": "somebody" }] },
        "credits": [{ "name": "Ada" }],
    })
}

#[test]
fn a_document_says_what_is_meant() {
    let advisory = read_json(&npm_document()).unwrap();
    assert_eq!((&*advisory.id, &*advisory.source), ("MAL-2020-1", "a.json"));
    assert_eq!(
        (advisory.published.date(), advisory.modified.date()),
        ("2020-06-02".to_owned(), "2020-06-03".to_owned())
    );
    assert_eq!(advisory.withdrawn, None);
    assert_eq!(*advisory.aliases, ["GHSA-aaaa-bbbb-cccc".into()]);
    let [affected] = &advisory.affected[..] else {
        panic!("{advisory:?}")
    };
    assert_eq!(affected.package.to_string(), "pkg:npm/quiet-stream");
    let matcher = Matcher::new(affected);
    let versions = ["2.1.9", "2.2.0", "2.2.1", "2.2.2", "3.0.0", "3.0.1", "x"];
    let meant = versions.map(|version| matcher.means(version));
    assert_eq!(meant, [false, true, true, false, true, false, false]);
}

#[test]
fn only_malicious_code_counts() {
    let of = |id: &str, database: Value, package: Value| {
        let mut document = npm_document();
        document["id"] = id.into();
        document["database_specific"] = database;
        document["affected"][0]["database_specific"] = package;
        !read_json(&document).unwrap().affected.is_empty()
    };
    let none = || Value::Null;
    assert!(of("MAL-2020-1", none(), none()));
    assert!(!of("GHSA-aaaa-bbbb-cccc", none(), none()));
    for number in 505..514 {
        let id = format!("CWE-{number}");
        let is_malice = (506..=512).contains(&number);
        let github = json!({ "cwe_ids": ["CWE-79", id] });
        assert_eq!(of("GHSA-aaaa-bbbb-cccc", github, none()), is_malice, "{id}");
        let collection = json!({ "cwes": [{ "cweId": id, "name": "x" }] });
        assert_eq!(of("OTHER-1", none(), collection), is_malice, "{id}");
    }
    // Whatever form a database has of its own.
    for odd in [
        json!([1]),
        json!("x"),
        json!({ "cwe_ids": "CWE-506" }),
        json!({ "cwes": [5] }),
    ] {
        assert!(!of("OTHER-1", odd.clone(), odd));
    }
}

#[test]
fn packages_are_those_of_registries() {
    for (ecosystem, name, expected) in [
        ("npm", "@Scope/NPM", Some("pkg:npm/%40Scope/NPM")),
        ("crates.io", "Proc-Macro1", Some("pkg:cargo/proc_macro1")),
        ("PyPI", "Demo.Lib", Some("pkg:pypi/demo-lib")),
        ("NuGet", "Demo.Lib", Some("pkg:nuget/demo.lib")),
        ("RubyGems", "demo", None),
        ("npm:https://other.example", "demo", None),
        ("Root:npm", "demo", None),
    ] {
        let mut document = npm_document();
        document["affected"][0]["package"] = json!({ "ecosystem": ecosystem, "name": name });
        let affected = read_json(&document).unwrap().affected;
        let package = affected.first().map(|one| one.package.to_string());
        assert_eq!(package.as_deref(), expected, "{ecosystem} {name}");
    }
    let written: PackageId = "pkg:cargo/proc-macro1".parse().unwrap();
    assert_eq!(kept_as(&written).to_string(), "pkg:cargo/proc_macro1");
    let other: PackageId = "pkg:npm/proc-macro1".parse().unwrap();
    assert_eq!(kept_as(&other), other);
}

#[test]
fn what_cannot_be_used_says_why() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut document = npm_document();
        change(&mut document);
        read_json(&document).unwrap_err().to_string()
    };
    let range = |events: Value| json!([{ "type": "SEMVER", "events": events }]);
    insta::assert_snapshot!(
        [
            with(&|document| *document = json!([])),
            with(&|document| document["id"] = Value::Null),
            with(&|document| document["id"] = "a b".into()),
            with(&|document| document["modified"] = Value::Null),
            with(&|document| document["published"] = "yesterday".into()),
            with(&|document| document["affected"] = "all".into()),
            with(&|document| document["affected"][0]["package"]["name"] = "../x".into()),
            with(&|document| document["affected"][0]["versions"] = json!(["1\n2"])),
            with(&|document| {
                document["affected"][0]["ranges"] = range(json!([{ "introduced": "one" }]));
            }),
            with(&|document| {
                let both = json!([{ "introduced": "0", "fixed": "1.0.0" }]);
                document["affected"][0]["ranges"] = range(both);
            }),
            with(&|document| {
                let many = vec![json!({ "introduced": "0" }); 1001];
                document["affected"][0]["ranges"] = range(many.into());
            }),
            read(&vec![b' '; MAX_BYTES + 1], "x").unwrap_err().to_string(),
            read(br#"{"id": {"a": ["#, "x").unwrap_err().to_string(),
        ]
        .join("\n"),
        @r#"
    line 1 is not readable as an OSV document: it is no object
    it has no `id`
    its `id` cannot be used: `a b` is no id
    it has no `modified`
    its `published` cannot be used: `yesterday` is not a date; expected something like 2018-09-05 or 2018-09-05T05:27:47Z
    line 1 is not readable as an OSV document: invalid type: string "all", expected a sequence at line 1 column 17
    its `affected[0].package.name` cannot be used: `../x` is no package of npm
    its `affected[0].versions` cannot be used: `1�2` is no version
    its `affected[0].ranges[0]` cannot be used: `one` is no version of npm
    its `affected[0].ranges[0]` cannot be used: an event is exactly one of `introduced`, `fixed`, `last_affected`, `limit`
    it is too large: more than 1000 ends of ranges of a package
    it is too large: more than 8388608 bytes
    line 1 is not readable as an OSV document: invalid type: map, expected a string at line 1 column 7
    "#
    );
}

/// Which of the versions lie in a range.
fn within(ecosystem: &str, versions: &str, range: &str) -> String {
    let package = format!("pkg:{ecosystem}/demo").parse().unwrap();
    let lines = range.replace("; ", "\n");
    let affected = Affected::from_lines(package, &format!("range\n{lines}")).unwrap();
    let matcher = Matcher::new(&affected);
    let found: Vec<&str> = (versions.split(' '))
        .filter(|version| matcher.means(version))
        .collect();
    found.join(" ")
}

#[test]
fn deep_documents_end_in_an_error() {
    let deep = |inner: &str| format!("{{\"x\": {}", inner.repeat(100_000));
    for inner in ["[", "{\"x\":"] {
        assert!(read(deep(inner).as_bytes(), "x").is_err());
    }
}

#[test]
fn ranges_begin_and_end() {
    let all = "0.0.1 1.0.0-rc.1 1.0.0 1.9.0 1.10.0 2.0.0";
    for (range, meant) in [
        ("introduced 0", all),
        ("", ""),
        ("fixed 1.0.0", ""),
        ("introduced 1.0.0; fixed 1.10.0", "1.0.0 1.9.0"),
        // In whatever order it is written.
        ("fixed 1.10.0; introduced 1.0.0", "1.0.0 1.9.0"),
        ("introduced 0; fixed 1.0.0", "0.0.1 1.0.0-rc.1"),
        ("introduced 1.9.0; last-affected 1.9.0", "1.9.0"),
        ("last-affected 1.9.0; introduced 1.9.0", "1.9.0"),
        (
            "introduced 0; fixed 1.0.0-rc.1; introduced 1.10.0; fixed 2.0.0",
            "0.0.1 1.10.0",
        ),
        ("introduced 0; fixed 1.9.0; introduced 1.9.0", all),
        ("introduced 0; limit 1.0.0", "0.0.1 1.0.0-rc.1"),
        ("introduced 1.9.0; limit *", "1.9.0 1.10.0 2.0.0"),
        ("introduced 1.9.0; limit 1.0.0; limit 2.0.0", "1.9.0 1.10.0"),
    ] {
        assert_eq!(within("npm", all, range), meant, "{range}");
    }
}

#[test]
fn ranges_are_in_the_order_of_the_ecosystem() {
    for (ecosystem, versions, range, meant) in [
        (
            "cargo",
            "1.0.0 1.0.0+linux 1.0.1",
            "introduced 0; last-affected 1.0.0",
            "1.0.0 1.0.0+linux",
        ),
        (
            "pypi",
            "0.9 1.0rc1 1.0 1.0.post1 1!0.1",
            "introduced 1.0.0; fixed 2",
            "1.0 1.0.post1",
        ),
        (
            "nuget",
            "1.0 1.0.0.1 1.0.1 1.1.0-beta",
            "introduced 1.0.0.0; fixed 1.0.1",
            "1.0 1.0.0.1",
        ),
    ] {
        assert_eq!(within(ecosystem, versions, range), meant, "{ecosystem}");
    }
}

#[test]
fn listed_versions_are_meant_in_any_form() {
    for (package, listed, version, meant) in [
        ("pkg:npm/x", "1.0.0", "1.0.0", true),
        ("pkg:npm/x", "1.0.0", "1.0.0-0", false),
        ("pkg:cargo/x", "1.0.0", "1.0.0+metadata", true),
        ("pkg:pypi/x", "1.0.0", "1.0", true),
        ("pkg:pypi/x", "1.0RC1", "1.0rc1", true),
        ("pkg:nuget/x", "1.0", "1.0.0.0", true),
        ("pkg:pypi/x", "final", "final", true),
        ("pkg:pypi/x", "final", "last", false),
        ("pkg:npm/x", "", "", false),
    ] {
        let affected = Affected {
            package: package.parse().unwrap(),
            versions: [listed]
                .into_iter()
                .filter(|text| !text.is_empty())
                .map(Into::into)
                .collect(),
            ranges: Vec::new(),
        };
        assert_eq!(
            Matcher::new(&affected).means(version),
            meant,
            "{package} {listed} {version}"
        );
    }
}

#[test]
fn the_same_package_twice_is_one() {
    let mut document = npm_document();
    let mut second = document["affected"][0].clone();
    second["versions"] = json!(["4.0.0"]);
    second["ranges"] = Value::Null;
    document["affected"].as_array_mut().unwrap().push(second);
    let affected = read_json(&document).unwrap().affected;
    assert_eq!(affected.len(), 1);
    assert!(Matcher::new(&affected[0]).means("4.0.0"));
    assert!(Matcher::new(&affected[0]).means("3.0.0"));
    document["affected"] = json!([
        { "package": { "ecosystem": "npm", "name": "x" } },
        { "ranges": [] }
    ]);
    // Nothing is said of which releases.
    assert_eq!(read_json(&document).unwrap().affected, []);
}
