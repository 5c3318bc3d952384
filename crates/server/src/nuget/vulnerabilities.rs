//! `GET /v3/vulnerabilities/index.json`: what the feed knows, in its own pages,
//! and one more that has what is held here. Clients print it at the end of a
//! restore, with the address of the page that says why.

use super::service::current;
use crate::asked::Asked;
use crate::observe;
use crate::proxy::ProxyError;
use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use tenure_domain::Ecosystem;
use tenure_ecosystem::nuget::service::Resource;
use tenure_ecosystem::nuget::vulnerability::{
    self, Note, Page, Severity, read_index, render_index,
};

pub(super) async fn index(asked: &Asked) -> Result<Response<Body>, ProxyError> {
    let base = format!("{}v3/vulnerabilities/", asked.base(Ecosystem::Nuget));
    let mut pages = theirs(asked).await?;
    for (number, page) in pages.iter_mut().enumerate() {
        page.address = format!("{base}{number}.json").into();
    }
    if let Some((_, changed)) = asked.app.proxy.noted(&asked.view) {
        pages.push(Page {
            name: "held".into(),
            address: format!("{base}held.json").into(),
            updated: changed,
        });
    }
    Ok(current(render_index(&pages)))
}

/// The pages of the feed; none if it has none.
async fn theirs(asked: &Asked) -> Result<Vec<Page>, ProxyError> {
    let proxy = &asked.app.proxy;
    let list = match proxy.ask_resource(Resource::Vulnerabilities, None).await {
        Err(ProxyError::NotFound(_)) => return Ok(Vec::new()),
        list => list?,
    };
    read_index(&list).map_err(|error| ProxyError::Damaged(error.to_string()))
}

/// A page of the feed's own, as it is.
pub(super) async fn page(asked: &Asked, number: usize) -> Result<Response<Body>, ProxyError> {
    let pages = theirs(asked).await?;
    let Some(page) = pages.get(number) else {
        let why = "the feed has no such page of vulnerabilities".to_owned();
        return Err(ProxyError::NotFound(why));
    };
    let proxy = &asked.app.proxy;
    let home = proxy.registry_of(Ecosystem::Nuget)?.url();
    let url = proxy.outward(&page.address, home).await?;
    let asked: Result<Bytes, _> = proxy.client.get_json(url).await;
    observe::upstream_asked("service", asked.as_ref().err());
    Ok(current(asked?.to_vec()))
}

pub(super) fn held(asked: &Asked) -> Response<Body> {
    let noted = asked.app.proxy.noted(&asked.view);
    let packages = noted.map(|(packages, _)| packages).unwrap_or_default();
    let pages: Vec<String> = packages.keys().map(|package| asked.page(package)).collect();
    let notes: Vec<Note<'_>> = packages
        .iter()
        .zip(&pages)
        .flat_map(|((package, held), page)| {
            held.iter().map(move |one| Note {
                id: package.name(),
                version: &one.version,
                severity: if one.is_blocked {
                    Severity::Critical
                } else {
                    Severity::Low
                },
                address: page,
            })
        })
        .collect();
    current(vulnerability::render_page(&notes))
}
