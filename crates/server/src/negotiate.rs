//! What a client can read, and what it has already.

use axum::http::header::{ACCEPT, ACCEPT_ENCODING, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName};
use tenure_ecosystem::npm::hold::Form;

/// The media type of the full document.
pub(crate) const FULL: &str = "application/json";
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
    /// The preferred one first: zstd and gzip are quick to make, so the first
    /// client to ask does not wait long.
    const ALL: [Self; 4] = [Self::Zstd, Self::Gzip, Self::Brotli, Self::Identity];

    /// The word in `Content-Encoding`.
    pub(crate) fn token(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    fn is_named(self, token: &str) -> bool {
        let old_name = self == Self::Gzip && token.eq_ignore_ascii_case("x-gzip");
        old_name || token.eq_ignore_ascii_case(self.token())
    }

    /// The one that the client likes best, by RFC 9110, section 12.5.3. One
    /// that takes nothing at all gets the plain answer.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        // What is not named is as welcome as `*`, or not at all; plain answers
        // are a last resort.
        let mut named = [None; Self::ALL.len()];
        let mut others = None;
        for (token, weight) in list(headers, ACCEPT_ENCODING).map(weighed) {
            if token == "*" {
                others = Some(weight);
            }
            let known = Self::ALL
                .iter()
                .position(|encoding| encoding.is_named(token));
            if let Some(known) = known {
                named[known] = Some(weight);
            }
        }
        let mut best = (0, Self::Identity);
        for (encoding, weight) in Self::ALL.into_iter().zip(named) {
            let unnamed = u16::from(encoding == Self::Identity);
            let weight = weight.or(others).unwrap_or(unnamed);
            if weight > best.0 {
                best = (weight, encoding);
            }
        }
        best.1
    }
}

/// The items of a header that is a list.
fn list(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// `gzip;q=0.8` as a token and its weight in thousandths.
fn weighed(part: &str) -> (&str, u16) {
    let mut fields = part.split(';').map(str::trim);
    let token = fields.next().unwrap_or_default();
    let weight = fields
        .filter_map(|field| field.split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("q"))
        .map_or(1.0, |(_, weight)| weight.parse::<f32>().unwrap_or(0.0));
    (token, (weight.clamp(0.0, 1.0) * 1000.0) as u16)
}

/// The form of a document that the client asks for. The abbreviated one goes
/// to those alone who name it, and like nothing that they name better.
pub(crate) fn form(headers: &HeaderMap) -> Form {
    let abbreviated = weight(headers, ABBREVIATED);
    if abbreviated > 0 && abbreviated >= weight(headers, FULL) {
        Form::Abbreviated
    } else {
        Form::Full
    }
}

/// Whether the client asks for the full document and for nothing less, by its
/// type.
pub(crate) fn names_full(headers: &HeaderMap) -> bool {
    form(headers) == Form::Full && weight(headers, FULL) > 0
}

/// How much the client likes a media type that it names.
fn weight(headers: &HeaderMap, wanted: &str) -> u16 {
    list(headers, ACCEPT)
        .map(weighed)
        .find(|(kind, _)| kind.eq_ignore_ascii_case(wanted))
        .map_or(0, |(_, weight)| weight)
}

/// Whether the client has the answer that `tag` names. The comparison is the
/// weak one of RFC 9110, section 13.1.2.
pub(crate) fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    list(headers, IF_NONE_MATCH).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
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
