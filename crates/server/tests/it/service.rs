//! What a registry answers beside packages.

use crate::world::{World, registries, shown};
use serde_json::json;
use tenure_testkit::{FakeNpm, Fault};

fn json_fault(text: &str) -> Fault {
    Fault::Body {
        kind: "application/json".to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

#[test]
fn a_ping_is_answered_here() {
    let world = World::new();
    world.npm.fail("*", Fault::Silence);
    for path in ["-/ping", "-/ping?write=true"] {
        let answer = world.get(path);
        assert_eq!((answer.status, answer.json()), (200, json!({})));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn whoami_knows_the_tokens_of_projects() {
    let world = World::new();
    let nobody = world.get("-/whoami");
    assert_eq!(nobody.status, 401);
    assert_eq!(
        nobody.error().unwrap(),
        "this needs a token of a project; whoever runs this server makes one with \
         `tenure project token NAME`"
    );
    let stranger = world.ask("GET", "-/whoami", &[("authorization", "Bearer abc")]);
    assert_eq!(stranger.status, 401);
    let why = stranger.error().unwrap();
    assert!(
        why.starts_with("the token that was sent is not known here"),
        "{why}"
    );
    world.in_store(async |store| {
        let web = "web".parse().unwrap();
        let now = crate::world::NOW.parse().unwrap();
        store.create_project(&web, now).await.unwrap();
        let digest = tenure_store::Digest::of(b"abc");
        let added = store
            .add_token(&web, digest.as_bytes(), "laptop", now)
            .await;
        assert!(added.unwrap());
    });
    let known = world.ask("GET", "-/whoami", &[("authorization", "Bearer abc")]);
    assert_eq!(known.json(), json!({ "username": "project web" }));
}

#[test]
fn questions_about_the_registry_are_passed_on() {
    let world = World::new();
    world.npm.set_downloads("chalk", 1000, 10);
    let search = world.get("-/v1/search?text=chalk&size=5&from=0");
    assert_eq!(search.json()["objects"][0]["package"]["name"], "chalk");
    let targets: Vec<String> = world.npm.requests().into_iter().map(|r| r.target).collect();
    assert_eq!(targets, ["/-/v1/search?text=chalk&size=5&from=0"]);
    let keys = r#"{"keys":[{"keyid":"SHA256:x"}]}"#;
    world.npm.fail("/-/npm/v1/keys", json_fault(keys));
    let answer = world.get("-/npm/v1/keys");
    assert_eq!((answer.status, &*answer.body), (200, keys.as_bytes()));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn attestations_are_passed_on_from_where_npm_asks_for_them() {
    let world = World::new();
    for name in ["chalk", "@river/lake"] {
        let bundle = format!(r#"{{"attestations":["{name}"]}}"#);
        let upstream = format!("/-/npm/v1/attestations/{name}@1.0.0");
        world.npm.fail(&upstream, json_fault(&bundle));
        let escaped = name.replace('/', "%2f");
        for path in [
            format!("npm/-/npm/v1/attestations/{escaped}@1.0.0"),
            format!("npm/-/npm/v1/attestations/{name}@1.0.0"),
            // npm 11 takes the path of the address in the manifest.
            format!("-/npm/v1/attestations/{escaped}@1.0.0"),
        ] {
            let answer = world.get_root(&path);
            assert_eq!(answer.status, 200, "{path}: {}", shown(&answer));
            assert_eq!(answer.body, bundle.as_bytes());
        }
    }
}

#[test]
fn what_the_upstream_says_no_to_is_a_no_here() {
    let world = World::new();
    for status in [404, 429, 500, 503] {
        world.npm.heal();
        world.npm.fail("*", Fault::Status(status));
        for path in [
            "-/v1/search?text=x",
            "-/npm/v1/keys",
            "-/npm/v1/attestations/a@1.0.0",
        ] {
            let answer = world.get(path);
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.error().as_deref(), Some("this registry misbehaves"));
        }
    }
}

#[test]
fn that_the_upstream_lets_nobody_in_is_not_the_clients_matter() {
    let world = World::new();
    world.npm.lock("/", "Bearer secret");
    for path in ["-/v1/search?text=x", "-/npm/v1/keys", "chalk"] {
        let answer = world.get(path);
        assert_eq!(answer.status, 502, "{path}");
        let why = answer.error().unwrap();
        let hints = ["whoever runs this server", "no credential for it was found"];
        assert!(hints.iter().any(|hint| why.contains(hint)), "{why}");
    }
    let dead = World::with_folder(|options, folder| {
        options.registries = registries(folder, "http://127.0.0.1:1/");
    });
    let answer = dead.get("-/npm/v1/keys");
    assert_eq!(answer.status, 502, "{}", shown(&answer));
    let why = answer.error().unwrap();
    assert!(
        why.starts_with("`http://127.0.0.1:1/-/npm/v1/keys` cannot be reached"),
        "{why}"
    );
}

#[test]
fn the_upstream_sees_the_servers_credentials_and_never_a_clients() {
    let npm = FakeNpm::start();
    npm.lock("/", "Bearer servers-own");
    let host = npm.url().trim_start_matches("http:").to_owned();
    let world = World::before(npm, &format!("{host}:_authToken=servers-own\n"), |_, _| {});
    world.npm.fail("/-/npm/v1/keys", json_fault("{}"));
    let secrets = [
        ("authorization", "Bearer clients-own"),
        ("cookie", "clients-own"),
        ("npm-otp", "clients-own"),
        ("x-forwarded-for", "clients-own"),
        ("npm-session", "clients-own"),
        ("user-agent", "clients-own"),
        ("referer", "clients-own"),
    ];
    let paths = [
        "chalk",
        "chalk?write=true",
        "chalk/latest",
        "chalk/-/chalk-1.0.0.tgz",
        "-/v1/search?text=chalk",
        "-/npm/v1/keys",
    ];
    for path in paths {
        let answer = world.ask("GET", path, &secrets);
        assert_eq!(answer.status, 200, "{path}: {}", shown(&answer));
    }
    let bulk = "-/npm/v1/security/advisories/bulk";
    assert_eq!(world.send("POST", bulk, &secrets, b"{}").status, 200);
    let seen = world.npm.requests();
    assert!(seen.len() >= 6, "{seen:?}");
    for request in seen {
        let own = request.header("authorization");
        assert_eq!(own, Some("Bearer servers-own"), "{request:?}");
        let text = format!("{request:?}");
        assert!(!text.contains("clients-own"), "{text}");
    }
}

#[test]
fn a_scope_of_its_own_registry_is_asked_for_there() {
    let other = FakeNpm::start();
    other.put(crate::packages::taken_over("@team/tool"));
    other.fail("/-/npm/v1/attestations/@team/tool@1.0.0", json_fault("{}"));
    let npmrc = format!("@team:registry={}\n", other.url());
    let world = World::before(FakeNpm::start(), &npmrc, |_, _| {});
    for path in [
        "@team%2ftool",
        "@team/tool/-/tool-1.0.0.tgz",
        "-/npm/v1/attestations/@team%2ftool@1.0.0",
    ] {
        let answer = world.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", shown(&answer));
    }
    let asked = world.npm.requests();
    assert!(
        asked
            .iter()
            .all(|request| !request.path.contains("@team/tool/")
                && request.path != "/@team/tool"
                && !request.path.contains("attestations")),
        "{asked:?}"
    );
}

#[test]
fn an_address_outside_of_registries_says_where_they_are() {
    let world = World::new();
    for path in ["chalk", "-/ping", "p/web/chalk"] {
        let answer = world.get_root(path);
        assert_eq!(answer.status, 404, "{path}");
        let why = answer.error().unwrap();
        assert!(why.contains("npm's registry is at `/npm/`"), "{why}");
    }
}
