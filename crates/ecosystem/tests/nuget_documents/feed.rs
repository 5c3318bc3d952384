//! Service index, lists of versions, answers of search, vulnerabilities.

use serde_json::{Value, json};
use tenure_ecosystem::nuget::service::{self, Resource, Service};
use tenure_ecosystem::nuget::versions::Versions;
use tenure_ecosystem::nuget::vulnerability::{
    Note, Page, Severity, read_index, render_index, render_page,
};
use tenure_ecosystem::nuget::{DocumentError, search};

fn value(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn a_resource_is_found_as_clients_find_it() {
    let index = json!({ "version": "3.0.0", "resources": [
        { "@id": "https://registry.example/old/", "@type": "RegistrationsBaseUrl" },
        { "@id": "https://registry.example/gz/", "@type": "RegistrationsBaseUrl/3.4.0" },
        { "@id": "https://registry.example/new/", "@type": ["x", "registrationsbaseurl/3.6.0"] },
        { "@id": "https://registry.example/flat/", "@type": "PackageBaseAddress/3.0.0" },
        { "@id": "ftp://registry.example/search", "@type": "SearchQueryService" },
        { "@type": "VulnerabilityInfo/6.7.0" },
    ]});
    let service = Service::read(index.to_string().as_bytes()).unwrap();
    let found = |resource| service.find(resource);
    let registrations = found(Resource::Registrations);
    assert_eq!(registrations, Some("https://registry.example/new/"));
    let packages = found(Resource::PackageBase);
    assert_eq!(packages, Some("https://registry.example/flat/"));
    assert_eq!(found(Resource::Search), None);
    assert_eq!(found(Resource::Vulnerabilities), None);
    assert_eq!(
        Service::read(b"{}"),
        Err(DocumentError::Other("a service index"))
    );
}

#[test]
fn a_service_index_is_found_in_by_every_client() {
    let bytes = service::render(&[
        (Resource::PackageBase, "https://proxy.example/flat/"),
        (
            Resource::Registrations,
            "https://proxy.example/registration/",
        ),
        (Resource::OldRegistrations, "https://proxy.example/old/"),
    ]);
    let service = Service::read(&bytes).unwrap();
    assert_eq!(
        service.find(Resource::PackageBase),
        Some("https://proxy.example/flat/")
    );
    assert_eq!(
        service.find(Resource::Registrations),
        Some("https://proxy.example/registration/")
    );
    let resources = &value(&bytes)["resources"];
    // Passed over without the version.
    let versioned = json!({
        "@id": "https://proxy.example/registration/",
        "@type": "RegistrationsBaseUrl/Versioned",
        "clientVersion": "4.3.0-alpha",
    });
    assert!(resources.as_array().unwrap().contains(&versioned));
    let types: Vec<Value> = resources
        .as_array()
        .unwrap()
        .iter()
        .map(|resource| resource["@type"].clone())
        .collect();
    // The only one that nuget.exe 5 looks for, and the plain one.
    assert!(types.contains(&json!("RegistrationsBaseUrl/3.4.0")));
    assert!(types.contains(&json!("RegistrationsBaseUrl")));
    assert_eq!(service.find(Resource::Search), None);
}

#[test]
fn a_held_version_is_not_in_the_list() {
    let list = br#"{"versions": ["0.9.0", "1.0", "1.0.0-RC.1", "1.0.0.0", "2.0.0", "new"]}"#;
    let list = Versions::read(list).unwrap();
    let texts: Vec<&str> = list.versions.iter().map(|version| &**version).collect();
    assert_eq!(texts, ["0.9.0", "1.0.0", "1.0.0-rc.1", "2.0.0"]);
    assert_eq!(list.unreadable, ["new".into()]);
    let rendered = list.render(&|version| version.starts_with('2') || version == "1.0.0");
    assert_eq!(rendered.bytes, br#"{"versions":["0.9.0","1.0.0-rc.1"]}"#);
    assert_eq!(rendered.held, ["1.0.0", "2.0.0"]);
    assert_eq!(rendered.offered, 2);
    assert!(Versions::read(b"[]").is_err());
    assert!(Versions::read(b"{\"versions\": [").is_err());
}

#[test]
fn search_says_who_owns_a_package_now() {
    let answer = |owners: Value| {
        json!({ "totalHits": 2, "data": [
            { "id": "Other", "owners": ["eve"] },
            { "id": "Some.Package", "owners": owners, "verified": true, "totalDownloads": 7 },
        ]})
        .to_string()
        .into_bytes()
    };
    let owners = |owners: Value| {
        let found = search::find(&answer(owners), "some.PACKAGE")
            .unwrap()
            .unwrap();
        let owners = found.owners?;
        Some(owners.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let two = Some(vec!["nuget:ada".to_owned(), "nuget:bob".to_owned()]);
    assert_eq!(owners(json!(["ada", "bob"])), two);
    assert_eq!(owners(json!("ada")), Some(vec!["nuget:ada".to_owned()]));
    assert_eq!(owners(json!(["ada", "two words"])), None);
    assert_eq!(owners(Value::Null), None);
    let found = search::find(&answer(Value::Null), "some.package")
        .unwrap()
        .unwrap();
    assert_eq!((found.is_reserved, found.downloads), (Some(true), Some(7)));
    assert_eq!(search::find(&answer(Value::Null), "absent"), Ok(None));
    assert!(search::find(b"{}", "absent").is_err());
}

#[test]
fn what_is_held_is_told_as_a_vulnerability() {
    let notes = [
        ("Some.Package", "1.0"),
        ("other", "2.0"),
        ("some.package", "1.1"),
        ("no id", "1"),
    ];
    let notes = notes.map(|(id, version)| Note {
        id,
        version,
        severity: Severity::High,
        address: "https://proxy.example/held",
    });
    let said = |version: &str| {
        let versions = format!("[{version}]");
        json!({ "url": "https://proxy.example/held", "severity": 2, "versions": versions })
    };
    let expected = json!({
        "some.package": [said("1.0.0"), said("1.1.0")],
        "other": [said("2.0.0")],
    });
    assert_eq!(value(&render_page(&notes)), expected);
    let pages = vec![Page {
        name: "held".into(),
        address: "https://proxy.example/held.json".into(),
        updated: "2026-01-02T03:04:05Z".parse().unwrap(),
    }];
    assert_eq!(read_index(&render_index(&pages)), Ok(pages));
    assert!(read_index(b"{}").is_err());
    assert_eq!(read_index(b"[{\"@name\": \"x\"}]"), Ok(Vec::new()));
}

#[test]
fn search_shows_what_is_not_held() {
    let version = |text: &str| {
        let leaf = format!("https://registry.example/x/{text}.json");
        json!({ "version": text, "downloads": 3, "@id": leaf })
    };
    let package = |id: &str, newest: &str, all: &[&str]| {
        let versions: Vec<Value> = all.iter().map(|text| version(text)).collect();
        json!({
            "@id": "https://registry.example/x/index.json",
            "registration": "https://registry.example/x/index.json",
            "id": id,
            "version": newest,
            "versions": versions,
            "title": "A title",
            "somethingNew": "https://registry.example/past-the-proxy",
        })
    };
    let answer = json!({ "totalHits": 40, "data": [
        package("Some.Package", "2.0.0", &["1.0", "1.5.0", "2.0.0", "3.0.0-rc"]),
        package("All.Held", "2.0.0", &["2.0.0"]),
        package("Open", "1.0.0", &[]),
        package("no id", "1.0.0", &["1.0.0"]),
        json!({ "id": "No.Version" }),
    ]});
    let is_held = |_: &str, version: &str| version.starts_with('2');
    let bytes = answer.to_string().into_bytes();
    let shown = search::render(&bytes, "https://proxy.example/r", &is_held).unwrap();
    assert!(!String::from_utf8_lossy(&shown).contains("registry.example"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&value(&shown)).unwrap());
    assert!(search::render(b"{}", "https://proxy.example/r", &is_held).is_err());
}

#[test]
fn completion_names_what_is_not_held() {
    let answer = br#"{"totalHits": 3, "data": ["1.0", "2.0.0", "x"]}"#;
    let shown = search::render_versions(answer, &|version| version == "2.0.0");
    assert_eq!(
        value(&shown.unwrap()),
        json!({ "totalHits": 1, "data": ["1.0"] })
    );
    assert!(search::render_versions(b"[]", &|_| false).is_err());
}
