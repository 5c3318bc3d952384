//! Documents and requests that try to make the server ask what it should not.

use crate::world::{FILE, World, chalk, is_file, package, release, shown};
use tenure_testkit::http;
use tenure_testkit::{FakeNpm, Fault};

/// `//host:port/` of a registry, for `.npmrc`.
fn scope(npm: &FakeNpm) -> &str {
    npm.url().trim_start_matches("http:")
}

/// A server with a credential for its registry and one for `other`.
fn world(other: &FakeNpm) -> World {
    World::with_npmrc(|npm| {
        format!(
            "{}:_authToken=home\n{}:_authToken=away\n",
            scope(npm),
            scope(other)
        )
    })
}

fn shown_to(npm: &FakeNpm) -> Vec<Option<String>> {
    let requests = npm.requests();
    let header = |r: &tenure_testkit::Request| r.header("authorization").map(str::to_owned);
    requests.iter().map(header).collect()
}

#[test]
fn a_tarball_elsewhere_is_asked_of_the_registry() {
    let other = FakeNpm::start();
    other.put(chalk());
    let world = world(&other);
    let addresses = [
        format!("{}{FILE}", other.url()),
        // The same machine by another name, and another scheme.
        format!("{}{FILE}", world.npm.url_on_localhost()),
        world.npm.url().replacen("http:", "https:", 1) + FILE,
        format!(
            "http://127.0.0.1:{}@127.0.0.1:{}/x",
            world.npm.port(),
            other.port()
        ),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[::1]:22/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/x".to_owned(),
        "//127.0.0.1/x".to_owned(),
        "not an address".to_owned(),
        String::new(),
    ];
    for (number, address) in addresses.iter().enumerate() {
        let name = format!("p{number}");
        let lying = package(&name, &[]).release(release("1.0.0").file_at(address));
        world.npm.put(lying);
        let document = world.document(&name);
        let offered = &document.json()["versions"]["1.0.0"]["dist"]["tarball"];
        let here = format!("{}{name}/-/{name}-1.0.0.tgz", world.url());
        assert_eq!(*offered, here, "{address}");
        let answer = world.get(&format!("{name}/-/{name}-1.0.0.tgz"));
        assert!(
            is_file(&document, "1.0.0", &answer.body),
            "{address}: {}",
            shown(&answer)
        );
        assert_eq!(world.npm.count(&format!("/{name}/-/{name}-1.0.0.tgz")), 1);
    }
    assert!(other.requests().is_empty(), "{:?}", other.requests());
    let home = Some("Bearer home".to_owned());
    assert!(shown_to(&world.npm).iter().all(|shown| *shown == home));
}

#[test]
fn a_tarball_at_home_may_have_any_path() {
    let world = World::new();
    let there = format!("{}chalk/-/chalk-1.0.0.tgz", world.npm.url());
    world
        .npm
        .put(chalk().release(release("1.1.0").file_at(&there)));
    let answer = world.get(FILE);
    // It was asked there, and what lies there is another release.
    assert_eq!(answer.status, 502, "{}", shown(&answer));
    assert_eq!(world.npm.count("/chalk/-/chalk-1.0.0.tgz"), 1);
    assert_eq!(world.npm.count(&format!("/{FILE}")), 0);
}

#[test]
fn redirections_are_followed_without_a_credential() {
    let other = FakeNpm::start();
    other.put(chalk());
    let world = world(&other);
    for path in ["chalk", FILE] {
        let there = Fault::Redirect(format!("{}{path}", other.url()));
        world.npm.fail(&format!("/{path}"), there);
        assert_eq!(world.get(path).status, 200, "{path}");
    }
    assert_eq!(shown_to(&other), [None, None]);
}

#[test]
fn nothing_of_a_client_is_shown_to_the_registry() {
    let world = World::new();
    let secrets = [
        ("authorization", "Bearer clients-own"),
        ("cookie", "session=clients-own"),
        ("x-forwarded-for", "clients-own"),
        ("npm-session", "clients-own"),
        ("npm-otp", "clients-own"),
    ];
    let bulk = "-/npm/v1/security/advisories/bulk";
    let asks = [
        ("GET", "chalk"),
        ("GET", FILE),
        ("GET", "chalk/latest"),
        ("GET", "chalk?write=true"),
        ("GET", "-/v1/search?text=chalk"),
        ("GET", "-/npm/v1/keys"),
        ("GET", "-/npm/v1/attestations/chalk@1.1.0"),
        ("POST", bulk),
        ("PUT", "chalk"),
        ("DELETE", "chalk/-rev/1"),
    ];
    for (method, path) in asks {
        let url = format!("{}{path}", world.url());
        let body: &[u8] = if method == "POST" {
            b"{\"chalk\":[\"1.1.0\"]}"
        } else {
            b""
        };
        http::request(method, &url, &secrets, body).unwrap();
    }
    let requests = world.npm.requests();
    assert!(requests.len() >= 4, "{requests:?}");
    for request in requests {
        let shown = format!("{:?}", request.headers);
        assert!(!shown.contains("clients-own"), "{request:?}");
        assert!(matches!(&*request.method, "GET" | "POST"), "{request:?}");
    }
}

#[test]
fn paths_do_not_lead_out_of_the_registry() {
    let secret = FakeNpm::start_below("/team/npm/");
    secret.put(chalk());
    let world = World::before(secret);
    for path in [
        "..%2fsecret",
        "%2e%2e/secret",
        "..%2f..%2fsecret",
        "@..%2fsecret",
        "@x%2f..%2f..%2fsecret",
        "chalk/-/..%2f..%2fsecret-1.0.0.tgz",
        "chalk/-/chalk-..%2f..%2f..%2fsecret.tgz",
        "-/npm/v1/attestations/..%2f..%2f..%2f..%2f..%2fsecret@1.0.0",
        "-/npm/v1/attestations/../../../../../secret@1.0.0",
        "-/v1/search/../../../secret",
        "-/v1/search?text=x#/../../secret",
        "//secret",
        "%00",
        "chalk%00",
        "chalk%0d%0ax:%20y",
        "-/package/..%2fsecret/dist-tags",
    ] {
        let answer = world.get(path);
        assert!(
            answer.status < 500 || answer.status == 502,
            "{path}: {}",
            shown(&answer)
        );
    }
    for request in world.npm.requests() {
        assert!(request.target.starts_with("/team/npm/"), "{request:?}");
        assert!(!request.path.starts_with("/outside"), "{request:?}");
        assert!(!request.path.contains(".."), "{request:?}");
    }
}
