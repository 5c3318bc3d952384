//! Ranges: what they allow, and what a project gets of them.

use tenure_ecosystem::nuget::version::{best_match, exact, is_valid_range, satisfies};

#[test]
fn bounds() {
    for (range, version, expected) in [
        ("1.0.0", "0.0.0", false),
        ("1.0.0", "2.0.0", true),
        ("1.0.0", "1.0.0", true),
        ("[1.0.0, 2.0.0]", "2.0.1", false),
        ("[1.0.0, 2.0.0]", "0.0.0", false),
        ("[1.0.0, 2.0.0]", "3.0.0", false),
        ("[1.0.0, 2.0.0]", "2.0.0", true),
        ("[1.0.0, 2.0.0]", "1.0.0", true),
        ("(2.0.0,)", "2.0.0", false),
        ("(2.0.0,)", "2.1.0", true),
        ("[2.0.0]", "2.0.0", true),
        ("[2.0.0]", "2.0.1", false),
        ("(,2.0.0]", "2.0.0", true),
        ("(,2.0.0)", "2.0.0", false),
        ("(,2.0.0]", "1.0.0", true),
        ("[2.0.0, )", "2.0.0", true),
        ("[1.0.0, 1.0.0]", "1.0.0", true),
        ("[1.0.0-beta+meta, 2.0.0-beta+meta]", "1.0.0-alpha", false),
        (
            "[1.0.0-beta+meta, 2.0.0-beta+meta]",
            "1.0.0-alpha+meta",
            false,
        ),
        ("[1.0.0-beta+meta, 2.0.0-beta+meta]", "2.0.0-rc", false),
        ("[1.0.0-beta+meta, 2.0.0-beta+meta]", "2.0.0+meta", false),
        ("[1.0.0-beta+meta, 2.0.0-beta+meta]", "1.0.0", true),
        ("[1.0.0-beta+meta, 2.0.0-beta+meta]", "2.0.0-beta", true),
        (
            "(1.0.0-beta+meta, 2.0.0-beta+meta)",
            "2.0.0-beta+meta",
            false,
        ),
        ("(1.0.0-beta+meta, 2.0.0-beta+meta)", "2.0.0-alpha", true),
        ("(, 2.0.0-beta+meta)", "2.0.0-beta+meta", false),
        ("(, 2.0.0-beta+meta)", "2.0.0-alpha", true),
        ("[1.0.0+A, 2.0.0+A]", "1.0.0+B", true),
        ("   [  1 .2   , 2  .3   ]  ", "2.3.0.0", true),
        ("  1  .   2  ", "1.2", true),
        ("[1,3)", "3.0.0-beta", true),
        ("(, )", "0.0.1", true),
        ("[2021,)", "2021.0.0.0", true),
    ] {
        assert_eq!(
            satisfies(version, range),
            Some(expected),
            "{range} {version}"
        );
    }
}

#[test]
fn what_is_no_range() {
    for range in [
        "",
        "      ",
        "-1",
        "+1",
        "1.",
        ".1",
        "1,",
        ",1",
        ",",
        "-",
        "+",
        "a",
        "(,)",
        "[,]",
        "[,)",
        "(,]",
        "(,1.3..2]",
        "(1.2.3.4.5,1.2]",
        "   [-1, 2]  ",
        "[1.1.4, 1.1.2)",
        "(1.1.4, 1.1.2]",
        "[1.0.0, 1.0.0)",
        "(1.0, 1.0.0]",
        "(*, *]",
        "[1.0.0-beta, 1.0.0-beta+900)",
        "(1.0)",
        "(1.0.0)",
        "[2.0.0)",
        "(2.0.0]",
        "[1.0",
        "1.0]",
        "[1,2,3]",
        "[]",
        "[",
        "1.0.0+*",
        "1.0.**",
        "1.*.0",
        "1.0.*-*bla",
        "1.0.*-*bla+*",
        "**",
        "1.0.0-preview.*+blabla",
        "1.0.*--",
        "1.0.*-alpha*+",
        "1.0.*-",
        "1.0.0-a-b.*",
    ] {
        assert!(!is_valid_range(range), "{range:?}");
    }
    for range in [
        "1.0.0-preview.*",
        "1.0.*-bla*",
        "1.0.*-*",
        "1.0.*-preview.1.*",
        "1.0.*-preview.1*",
        "1.0.0--",
        "1.0.0-bla*",
        "1.0.*--*",
        "1.0.0--*",
        "[1.0.0-beta-*, ]",
        "[*, )",
        "*-rc.*",
    ] {
        assert!(is_valid_range(range), "{range:?}");
    }
}

#[test]
fn only_one_version() {
    assert_eq!(exact("[1.0]").as_deref(), Some("1.0.0"));
    assert_eq!(exact("[1.0.0-RC, 1.0-rc]").as_deref(), Some("1.0.0-rc"));
    for range in ["1.0", "[1.0, 2.0]", "(, 1.0]", "(1.0, 1.0)", "x"] {
        assert_eq!(exact(range), None, "{range}");
    }
}

#[test]
fn prereleases_where_they_are_named() {
    for (range, version, expected) in [
        ("1.0.0", "1.0.1-beta", false),
        ("1.0.0", "1.0.1", true),
        ("1.0.0-*", "1.0.0-beta", true),
        ("1.0.0-beta.*", "1.0.0-beta.1", true),
        ("1.0.0-beta-*", "1.0.0-beta-01", true),
        ("1.0.0-beta-*", "2.0.0-beta", true),
        ("1.0.*", "1.0.0-beta", false),
        ("1.*", "1.0.0-beta", false),
        ("*", "1.0.0-beta", false),
        ("[1.0.0, 2.0.0]", "1.5.0-beta", false),
        ("[1.0.0, 2.0.0-beta]", "1.5.0-beta", true),
        ("[1.0.0-beta, 2.0.0]", "1.5.0-beta", true),
        ("[1.0.0-beta, 2.0.0]", "3.5.0-beta", false),
        ("[1.0.0-beta, 2.0.0]", "0.5.0-beta", false),
        ("[1.0.0-beta, 2.0.0)", "2.0.0", false),
        ("[1.0.0-beta, 2.0.0)", "2.0.0-beta", true),
        ("[1.0.*, 2.0.0-beta]", "2.0.0-beta", true),
    ] {
        assert_eq!(
            best_match([version], range).is_some(),
            expected,
            "{range} {version}"
        );
    }
}

/// A range from the lowest version that a floating one can stand for to that
/// same version has nothing else in it.
#[test]
fn the_lowest_of_a_floating_range() {
    for (range, lowest) in [
        ("*", "0.0.0"),
        ("*-*", "0.0.0-0"),
        ("1.*", "1.0.0"),
        ("1.1.*", "1.1.0"),
        ("1.1.*-*", "1.1.0-0"),
        ("1.1.1-*", "1.1.1-0"),
        ("1.1.1-beta*", "1.1.1-beta"),
        ("1.1.1-1*", "1.1.1-1"),
        ("1.1.*-beta*", "1.1.0-beta"),
        ("1.0.*-beta.1*", "1.0.0-beta.1"),
        ("1.0.0-b-*", "1.0.0-b-"),
        ("1.0.*-b-*", "1.0.0-b-"),
        ("1.1.0-beta.*", "1.1.0-beta.0"),
        ("1.1.*-beta.*", "1.1.0-beta.0"),
        ("*-beta.*", "0.0.0-beta.0"),
    ] {
        assert_eq!(
            exact(&format!("[{range}, {lowest}]")).as_deref(),
            Some(lowest),
            "{range}"
        );
    }
}

const EARLY: &str = "0.1.0 0.2.0 1.0.0-alpha.2";

/// A range, the versions that there are, and the one that is taken.
const TAKEN: &[(&str, &str, &str)] = &[
    ("1.0.0", "1.0.0 1.0.1 2.0.0", "1.0.0"),
    ("1.*", "0.1.0 1.0.0 1.2.0 2.0.0", "1.2.0"),
    ("1.*", "0.1.0 2.0.0 2.5.0 3.3.0", "2.0.0"),
    ("*", "0.1.0 2.0.0 2.5.0 3.3.0", "3.3.0"),
    ("*-*", "0.1.0 2.0.0 3.3.0 4.0.0-a", "4.0.0-a"),
    (
        "1.0.0-*",
        "0.1.0-alpha 1.0.0-alpha01 1.0.0-alpha02 2.0.0-beta 2.0.1",
        "1.0.0-alpha02",
    ),
    (
        "1.0.0-*",
        "0.1.0-alpha 1.0.1-alpha01 1.0.1-alpha02 2.0.0-beta 2.0.1",
        "1.0.1-alpha01",
    ),
    (
        "1.0.0-alpha*",
        "0.1.0-alpha 1.0.0-alpha01 1.0.0-alpha02 2.0.0-beta",
        "1.0.0-alpha02",
    ),
    (
        "[1.0.*, 2.0.0)",
        "0.1.0 1.0.0-alpha.2 2.0.0 2.2.0 3.0.0",
        "",
    ),
    ("[1.0.*, 2.0.0)", EARLY, ""),
    ("[1.0.*, )", EARLY, ""),
    ("[1.0.*, )", "0.1.0 0.2.0 1.0.0-alpha.2 101.0.0", "101.0.0"),
    ("[1.0.0.*-*, 2.0.0)", "0.1.0 2.0.0 2.2.0 3.0.0", ""),
    (
        "[1.0.0.*-beta*, 2.0.0)",
        "0.1.0 1.0.0-alpha.2 2.0.0 2.2.0",
        "",
    ),
    (
        "[1.0.1.*-alpha*, 2.0.0)",
        "0.1.0 1.0.1-alpha.2 2.0.0 2.2.0",
        "1.0.1-alpha.2",
    ),
    (
        "[1.0.1.*-alpha*, 2.0.0)",
        "1.0.0-alpha.2 1.0.1.9-alpha.1 1.1.0-alpha.1 2.0.0",
        "1.0.1.9-alpha.1",
    ),
    (
        "[1.0.1.*-alpha*, 2.0.0)",
        "1.0.0-alpha.2 1.0.1.9-alpha.1 1.0.1.9 1.1.0-alpha.1",
        "1.0.1.9",
    ),
    (
        "[1.0.1.*-alpha*, 2.0.0)",
        "0.1.0 1.0.0-alpha.2 1.0.1.8 1.0.1.9-alpha.1 2.0.0",
        "1.0.1.9-alpha.1",
    ),
    (
        "[1.0.*-alpha*, 2.0.0)",
        "0.1.0 1.0.0-alpha.2 1.0.9-alpha.1 1.1.0-alpha.1",
        "1.0.9-alpha.1",
    ),
    (
        "[1.0.*-alpha*, 2.0.0)",
        "1.0.0-alpha.2 1.0.9-alpha.1 1.0.9 1.1.0-alpha.1 2.0.0",
        "1.0.9",
    ),
    (
        "[1.*-alpha*, 2.0.0)",
        "1.0.0-alpha.2 1.0.9-alpha.1 1.1.0-alpha.1 2.0.0",
        "1.1.0-alpha.1",
    ),
    (
        "[1.*-alpha*, 2.0.0)",
        "1.1.0-alpha.1 1.10.1 1.99.1-alpha1 2.0.0",
        "1.99.1-alpha1",
    ),
    (
        "[1.0.0.*-*, )",
        "1.0.0-alpha.2 1.0.0.1-alpha.1 1.0.1-alpha.1 101.0.0",
        "1.0.0.1-alpha.1",
    ),
    (
        "[1.0.*-*, )",
        "0.1.0 0.2.0 1.0.0-alpha.2 1.0.1-beta.2",
        "1.0.1-beta.2",
    ),
    (
        "[1.*-*, )",
        "1.0.0-alpha.2 1.9.0-alpha.2 2.0.0-alpha.2 101.0.0",
        "1.9.0-alpha.2",
    ),
    (
        "[1.*-alpha*, )",
        "0.2.0 1.0.0-alpha.2 1.9.0 1.20.0-alph.3 101.0.0",
        "1.9.0",
    ),
    (
        "[1.*-alpha*, )",
        "0.2.0 1.0.0-alph3.2 1.20.0-alph.3 101.0.0",
        "1.20.0-alph.3",
    ),
    (
        "[*-alpha*, )",
        "0.1.0 0.2.0 1.0.0-alpha.2 1.9.0 1.20.0-alph.3",
        "1.9.0",
    ),
    (
        "[*-rc*, )",
        "0.1.0-beta 1.0.0-alpha.2 1.9.0-alpha.2 2.0.0-alpha.2",
        "0.1.0-beta",
    ),
    (
        "*-rc*",
        "1.1.0 1.2.0-rc.1 1.2.0-rc.2 1.2.0-rc1 2.0.0 3.0.0-beta.1",
        "2.0.0",
    ),
    ("[1.1.1.1*-*, 2.0.0)", "1.1.1.10 3.1.0", "1.1.1.10"),
    ("[1.1.1.1*, 2.0.0)", "1.1.1.10 3.1.0", "1.1.1.10"),
    ("[1.1.1*, 2.0.0)", "1.1.10 3.1.0", "1.1.10"),
    ("[1.1*-*, 2.0.0)", "1.10.1 3.1.0", "1.10.1"),
    ("[1.1*, 2.0.0)", "1.10.1 3.1.0", "1.10.1"),
    (
        "[1.0.0--*, 2.0.0)",
        "1.0.0--alpha 1.0.0--beta 3.1.0",
        "1.0.0--beta",
    ),
    (
        "[1.*--*, 2.0.0)",
        "1.0.0--alpha 1.0.0--beta 1.9.0--beta 3.1.0",
        "1.9.0--beta",
    ),
];

#[test]
fn what_a_project_gets() {
    for (range, versions, expected) in TAKEN {
        let found = best_match(versions.split(' '), range).unwrap_or_default();
        assert_eq!(found, *expected, "{range} of {versions}");
    }
}
