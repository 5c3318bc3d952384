//! Under which address a client reaches this server.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use std::sync::Arc;
use url::Url;

/// The address that links and tarballs are written with, without a slash at
/// its end.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    /// The same for everybody, as it was configured.
    Configured(Arc<str>),
    /// What each client writes in `Host`.
    AsAsked,
}

/// A host is no longer than a name and a port.
const LONGEST_HOST: usize = 255 + 6;

impl Address {
    pub(crate) fn new(public: Option<&Url>) -> Self {
        match public {
            Some(url) => Self::Configured(url.as_str().trim_end_matches('/').into()),
            None => Self::AsAsked,
        }
    }

    /// For one request. `None` if the client names no usable host.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Option<Arc<str>> {
        match self {
            Self::Configured(address) => Some(Arc::clone(address)),
            Self::AsAsked => {
                let host = headers.get(HOST)?.to_str().ok()?;
                is_host(host).then(|| format!("http://{host}").into())
            }
        }
    }
}

/// It ends up in documents and pages, so nothing but a host and a port.
fn is_host(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    !text.is_empty() && text.len() <= LONGEST_HOST && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_host_is_taken_from_a_client() {
        let of = |host: &str| {
            let headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
            Address::AsAsked.of(&headers)
        };
        assert_eq!(
            of("127.0.0.1:4874").as_deref(),
            Some("http://127.0.0.1:4874")
        );
        assert_eq!(of("[::1]:80").as_deref(), Some("http://[::1]:80"));
        for host in ["", "a/b", "a\"b", "a b", &"a".repeat(300)] {
            assert_eq!(of(host), None, "{host}");
        }
    }
}
