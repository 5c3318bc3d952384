use super::*;
use tenure_testkit::corpus;

const AUDITS: &str = r#"
[[wildcard-audits.demo]]
who = ["Ada <ada@mail.example>", "Bob"]
criteria = "safe-to-deploy"
user-id = 189
start = "2024-01-01"
end = "2025-01-01"

[[audits.demo]]
who = "Ada"
criteria = "safe-to-run"
version = "1.0.0"

[[trusted.demo]]
criteria = ["safe-to-run", "own"]
trusted-publisher = "github:Ada/Demo"
start = 2025-01-01
end = "2026-01-01"
notes = "moved"

[[trusted.demo]]
criteria = "safe-to-run"
start = "2025-01-01"
end = "2026-01-01"

[[trusted."../x"]]
user-id = 1
"#;

const IMPORTS: &str = r#"
[[unpublished.demo]]
version = "2.0.0"
audited_as = "1.0.0"

[[publisher.demo]]
version = "1.0.0"
when = "2024-02-03"
user-id = 189
user-login = "ada"
user-name = "Ada"

[[publisher.demo]]
version = "1.1.0"
when = "2025-02-03"
trusted-publisher = "github:ada/demo"

[[audits.elsewhere.trusted.demo]]
criteria = "safe-to-deploy"
user-id = 189
start = "2024-01-01"
end = "2025-01-01"

[audits.third.audits]
"#;

#[test]
fn reads_whom_people_trust() {
    let vetted = read_audits(AUDITS.as_bytes()).unwrap();
    let [trusted, audited] = &*vetted.trusted else {
        panic!("{vetted:?}")
    };
    assert_eq!((trusted.basis, trusted.line), (Basis::Trusted, 14));
    assert_eq!(trusted.party.to_string(), "cargo:workflow/github/ada/demo");
    assert_eq!(trusted.criteria, ["safe-to-run".into(), "own".into()]);
    assert_eq!(
        (trusted.start.date(), trusted.end.date()),
        ("2025-01-01".into(), "2026-01-01".into())
    );
    assert_eq!(trusted.notes.as_deref(), Some("moved"));
    assert_eq!((audited.basis, audited.line), (Basis::WildcardAudit, 2));
    assert_eq!(audited.party.id(), Some("189"));
    assert_eq!(audited.who.len(), 2);
    let unread: Vec<String> = vetted.unread.iter().map(ToString::to_string).collect();
    assert_eq!(
        unread,
        [
            "line 26: `../x` is no crate",
            "line 21: it names no publisher"
        ]
    );
}

#[test]
fn reads_who_published() {
    let vetted = read_imports(IMPORTS.as_bytes()).unwrap();
    let publishers: Vec<String> = vetted
        .publishers
        .iter()
        .map(|one| {
            format!(
                "{} {:?}",
                one.version.version,
                one.version.publisher.as_ref().map(ToString::to_string)
            )
        })
        .collect();
    assert_eq!(
        publishers,
        [
            "1.0.0 Some(\"cargo:ada#189\")",
            "1.1.0 Some(\"cargo:workflow/github/ada/demo\")"
        ]
    );
    let [statement] = &*vetted.trusted else {
        panic!("{vetted:?}")
    };
    assert_eq!(statement.import.as_deref(), Some("elsewhere"));
    // An account is the same with its login and without.
    assert_eq!(
        Some(&statement.party),
        vetted.publishers[0].version.publisher.as_ref()
    );
}

#[test]
fn says_what_is_wrong_and_where() {
    let said = |text: &str| read_imports(text.as_bytes()).unwrap_err().to_string();
    assert!(said("\n[[publisher.demo]\n").starts_with("not a readable cargo-vet file, line 2: "));
    assert!(read_audits(b"trusted = 1").is_err());
    assert!(read_audits(b"\xff").is_err());
}

/// Every recorded publisher, written as `imports.lock` has it, is read.
#[test]
fn recorded_publishers_are_read() {
    let Some(folder) = corpus::folder() else {
        return;
    };
    let rows = std::fs::read_to_string(folder.join("crates/cargo_vet_publishers.jsonl")).unwrap();
    let mut file = String::new();
    for row in rows.lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let by = match row["user_id"].as_u64() {
            Some(id) => format!("user-id = {id}\nuser-login = {:?}", text("user_login")),
            None => format!("trusted-publisher = {:?}", text("trusted_publisher")),
        };
        let (name, version, when) = (text("crate"), text("version"), text("when"));
        let entry = ["[[publisher.", &name, "]]\n", &by, "\n"].concat();
        file.push_str(&entry);
        file.push_str(&["version = \"", &version, "\"\nwhen = \"", &when, "\"\n"].concat());
    }
    let vetted = read_imports(file.as_bytes()).unwrap();
    assert_eq!(vetted.unread, []);
    assert_eq!(vetted.publishers.len(), rows.lines().count());
    assert!(
        vetted
            .publishers
            .iter()
            .all(|one| one.version.published.is_some())
    );
}
