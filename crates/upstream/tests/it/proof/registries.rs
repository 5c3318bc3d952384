//! Accounts of registries of packages.

use super::{Net, PUBLIC, about, key};
use tenure_ecosystem::identity::token;
use tenure_testkit::Fault;

/// A registry of crates knows with which account at the forge a user logs in.
#[test]
fn an_account_for_crates_is_that_of_the_forge() {
    let net = Net::new();
    let root = format!("http://{}", net.forge.address());
    let config = format!(r#"{{"dl": "{root}/dl", "api": "{root}/crates"}}"#);
    net.forge
        .put("/index/config.json", "application/json", &config);
    let question = about("cargo:ada", None);
    assert_eq!(net.ask(&question), "denied: there is no account `ada`");
    let user = |id: u64, profile: &str, number: u64| {
        let user = format!(
            r#"{{"user": {{"id": {id}, "login": "ada", "url": "{profile}", "avatar": "{root}/u/{number}?v=4"}}}}"#
        );
        net.forge
            .put("/crates/api/v1/users/ada", "application/json", &user);
        net.ask(&question)
    };
    let elsewhere = "denied: `http://forge/crates/api/v1/users/ada` names no account at GitHub";
    assert_eq!(user(189, "https://evil.example/ada", 1815), elsewhere);
    let profile = format!("{root}/ada");
    let gone = "denied: it is that of github:ada, and there is no account `ada`";
    assert_eq!(user(189, &profile, 1815), gone);
    net.put_user(1815);
    net.put_keys(&format!(r#"[{{"key": "{PUBLIC}"}}]"#));
    let confirmed = "confirmed at http://forge/api/users/ada/ssh_signing_keys, number 189";
    assert_eq!(user(189, &profile, 1815), confirmed);
    // The login was registered anew at the forge, or at the registry.
    let renewed =
        "denied: it is that of github:ada, and `ada` is another account by now: number 1815, not 7";
    assert_eq!(user(189, &profile, 7), renewed);
    user(4, &profile, 1815);
    let other = "denied: `ada` is another account by now: number 4, not 189";
    assert_eq!(net.ask(&about("cargo:ada#189", None)), other);
    net.forge
        .fail("/crates/api/v1/users/ada", Fault::Status(403));
    assert!(
        net.ask(&question).starts_with("no answer: "),
        "{}",
        net.ask(&question)
    );
}

#[test]
fn a_package_shows_the_key_of_the_account_that_made_it() {
    let net = Net::new();
    let put = |path: &str, text: &str| net.forge.put(path, "application/json", text);
    let (key, token) = (key(), token(&key()));
    let npm = about("npm:ada", Some("pkg:npm/%40ada/river"));
    assert_eq!(
        net.ask(&npm),
        "denied: there is no package `pkg:npm/%40ada/river`"
    );
    let by = |login: &str| {
        let document = format!(
            r#"{{"name": "@ada/river", "time": {{"1.0.0": "2026-01-01"}}, "versions": {{"1.0.0": {{"_npmUser": {{"name": "{login}"}}, "tenure": "{key}"}}}}}}"#
        );
        put("/npm/@ada%2Friver", &document);
        put("/npm/@ada%2friver", &document);
        net.ask(&npm)
    };
    assert_eq!(
        by("eve"),
        "denied: `pkg:npm/%40ada/river` is not the work of `ada` alone"
    );
    assert!(
        by("ada").starts_with("confirmed at http://forge/npm/@ada"),
        "{}",
        by("ada")
    );

    let pypi = about("pypi:ada", Some("pkg:pypi/river"));
    let project = |roles: &str, keywords: &str| {
        let document = format!(
            r#"{{"info": {{"name": "river", "keywords": "{keywords}"}}, "ownership": {{"organization": null, "roles": [{roles}]}}}}"#
        );
        put("/pypi/river/json", &document);
        net.ask(&pypi)
    };
    let ada = r#"{"role": "Owner", "user": "ada"}"#;
    assert_eq!(
        project(ada, &token),
        "confirmed at http://forge/pypi/river/json"
    );
    assert_eq!(
        project(ada, "water"),
        "denied: `pkg:pypi/river` does not name the key"
    );
    let eve = format!(r#"{ada}, {{"role": "Maintainer", "user": "eve"}}"#);
    assert_eq!(
        project(&eve, &token),
        "denied: `pkg:pypi/river` is not the work of `ada` alone"
    );

    let nuget = about("nuget:ada", Some("pkg:nuget/River"));
    let root = format!("http://{}", net.forge.address());
    put(
        "/v3/index.json",
        &format!(
            r#"{{"version": "3.0.0", "resources": [{{"@id": "{root}/query", "@type": "SearchQueryService"}}]}}"#
        ),
    );
    let found =
        format!(r#"{{"data": [{{"id": "River", "owners": ["ada"], "tags": ["{token}"]}}]}}"#);
    put("/query", &found);
    let confirmed =
        "confirmed at http://forge/query?q=packageid%3ARiver&prerelease=true&semVerLevel=2.0.0";
    assert_eq!(net.ask(&nuget), confirmed);
    put("/query", r#"{"data": []}"#);
    assert_eq!(
        net.ask(&nuget),
        "denied: there is no package `pkg:nuget/River`"
    );
}
