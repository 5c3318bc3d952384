use crate::cache::Validators;
use crate::npm_config::{Credential, Credentials, scope_of};
use reqwest::Response;
use reqwest::header::{ETAG, HeaderName, LAST_MODIFIED};
use std::error::Error;
use tenure_domain::Ecosystem;
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
pub(super) async fn refusal(response: Response, url: &Url, known: &Credentials) -> String {
    let reason = reason(response)
        .await
        .map_or(String::new(), |text| format!("it says `{text}`; "));
    let advice = advice(url, known.for_url(url), known.ecosystem_at(url));
    reason + &advice
}

/// What to do, in the words of the clients whose registry it is.
fn advice(url: &Url, shown: Option<&Credential>, ecosystem: Option<Ecosystem>) -> String {
    if let Some(Credential::Unset { written }) = shown {
        return format!(
            "the credential for it is `{written}`, which is not set in this environment"
        );
    }
    if shown.is_some() {
        let whose = match ecosystem {
            Some(Ecosystem::Npm) => "npm ",
            Some(Ecosystem::Cargo) => "cargo ",
            Some(Ecosystem::Pypi) => "pip or uv ",
            Some(Ecosystem::Nuget) => "NuGet ",
            None => "",
        };
        return format!("the credential in the {whose}configuration was not accepted; log in anew");
    }
    let scope = scope_of(url).unwrap_or_default();
    let host = scope.split('/').nth(2).unwrap_or_default();
    let to_do = match ecosystem {
        Some(Ecosystem::Npm) => format!("; write `//{host}/:_authToken=...` into `~/.npmrc`"),
        Some(Ecosystem::Cargo) => {
            "; name its index as `registries.NAME.index` in `~/.cargo/config.toml`, and \
             run `cargo login --registry NAME`"
                .to_owned()
        }
        Some(Ecosystem::Pypi) => {
            let host = host.split(':').next().unwrap_or_default();
            format!("; write `machine {host} login ... password ...` into `~/.netrc`")
        }
        Some(Ecosystem::Nuget) => {
            "; write it under `packageSourceCredentials` into `NuGet.Config`".to_owned()
        }
        None => String::new(),
    };
    format!("no credential for it was found{to_do}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_for_the_clients_of_the_registry() {
        let url = "https://registry.example:8080/x".parse().unwrap();
        let said = |ecosystem| advice(&url, None, ecosystem);
        for (ecosystem, file) in [
            (
                Ecosystem::Npm,
                "//registry.example:8080/:_authToken=...` into `~/.npmrc`",
            ),
            (Ecosystem::Cargo, "`cargo login --registry NAME`"),
            (
                Ecosystem::Pypi,
                "`machine registry.example login ... password ...` into `~/.netrc`",
            ),
            (Ecosystem::Nuget, "into `NuGet.Config`"),
        ] {
            let said = said(Some(ecosystem));
            assert!(said.contains(file), "{said}");
        }
        assert_eq!(said(None), "no credential for it was found");
        let token = Credential::Token("x".to_owned());
        let said = advice(&url, Some(&token), Some(Ecosystem::Cargo));
        assert!(
            said.contains("the cargo configuration was not accepted"),
            "{said}"
        );
    }
}
