//! npm's ranges and versions: a line of each.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::npm::version::{highest, is_valid, satisfies};

fuzz_target!(|text: &str| {
    let Some((version, range)) = text.split_once('\n') else {
        return;
    };
    let allowed = satisfies(version, range);
    assert!(allowed.is_none() || is_valid(version));
    if allowed == Some(true) {
        assert_eq!(highest([version], &[range]), Some(version));
    }
});
