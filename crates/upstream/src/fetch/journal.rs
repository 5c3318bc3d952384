//! The journal of a Python index: when somebody was given a role in a project
//! or lost it.

use super::Fetcher;
use crate::client::{Client, Forwarding};
use crate::{FetchError, Upstream};
use tenure_domain::{Ecosystem, Time};
use tenure_ecosystem::pypi::facts::journal::{self, Entry, Journal};
use tenure_ecosystem::pypi::facts::{api, journal_at};
use url::Url;

/// So many answers are read at most: the public index gives 50,000 entries in
/// one, which is more than a day's.
const MOST: usize = 64;

/// What a journal says.
#[derive(Clone, Debug, Default)]
pub struct JournalRead {
    /// Its address.
    pub url: String,
    /// What it says of roles since the moment that was asked for.
    pub entries: Vec<Entry>,
    /// Whether that is all of it: not if there are more than 64 answers.
    pub is_whole: bool,
}

impl Fetcher {
    /// What the journal of the Python index says since a moment; `None` where
    /// the index has no journal.
    ///
    /// # Errors
    /// When no index is configured, or it cannot be asked.
    pub fn journal_since(&self, since: Time) -> Result<Option<JournalRead>, FetchError> {
        let upstream = self.default_upstream(Ecosystem::Pypi)?;
        let client = self.client(Ecosystem::Pypi)?;
        let Some(url) = address(&upstream) else {
            return Ok(None);
        };
        let network = self.network()?;
        network.wait(async move { read(&client, url, since).await })
    }
}

fn address(upstream: &Upstream) -> Option<Url> {
    let api = api(upstream.url())?;
    journal_at(api.as_str()).parse().ok()
}

async fn read(client: &Client, url: Url, since: Time) -> Result<Option<JournalRead>, FetchError> {
    let mut whole = JournalRead {
        url: url.to_string(),
        ..JournalRead::default()
    };
    let mut question = journal::question(since);
    let mut last = None;
    for _ in 0..MOST {
        let Some(part) = ask(client, &url, question).await? else {
            return Ok(None);
        };
        whole.entries.extend(part.entries);
        match part.last {
            Some(newer) if last.is_none_or(|last| last < newer) => {
                last = Some(newer);
                question = journal::question_after(newer);
            }
            _ => {
                whole.is_whole = true;
                return Ok(Some(whole));
            }
        }
    }
    Ok(Some(whole))
}

/// `None` where there is no journal: a refusal, or something else in its place.
async fn ask(client: &Client, url: &Url, question: String) -> Result<Option<Journal>, FetchError> {
    let sent = Forwarding {
        content_type: "text/xml".to_owned(),
        content_encoding: None,
        bytes: question.into(),
    };
    let answer = client.call(url.clone(), "text/xml", &sent).await?;
    match answer.status {
        200 => Ok(journal::read(&answer.bytes).ok()),
        status @ 500.. => Err(FetchError::Status {
            url: url.to_string(),
            status,
            retry_after: None,
        }),
        _ => Ok(None),
    }
}
