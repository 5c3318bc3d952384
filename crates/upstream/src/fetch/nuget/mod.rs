//! The facts of a NuGet package: its registration, the owners of now, and those
//! of the versions that matter, out of the signatures at the end of packages.

mod choice;

use super::anew::Said;
use super::network::{New, Read, Request, Shared, if_there, reading};
use crate::cache::{Cache, PopularityEntry, Validators};
use crate::client::{Answer, Client, Part, Piece, Room};
use crate::feed::{self, Asks, Signed, unreadable};
use crate::{FetchError, Upstream, check_own};
use bytes::Bytes;
use choice::Choice;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tenure_domain::{Days, History, Source};
use tenure_ecosystem::nuget::registration::{self, Registration};
use tenure_ecosystem::nuget::search::Found;
use tenure_ecosystem::nuget::service::{Resource, Service};
use tenure_ecosystem::nuget::version;
use tokio::sync::Mutex;
use url::Url;

/// While a registration is the same, the owners of now are asked for again after
/// so long.
const OWNERS_GOOD_FOR: Days = Days(1.0);

const REGISTRATION: &str = "application/json";

/// What each feed says of itself.
#[derive(Default)]
pub(super) struct Feeds {
    by_upstream: Mutex<HashMap<Url, Arc<Feed>>>,
}

/// Where a feed has what, and what it signs with.
pub(super) struct Feed {
    registrations: Url,
    search: Option<Url>,
    packages: Option<Url>,
    /// The certificates of the feed; `None` where it does not say, so that no
    /// signature can be told to be its own.
    certificates: Option<Vec<Box<str>>>,
}

/// The address of the service index; a package is named behind it, since only
/// what the index says tells where it is.
pub(super) fn url(request: &Request) -> Result<Url, FetchError> {
    let mut url = request.upstream.below(crate::nuget_config::SERVICE_INDEX)?;
    url.set_fragment(Some(request.package.name()));
    Ok(url)
}

pub(super) async fn ask(
    shared: &Shared,
    client: &Client,
    request: &Request,
) -> Result<Read, FetchError> {
    let feed = shared.feeds.of(shared, client, request).await?;
    let id = request.package.name();
    let url = below(&feed.registrations, &format!("{id}/index.json"));
    let known = if request.is_lacking(shared) {
        Validators::default()
    } else {
        request.validators(shared.now, OWNERS_GOOD_FOR)
    };
    let answer = client
        .get_document(url.clone(), REGISTRATION, &known)
        .await?;
    let Answer::Document {
        bytes,
        validators,
        room,
        ..
    } = answer
    else {
        return Ok(Read::Confirmed);
    };
    let sha256 = crate::sha256(&bytes);
    let registration = whole(client, request, &url, (bytes, room)).await?;
    let history = registration.history(&registration::Known::default());
    let asking = Asking {
        shared,
        client,
        feed: &feed,
        request,
    };
    let found = asking.found().await?;
    asking.keep_popularity(&history, found.as_ref());
    let signed = asking.signed(&history).await?;
    let people = people(
        request,
        &history,
        found,
        &signed,
        feed.certificates.as_deref(),
    );
    let source = Source {
        from: url.to_string(),
        seen: None,
        sha256,
        kind: history.source().kind,
    };
    let (history, said) = match people {
        Some(people) => {
            let said = request.anew.as_ref().map(|_| {
                let said = Said::of_facts(feed::kept_under(&request.upstream), people.clone());
                Box::new(said)
            });
            (registration::merge_kept(&history, &people, source), said)
        }
        None => (with_source(history, source), None),
    };
    Ok(Read::New(New {
        history: Box::new(history),
        validators,
        said,
    }))
}

impl Request {
    fn is_lacking(&self, shared: &Shared) -> bool {
        let locked = shared.locked(&self.package);
        let known = self.known.as_ref().zip(shared.cache());
        known.is_some_and(|(known, cache)| {
            lacks_locked(cache, &self.upstream, locked, &known.history)
        })
    }
}

/// Whether the signature of a locked version was not asked for yet, though
/// those of others were.
pub(super) fn lacks_locked(
    cache: &Cache,
    upstream: &Upstream,
    locked: &[String],
    known: &History,
) -> bool {
    if locked.is_empty() {
        return false;
    }
    let Some(signed) = cache.signed(upstream, known.package()) else {
        return false;
    };
    let mut places = locked
        .iter()
        .filter_map(|one| version::position(known, one));
    places.any(|at| {
        let normal = version::normalised(&known.releases()[at].version);
        normal.is_some_and(|normal| !signed.contains_key(&*normal))
    })
}

fn with_source(mut history: History, source: Source) -> History {
    history.set_source(source);
    history
}

/// What is said of people beside the registration; `None` if nothing is.
fn people(
    request: &Request,
    history: &History,
    found: Option<Found>,
    signed: &BTreeMap<Box<str>, Signed>,
    certificates: Option<&[Box<str>]>,
) -> Option<History> {
    let owners_now = found.and_then(|found| found.owners);
    let certificates = certificates.unwrap_or_default();
    let releases = history.releases().iter().filter_map(|release| {
        let said = signed.get(&*version::normalised(&release.version)?)?;
        let owners = said.owners_by(certificates).cloned();
        Some((release.version.clone(), owners, said.author.clone()))
    });
    let releases: Vec<registration::Signed> = releases.collect();
    let says_anything = owners_now.is_some() || !releases.is_empty();
    says_anything.then(|| {
        let source = feed::source(&request.upstream, None);
        registration::observed(&request.package, &releases, owners_now, source)
    })
}

/// The registration with all its pages.
async fn whole(
    client: &Client,
    request: &Request,
    url: &Url,
    (bytes, room): (Bytes, Room),
) -> Result<Registration, FetchError> {
    let id = request.package.name().to_owned();
    let read = reading(room, move || Registration::read(&id, &bytes)).await?;
    let mut registration = read.map_err(|error| unreadable(url, &error))?;
    for address in registration.missing().to_vec() {
        let page = outward(request.upstream.url(), &address).await?;
        let bytes = client.get_json(page.clone()).await;
        let bytes = bytes.map_err(|error| match error {
            // The package itself is there.
            FetchError::NotFound { .. } => {
                unreadable(&page, &"it is a page of a registration, and is not there")
            }
            error => error,
        })?;
        let added = registration.add(&bytes);
        added.map_err(|error| unreadable(&page, &error))?;
    }
    Ok(registration)
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let base = base.path().trim_end_matches('/');
    url.set_path(&format!("{base}/{path}"));
    url
}

/// An address that a feed at `home` says is its own, if it can be: it leads
/// neither from `https` to `http` nor from outside into this machine's network.
async fn outward(home: &Url, address: &str) -> Result<Url, FetchError> {
    let refuse = |why: &str| {
        let why = format!("it names an address of its own that is not followed, for {why}");
        Err(FetchError::unreadable(
            home.as_str(),
            &format!("{why}: {address}"),
        ))
    };
    let Ok(url) = address.parse::<Url>() else {
        return refuse("it is none");
    };
    match check_own(home, &url).await {
        Ok(()) => Ok(url),
        Err(why) => refuse(&why.to_string()),
    }
}

impl Feeds {
    async fn of(
        &self,
        shared: &Shared,
        client: &Client,
        request: &Request,
    ) -> Result<Arc<Feed>, FetchError> {
        // Kept while asking: all packages of a feed wait for the one answer.
        let mut known = self.by_upstream.lock().await;
        let home = request.upstream.url();
        if let Some(feed) = known.get(home) {
            return Ok(Arc::clone(feed));
        }
        let feed = Arc::new(Feed::ask(shared, client, request).await?);
        known.insert(home.clone(), Arc::clone(&feed));
        Ok(feed)
    }
}

impl Feed {
    async fn ask(shared: &Shared, client: &Client, request: &Request) -> Result<Self, FetchError> {
        let home = request.upstream.url();
        let url = request.upstream.below(crate::nuget_config::SERVICE_INDEX)?;
        let asked = client.get_json(url.clone()).await;
        let bytes = asked.map_err(|error| match error {
            // That would mean that the feed has no such package.
            FetchError::NotFound { .. } => unreadable(&url, &"there is no service index of a feed"),
            error => error,
        })?;
        let service = Service::read(&bytes).map_err(|error| unreadable(&url, &error))?;
        let place = async |resource| match service.find(resource) {
            Some(address) => outward(home, address).await.map(Some),
            None => Ok(None),
        };
        let registrations = place(Resource::Registrations).await?;
        let why = "the feed says nothing of versions, as those of version 3 of the protocol do";
        let registrations = registrations.ok_or_else(|| unreadable(&url, &why))?;
        let certificates = match place(Resource::RepositorySignatures).await? {
            Some(url) => {
                let mut paced = Paced { shared, client };
                if_there(feed::certificates(&mut paced, &url).await)?
            }
            None => None,
        };
        Ok(Self {
            registrations,
            search: place(Resource::Search).await?,
            packages: place(Resource::PackageBase).await?,
            certificates,
        })
    }
}

/// Asks about the people of one package.
struct Asking<'a> {
    shared: &'a Shared,
    client: &'a Client,
    feed: &'a Feed,
    request: &'a Request,
}

impl Asking<'_> {
    fn paced(&self) -> Paced<'_> {
        Paced {
            shared: self.shared,
            client: self.client,
        }
    }

    /// What search finds; `None` where the feed has none, or does not find it.
    async fn found(&self) -> Result<Option<Found>, FetchError> {
        let Some(search) = &self.feed.search else {
            return Ok(None);
        };
        let found = feed::found(&mut self.paced(), search, self.request.package.name()).await;
        Ok(if_there(found)?.flatten())
    }

    /// Downloads come with what is said of people, and are not asked for.
    fn keep_popularity(&self, history: &History, found: Option<&Found>) {
        let (shared, request) = (self.shared, self.request);
        let Some((search, found)) = self.feed.search.as_ref().zip(found) else {
            return;
        };
        let first = feed::first_release(history);
        let known = found
            .downloads
            .and_then(|downloads| feed::popularity(downloads, first, search, shared.now));
        let entry = PopularityEntry {
            asked: shared.now,
            answer: known.ok_or_else(|| format!("`{search}` says nothing about downloads")),
        };
        shared.keep_popularity(&request.upstream, &request.package, &entry);
    }

    /// What signatures say, by the version in its normal form: what was learnt
    /// before, and of the versions that matter what is missing.
    async fn signed(&self, history: &History) -> Result<BTreeMap<Box<str>, Signed>, FetchError> {
        let (shared, request) = (self.shared, self.request);
        let (Some(packages), Some(_)) = (&self.feed.packages, &self.feed.certificates) else {
            return Ok(BTreeMap::new());
        };
        let known = shared
            .cache()
            .and_then(|cache| cache.signed(&request.upstream, &request.package));
        let mut signed = known.unwrap_or_default();
        let releases = history.releases().iter();
        let normal = releases.map(|release| version::normalised(&release.version));
        let normal: Vec<String> = normal.map(Option::unwrap_or_default).collect();
        let mut locked: Vec<usize> = shared
            .locked(&request.package)
            .iter()
            .filter_map(|locked| version::position(history, locked))
            .collect();
        if locked.is_empty() {
            // Somebody may want the newest one.
            locked.extend(normal.len().checked_sub(1));
        }
        let mut asked = 0;
        let trouble = loop {
            let choice = Choice {
                locked: &locked,
                count: normal.len(),
                asked,
            };
            let looked = |at: usize| signed.get(&*normal[at]).map(|said| &said.owners);
            let Some(at) = choice.next(looked) else {
                break None;
            };
            match self.look(packages, &normal[at]).await {
                Ok(said) => signed.insert(normal[at].as_str().into(), said),
                Err(error) => break Some(error),
            };
            asked += 1;
        };
        if asked > 0 {
            shared.keep_signed(&request.upstream, &request.package, &signed);
        }
        trouble.map_or(Ok(signed), Err)
    }

    /// What the signature of a version says; nothing where there is none.
    async fn look(&self, packages: &Url, version: &str) -> Result<Signed, FetchError> {
        let file = feed::file(self.request.package.name(), version, ".nupkg");
        let url = below(packages, &file.unwrap_or_default());
        let signature = match feed::signature(&mut self.paced(), &url).await {
            // The feed lists it, and does not have it; or has all of it at once
            // only, and it is large.
            Err(FetchError::NotFound { .. } | FetchError::TooLarge { .. }) => None,
            // A package that cannot be read is signed by nobody.
            signature => signature?.unwrap_or_default(),
        };
        let signed = signature.map(|signature| Signed::read(&signature));
        Ok(signed.and_then(Result::ok).unwrap_or_default())
    }
}

/// Asks a feed, no more often than it may be asked.
struct Paced<'a> {
    shared: &'a Shared,
    client: &'a Client,
}

impl Asks for Paced<'_> {
    async fn json(&mut self, url: &Url) -> Result<Bytes, FetchError> {
        self.shared.feed_pace.wait(url).await;
        self.client.get_json(url.clone()).await
    }

    async fn part(&mut self, url: &Url, part: &Part) -> Result<Piece, FetchError> {
        self.shared.feed_pace.wait(url).await;
        self.client.get_part(url, part).await
    }
}
