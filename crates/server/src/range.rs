//! `Range` of RFC 9110, section 14: one range of bytes, as clients that resume
//! a download send it.

use axum::http::HeaderMap;
use axum::http::header::{IF_RANGE, RANGE};
use std::ops::Range;

/// What of a file is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    All,
    Part(Range<u64>),
    /// A part that the file does not have.
    Nothing,
}

/// What a client wants of a file of `size` bytes that `etag` names. What cannot
/// be understood, asks for several parts, or was meant for another file, is
/// answered with the whole one, as the RFC allows.
pub(crate) fn of(headers: &HeaderMap, etag: &str, size: u64) -> Wanted {
    if headers.get(IF_RANGE).is_some_and(|known| known != etag) {
        return Wanted::All;
    }
    let range = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let range = range.and_then(|value| value.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return Wanted::All;
    };
    let (first, last) = (first.trim(), last.trim());
    let part = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(suffix)) if first.is_empty() => size.saturating_sub(suffix)..size,
        _ => return Wanted::All,
    };
    if part.start < part.end {
        Wanted::Part(part)
    } else {
        Wanted::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood() {
        let cases = [
            ("bytes=0-9", Wanted::Part(0..10)),
            ("bytes=90-", Wanted::Part(90..100)),
            ("bytes=90-1000", Wanted::Part(90..100)),
            ("bytes=-10", Wanted::Part(90..100)),
            ("bytes=-1000", Wanted::Part(0..100)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=9-0", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("lines=0-1", Wanted::All),
            ("bytes=a-b", Wanted::All),
        ];
        for (value, wanted) in cases {
            let headers = HeaderMap::from_iter([(RANGE, value.parse().unwrap())]);
            assert_eq!(of(&headers, "\"a\"", 100), wanted, "{value}");
        }
        assert_eq!(of(&HeaderMap::new(), "\"a\"", 100), Wanted::All);
    }

    #[test]
    fn a_part_of_another_file_is_of_no_use() {
        let cases = [
            ("\"a\"", Wanted::Part(0..10)),
            ("\"b\"", Wanted::All),
            // The comparison is the strong one.
            ("W/\"a\"", Wanted::All),
            ("Sun, 22 Nov 2026 10:00:00 GMT", Wanted::All),
        ];
        for (known, wanted) in cases {
            let headers = HeaderMap::from_iter([
                (RANGE, "bytes=0-9".parse().unwrap()),
                (IF_RANGE, known.parse().unwrap()),
            ]);
            assert_eq!(of(&headers, "\"a\"", 100), wanted, "{known}");
        }
    }
}
