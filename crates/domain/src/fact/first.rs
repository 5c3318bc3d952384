//! What a first observation says, written straight away: with nothing before,
//! everything differs, so nothing has to be compared or copied.

use super::diff::{sorted, unrepeated};
use super::form::contact;
use super::{Fact, write_line};
use crate::{Certificate, History, OwnerSetIx, PartyIx, Release, ReleaseState, Time};
use hashbrown::HashMap;
use serde::Serialize;

/// The same bytes as of the [`diff()`](super::diff()) between nothing and
/// `history`.
pub fn first(history: &History) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(200 * (history.releases().len() + 2));
    let (kind, from) = (history.source().kind, history.source().from.clone());
    write_line(&mut bytes, &Fact::Document { kind, from });
    let mut texts = Texts::new(history);
    for release in unrepeated(history) {
        write_line(&mut bytes, &texts.line(release));
    }
    if let Some(line) = texts.owners_now() {
        write_line(&mut bytes, &line);
    }
    if let Some(line) = texts.joined() {
        write_line(&mut bytes, &line);
    }
    if let Some(version) = history.latest() {
        let version = Some(version.into());
        write_line(&mut bytes, &Fact::Latest { version });
    }
    bytes
}

/// [`ReleaseForm`](super::form::ReleaseForm) of a release that stays where it is.
#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and written as one"
)]
struct Line<'h> {
    fact: &'static str,
    version: &'h str,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'h str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approver: Option<&'h str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<contact::Form>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owners: Option<&'h [String]>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    dependencies: &'h [Box<str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<&'h str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_with: Option<&'h Certificate>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    provenance: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    install_script: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deprecated: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
}

/// [`Fact::Owners`] likewise.
#[derive(Serialize)]
struct OwnersLine<'t> {
    fact: &'static str,
    owners: Vec<&'t str>,
}

/// [`Fact::Joined`] likewise.
#[derive(Serialize)]
struct JoinedLine<'t> {
    fact: &'static str,
    joined: Vec<JoiningForm<'t>>,
}

#[derive(Serialize)]
struct JoiningForm<'t> {
    owner: &'t str,
    at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'t str>,
}

/// What thousands of releases share, each as a text once.
struct Texts<'h> {
    history: &'h History,
    parties: Vec<String>,
    owners: HashMap<OwnerSetIx, Vec<String>>,
}

impl<'h> Texts<'h> {
    fn new(history: &'h History) -> Self {
        Self {
            history,
            parties: history.parties().iter().map(ToString::to_string).collect(),
            owners: HashMap::new(),
        }
    }

    fn owners_now(&self) -> Option<OwnersLine<'_>> {
        let owners = self.history.owners_now()?.iter();
        let mut owners: Vec<&str> = owners.map(|ix| &*self.parties[ix.index()]).collect();
        owners.sort_unstable();
        let fact = "owners";
        Some(OwnersLine { fact, owners })
    }

    fn joined(&self) -> Option<JoinedLine<'_>> {
        let text = |party: PartyIx| &*self.parties[party.index()];
        let joined = self.history.joined().iter().map(|joined| JoiningForm {
            owner: text(joined.owner),
            at: joined.at,
            by: joined.by.map(text),
        });
        (!self.history.joined().is_empty()).then(|| JoinedLine {
            fact: "joined",
            joined: joined.collect(),
        })
    }

    fn line<'t>(&'t mut self, release: &'t Release) -> Line<'t>
    where
        'h: 't,
    {
        let history = self.history;
        let owners = release.owners.map(|set| {
            let texts = || sorted(history, history.owner_set(set));
            let texts = || texts().iter().map(ToString::to_string).collect();
            &**self.owners.entry(set).or_insert_with(texts)
        });
        Line {
            fact: "release",
            version: &release.version,
            published: release.published,
            publisher: release.publisher.map(|ix| &*self.parties[ix.index()]),
            approver: release.approver.map(|ix| &*self.parties[ix.index()]),
            contact: release
                .contact
                .map(|ix| contact::Form::of(history.contact(ix))),
            owners,
            dependencies: history.dependencies(release.dependencies),
            repository: release.repository.map(|ix| history.repository(ix)),
            signed_with: release.signed_with.map(|ix| history.certificate(ix)),
            provenance: release.provenance,
            install_script: release.install_script,
            deprecated: release.deprecated,
            removed: release.state == ReleaseState::Removed,
        }
    }
}
