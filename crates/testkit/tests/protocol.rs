//! What the fake registry says over the wire.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use serde_json::Value;
use std::time::{Duration, Instant};
use tenure_testkit::{FakeNpm, Fault, Pace, Packument, Release};

struct Answer {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

/// Asks for `path`; `None` when the answer does not arrive whole.
fn ask(
    npm: &FakeNpm,
    path: &str,
    headers: &[(reqwest::header::HeaderName, &str)],
) -> Option<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let url = npm.url().trim_end_matches('/').to_owned() + path;
    runtime.block_on(async {
        let client = reqwest::Client::builder()
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .read_timeout(Duration::from_millis(1500))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let mut request = client.get(url);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let response = request.send().await.ok()?;
        Some(Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.bytes().await.ok()?.to_vec(),
        })
    })
}

fn registry() -> FakeNpm {
    let npm = FakeNpm::start();
    npm.put(
        Packument::new("@acme/tool")
            .release(
                Release::new("1.0.0")
                    .at("2020-01-01T00:00:00.000Z")
                    .by("ada")
                    .depends_on("left-pad", "^1.0.0"),
            )
            .release(
                Release::new("1.1.0")
                    .at("2020-02-01T00:00:00.000Z")
                    .by("bob"),
            ),
    );
    npm
}

const CORGI: &str = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";

#[test]
fn scoped_names_are_found_in_every_escaping() {
    let npm = registry();
    for path in [
        "/@acme%2ftool",
        "/@acme%2Ftool",
        "/@acme/tool",
        "/%40acme%2Ftool",
    ] {
        let answer = ask(&npm, path, &[]).unwrap();
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.json()["name"], "@acme/tool");
    }
    assert_eq!(npm.count("/@acme/tool"), 4);
    assert_eq!(npm.requests()[0].target, "/@acme%2ftool");
}

#[test]
fn the_abbreviated_document_has_no_publishers() {
    let npm = registry();
    let full = ask(&npm, "/@acme/tool", &[]).unwrap();
    assert_eq!(full.json()["versions"]["1.0.0"]["_npmUser"]["name"], "ada");
    let short = ask(&npm, "/@acme/tool", &[(ACCEPT, CORGI)]).unwrap();
    assert_eq!(
        short.header("content-type"),
        "application/vnd.npm.install-v1+json"
    );
    let manifest = &short.json()["versions"]["1.0.0"];
    assert!(manifest.get("_npmUser").is_none() && manifest.get("dist").is_some());
    assert_eq!(manifest["dependencies"]["left-pad"], "^1.0.0");
    assert_ne!(short.header("etag"), full.header("etag"));
}

#[test]
fn confirms_what_is_still_so() {
    let npm = registry();
    let first = ask(&npm, "/@acme/tool", &[]).unwrap();
    let etag = first.header("etag").to_owned();
    let weak = format!("W/{etag}");
    for known in [&etag, &weak] {
        let again = ask(&npm, "/@acme/tool", &[(IF_NONE_MATCH, known)]).unwrap();
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    }
    let date = first.header("last-modified");
    let again = ask(&npm, "/@acme/tool", &[(IF_MODIFIED_SINCE, date)]).unwrap();
    assert_eq!(again.status, 304);
    npm.put(Packument::new("@acme/tool").release(Release::new("2.0.0")));
    let changed = ask(&npm, "/@acme/tool", &[(IF_NONE_MATCH, &etag)]).unwrap();
    assert_eq!(changed.status, 200);
}

#[test]
fn files_are_where_the_document_says_and_match_it() {
    let npm = registry();
    let document = ask(&npm, "/@acme/tool", &[]).unwrap().json();
    let dist = &document["versions"]["1.1.0"]["dist"];
    let address = dist["tarball"].as_str().unwrap();
    let path = address.strip_prefix(npm.url()).unwrap();
    let file = ask(&npm, &format!("/{path}"), &[]).unwrap();
    let digest = <sha2::Sha512 as sha2::Digest>::digest(&file.body);
    let digest = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, digest);
    assert_eq!(dist["integrity"], format!("sha512-{digest}"));
    let missing = ask(&npm, "/@acme/tool/-/tool-9.9.9.tgz", &[]).unwrap();
    assert_eq!(missing.status, 404);
}

#[test]
fn compresses_for_those_who_ask() {
    let npm = registry();
    let plain = ask(&npm, "/@acme/tool", &[]).unwrap();
    let packed = ask(&npm, "/@acme/tool", &[(ACCEPT_ENCODING, "br, gzip")]).unwrap();
    assert_eq!(packed.header("content-encoding"), "gzip");
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(packed.body.as_slice()),
        &mut unpacked,
    )
    .unwrap();
    assert_eq!(unpacked, plain.body);
}

#[test]
fn smaller_questions_are_answered_too() {
    let npm = registry();
    npm.set_downloads("@acme/tool", 700, 12);
    assert_eq!(
        ask(&npm, "/-/ping", &[]).unwrap().json(),
        serde_json::json!({})
    );
    let manifest = ask(&npm, "/@acme/tool/latest", &[]).unwrap();
    assert_eq!(manifest.json()["version"], "1.1.0");
    let found = ask(&npm, "/-/v1/search?text=%40acme%2Ftool&size=1", &[])
        .unwrap()
        .json();
    assert_eq!(found["objects"][0]["package"]["name"], "@acme/tool");
    assert_eq!(found["objects"][0]["downloads"]["weekly"], 700);
    assert_eq!(found["objects"][0]["dependents"], "12");
    let missing = ask(&npm, "/no-such-package", &[]).unwrap();
    assert_eq!(missing.status, 404);
    assert_eq!(missing.json()["error"], "Not found");
}

#[test]
fn faults_happen_as_often_as_planned() {
    let npm = registry();
    npm.fail_times("/@acme/tool", 2, Fault::Status(500));
    let statuses = [0; 3].map(|_| ask(&npm, "/@acme/tool", &[]).unwrap().status.as_u16());
    assert_eq!(statuses, [500, 500, 200]);
    for fault in [Fault::Truncate, Fault::Stall, Fault::Silence] {
        npm.fail("*", fault.clone());
        assert!(ask(&npm, "/@acme/tool", &[]).is_none(), "{fault:?}");
        npm.heal();
    }
    let whole = ask(&npm, "/@acme/tool", &[]).unwrap().body;
    npm.fail("*", Fault::WrongLength);
    assert_eq!(
        ask(&npm, "/@acme/tool", &[]).unwrap().body,
        whole[..whole.len() / 2]
    );
    npm.heal();
    npm.fail("*", Fault::Huge(1_000_000));
    assert!(ask(&npm, "/@acme/tool", &[]).unwrap().body.len() >= 1_000_000);
    npm.heal();
    npm.fail("*", Fault::Redirect("/elsewhere".into()));
    assert_eq!(
        ask(&npm, "/@acme/tool", &[]).unwrap().header("location"),
        "/elsewhere"
    );
}

#[test]
fn a_pace_holds_the_answer_back_and_leaves_it_whole() {
    let npm = FakeNpm::start();
    let padded = Release::new("1.0.0").by("ada").padded(50_000);
    npm.put(Packument::new("padded").release(padded));
    let path = "/padded/-/padded-1.0.0.tgz";
    let whole = ask(&npm, path, &[]).unwrap().body;
    assert!((50_000..60_000).contains(&whole.len()), "{}", whole.len());
    npm.fail(
        "*",
        Fault::Paced(Pace {
            first_byte: Duration::from_millis(50),
            bytes_per_second: 500_000,
        }),
    );
    let began = Instant::now();
    let answer = ask(&npm, path, &[]).unwrap();
    // 50 ms to the first byte, and 50 kB at 500 kB a second.
    let least = Duration::from_millis(150);
    assert!(began.elapsed() >= least, "{:?}", began.elapsed());
    assert!(answer.body == whole, "the same bytes");
    assert_eq!(answer.header("content-length"), whole.len().to_string());
}

#[test]
fn locked_parts_want_their_key() {
    let npm = registry();
    npm.lock("/@acme/", "Bearer s3cret");
    assert_eq!(ask(&npm, "/@acme/tool", &[]).unwrap().status, 401);
    let key = (reqwest::header::AUTHORIZATION, "Bearer s3cret");
    assert_eq!(ask(&npm, "/@acme/tool", &[key]).unwrap().status, 200);
}

#[test]
fn a_registry_may_live_below_a_path() {
    let npm = FakeNpm::start_below("team/npm");
    npm.put(Packument::new("x").release(Release::new("1.0.0")));
    assert!(npm.url().ends_with("/team/npm/"));
    let document = ask(&npm, "/x", &[]).unwrap().json();
    let address = document["versions"]["1.0.0"]["dist"]["tarball"].as_str();
    assert_eq!(address, Some(&*format!("{}x/-/x-1.0.0.tgz", npm.url())));
}

#[test]
fn of_recorded_documents_the_chosen_one_is_served() {
    let folder = tempfile::tempdir().unwrap();
    for (file, version, moment) in [
        ("a", "1.0.0", "2020-01-01T00:00:00Z"),
        ("b", "1.2.0", "2022-01-01T00:00:00Z"),
        ("c", "1.1.0", "2021-01-01T00:00:00Z"),
    ] {
        let document = Packument::new("x").release(Release::new(version).at(moment));
        let text = document.to_json().to_string();
        std::fs::write(folder.path().join(file), text).unwrap();
    }
    std::fs::write(folder.path().join("README"), "not a packument").unwrap();
    let latest = |keep| {
        let npm = FakeNpm::start();
        assert_eq!(npm.load_keeping(folder.path(), keep).unwrap(), 1);
        ask(&npm, "/x/latest", &[]).unwrap().json()["version"].clone()
    };
    assert_eq!(latest(tenure_testkit::Keep::Newest), "1.2.0");
    assert_eq!(latest(tenure_testkit::Keep::Oldest), "1.0.0");
}
