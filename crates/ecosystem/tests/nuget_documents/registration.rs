//! The registration of a package.

use hashbrown::HashMap;
use serde_json::{Value, json};
use tenure_domain::{DocumentKind, Ecosystem, Party};
use tenure_ecosystem::nuget::registration::{Held, Hive, Known, Registration, Rendered, View};

fn entry(version: &str, more: &Value) -> Value {
    let mut said = json!({
        "@id": "https://registry.example/catalog/x.json",
        "id": "Some.Package",
        "version": version,
        "published": "2020-01-02T03:04:05.678+00:00",
        "somethingNew": "https://registry.example/past-the-proxy",
        "dependencyGroups": [{
            "@id": "https://registry.example/x#group",
            "targetFramework": "net8.0",
            "dependencies": [{
                "id": "Needed",
                "range": "[1.0.0, )",
                "registration": "https://registry.example/needed/index.json",
            }],
        }],
    });
    let all = said.as_object_mut().unwrap();
    all.extend(more.as_object().unwrap().clone());
    json!({ "catalogEntry": said, "packageContent": "https://registry.example/x.nupkg" })
}

fn index(items: &[Value]) -> Vec<u8> {
    let page = json!({ "@id": "https://registry.example/page.json", "items": items });
    json!({ "count": 1, "items": [page] })
        .to_string()
        .into_bytes()
}

fn sample() -> Registration {
    let items = vec![
        entry("1.0", &json!({})),
        entry("1.1.0-RC.1", &json!({ "listed": true })),
        entry("2.0.0+build", &json!({ "listed": true })),
        entry(
            "1.5.0",
            &json!({ "listed": false, "published": "1900-01-01T00:00:00+00:00" }),
        ),
        entry(
            "1.6.0",
            &json!({ "deprecation": { "reasons": ["Legacy"] } }),
        ),
        entry("1.0.0", &json!({})),
        entry("3.0.0", &json!({ "id": "Other" })),
    ];
    Registration::read("some.package", &index(&items)).unwrap()
}

fn render(registration: &Registration, hive: Hive) -> (Rendered, Value) {
    let rendered = registration.render(&View {
        hive,
        registrations: "https://proxy.example/registration",
        packages: "https://proxy.example/flat",
        held: &|version| match version {
            "1.0.0" => Some(Held::Hold("new hands:\nlook at it".to_owned())),
            "1.6.0" => Some(Held::Block),
            _ => None,
        },
    });
    let document = serde_json::from_slice(&rendered.bytes).unwrap();
    (rendered, document)
}

#[test]
fn is_a_history_of_dates() {
    let history = sample().history(&Known::default());
    assert_eq!(history.package().to_string(), "pkg:nuget/some.package");
    assert_eq!(history.source().kind, DocumentKind::NugetRegistration);
    let told: Vec<String> = history
        .releases()
        .iter()
        .map(|release| {
            let published = release.published.map(|time| time.to_string());
            let needs = history.dependencies(release.dependencies).join(" ");
            let published = published.unwrap_or_else(|| "-".to_owned());
            format!(
                "{} {published} {} {needs}",
                release.version, release.deprecated
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "1.0 2020-01-02T03:04:05.678Z false needed",
            "1.1.0-RC.1 2020-01-02T03:04:05.678Z false needed",
            "2.0.0+build 2020-01-02T03:04:05.678Z false needed",
            "1.6.0 2020-01-02T03:04:05.678Z true needed",
            "1.5.0 - true needed",
        ]
    );
    assert_eq!(history.latest(), Some("2.0.0+build"));
    assert_eq!(history.owners_now(), None);
}

#[test]
fn takes_owners_from_elsewhere() {
    let ada = [Party::account(Ecosystem::Nuget, "ada")];
    let then = HashMap::from([(
        "1.0.0".into(),
        vec![Party::account(Ecosystem::Nuget, "bob")],
    )]);
    let history = sample().history(&Known {
        owners_now: Some(&ada),
        owners_of: Some(&then),
    });
    assert_eq!(history.source().kind, DocumentKind::NugetOwners);
    let names = |set: &[_]| -> Vec<String> {
        set.iter()
            .map(|ix| history.party(*ix).to_string())
            .collect()
    };
    assert_eq!(names(history.owners_now().unwrap()), ["nuget:ada"]);
    let release = &history.releases()[history.position("1.0").unwrap()];
    assert_eq!(
        names(history.owner_set(release.owners.unwrap())),
        ["nuget:bob"]
    );
}

#[test]
fn is_served_with_what_was_judged_only() {
    let (rendered, document) = render(&sample(), Hive::All);
    assert_eq!(rendered.held, ["1.0.0", "1.6.0"]);
    assert_eq!((rendered.offered, rendered.unreadable), (3, 2));
    assert!(!document.to_string().contains("registry.example"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}

#[test]
fn old_clients_see_no_semver_2() {
    let (rendered, document) = render(&sample(), Hive::SemVer1);
    let versions: Vec<&Value> = document["items"][0]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|leaf| &leaf["catalogEntry"]["version"])
        .collect();
    assert_eq!(versions, ["1.5.0"]);
    assert_eq!(rendered.offered, 1);
}

#[test]
fn a_held_version_has_a_leaf_that_says_why() {
    let bytes = json!({ "items": [{ "items": [entry("1.0", &json!({}))] }] }).to_string();
    let registration = Registration::read("Some.Package", bytes.as_bytes()).unwrap();
    let leaf = |held: Option<Held>| {
        let leaf = registration.render_leaf(
            "1.0.0",
            &View {
                hive: Hive::All,
                registrations: "https://proxy.example/registration",
                packages: "https://proxy.example/flat",
                held: &|_| held.clone(),
            },
        );
        leaf.map(|leaf| serde_json::from_slice::<Value>(&leaf).unwrap())
    };
    let held = leaf(Some(Held::Hold("new hands:\nlook at it".to_owned()))).unwrap();
    assert_eq!(held["listed"], false);
    let said = &held["catalogEntry"]["deprecation"];
    assert_eq!(said["message"], "new hands: look at it");
    assert_eq!(leaf(None).unwrap()["listed"], true);
    assert_eq!(leaf(Some(Held::Block)), None);
}

#[test]
fn pages_come_one_after_the_other() {
    let page = |name: &str| json!({ "@id": format!("https://registry.example/{name}.json") });
    let bytes = json!({ "items": [page("a"), page("b")] }).to_string();
    let mut registration = Registration::read("Some.Package", bytes.as_bytes()).unwrap();
    assert_eq!(registration.missing().len(), 2);
    assert!(registration.add(b"{}").is_err());
    for version in ["1.0.0", "2.0.0"] {
        let page = json!({ "items": [entry(version, &json!({}))] }).to_string();
        registration.add(page.as_bytes()).unwrap();
    }
    assert!(registration.missing().is_empty());
    assert_eq!(registration.history(&Known::default()).releases().len(), 2);
    let lost = json!({ "items": [{ "lower": "1.0.0" }] }).to_string();
    assert!(Registration::read("Some.Package", lost.as_bytes()).is_err());
}

#[test]
fn says_why_bytes_are_no_registration() {
    let error = |id: &str, bytes: &[u8]| Registration::read(id, bytes).unwrap_err().to_string();
    let all = [
        error("a", b""),
        error("a", b"{\"items\": [}"),
        error("a", b"{}"),
        error("a b", b"{\"items\": []}"),
    ];
    insta::assert_snapshot!(all.join("\n"));
}
