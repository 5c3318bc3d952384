use crate::cache::Validators;
use crate::npm_config::{Credential, scope_of};
use reqwest::Response;
use reqwest::header::{ETAG, HeaderName, LAST_MODIFIED};
use std::error::Error;
use url::Url;

/// What names the version of the document that an answer brings.
pub(super) fn validators(response: &Response) -> Validators {
    let text = |name: HeaderName| {
        let value = response.headers().get(name)?;
        Some(value.to_str().ok()?.to_owned())
    };
    Validators {
        etag: text(ETAG),
        last_modified: text(LAST_MODIFIED),
    }
}

/// An error with all that caused it; the outer ones alone say nothing.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.ends_with(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}

/// Of an answer that says no, as much as anybody reads.
const MAX_REASON: usize = 4096;

/// What the registry said when it refused, and what to do about it.
pub(super) async fn refusal(response: Response, url: &Url, shown: Option<&Credential>) -> String {
    let reason = reason(response)
        .await
        .map_or(String::new(), |text| format!("it says `{text}`; "));
    let scope = scope_of(url).unwrap_or_default();
    let host = scope.split('/').nth(2).unwrap_or_default();
    let advice = match shown {
        Some(Credential::Unset { written }) => {
            format!("the credential for it is `{written}`, which is not set in this environment")
        }
        Some(_) => {
            "the credential in the npm configuration was not accepted; log in anew".to_owned()
        }
        None => format!(
            "no credential for it was found; write `//{host}/:_authToken=...` into `~/.npmrc`"
        ),
    };
    reason + &advice
}

/// The message in an error answer, made fit for a terminal.
async fn reason(mut response: Response) -> Option<String> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_REASON {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            _ => break,
        }
    }
    let answer: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    let text = answer
        .get("error")
        .or_else(|| answer.get("message"))?
        .as_str()?;
    let text: String = text.chars().filter(|c| !c.is_control()).take(300).collect();
    (!text.is_empty()).then_some(text)
}
