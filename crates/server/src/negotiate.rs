//! What a client can read, and what it has already.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, IF_NONE_MATCH};
use tenure_ecosystem::npm::hold::Form;

/// npm's media type of the abbreviated document.
pub(crate) const ABBREVIATED: &str = "application/vnd.npm.install-v1+json";

/// Ways to write an answer down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Encoding {
    Identity,
    Gzip,
    Brotli,
    Zstd,
}

impl Encoding {
    /// Those that compress, the preferred one first: zstd and gzip are quick to
    /// make, so the first client to ask does not wait long.
    const COMPRESSED: [Self; 3] = [Self::Zstd, Self::Gzip, Self::Brotli];

    /// The word in `Content-Encoding`.
    pub(crate) fn token(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The one that the client likes best.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut best = (0, Self::Identity);
        for line in headers.get_all(ACCEPT_ENCODING) {
            let Ok(line) = line.to_str() else { continue };
            for (token, weight) in line.split(',').map(weighed) {
                for (rank, encoding) in Self::COMPRESSED.into_iter().rev().enumerate() {
                    let named = token.eq_ignore_ascii_case(encoding.token());
                    let score = u32::from(weight) * 4 + rank as u32 + 1;
                    if named && weight > 0 && score > best.0 {
                        best = (score, encoding);
                    }
                }
            }
        }
        best.1
    }
}

/// `gzip;q=0.8` as a token and its weight in thousandths.
fn weighed(part: &str) -> (&str, u16) {
    let mut fields = part.split(';').map(str::trim);
    let token = fields.next().unwrap_or_default();
    let weight = fields
        .find_map(|field| field.strip_prefix("q="))
        .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
    (token, (weight.clamp(0.0, 1.0) * 1000.0) as u16)
}

/// The form of a document that the client asks for.
pub(crate) fn form(headers: &HeaderMap) -> Form {
    if accepts(headers, ABBREVIATED) {
        Form::Abbreviated
    } else {
        Form::Full
    }
}

/// Whether the client asks for the full document and for nothing less, by its
/// type.
pub(crate) fn names_full(headers: &HeaderMap) -> bool {
    form(headers) == Form::Full && accepts(headers, "application/json")
}

/// Whether `Accept` names a media type.
fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(weighed)
        .any(|(kind, weight)| weight > 0 && kind == wanted)
}

/// Whether the client has the answer that `tag` names. The comparison is the
/// weak one of RFC 9110, section 13.1.2.
pub(crate) fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: axum::http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn the_encoding_that_is_liked_best() {
        let cases = [
            ("gzip, deflate", Encoding::Gzip),
            ("gzip, deflate, br, zstd", Encoding::Zstd),
            ("br;q=1.0, gzip;q=0.5", Encoding::Brotli),
            ("gzip;q=0", Encoding::Identity),
            ("deflate", Encoding::Identity),
            ("GZIP", Encoding::Gzip),
            ("", Encoding::Identity),
        ];
        for (value, encoding) in cases {
            assert_eq!(
                Encoding::of(&headers(ACCEPT_ENCODING, value)),
                encoding,
                "{value}"
            );
        }
    }

    #[test]
    fn the_abbreviated_form_is_asked_for_by_its_type() {
        let npm = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";
        assert_eq!(form(&headers(ACCEPT, npm)), Form::Abbreviated);
        assert_eq!(form(&headers(ACCEPT, "application/json")), Form::Full);
        assert_eq!(form(&HeaderMap::new()), Form::Full);
        assert!(!names_full(&headers(ACCEPT, npm)) && !names_full(&HeaderMap::new()));
        assert!(names_full(&headers(ACCEPT, "application/json; q=1.0, */*")));
    }

    #[test]
    fn tags_are_compared_weakly() {
        let sent = headers(IF_NONE_MATCH, r#"W/"a", "b""#);
        assert!(has_already(&sent, r#""a""#) && has_already(&sent, r#""b""#));
        assert!(!has_already(&sent, r#""c""#));
        assert!(has_already(&headers(IF_NONE_MATCH, "*"), r#""c""#));
    }
}
