//! The audit endpoints: the upstream's advisories, and one for each locked
//! release that is held or blocked here. `npm install` asks on every run, so
//! this reaches people whose lockfile already has such a release.

use super::Asked;
use crate::answer::{self, refusal};
use crate::observe;
use crate::proxy::{Restriction, told};
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_ENCODING;
use axum::http::{Response, StatusCode};
use futures_util::{StreamExt as _, stream};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::time::Duration;
use tenure_domain::{Ecosystem, PackageId};
use tenure_trust::verdict::Verdict;
use tenure_upstream::client::{Forward, Forwarded, Forwarding};
use tokio::time::{Instant, timeout_at};

/// Of a request, compressed and not; a tree of 10,000 packages takes 2 MB.
const MOST_SENT: usize = 16 * 1024 * 1024;
const MOST_READ: u64 = 64 * 1024 * 1024;
/// Packages of one request that are looked at.
const MOST_PACKAGES: usize = 20_000;
/// How long is waited for documents that are not at hand. `npm ci` asks for no
/// document before its audit, so these are a whole tree's on the first
/// installation through this server, which is when it has most to tell.
const PATIENCE: Duration = Duration::from_secs(5);
/// Documents that are asked for at a time.
const AT_ONCE: usize = 16;

/// Versions in somebody's tree, by package.
type Tree = BTreeMap<String, BTreeSet<String>>;

/// A release in somebody's tree that is held or blocked.
#[derive(Clone)]
struct Stopped {
    package: PackageId,
    version: String,
    restriction: Restriction,
    page: String,
}

/// `POST /-/npm/v1/security/advisories/bulk`, of npm 7 and later.
pub(super) async fn bulk(asked: &Asked, body: Body) -> Response<Body> {
    let body = match read(asked, body).await {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let Ok(tree) = serde_json::from_slice::<Tree>(&body) else {
        return refusal(
            StatusCode::BAD_REQUEST,
            "expected a JSON object of package names and their versions",
        );
    };
    let stopped = stopped(asked, &tree).await;
    let theirs = ask_upstream(asked, "npm/v1/security/advisories/bulk", body).await;
    let (mut advisories, passed_on) = match theirs {
        Some(theirs) if stopped.is_empty() && theirs.status != 200 => return passed(theirs),
        Some(theirs) if theirs.status == 200 => match serde_json::from_slice(&theirs.bytes) {
            Ok(advisories) => (advisories, true),
            Err(_) => (Map::new(), false),
        },
        _ => (Map::new(), false),
    };
    for stop in &stopped {
        let of_package = advisories
            .entry(stop.package.name())
            .or_insert_with(|| json!([]));
        if let Some(list) = of_package.as_array_mut() {
            list.push(stop.advisory());
        }
    }
    let mut response = answer::json(StatusCode::OK, &advisories);
    add_notice(&mut response, &stopped, passed_on);
    response
}

/// `POST /-/npm/v1/security/audits/quick`, of npm 6 and yarn 1.
pub(super) async fn quick(asked: &Asked, body: Body, service: &str) -> Response<Body> {
    let body = match read(asked, body).await {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let Ok(sent) = serde_json::from_slice::<Value>(&body) else {
        return refusal(
            StatusCode::BAD_REQUEST,
            "expected a JSON object of a dependency tree",
        );
    };
    let mut tree = Tree::new();
    collect(&sent["dependencies"], &mut tree);
    let stopped = stopped(asked, &tree).await;
    let theirs = ask_upstream(asked, service, body).await;
    let (mut report, passed_on) = match theirs {
        Some(theirs) if stopped.is_empty() && theirs.status != 200 => return passed(theirs),
        Some(theirs) if theirs.status == 200 => match serde_json::from_slice(&theirs.bytes) {
            Ok(report) => (report, true),
            Err(_) => (empty_report(&tree), false),
        },
        _ => (empty_report(&tree), false),
    };
    for stop in &stopped {
        stop.report(&mut report);
    }
    let mut response = answer::json(StatusCode::OK, &report);
    add_notice(&mut response, &stopped, passed_on);
    response
}

/// The request's body, decompressed: npm sends it gzip-encoded.
async fn read(asked: &Asked, body: Body) -> Result<Bytes, Box<Response<Body>>> {
    let refuse = |why: &str| Box::new(refusal(StatusCode::PAYLOAD_TOO_LARGE, why));
    let headers = &asked.parts.headers;
    let is_gzip = headers
        .get(CONTENT_ENCODING)
        .is_some_and(|value| value == "gzip");
    let sent = axum::body::to_bytes(body, MOST_SENT).await;
    let sent = sent.map_err(|_| refuse("the request is larger than 16 MiB, or broke off"))?;
    if !is_gzip {
        return Ok(sent);
    }
    let mut read = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(&*sent).take(MOST_READ);
    let done = decoder.read_to_end(&mut read);
    if done.is_err() || read.len() as u64 == MOST_READ {
        return Err(refuse(
            "the request's gzip is damaged, or unpacks to more than 64 MiB",
        ));
    }
    Ok(read.into())
}

/// The releases of a nested `dependencies` object.
fn collect(dependencies: &Value, tree: &mut Tree) {
    let mut open = vec![dependencies];
    while let Some(next) = open.pop() {
        for (name, locked) in next.as_object().into_iter().flatten() {
            if let Some(version) = locked["version"].as_str() {
                tree.entry(name.clone())
                    .or_default()
                    .insert(version.to_owned());
            }
            open.push(&locked["dependencies"]);
        }
    }
}

async fn stopped(asked: &Asked, tree: &Tree) -> Vec<Stopped> {
    let until = Instant::now() + PATIENCE;
    let looks: Vec<_> = tree
        .iter()
        .take(MOST_PACKAGES)
        .map(|(name, versions)| stopped_of(asked, name, versions, until))
        .collect();
    let found: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    found.concat()
}

async fn stopped_of(
    asked: &Asked,
    name: &str,
    versions: &BTreeSet<String>,
    until: Instant,
) -> Vec<Stopped> {
    let Ok(package) = PackageId::new(Ecosystem::Npm, name) else {
        return Vec::new();
    };
    let proxy = &asked.app.proxy;
    let document = match timeout_at(until, proxy.document(&package)).await {
        Ok(document) => document.ok(),
        Err(_) => proxy.document_at_hand(&package).await,
    };
    let Some(document) = document else {
        return Vec::new();
    };
    let Ok(judged) = proxy.judged(&document, &asked.view).await else {
        return Vec::new();
    };
    let restricted = versions
        .iter()
        .filter_map(|version| Some((version, judged.of(version)?)));
    restricted
        .map(|(version, restriction)| Stopped {
            page: asked.page(&package),
            package: package.clone(),
            version: version.clone(),
            restriction: restriction.clone(),
        })
        .collect()
}

async fn ask_upstream(asked: &Asked, service: &str, body: Bytes) -> Option<Forwarded> {
    let proxy = &asked.app.proxy;
    let upstream = proxy.registries.default_upstream().ok()?;
    let forward = Forward {
        upstream,
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
    answer.ok()
}

fn passed(theirs: Forwarded) -> Response<Body> {
    let status = StatusCode::from_u16(theirs.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let kind = theirs.content_type.as_deref().unwrap_or("application/json");
    answer::bytes(status, kind, theirs.bytes)
}

/// npm prints this after the installation, whatever else it is told to hide.
fn add_notice(response: &mut Response<Body>, stopped: &[Stopped], passed_on: bool) {
    let mut line = match stopped {
        [] => String::new(),
        [one] => one.line(),
        [one, others @ ..] => format!("{} (and {} more)", one.line(), others.len()),
    };
    if !passed_on {
        let said = "the registry behind this one gave no advisories";
        line = if line.is_empty() {
            said.to_owned()
        } else {
            format!("{line}; {said}")
        };
    }
    if !line.is_empty() {
        answer::notice(response, &line);
    }
}

impl Stopped {
    fn line(&self) -> String {
        let told = told(&self.restriction, &self.page);
        format!("{}@{} {told}", self.package.name(), self.version)
    }

    fn severity(&self) -> &'static str {
        match self.restriction.verdict {
            Verdict::Block => "critical",
            _ => "high",
        }
    }

    /// A number that is the same each time and in no range that registries use.
    fn id(&self) -> u64 {
        let digest = Sha256::digest(format!("{}@{}", self.package, self.version));
        let mut short = [0; 4];
        short.copy_from_slice(&digest[..4]);
        (1 << 40) + u64::from(u32::from_be_bytes(short))
    }

    fn advisory(&self) -> Value {
        json!({
            "id": self.id(),
            "url": self.page,
            "title": self.line(),
            "severity": self.severity(),
            "vulnerable_versions": self.version,
            "cwe": [],
            "cvss": { "score": 0, "vectorString": null },
        })
    }

    /// Writes it into a report of the older endpoint.
    fn report(&self, report: &mut Value) {
        let id = self.id().to_string();
        let mut advisory = self.advisory();
        advisory["module_name"] = self.package.name().into();
        advisory["overview"] = self.line().into();
        advisory["recommendation"] = self.page.clone().into();
        advisory["patched_versions"] = "<0.0.0".into();
        advisory["findings"] = json!([{ "version": self.version, "paths": [self.package.name()] }]);
        report["advisories"][&id] = advisory;
        let count = &mut report["metadata"]["vulnerabilities"][self.severity()];
        *count = (count.as_u64().unwrap_or(0) + 1).into();
    }
}

fn empty_report(tree: &Tree) -> Value {
    json!({
        "actions": [],
        "advisories": {},
        "muted": [],
        "metadata": {
            "vulnerabilities": { "info": 0, "low": 0, "moderate": 0, "high": 0, "critical": 0 },
            "dependencies": tree.values().map(BTreeSet::len).sum::<usize>(),
            "devDependencies": 0,
            "optionalDependencies": 0,
            "totalDependencies": tree.values().map(BTreeSet::len).sum::<usize>(),
        },
    })
}
