//! Versions: what is one, which are the same, and their order.

use std::cmp::Ordering;
use tenure_ecosystem::nuget::version::{compare, is_prerelease, is_same, is_valid, normalised};

#[test]
fn normal_forms() {
    for (text, normal) in [
        ("1", "1.0.0"),
        ("1.0", "1.0.0"),
        ("1.0.0", "1.0.0"),
        ("1.0.0.0", "1.0.0"),
        ("1.00", "1.0.0"),
        ("1.01.1", "1.1.1"),
        ("1.0.01.0", "1.0.1"),
        ("1.022", "1.22.0"),
        ("2.3-alpha", "2.3.0-alpha"),
        ("3.4.0.3-RC-3", "3.4.0.3-rc-3"),
        ("1.3.42.10133", "1.3.42.10133"),
        ("1.022-Beta", "1.22.0-beta"),
        ("  1.3.42.10133-PreRelease  ", "1.3.42.10133-prerelease"),
        ("1.0+A", "1.0.0"),
        ("1.0-1.1+B.B", "1.0.0-1.1"),
        ("1.0.0009.01-1.1+A", "1.0.9.1-1.1"),
        ("1.0.0-beta.x.y.5.79.0+aa", "1.0.0-beta.x.y.5.79.0"),
        ("1.2.3-X.y.3+Meta-2", "1.2.3-x.y.3"),
        ("0.1.2--", "0.1.2--"),
        ("0.1.2--B2.-.C.-A0-", "0.1.2--b2.-.c.-a0-"),
        ("1.2.3-0", "1.2.3-0"),
        ("1.2.3-0A", "1.2.3-0a"),
        ("   19   .   19   .   19   .   19   ", "19.19.19.19"),
        ("2147483647.1.1.1", "2147483647.1.1.1"),
    ] {
        assert_eq!(normalised(text).as_deref(), Some(normal), "{text}");
    }
}

#[test]
fn what_is_no_version() {
    for text in [
        "",
        "   ",
        "1beta",
        "1.2Av^c",
        "1.2..",
        "1.2.3.4.5",
        "1.2.3.Beta",
        "So.is.this",
        "1.34.2Alpha",
        "1.4.7-",
        "1.4.7-*",
        "1.4.7+*",
        "1.4.7-AA.01^",
        "1.4.7-A^A",
        "1.4.7+AA.01^",
        "1.2147483648",
        "1.1.1.2147483648",
        "10000000000000000000",
        "1..2",
        "....",
        "..1",
        "1.",
        "-1.1.1.1",
        "1.-1.1.1",
        "1.1.1.-1",
        "1.1.1.1.",
        "1     1.1.1.1",
        "1.1.1.1     1",
        " .1.1.1",
        "1. .1.1",
        "1.1.1. ",
        "1 .",
        "1.1.1.1 .",
        "   19.   1 9",
        "NotAVersion",
        "v1.0.0",
        "1.0.0-00",
        "1.2.3-A.00.B",
        "1.2.3-A..B",
        "1.2.3-a$b",
        "0.1.2-Alpha.",
        "0.1.2-.AA",
        "0.1.2-02",
        "0.1.2-2.02",
        "0.1.2-alp=ha",
        "+1",
        "-",
        "+",
        "1.0.0+",
        "1.0.0-a+",
        "1.0.0-+a",
        "1.0.0+a..b",
        "1.0.0+a_b",
    ] {
        assert!(!is_valid(text), "{text:?}");
    }
}

#[test]
fn the_same_version_in_two_forms() {
    for (one, other) in [
        ("1.0", "1.0.0.0"),
        ("1.23.01", "1.23.1"),
        ("1.45.6-Alpha", "1.45.6-Alpha"),
        ("1.6.2-BeTa", "1.6.02-beta"),
        ("22.3.07     ", "22.3.07"),
        ("1.0", "1.0.0.0+beta"),
        ("1.0.0.0+beta.2", "1.0.0.0+beta.1"),
        ("1.0.0-BETA.X.y.5.77.0+AA", "1.0.0-beta.x.y.5.77.0+aa"),
    ] {
        assert!(is_same(one, other), "{one} {other}");
        assert_eq!(compare(one, other), Ordering::Equal, "{one} {other}");
    }
}

#[test]
fn the_order() {
    for (lower, higher) in [
        ("0.0.0", "1.0.0"),
        ("1.0.0", "1.1.0"),
        ("1.0", "1.0.1"),
        ("1.23", "1.231"),
        ("1.4.5.6", "1.45.6"),
        ("1.4.5.6", "1.4.5.60"),
        ("1.01", "1.10"),
        ("1.01-alpha", "1.10-beta"),
        ("1.01.0-RC-1", "1.10.0-rc-2"),
        ("1.01-RC-1", "1.01"),
        ("1.01", "1.2-preview"),
        ("1.999.9999", "2.1.1"),
        ("1.0.0-BETA", "1.0.0-beta2"),
        ("1.0.0-beta+AA", "1.0.0+aa"),
        ("1.0.0-BETA", "1.0.0-beta.1+AA"),
        ("1.0.0-BETA.X.y.5.77.0+AA", "1.0.0-beta.x.y.5.79.0+aa"),
        ("1.0.0-beta.x.79", "1.0.0-beta.x.790"),
        // The documentation's own row, highest first.
        ("1.0.1-rc", "1.0.1"),
        ("1.0.1-beta2", "1.0.1-rc"),
        ("1.0.1-beta", "1.0.1-beta2"),
        ("1.0.1-alpha10", "1.0.1-alpha2"),
        ("1.0.1-alpha.2", "1.0.1-alpha.10"),
        ("1.0.0-1", "1.0.0-a"),
        ("1.0.0--1", "1.0.0-0"),
        ("not a version", "0.0.0-0"),
    ] {
        assert_eq!(compare(lower, higher), Ordering::Less, "{lower} {higher}");
        assert_eq!(
            compare(higher, lower),
            Ordering::Greater,
            "{lower} {higher}"
        );
    }
}

#[test]
fn prereleases_have_labels() {
    assert_eq!(is_prerelease("1.0.0-Beta+Meta"), Some(true));
    assert_eq!(is_prerelease("1.0.0+Metadata-x"), Some(false));
    assert_eq!(is_prerelease("x"), None);
}
