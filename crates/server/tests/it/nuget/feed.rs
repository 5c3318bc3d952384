//! Where everything is, lists of versions, registrations, and search.

use super::{HELD, REGISTRATION, VERSIONS, ask, entries, get, held, json, river, versions, world};
use crate::world::{World, shown};
use tenure_domain::Days;
use tenure_testkit::Fault;

#[test]
fn everything_is_here() {
    let world = world("");
    let service = json(&get(&world, "v3/index.json"));
    let resources = service["resources"].as_array().unwrap();
    let here = format!("{}nuget/v3/", world.root());
    for resource in resources {
        let address = resource["@id"].as_str().unwrap();
        assert!(address.starts_with(&here), "{address}");
    }
    let at = |kind: &str| {
        let mut all = resources.iter();
        let found = all.find(|one| one["@type"] == kind);
        found.map(|one| one["@id"].as_str().unwrap().replace(&here, ""))
    };
    let place = |path: &str| Some(path.to_owned());
    assert_eq!(at("PackageBaseAddress/3.0.0"), place("flat/"));
    for new in [
        "RegistrationsBaseUrl/Versioned",
        "RegistrationsBaseUrl/3.6.0",
    ] {
        assert_eq!(at(new), place("registration/"));
    }
    for old in [
        "RegistrationsBaseUrl/3.4.0",
        "RegistrationsBaseUrl/3.0.0-beta",
    ] {
        assert_eq!(at(old), place("registration-semver1/"));
    }
    // Clients take certificates by https only.
    assert_eq!(at("RepositorySignatures/5.0.0"), None);
    assert_eq!(at("PackagePublish/2.0.0"), None);
}

#[test]
fn a_held_version_is_not_in_the_list_and_the_client_is_told() {
    let world = world("");
    let list = held(&world);
    let warning = list.header("x-nuget-warning").unwrap();
    assert!(
        warning.starts_with("river@2.1.0 is held: handover"),
        "{warning}"
    );
    assert!(warning.contains("/-/package/nuget/river"), "{warning}");
    let etag = list.header("etag").unwrap();
    let same = ask(&world, VERSIONS, &[("if-none-match", etag)]);
    assert_eq!(same.status, 304);
    assert_eq!(get(&world, HELD).status, 200);
}

#[test]
fn a_held_version_is_found_by_its_own_address_alone_with_the_reason() {
    let world = world("");
    held(&world);
    let registration = entries(&get(&world, REGISTRATION));
    let has = |version: &str| registration.iter().any(|entry| entry["version"] == version);
    assert!(has("2.0.0") && !has("2.1.0"));
    let leaf = json(&get(&world, "v3/registration/river/2.1.0.json"));
    assert_eq!(leaf["listed"], false);
    let here = format!("{}nuget/{HELD}", world.root());
    assert_eq!(leaf["packageContent"], here.as_str());
    let message = leaf["catalogEntry"]["deprecation"]["message"]
        .as_str()
        .unwrap();
    assert!(message.starts_with("held: handover"), "{message}");
    let none = get(&world, "v3/registration/river/9.9.9.json");
    assert_eq!(none.status, 404);
}

#[test]
fn old_clients_are_not_shown_what_they_cannot_read() {
    let world = world("");
    held(&world);
    let old = get(&world, "v3/registration-semver1/river/index.json");
    // Labels with a dot are of SemVer 2.
    assert_eq!(entries(&old).len(), 3);
    let gzip = ask(&world, REGISTRATION, &[("accept-encoding", "gzip")]);
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    assert_ne!(gzip.header("etag"), old.header("etag"));
}

#[test]
fn a_registration_in_pages_is_one_document() {
    let world = World::new();
    world.nuget.put(&river().in_pages_of(2));
    assert_eq!(versions(&held(&world)).len(), 4);
    assert_eq!(entries(&get(&world, REGISTRATION)).len(), 4);
    let page = "/v3/registration/river/page/1.0.0/1.1.0.json";
    assert_eq!(world.nuget.count(page), 1);
    // Without one of them nothing is known of its versions.
    world.nuget.put(
        &river()
            .release("3.0.0", "2026-11-21T10:00:00Z", &["ada"])
            .in_pages_of(2),
    );
    world.nuget.fail(page, Fault::Status(404));
    world.later(Days(1.0));
    let stale = get(&world, VERSIONS);
    assert_eq!(versions(&stale).len(), 4);
    let warning = stale.header("warning").unwrap();
    assert!(warning.contains("page of a registration"), "{warning}");
}

#[test]
fn what_is_not_there_is_not_found() {
    let world = world("");
    assert_eq!(get(&world, "v3/flat/other/index.json").status, 404);
    let missing = get(&world, "v3/flat/river/7.0.0/river.7.0.0.nupkg");
    assert_eq!(missing.status, 404);
    assert!(missing.reason.contains("river@7.0.0"), "{}", missing.reason);
    assert_eq!(get(&world, "v3/nothing").status, 404);
}

#[test]
fn without_its_service_index_no_package_is_said_to_be_gone() {
    let world = world("");
    world.nuget.fail("/v3/index.json", Fault::Status(404));
    let answer = get(&world, VERSIONS);
    assert_eq!(answer.status, 502, "{}", shown(&answer));
    assert!(
        answer.reason.contains("no service index"),
        "{}",
        answer.reason
    );
}

#[test]
fn search_finds_what_is_not_held() {
    let world = world("");
    held(&world);
    let found = json(&get(&world, "v3/search?q=river&prerelease=true"));
    let river = &found["data"][0];
    assert_eq!(river["version"], "2.0.0");
    let versions = river["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 4);
    let asked = world.nuget.requests_to("/v3/search");
    let asked = asked.last().unwrap();
    assert!(
        asked.target.ends_with("?q=river&prerelease=true"),
        "{}",
        asked.target
    );
    let ids = json(&get(&world, "v3/autocomplete?q=ri"));
    assert_eq!(ids["data"][0], "River");
}

#[test]
fn what_is_held_is_among_the_vulnerabilities() {
    let world = world("");
    held(&world);
    let index = json(&get(&world, "v3/vulnerabilities/index.json"));
    assert_eq!(index[0]["@name"], "held");
    let address = index[0]["@id"].as_str().unwrap();
    let path = address.split("/nuget/").nth(1).unwrap();
    let page = json(&get(&world, path));
    assert_eq!(page["river"][0]["versions"], "[2.1.0]");
    let why = page["river"][0]["url"].as_str().unwrap();
    assert!(why.ends_with("/-/package/nuget/river"), "{why}");
}
