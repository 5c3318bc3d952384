//! What a server needs of the client: files, and questions passed on.

use crate::world::{left_pad, package};
use std::time::Duration;
use tenure_domain::{Clock, Time};
use tenure_testkit::{FakeNpm, Fault, Pace};
use tenure_upstream::cache::Validators;
use tenure_upstream::client::{
    Answer, Client, ClientOptions, Forward, Forwarded, Forwarding, Limits, Put,
};
use tenure_upstream::npm_config::{Credential, Credentials, Transport};
use tenure_upstream::{FetchError, Place, Upstream};
use url::Url;

const FILE: &str = "/left-pad/-/left-pad-1.1.0.tgz";

struct Registry {
    fake: FakeNpm,
    upstream: Upstream,
    runtime: tokio::runtime::Runtime,
}

fn limits() -> Limits {
    Limits {
        read_timeout: Duration::from_secs(10),
        first_pause: Duration::from_millis(1),
        ..Limits::default()
    }
}

fn registry() -> Registry {
    let npm = FakeNpm::start();
    npm.put(left_pad());
    let (upstream, _) = Upstream::parse(npm.url(), Place::Flag).unwrap();
    Registry {
        fake: npm,
        upstream,
        runtime: tokio::runtime::Runtime::new().unwrap(),
    }
}

impl Registry {
    fn client(&self, limits: Limits) -> Client {
        let mut credentials = Credentials::default();
        let token = |text: &str| Credential::Token(text.to_owned());
        let port = self.fake.port();
        credentials.insert(&format!("//127.0.0.1:{port}/"), token("home"));
        credentials.insert(&format!("//localhost:{port}/"), token("away"));
        Client::new(ClientOptions {
            transport: Transport::default(),
            credentials,
            limits,
            clock: Clock::fixed(Time::from_millis(0)),
        })
        .unwrap()
    }

    fn file_url(&self) -> Url {
        self.upstream.file_url(&package("left-pad"), "1.1.0")
    }

    fn download(&self, limits: Limits) -> Result<Vec<u8>, FetchError> {
        let client = self.client(limits);
        self.runtime.block_on(read(&client, &self.file_url()))
    }

    /// The registry was shown this for each request.
    fn showed(&self, expected: &[Option<&str>]) {
        let requests = self.fake.requests();
        let shown = requests.iter().map(|r| r.header("authorization"));
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }

    fn forward(&self, path: &str, body: Option<Forwarding>) -> Result<Forwarded, FetchError> {
        self.runtime
            .block_on(self.client(limits()).forward(&Forward {
                upstream: &self.upstream,
                path_and_query: path,
                body,
                accept: None,
            }))
    }
}

async fn read(client: &Client, url: &Url) -> Result<Vec<u8>, FetchError> {
    let mut download = client.get_file(url).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = download.chunk().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

const HOME: Option<&str> = Some("Bearer home");

#[test]
fn a_file_comes_as_it_is() {
    let registry = registry();
    let bytes = registry.download(limits()).unwrap();
    assert!(bytes.starts_with(&[0x1f, 0x8b]), "no gzip");
    let requests = registry.fake.requests();
    assert_eq!(requests[0].path, FILE);
    assert_eq!(requests[0].header("accept-encoding"), None);
    registry.showed(&[HOME]);
}

#[test]
fn a_compressed_document_taken_as_a_file_stays_compressed() {
    let registry = registry();
    let gzip = tenure_testkit::gzip(b"{}");
    let answer = Fault::Compressed("gzip".into(), gzip.clone());
    registry.fake.fail(FILE, answer);
    assert_eq!(registry.download(limits()).unwrap(), gzip);
}

#[test]
fn half_a_file_is_an_error() {
    for fault in [Fault::Truncate, Fault::Stall] {
        let registry = registry();
        registry.fake.fail(FILE, fault.clone());
        let quick = Limits {
            read_timeout: Duration::from_millis(400),
            ..limits()
        };
        let error = registry.download(quick).unwrap_err();
        let expected = match fault {
            Fault::Stall => matches!(error, FetchError::Stalled { .. }),
            _ => matches!(error, FetchError::Truncated { .. }),
        };
        assert!(expected, "{error}");
        assert_eq!(registry.fake.count(FILE), 1, "it was tried again");
    }
}

/// An answer of `size` bytes takes so long.
fn in_seconds(size: usize, seconds: usize) -> Fault {
    Fault::Paced(Pace {
        first_byte: Duration::ZERO,
        bytes_per_second: u32::try_from(size / seconds).unwrap(),
    })
}

#[test]
fn slow_pieces_are_waited_for() {
    let registry = registry();
    let whole = registry.download(limits()).unwrap();
    registry.fake.fail(FILE, in_seconds(whole.len(), 1));
    let patience = Limits {
        read_timeout: Duration::from_millis(600),
        ..limits()
    };
    assert_eq!(registry.download(patience).unwrap(), whole);
}

#[test]
fn a_file_has_a_largest_size_announced_or_not() {
    let small = || Limits {
        file: 100,
        ..limits()
    };
    let registry = registry();
    registry.fake.fail_times(FILE, 1, Fault::Huge(1_000_000));
    for _ in 0..2 {
        let error = registry.download(small()).unwrap_err();
        assert!(
            matches!(error, FetchError::TooLarge { limit: 100, .. }),
            "{error}"
        );
    }
}

#[test]
fn a_file_is_asked_for_again_until_it_begins() {
    let registry = registry();
    registry.fake.fail_times(FILE, 2, Fault::Status(502));
    registry.download(limits()).unwrap();
    assert_eq!(registry.fake.count(FILE), 3);
    registry.fake.fail(FILE, Fault::Status(404));
    let error = registry.download(limits()).unwrap_err();
    assert!(matches!(error, FetchError::NotFound { .. }), "{error}");
    assert_eq!(registry.fake.count(FILE), 4);
}

#[test]
fn a_file_may_lie_elsewhere_but_no_credential_goes_there() {
    let registry = registry();
    // The same port by another name is another host.
    let there = format!("{}{}", registry.fake.url_on_localhost(), "x.tgz");
    registry.fake.fail(FILE, Fault::Redirect(there.clone()));
    registry
        .fake
        .fail("/x.tgz", Fault::Redirect("/y.tgz".into()));
    let answer = Fault::Body {
        kind: "application/octet-stream".into(),
        bytes: b"file".to_vec(),
    };
    registry.fake.fail("/y.tgz", answer);
    assert_eq!(registry.download(limits()).unwrap(), b"file");
    registry.showed(&[HOME, None, None]);
    assert!(!registry.upstream.is_home_of(&there.parse().unwrap()));
}

#[test]
fn questions_are_passed_on_with_our_own_credential() {
    let registry = registry();
    let answer = registry.forward("-/v1/search?text=left", None).unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.content_type.as_deref(), Some("application/json"));
    assert!(String::from_utf8_lossy(&answer.bytes).contains("left-pad"));
    assert_eq!(registry.fake.requests()[0].target, "/-/v1/search?text=left");
    registry.showed(&[HOME]);
}

fn audit() -> Forwarding {
    Forwarding {
        content_type: "application/json".to_owned(),
        content_encoding: Some("gzip".to_owned()),
        bytes: tenure_testkit::gzip(br#"{"left-pad":["1.1.0"]}"#).into(),
    }
}

#[test]
fn what_is_sent_arrives_as_it_was() {
    let registry = registry();
    let path = "-/npm/v1/security/advisories/bulk";
    let answer = registry.forward(path, Some(audit())).unwrap();
    assert_eq!((answer.status, &answer.bytes[..]), (200, &b"{}"[..]));
    let requests = registry.fake.requests();
    assert_eq!(requests[0].method, "POST");
    assert_eq!(requests[0].header("content-encoding"), Some("gzip"));
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(requests[0].body, audit().bytes);
}

#[test]
fn a_registrys_no_is_an_answer() {
    let registry = registry();
    for status in [401, 403, 404, 429, 500, 503] {
        registry.fake.heal();
        registry.fake.fail("*", Fault::Status(status));
        for body in [None, Some(audit())] {
            let answer = registry.forward("-/x", body).unwrap();
            assert_eq!(answer.status, status);
            assert!(String::from_utf8_lossy(&answer.bytes).contains("misbehaves"));
        }
    }
    assert_eq!(registry.fake.requests().len(), 12, "a status was retried");
}

#[test]
fn only_what_changes_nothing_is_asked_again() {
    let registry = registry();
    registry.fake.fail("*", Fault::Truncate);
    let error = registry.forward("left-pad", None).unwrap_err();
    assert!(matches!(error, FetchError::Truncated { .. }), "{error}");
    assert_eq!(registry.fake.requests().len(), 4);
    registry.forward("left-pad", Some(audit())).unwrap_err();
    assert_eq!(registry.fake.requests().len(), 5);
}

#[test]
fn what_is_sent_goes_nowhere_else() {
    let registry = registry();
    let other = FakeNpm::start();
    registry.fake.fail("*", Fault::Redirect(other.url().into()));
    let error = registry.forward("-/npm/x", Some(audit())).unwrap_err();
    assert!(matches!(error, FetchError::Redirect { .. }), "{error}");
    registry.forward("-/npm/x", None).unwrap();
    assert_eq!(other.requests().len(), 1);
    assert_eq!(other.requests()[0].header("authorization"), None);
    let outside = registry.forward("../x", None);
    // A registry at the root has nothing outside.
    assert!(outside.is_ok());
}

#[test]
fn what_is_put_is_shown_its_own_credential_alone() {
    let registry = registry();
    let put = |url: &str| {
        let client = registry.client(limits());
        let (url, token) = (url.parse().unwrap(), Credential::Token("mine".to_owned()));
        registry.runtime.block_on(client.put(&Put {
            url: &url,
            credential: &token,
            content_type: "application/json",
            bytes: "{}".into(),
        }))
    };
    let url = format!("{}files", registry.fake.url());
    // A registry of the kind takes nothing, and says so.
    assert_eq!(put(&url).unwrap().status, 405);
    let requests = registry.fake.requests();
    let seen = (requests[0].method.as_str(), requests[0].body.as_slice());
    assert_eq!(seen, ("PUT", b"{}".as_slice()));
    registry.showed(&[Some("Bearer mine")]);

    let other = FakeNpm::start();
    let there = Fault::Redirect(format!("{}files", other.url()));
    registry.fake.fail("*", there);
    let error = put(&url).unwrap_err().to_string();
    let to = other.url().trim_end_matches('/');
    assert!(error.contains(&format!("redirects to `{to}`")), "{error}");
    assert!(other.requests().is_empty());
}

#[test]
fn an_answer_that_is_passed_on_has_a_largest_size() {
    let registry = registry();
    let unpacked = vec![b' '; 20_000_000];
    let bomb = Fault::Compressed("gzip".into(), tenure_testkit::gzip(&unpacked));
    registry.fake.fail("/bomb", bomb);
    registry.fake.fail("/huge", Fault::Huge(20_000_000));
    for path in ["bomb", "huge"] {
        let error = registry.forward(path, None).unwrap_err();
        assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
    }
}

#[test]
fn a_document_is_not_waited_for_for_ever() {
    let registry = registry();
    registry.fake.fail("/left-pad", in_seconds(500, 10));
    let client = registry.client(Limits {
        document_time: Duration::from_millis(500),
        ..limits()
    });
    let (package, none) = (package("left-pad"), Validators::default());
    let asked = client.get_packument(&registry.upstream, &package, &none);
    let error = registry.runtime.block_on(asked).unwrap_err();
    assert!(
        error.to_string().ends_with("was not complete after 0.5 s"),
        "{error}"
    );
    assert_eq!(registry.fake.count("/left-pad"), 1);
}

#[test]
fn large_documents_wait_for_room() {
    let registry = registry();
    registry.fake.fail("/large", Fault::Huge(5_000_000));
    let client = registry.client(Limits {
        large_documents: 1,
        ..limits()
    });
    let none = Validators::default();
    registry.runtime.block_on(async {
        let get = |name: &str| {
            let (client, upstream, none) = (&client, &registry.upstream, &none);
            let package = package(name);
            async move { client.get_packument(upstream, &package, none).await }
        };
        let first = get("large").await.unwrap();
        assert!(matches!(get("left-pad").await, Ok(Answer::Document { .. })));
        let second = get("large");
        tokio::pin!(second);
        let waited = tokio::time::timeout(Duration::from_millis(300), &mut second).await;
        assert!(waited.is_err(), "two large documents at the same time");
        drop(first);
        second.await.unwrap();
    });
}
