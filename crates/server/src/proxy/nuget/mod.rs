//! What a NuGet feed has beside lists of versions: a service index that says
//! where everything is, registrations in pages, search, and packages that the
//! feed signed with their owners.

mod facts;
mod notes;

pub(crate) use super::formats::nuget::Form;
pub(super) use super::formats::nuget::SERVICE;
pub(super) use facts::source;

use super::formats;
use super::formats::Writing;
use super::parsed::Parsed;
use super::{Document, Judged, Proxy, ProxyError};
use crate::observe;
use bytes::Bytes;
use futures_util::future::try_join_all;
use notes::Notes;
use std::sync::Arc;
use tenure_domain::{Ecosystem, PackageId};
use tenure_ecosystem::nuget::registration::{Hive, Registration, assembled};
use tenure_ecosystem::nuget::service::{Resource, Service};
use tenure_ecosystem::nuget::version;
use tenure_store::Digest;
use tenure_upstream::cache::Validators;
use tenure_upstream::client::{Answer, Room};
use tenure_upstream::{FetchError, Upstream, feed};
use url::Url;

pub(super) struct Nuget {
    services: Parsed<Service>,
    notes: Notes,
}

/// So many pages of a registration at a time.
const AT_ONCE: usize = 8;

impl Nuget {
    pub(super) fn new() -> Self {
        Self {
            services: Parsed::new(),
            notes: Notes::default(),
        }
    }
}

/// Whether it is a package of a feed, and not the feed's service index.
pub(super) fn is_package(package: &PackageId) -> bool {
    package.ecosystem() == Ecosystem::Nuget && package.name() != SERVICE
}

impl Document {
    /// A release by its version in whatever form, as the feed writes it.
    pub(crate) fn release(&self, asked: &str) -> Option<&str> {
        let at = version::position(&self.history, asked)?;
        Some(&self.history.releases()[at].version)
    }

    /// The release that is taken where nobody says which.
    pub(crate) fn newest(&self) -> Option<&str> {
        let releases = self.history.releases().iter();
        version::highest(releases.map(|release| &*release.version))
    }
}

impl Proxy {
    /// The service index of the feed behind this server.
    pub(crate) async fn nuget_service(self: &Arc<Self>) -> Result<Arc<Service>, ProxyError> {
        let read = |raw: &[u8]| Service::read(raw).map_err(|error| error.to_string());
        let index = (Ecosystem::Nuget, SERVICE);
        match self.nuget.services.current(self, index, read).await {
            // That would mean that the feed has no such package.
            Err(ProxyError::NotFound(why)) => {
                let feed = self.registry_of(Ecosystem::Nuget)?;
                let why = format!("the feed {} has no service index: {why}", feed.url());
                Err(ProxyError::Damaged(why))
            }
            service => service,
        }
    }

    /// Where the feed has something; `None` if it does not offer it.
    pub(crate) async fn resource(
        self: &Arc<Self>,
        resource: Resource,
        below: &str,
    ) -> Result<Option<Url>, ProxyError> {
        let service = self.nuget_service().await?;
        let Some(base) = service.find(resource) else {
            return Ok(None);
        };
        let feed = self.registry_of(Ecosystem::Nuget)?;
        let mut url = self.outward(base, feed.url()).await?;
        if !below.is_empty() {
            let base = url.path().trim_end_matches('/');
            url.set_path(&format!("{base}/{below}"));
        }
        Ok(Some(url))
    }

    /// Where a file of a version is.
    pub(crate) async fn address_in_feed(
        self: &Arc<Self>,
        document: &Document,
        written: &str,
        kind: &str,
    ) -> Result<Url, ProxyError> {
        let below = feed::file(document.package.name(), written, kind);
        let below = below.ok_or(ProxyError::Broken)?;
        let found = self.resource(Resource::PackageBase, &below).await?;
        found.ok_or(ProxyError::Broken)
    }

    /// Asks for a registration with all its pages.
    pub(super) async fn ask_registration(
        self: &Arc<Self>,
        package: &PackageId,
        upstream: &Upstream,
        known: &Validators,
    ) -> Result<Answer, ProxyError> {
        let below = format!("{}/index.json", package.name());
        let url = self.resource(Resource::Registrations, &below).await?;
        let url = url.ok_or(ProxyError::Broken)?;
        let accept = formats::accept(package);
        let asked = self.client.get_document(url.clone(), accept, known).await;
        observe::upstream_asked("packument", asked.as_ref().err());
        let Answer::Document {
            bytes,
            sha256,
            validators,
            room,
        } = asked?
        else {
            return Ok(Answer::NotModified);
        };
        let (id, index) = (package.name().to_owned(), bytes.clone());
        let missing = self.work(move || {
            let read = Registration::read(&id, &index);
            read.map(|registration| registration.missing().to_vec())
        });
        let missing = missing.await?.map_err(|error| unreadable(&url, &error))?;
        if missing.is_empty() {
            return Ok(Answer::Document {
                bytes,
                sha256,
                validators,
                room,
            });
        }
        // Whoever keeps it asks for nothing else.
        drop(room);
        let pages = self.pages(&missing, upstream).await?;
        let whole = self.work(move || assembled(&bytes, &pages));
        let whole = whole.await?.map_err(|error| unreadable(&url, &error))?;
        Ok(Answer::Document {
            sha256: *Digest::of(&whole).as_bytes(),
            bytes: whole.into(),
            validators,
            room: Room::default(),
        })
    }

    async fn pages(
        &self,
        missing: &[Box<str>],
        upstream: &Upstream,
    ) -> Result<Vec<Bytes>, ProxyError> {
        let page = async |address: &str| {
            let url = self.outward(address, upstream.url()).await?;
            let asked = self.client.get_json(url).await;
            observe::upstream_asked("packument", asked.as_ref().err());
            match asked {
                // The package itself is there.
                Err(FetchError::NotFound { url }) => {
                    let why = "it is a page of a registration, and is not there".to_owned();
                    Err(FetchError::Unreadable { url, why }.into())
                }
                asked => asked.map_err(ProxyError::from),
            }
        };
        let mut pages = Vec::with_capacity(missing.len());
        for some in missing.chunks(AT_ONCE) {
            let some = some.iter().map(|address| page(address));
            pages.extend(try_join_all(some).await?);
        }
        Ok(pages)
    }

    /// What there is of one version, as a document of its own.
    pub(crate) async fn leaf(
        self: &Arc<Self>,
        document: &Arc<Document>,
        judged: &Arc<Judged>,
        (base, page): (Arc<str>, String),
        (hive, normal): (Hive, String),
    ) -> Result<Option<Vec<u8>>, ProxyError> {
        let raw = self.raw(document).await?;
        let (document, judged) = (Arc::clone(document), Arc::clone(judged));
        let written = self.work(move || {
            let writing = Writing {
                form: super::Form::Nuget(Form::Registration(hive)),
                base: &base,
                document: &document,
                judged: &judged,
                page: &page,
            };
            formats::nuget::leaf(&writing, hive, &normal, &raw)
        });
        written.await?
    }

    /// What the feed answers, if it offers this at all.
    pub(crate) async fn ask_resource(
        self: &Arc<Self>,
        resource: Resource,
        query: Option<&str>,
    ) -> Result<Bytes, ProxyError> {
        let Some(mut url) = self.resource(resource, "").await? else {
            let why = "the feed behind this server does not offer this".to_owned();
            return Err(ProxyError::NotFound(why));
        };
        if let Some(query) = query {
            let own = url.query().map(|own| format!("{own}&"));
            url.set_query(Some(&format!("{}{query}", own.unwrap_or_default())));
        }
        let asked = self.client.get_json(url).await;
        observe::upstream_asked("service", asked.as_ref().err());
        Ok(asked?)
    }
}

fn unreadable(url: &Url, error: &dyn std::fmt::Display) -> FetchError {
    FetchError::unreadable(url.as_str(), error)
}
