//! What the signatures in packages say of people, and what they do not.

use crate::output::style::{safe, short};
use serde::Serialize;
use tenure_domain::{Certificate, Ecosystem, History, Party, Time};
use tenure_ecosystem::nuget::signature::Limit;

/// What the signatures in a release's package say.
#[derive(Serialize)]
pub(crate) struct Signatures {
    /// The owners that the registry signed for the release; `null` where it
    /// did not.
    owners: Option<Vec<Party>>,
    /// The certificate that its author signed it with; `null` where none did.
    author: Option<Author>,
}

/// The certificate of an author.
#[derive(Serialize)]
struct Author {
    #[serde(flatten)]
    certificate: Certificate,
    /// The first of the releases in a row that were signed with it, as far as
    /// they were looked at.
    since: String,
    /// When that was published.
    since_date: Option<Time>,
}

/// What the signatures say of the release at a place in the history; `None` where
/// packages carry none.
pub(crate) fn of(history: &History, index: usize) -> Option<Signatures> {
    if history.package().ecosystem() != Ecosystem::Nuget {
        return None;
    }
    let release = history.releases().get(index)?;
    let owners = release.owners.map(|set| history.owner_set(set));
    let owners = owners.map(|set| set.iter().map(|ix| history.party(*ix).clone()).collect());
    let author = author(history, index);
    (owners.is_some() || author.is_some()).then_some(Signatures { owners, author })
}

fn author(history: &History, index: usize) -> Option<Author> {
    let releases = history.releases().get(..=index)?;
    let own = releases.last()?.signed_with?;
    let signed = releases.iter().rev();
    let signed = signed.filter(|release| release.signed_with.is_some());
    let first = signed
        .take_while(|release| release.signed_with == Some(own))
        .last()?;
    Some(Author {
        certificate: history.certificate(own).clone(),
        since: first.version.to_string(),
        since_date: first.published,
    })
}

impl Signatures {
    /// In words: what they say, and then what no signature says.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        if let Some(owners) = &self.owners {
            let names: Vec<String> = owners.iter().map(short).collect();
            let names = match names.as_slice() {
                [] => "nobody".to_owned(),
                names => names.join(", "),
            };
            let one = if owners.len() > 1 {
                ", one of whom published it"
            } else {
                ""
            };
            said.push(format!(
                "the registry signed that it was owned by {names}{one}"
            ));
        }
        if let Some(author) = &self.author {
            let date = author.since_date.map(|at| format!(" of {}", at.date()));
            said.push(format!(
                "its author signed it as {}, as every signed release since {}{}; certificate {}",
                safe(&author.certificate.subject),
                safe(&author.since),
                date.unwrap_or_default(),
                author.certificate.sha256,
            ));
        }
        let mut limits = vec![Limit::Members];
        if self.author.is_some() {
            limits.extend([Limit::RootTrust, Limit::Revocation]);
        }
        let limits: Vec<&str> = limits.into_iter().map(Limit::phrase).collect();
        said.push(format!(
            "an organisation's name says nothing of who joined it; not known: {}",
            limits.join(", ")
        ));
        said
    }
}
