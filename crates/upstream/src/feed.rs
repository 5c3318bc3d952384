//! What a NuGet feed says of people: the owners of now, in an answer of search,
//! and those of each version, in the signature that the feed put into its
//! package, of which only the end is asked for.

use crate::client::{Part, Piece};
use crate::{FetchError, Upstream};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use tenure_domain::{Certificate, DocumentKind, History, Party, Popularity, Source, Time};
use tenure_ecosystem::nuget::search::{self, Found};
use tenure_ecosystem::nuget::signature::{ArchiveError, Locator, PackageSignature, Step};
use tenure_ecosystem::nuget::{signers, version};
use url::Url;

/// Asks a feed, as often as it may be asked.
pub trait Asks: Send {
    /// A document.
    fn json(&mut self, url: &Url) -> impl Future<Output = Result<Bytes, FetchError>> + Send;

    /// A part of a package.
    fn part(
        &mut self,
        url: &Url,
        part: &Part,
    ) -> impl Future<Output = Result<Piece, FetchError>> + Send;
}

/// What the signature of a package says of people. It never changes, for the
/// package would be another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The certificate that it was signed with on receipt: its SHA-256.
    pub by: Option<Box<str>>,
    /// The owners that were signed then.
    pub owners: Option<Vec<Party>>,
    /// The certificate that its author signed it with.
    pub author: Option<Certificate>,
}

impl Signed {
    /// Reads the bytes of a signature. What cannot be read says nothing, and
    /// why is the error.
    ///
    /// # Errors
    /// When it is no package's signature.
    pub fn read(signature: &[u8]) -> Result<Self, String> {
        let read = PackageSignature::read(signature).map_err(|error| error.to_string())?;
        let repository = read.repository();
        let certificate = repository.and_then(|signer| signer.certificate.as_ref());
        let author = read.author().filter(|signer| signer.is_intact());
        let author = author.and_then(|signer| signer.certificate.as_ref());
        Ok(Self {
            by: certificate.map(|one| one.sha256.clone()),
            owners: read.owners(),
            author: author.map(|one| Certificate {
                subject: shown(&one.subject),
                sha256: one.sha256.clone(),
            }),
        })
    }

    /// The owners, if a feed with these certificates signed them: anybody can
    /// write owners into a signature of their own.
    pub fn owners_by(&self, certificates: &[Box<str>]) -> Option<&Vec<Party>> {
        let by = self.by.as_ref()?;
        self.owners.as_ref().filter(|_| certificates.contains(by))
    }
}

/// Under which address it is kept what was learnt of people.
pub fn kept_under(upstream: &Upstream) -> String {
    format!("{}index.json#owners", upstream.url())
}

/// The source of what was learnt of people at the moment `seen`.
pub fn source(upstream: &Upstream, seen: Option<Time>) -> Source {
    Source {
        from: kept_under(upstream),
        seen,
        sha256: String::new(),
        kind: DocumentKind::NugetOwners,
    }
}

/// Where a file of a version lies below the package base address; `None` if no
/// version is written so.
pub fn file(id: &str, written: &str, kind: &str) -> Option<String> {
    let normal = version::normalised(written)?;
    let file = match kind {
        ".nupkg" => format!("{id}.{normal}{kind}"),
        _ => format!("{id}{kind}"),
    };
    Some(format!("{id}/{normal}/{file}"))
}

/// How much a package is used, by all downloads that search knows of: the mean of
/// a week since `first`, when its first version was published. No feed says what
/// the last weeks brought. `None` where nothing was counted: feeds that count
/// nothing say so of all packages.
pub fn popularity(
    downloads: u64,
    first: Option<Time>,
    search: &Url,
    now: Time,
) -> Option<Popularity> {
    if downloads == 0 {
        return None;
    }
    let weeks = (now.since(first?).0 / 7.0).max(1.0);
    let mut source = search.clone();
    source.set_fragment(Some("totalDownloads"));
    Some(Popularity {
        downloads_per_week: Some((downloads as f64 / weeks) as u64),
        dependents: None,
        source: source.into(),
        seen: now,
        highest: None,
    })
}

/// When the first version was published, as far as dates are known.
pub fn first_release(history: &History) -> Option<Time> {
    history.releases().first()?.published
}

/// What search says of the package `id` now; `None` if it does not find it.
///
/// # Errors
/// When it cannot be asked, or its answer is none.
pub async fn found(
    asks: &mut impl Asks,
    search: &Url,
    id: &str,
) -> Result<Option<Found>, FetchError> {
    let mut url = search.clone();
    url.query_pairs_mut()
        .append_pair("q", id)
        .append_pair("prerelease", "true")
        .append_pair("semVerLevel", "2.0.0")
        .append_pair("take", "20");
    let answer = asks.json(&url).await?;
    search::find(&answer, id).map_err(|error| unreadable(&url, &error))
}

/// The certificates that a feed signs with: the SHA-256 of each.
///
/// # Errors
/// When they cannot be asked for, or the answer is no list of them.
pub async fn certificates(asks: &mut impl Asks, url: &Url) -> Result<Vec<Box<str>>, FetchError> {
    let answer = asks.json(url).await?;
    signers::read(&answer).map_err(|error| unreadable(url, &error))
}

/// The signature in the package at `url`, of which only the end is fetched;
/// `None` where it has none. The inner error says why it is no package.
///
/// # Errors
/// When it cannot be asked for.
pub async fn signature(
    asks: &mut impl Asks,
    url: &Url,
) -> Result<Result<Option<Vec<u8>>, ArchiveError>, FetchError> {
    let mut wanted = Part::Last(Locator::TAIL);
    let mut locator: Option<Locator> = None;
    loop {
        let Piece { start, bytes, size } = asks.part(url, &wanted).await?;
        let locator = locator.get_or_insert_with(|| Locator::new(size));
        locator.give(start, bytes.to_vec());
        match locator.step() {
            Ok(Step::Signed(signature)) => return Ok(Ok(Some(signature))),
            Ok(Step::Unsigned) => return Ok(Ok(None)),
            Ok(Step::Need(range)) => wanted = Part::Bytes(range),
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// A name as one line without what a terminal would obey, and no longer than
/// anybody reads.
fn shown(subject: &str) -> Box<str> {
    let plain = subject.chars().filter(|c| !c.is_control());
    plain.take(300).collect::<String>().into()
}

pub(crate) fn unreadable(url: &Url, error: &dyn Display) -> FetchError {
    FetchError::unreadable(url.as_str(), error)
}
