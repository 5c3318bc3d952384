//! Domains: a text in DNS, or a file at a well-known place. Either confirms.

use super::guarded::Answered;
use super::{Inner, Proved, Question};
use crate::FetchError;
use tenure_ecosystem::identity::proof::names;
use tenure_ecosystem::vouch::ssh::Fingerprint;
use url::Url;

impl Inner {
    pub(super) async fn domain(
        &self,
        name: &str,
        question: &Question,
    ) -> Result<Proved, FetchError> {
        let record = format!("dns:_tenure.{name}");
        let file = format!("https://{name}/.well-known/tenure.txt");
        let key = &question.key;
        let (in_dns, in_file) = tokio::join!(self.in_dns(name, key), self.in_file(&file, key));
        let found = |via: String| Proved::Confirmed { via, id: None };
        // Where it was shown before, an answer that it is no longer is one; nobody
        // needs to have both.
        match (in_dns, in_file) {
            (Ok(true), _) => Ok(found(record)),
            (_, Ok(true)) => Ok(found(file)),
            (Ok(false), Ok(false)) => Ok(Proved::denied(format!(
                "neither `{record}` nor `{file}` names the key"
            ))),
            (Ok(false), Err(_)) if question.via.as_ref() == Some(&record) => Ok(Proved::denied(
                format!("`{record}` does not name the key any more"),
            )),
            (Err(_), Ok(false)) if question.via.as_ref() == Some(&file) => Ok(Proved::denied(
                format!("`{file}` does not name the key any more"),
            )),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    async fn in_dns(&self, name: &str, key: &Fingerprint) -> Result<bool, FetchError> {
        let texts = self.web.texts(&format!("_tenure.{name}")).await?;
        Ok(texts.iter().any(|text| names(text, key)))
    }

    async fn in_file(&self, file: &str, key: &Fingerprint) -> Result<bool, FetchError> {
        let url: Url = file
            .parse()
            .map_err(|error| FetchError::unreadable(file, &error))?;
        Ok(match self.web.get(&url, "text/plain").await? {
            Answered::Bytes(bytes) => names(&String::from_utf8_lossy(&bytes), key),
            Answered::Nothing => false,
        })
    }
}
