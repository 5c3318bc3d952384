//! The audit endpoints: the upstream's advisories, and one for each locked
//! release that is held or blocked here. `npm install` asks on every run, so
//! this reaches people whose lockfile already has such a release.

mod stopped;

use super::{Asked, failed, service};
use crate::answer::{self, refusal};
use crate::observe;
use crate::proxy::ProxyError;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_ENCODING;
use axum::http::{Response, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use stopped::Stopped;
use tenure_upstream::client::{Forward, Forwarded, Forwarding};

/// Of a request, compressed and not; a tree of 10,000 packages takes 2 MB.
const MOST_SENT: usize = 16 * 1024 * 1024;
const MOST_READ: u64 = 64 * 1024 * 1024;

/// Versions in somebody's tree, by package.
type Tree = BTreeMap<String, BTreeSet<String>>;

/// The two ways in which clients ask.
#[derive(Clone, Copy)]
enum Shape {
    /// A map of packages and their versions; the answer is one of packages and
    /// their advisories.
    Bulk,
    /// A tree; the answer is a report.
    Quick,
}

/// `POST /-/npm/v1/security/advisories/bulk`, of npm 7 and later, and
/// `.../audits/quick` and `.../audits` of older ones, yarn 1 and pnpm. `None`
/// for any other path.
pub(super) fn is_audit(service: &str) -> bool {
    shape(service).is_some()
}

fn shape(service: &str) -> Option<Shape> {
    match service {
        "npm/v1/security/advisories/bulk" => Some(Shape::Bulk),
        "npm/v1/security/audits/quick" | "npm/v1/security/audits" => Some(Shape::Quick),
        _ => None,
    }
}

/// Answers one of these.
pub(super) async fn answer(asked: &Asked, body: Body, service: &str) -> Response<Body> {
    match respond(asked, body, service).await {
        Ok(response) => response,
        Err(Refused(response)) => *response,
    }
}

/// An answer that ends it; in a box, for it is large and rare.
struct Refused(Box<Response<Body>>);

impl From<Response<Body>> for Refused {
    fn from(response: Response<Body>) -> Self {
        Self(Box::new(response))
    }
}

fn refuse(status: StatusCode, why: &str) -> Refused {
    refusal(status, why).into()
}

async fn respond(asked: &Asked, body: Body, service: &str) -> Result<Response<Body>, Refused> {
    let Some(shape) = shape(service) else {
        return Err(super::no_such_address().into());
    };
    let sent = read(asked, body).await?;
    let tree = shape
        .tree(&sent)
        .ok_or_else(|| refuse(StatusCode::BAD_REQUEST, shape.expected()))?;
    let (stopped, theirs) = tokio::join!(
        stopped::find(asked, &tree),
        ask_upstream(asked, service, sent)
    );
    let (mut report, from_upstream) = match theirs.map(advisories) {
        Ok(Ok(theirs)) => (theirs, true),
        // There is nothing to add, so this is the whole answer: that nothing
        // is known must not look as if there were nothing.
        Ok(Err(other)) if stopped.is_empty() => return Err(other),
        Err(error) if stopped.is_empty() => return Err(failed(&error).into()),
        _ => (shape.empty(&tree), false),
    };
    for stop in &stopped {
        match shape {
            Shape::Bulk => stop.add_to_advisories(&mut report),
            Shape::Quick => stop.add_to_report(&mut report),
        }
    }
    let mut response = answer::json(StatusCode::OK, &report);
    answer::no_store(&mut response);
    add_notice(&mut response, &stopped, from_upstream);
    Ok(response)
}

impl Shape {
    fn expected(self) -> &'static str {
        match self {
            Self::Bulk => "expected a JSON object of package names and their versions",
            Self::Quick => "expected a JSON object of a dependency tree",
        }
    }

    fn tree(self, sent: &[u8]) -> Option<Tree> {
        if let Self::Bulk = self {
            return serde_json::from_slice(sent).ok();
        }
        let sent: Map<String, Value> = serde_json::from_slice(sent).ok()?;
        let mut tree = Tree::new();
        let mut open: Vec<&Value> = sent.get("dependencies").into_iter().collect();
        while let Some(next) = open.pop() {
            for (name, locked) in next.as_object().into_iter().flatten() {
                if let Some(version) = locked["version"].as_str() {
                    let versions = tree.entry(name.clone()).or_default();
                    versions.insert(version.to_owned());
                }
                open.push(&locked["dependencies"]);
            }
        }
        Some(tree)
    }

    /// What an upstream without advisories would answer.
    fn empty(self, tree: &Tree) -> Map<String, Value> {
        if let Self::Bulk = self {
            return Map::new();
        }
        let size: usize = tree.values().map(BTreeSet::len).sum();
        let counts = json!({ "info": 0, "low": 0, "moderate": 0, "high": 0, "critical": 0 });
        let metadata = json!({
            "vulnerabilities": counts,
            "dependencies": size,
            "devDependencies": 0,
            "optionalDependencies": 0,
            "totalDependencies": size,
        });
        Map::from_iter([
            ("actions".to_owned(), json!([])),
            ("advisories".to_owned(), json!({})),
            ("muted".to_owned(), json!([])),
            ("metadata".to_owned(), metadata),
        ])
    }
}

/// The request's body, decompressed: npm sends it gzip-encoded.
async fn read(asked: &Asked, body: Body) -> Result<Bytes, Refused> {
    let too_large = |why: &str| refuse(StatusCode::PAYLOAD_TOO_LARGE, why);
    let encoding = asked.parts.headers.get(CONTENT_ENCODING);
    let encoding = encoding.map(|value| value.as_bytes().to_ascii_lowercase());
    let sent = axum::body::to_bytes(body, MOST_SENT).await;
    let sent = sent.map_err(|_| too_large("the request is larger than 16 MiB, or broke off"))?;
    match encoding.as_deref() {
        None | Some(b"identity") => return Ok(sent),
        Some(b"gzip" | b"x-gzip") => {}
        Some(_) => {
            return Err(refuse(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the request may be gzip-encoded, and not otherwise",
            ));
        }
    }
    let mut read = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(&*sent).take(MOST_READ);
    if decoder.read_to_end(&mut read).is_err() {
        return Err(refuse(
            StatusCode::BAD_REQUEST,
            "the request says that it is gzip-encoded, and its gzip is damaged",
        ));
    }
    if read.len() as u64 == MOST_READ {
        return Err(too_large("the request unpacks to more than 64 MiB"));
    }
    Ok(read.into())
}

async fn ask_upstream(asked: &Asked, service: &str, body: Bytes) -> Result<Forwarded, ProxyError> {
    let proxy = &asked.app.proxy;
    let forward = Forward {
        upstream: proxy.registries.default_upstream()?,
        path_and_query: &format!("-/{service}"),
        body: Some(Forwarding {
            content_type: "application/json".to_owned(),
            content_encoding: None,
            bytes: body,
        }),
        accept: Some("application/json"),
    };
    let answer = proxy.client.forward(&forward).await;
    observe::upstream_asked("audit", answer.as_ref().err());
    Ok(answer?)
}

/// What the upstream knows; otherwise its answer, for the client.
fn advisories(theirs: Forwarded) -> Result<Map<String, Value>, Refused> {
    if theirs.status != 200 {
        return Err(service::passed(theirs).into());
    }
    serde_json::from_slice(&theirs.bytes).map_err(|_| {
        refuse(
            StatusCode::BAD_GATEWAY,
            "the advisories of the registry behind this one cannot be read",
        )
    })
}

/// npm prints this after the installation, whatever else it is told to hide.
fn add_notice(response: &mut Response<Body>, stopped: &[Stopped], from_upstream: bool) {
    let mut line = stopped::line(stopped);
    if !from_upstream {
        line.push_str("; the registry behind this one gave no advisories");
    }
    if !line.is_empty() {
        answer::notice(response, &line);
    }
}
