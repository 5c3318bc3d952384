//! What holds for all versions and ranges.

use proptest::prelude::*;
use std::cmp::Ordering;
use tenure_ecosystem::nuget::version::{
    best_match, compare, exact, is_prerelease, is_same, normalised, satisfies,
};

fn version() -> impl Strategy<Value = String> {
    "(0|[1-9]|[12]0|007)(\\.(0|1|2|10)){0,3}(-(a|B|rc|0|2|10|-1)(\\.(a|1|10)){0,2})?(\\+m)?"
}

fn range() -> impl Strategy<Value = String> {
    prop_oneof![
        version(),
        version().prop_map(|one| format!("[{one}]")),
        (version(), version()).prop_map(|(low, high)| format!("[{low}, {high})")),
        (version(), version()).prop_map(|(low, high)| format!("({low},{high}]")),
        "(\\*|1\\.\\*|1\\.0\\.\\*|1\\.0\\.0-\\*|1\\.\\*-\\*|\\*-\\*|1\\.0\\.0-a\\*|\\*-rc\\*)",
    ]
}

proptest! {
    #[test]
    fn the_normal_form_is_the_same_version(text in version()) {
        let normal = normalised(&text).unwrap();
        prop_assert!(is_same(&text, &normal));
        prop_assert_eq!(compare(&text, &normal), Ordering::Equal);
        prop_assert_eq!(is_prerelease(&text), is_prerelease(&normal));
        prop_assert_eq!(normalised(&normal), Some(normal.clone()));
        prop_assert_eq!(exact(&format!("[{text}]")), Some(normal));
    }

    #[test]
    fn the_order_is_one(a in version(), b in version(), c in version()) {
        prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
        if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
            prop_assert!(compare(&a, &c).is_le());
        }
    }

    #[test]
    fn what_is_taken_is_within_and_does_not_hang_on_the_order(
        versions in prop::collection::vec(version(), 0..12), range in range()
    ) {
        let forwards = best_match(versions.iter().map(String::as_str), &range);
        let backwards = best_match(versions.iter().rev().map(String::as_str), &range);
        if let Some(found) = forwards {
            prop_assert_eq!(satisfies(found, &range), Some(true));
        }
        let order = compare(forwards.unwrap_or_default(), backwards.unwrap_or_default());
        prop_assert_eq!(order, Ordering::Equal);
    }

    #[test]
    fn any_text_is_read_without_a_panic(one in ".{0,40}", other in "[0-9.*,()\\[\\] +a-z-]{0,24}") {
        let _ = (normalised(&one), satisfies(&one, &other), best_match([&*other, &*one], &other));
        let _ = (exact(&other), satisfies(&other, &one));
    }
}

/// The normal form of a short version is longer than what was written.
#[test]
fn the_normal_form_of_any_version_is_one() {
    for length in 1..300 {
        let text = format!("0-{}", "a".repeat(length));
        if let Some(normal) = normalised(&text) {
            assert_eq!(normalised(&normal).as_ref(), Some(&normal), "{length}");
        }
    }
}
