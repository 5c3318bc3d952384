//! Accounts that show keys: a forge, pages and DNS within the test's own
//! process, and what must not be asked.

mod refused;
mod registries;

use std::time::Duration;
use tempfile::TempDir;
use tenure_domain::Ecosystem;
use tenure_ecosystem::identity::{Account, Proof, token};
use tenure_ecosystem::vouch::ssh::Fingerprint;
use tenure_testkit::{FakeDns, FakeWeb, Fault};
use tenure_upstream::npm_config::Transport;
use tenure_upstream::proof::{Proved, Prover, ProverOptions, Question};
use tenure_upstream::{Environment, FetcherOptions};

const PUBLIC: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f nobody";
const GIST: &str = "0123456789abcdef0123456789abcdef";

struct Net {
    web: FakeWeb,
    forge: FakeWeb,
    dns: FakeDns,
    allow: Vec<String>,
    knows_certificate: bool,
    folder: TempDir,
}

/// Hosts that are all one server, where its certificate says so.
const HOSTS: [&str; 3] = ["ada.example", "social.example", "evil.example"];

impl Net {
    fn new() -> Self {
        let web = FakeWeb::of(&HOSTS);
        let allow = HOSTS.map(|host| format!("{host}={}", web.address()));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), web.pem()).unwrap();
        Self {
            web,
            forge: FakeWeb::plain(),
            dns: FakeDns::start(),
            allow: allow.to_vec(),
            knows_certificate: true,
            folder,
        }
    }

    fn transport(&self) -> Transport {
        let known = self.folder.path().join("ca.pem");
        Transport {
            accept_any_certificate: true,
            ca_files: self
                .knows_certificate
                .then_some(known)
                .into_iter()
                .collect(),
            ..Transport::default()
        }
    }

    fn prover(&self) -> Prover {
        let env = Environment::empty(self.folder.path());
        let now = "2026-11-23".parse().unwrap();
        let mut registries = FetcherOptions::new(env, self.folder.path(), now);
        for (ecosystem, path) in [
            (Ecosystem::Npm, "npm/"),
            (Ecosystem::Cargo, "index/"),
            (Ecosystem::Pypi, "simple/"),
            (Ecosystem::Nuget, "v3/index.json"),
        ] {
            let address = format!("http://{}/{path}", self.forge.address());
            registries.upstreams.insert(ecosystem, address);
        }
        Prover::new(ProverOptions {
            transport: self.transport(),
            github: Some(
                format!("http://{}/api", self.forge.address())
                    .parse()
                    .unwrap(),
            ),
            dns: Some(self.dns.address()),
            allow: self
                .allow
                .iter()
                .map(|allow| allow.parse().unwrap())
                .collect(),
            patience: Duration::from_secs(5),
            registries,
        })
        .unwrap()
    }

    fn ask(&self, question: &Question) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let proved = runtime.block_on(self.prover().check(question));
        let text = match proved {
            Ok(Proved::Confirmed { via, id }) => match id {
                Some(id) => format!("confirmed at {via}, number {id}"),
                None => format!("confirmed at {via}"),
            },
            Ok(Proved::Denied { why }) => format!("denied: {why}"),
            Err(error) => format!("no answer: {error}"),
        };
        let forge = self.forge.address().to_string();
        let web = self.web.address().to_string();
        text.replace(&forge, "forge").replace(&web, "web")
    }

    fn put_user(&self, id: u64) {
        let user = format!(r#"{{"login": "ada", "id": {id}}}"#);
        self.forge.put("/api/users/ada", "application/json", &user);
    }

    fn put_keys(&self, keys: &str) {
        let path = "/api/users/ada/ssh_signing_keys";
        self.forge.put(path, "application/json", keys);
    }
}

fn key() -> Fingerprint {
    Fingerprint::of_public_key(PUBLIC).unwrap()
}

fn about(account: &str, proof: Option<&str>) -> Question {
    Question {
        key: key(),
        account: account.parse::<Account>().unwrap(),
        proof: proof.map(|proof| proof.parse::<Proof>().unwrap()),
        id: None,
        via: None,
    }
}

#[test]
fn a_signing_key_is_shown_by_the_account_that_it_was() {
    let net = Net::new();
    let question = about("github:ada", None);
    assert_eq!(net.ask(&question), "denied: there is no account `ada`");
    net.put_user(1815);
    assert_eq!(
        net.ask(&question),
        "denied: the account has no signing keys"
    );
    net.put_keys(&format!(r#"[{{"id": 1, "key": "{PUBLIC}"}}]"#));
    let confirmed = "confirmed at http://forge/api/users/ada/ssh_signing_keys, number 1815";
    assert_eq!(net.ask(&question), confirmed);
    // Somebody registered the login anew, and put a key of theirs there.
    net.put_user(7);
    let question = Question {
        id: Some("1815".to_owned()),
        ..question
    };
    let other = "denied: `ada` is another account by now: number 7, not 1815";
    assert_eq!(net.ask(&question), other);
    assert_eq!(net.ask(&about("github:ada#1815", None)), other);
    net.put_user(1815);
    net.put_keys("[]");
    assert_eq!(
        net.ask(&question),
        "denied: the account has no signing keys"
    );
    // What says nothing is no answer.
    net.put_keys("<html>please log in</html>");
    assert!(
        net.ask(&question).starts_with("no answer: "),
        "{}",
        net.ask(&question)
    );
    net.forge
        .fail("/api/users/ada", Fault::RetryAfter(403, "60".to_owned()));
    let limited = "no answer: `http://forge/api/users/ada` answered with status 403 and asks to come back in 60 s";
    assert_eq!(net.ask(&question), limited);
}

#[test]
fn a_gist_counts_by_its_owner() {
    let net = Net::new();
    net.put_user(1815);
    let question = about(
        "github:ada",
        Some(&format!("https://gists.example/ada/{GIST}")),
    );
    assert_eq!(net.ask(&question), "denied: the gist is gone");
    let gist = |owner: u64, text: &str| {
        let gist = format!(
            r#"{{"owner": {{"login": "o{owner}", "id": {owner}}}, "files": {{"x": {{"content": "{text}"}}}}}}"#
        );
        net.forge
            .put(&format!("/api/gists/{GIST}"), "application/json", &gist);
    };
    gist(1815, "nothing");
    assert_eq!(net.ask(&question), "denied: the gist does not name the key");
    gist(7, &token(&key()));
    assert_eq!(net.ask(&question), "denied: the gist is that of `o7`");
    gist(1815, &token(&key()));
    let confirmed = format!("confirmed at http://forge/api/gists/{GIST}, number 1815");
    assert_eq!(net.ask(&question), confirmed);
}

#[test]
fn a_file_counts_by_its_last_commit() {
    let net = Net::new();
    net.put_user(1815);
    let question = about(
        "github:ada",
        Some("https://forge.example/team/docs/blob/main/people/ada.txt"),
    );
    let file = "/api/repos/team/docs/contents/people/ada.txt";
    assert_eq!(net.ask(&question), "denied: the file is gone");
    net.forge.put(file, "text/plain", &token(&key()));
    let commit = |author: u64, committer: u64, signed: bool| {
        let commits = format!(
            r#"[{{"sha": "0", "author": {{"login": "a", "id": {author}}}, "committer": {{"login": "c", "id": {committer}}},
            "commit": {{"verification": {{"verified": {signed}}}}}}}]"#
        );
        net.forge
            .put("/api/repos/team/docs/commits", "application/json", &commits);
        net.ask(&question)
    };
    let not = "denied: the last commit to the file is not one that the account made and signed";
    assert_eq!(commit(1815, 1815, false), not);
    assert_eq!(commit(1815, 7, true), not);
    assert_eq!(commit(7, 1815, true), not);
    let confirmed = format!("confirmed at http://forge{file}?ref=main, number 1815");
    assert_eq!(commit(1815, 1815, true), confirmed);
    let asked = net.forge.asked();
    assert!(
        asked
            .iter()
            .any(|asked| asked.contains("sha=main&path=people%2Fada.txt")),
        "{asked:?}"
    );
}

#[test]
fn a_domain_is_confirmed_by_dns_or_by_a_file() {
    let net = Net::new();
    let question = about("domain:ada.example", None);
    let file = "ada.example/.well-known/tenure.txt";
    let neither = "denied: neither `dns:_tenure.ada.example` nor `https://ada.example/.well-known/tenure.txt` names the key";
    assert_eq!(net.ask(&question), neither);
    net.dns.put_text(
        "_tenure.ada.example",
        "tenure-key=SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
    );
    assert_eq!(net.ask(&question), neither);
    net.dns.put_text("_tenure.ada.example", &token(&key()));
    let by_dns = "confirmed at dns:_tenure.ada.example";
    assert_eq!(net.ask(&question), by_dns);
    // Nobody needs a web server for it.
    net.web.fail(file, Fault::Status(503));
    assert_eq!(net.ask(&question), by_dns);
    let before = Question {
        via: Some("dns:_tenure.ada.example".to_owned()),
        ..question.clone()
    };
    net.dns.remove("_tenure.ada.example");
    let gone = "denied: `dns:_tenure.ada.example` does not name the key any more";
    assert_eq!(net.ask(&before), gone);
    assert!(net.ask(&question).starts_with("no answer: "));
    net.web.heal();
    net.web
        .put(file, "text/plain", &format!("# keys\n{}\n", token(&key())));
    net.dns.fail("_tenure.ada.example");
    let by_file = "confirmed at https://ada.example/.well-known/tenure.txt";
    assert_eq!(net.ask(&question), by_file);
    net.web.remove(file);
    assert!(
        net.ask(&before).starts_with("no answer: "),
        "{}",
        net.ask(&before)
    );
}

#[test]
fn a_profile_links_to_a_page_that_names_the_key() {
    let net = Net::new();
    let question = about(
        "web:https://social.example/@ada",
        Some("https://ada.example/"),
    );
    assert_eq!(net.ask(&question), "denied: the profile is gone");
    let profile = |rel: &str| {
        let html = format!(r#"<html><body><a rel="{rel}" href="https://ada.example">me</a>"#);
        net.web.put("social.example/@ada", "text/html", &html);
    };
    profile("nofollow");
    let unlinked = "denied: the profile does not link to `https://ada.example/` with rel=\"me\"";
    assert_eq!(net.ask(&question), unlinked);
    profile("me");
    assert_eq!(net.ask(&question), "denied: `https://ada.example/` is gone");
    net.web.put(
        "ada.example/",
        "text/html",
        &format!("<html><body>{}", token(&key())),
    );
    assert_eq!(
        net.ask(&question),
        "denied: `https://ada.example/` does not name the key"
    );
    let head = format!(
        r#"<html><head><meta name="tenure-key" content="{}">"#,
        key()
    );
    net.web.put("ada.example/", "text/html", &head);
    assert_eq!(net.ask(&question), "confirmed at https://ada.example/");
}
