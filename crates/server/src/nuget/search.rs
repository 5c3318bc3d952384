//! `GET /v3/search?q=river` and `GET /v3/autocomplete`: what the feed finds,
//! without what is known here to be held. What is not known here is judged when
//! somebody asks for it by name.

use super::document::judged;
use super::service::current;
use crate::asked::Asked;
use crate::names;
use crate::proxy::{Judged, ProxyError};
use axum::body::Body;
use axum::http::Response;
use std::collections::{HashMap, HashSet};
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::nuget::service::Resource;
use tenure_ecosystem::nuget::{DocumentError, name, search, version};

pub(super) async fn respond(asked: &Asked) -> Result<Response<Body>, ProxyError> {
    let proxy = &asked.app.proxy;
    let answer = proxy.ask_resource(Resource::Search, asked.parts.uri.query());
    let answer = answer.await?;
    let found = search::packages(&answer).map_err(|error| damaged(&error))?;
    let mut held: HashMap<String, HashSet<String>> = HashMap::new();
    for package in found {
        if let Some(document) = proxy.document_at_hand(&package).await {
            let judged = judged(asked, &document).await?;
            held.insert(package.name().to_owned(), normal(&judged));
        }
    }
    let registrations = format!("{}v3/registration", asked.base(Ecosystem::Nuget));
    let is_held = |id: &str, normal: &str| held.get(id).is_some_and(|held| held.contains(normal));
    let written = search::render(&answer, &registrations, &is_held);
    Ok(current(written.map_err(|error| damaged(&error))?))
}

/// Of ids, which need no writing, or of the versions of one.
pub(super) async fn complete(asked: &Asked) -> Result<Response<Body>, ProxyError> {
    let proxy = &asked.app.proxy;
    let answer = proxy.ask_resource(Resource::Autocomplete, asked.parts.uri.query());
    let answer = answer.await?;
    let Some(package) = asked.query("id").and_then(of_query) else {
        return Ok(current(answer.to_vec()));
    };
    let document = proxy.document(&package).await?;
    let held = normal(&*judged(asked, &document).await?);
    let written = search::render_versions(&answer, &|normal| held.contains(normal));
    Ok(current(written.map_err(|error| damaged(&error))?))
}

fn of_query(id: &str) -> Option<PackageId> {
    name::package(&names::decode(id)?)
}

/// The versions that are held, in their normal form.
fn normal(judged: &Judged) -> HashSet<String> {
    let held = judged.restrictions.keys();
    held.filter_map(|version| version::normalised(version))
        .collect()
}

fn damaged(error: &DocumentError) -> ProxyError {
    ProxyError::Damaged(format!("what the feed found cannot be passed on: {error}"))
}
