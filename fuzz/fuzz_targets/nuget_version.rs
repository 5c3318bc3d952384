//! NuGet's versions, ranges and ids.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::nuget::{name, version};

fuzz_target!(|text: &str| {
    let (one, other) = text.split_once('\n').unwrap_or((text, "1.0"));
    if let Some(normal) = version::normalised(one) {
        assert!(version::is_same(one, &normal));
        assert!(version::compare(one, &normal).is_eq());
        assert_eq!(version::normalised(&normal), Some(normal));
    }
    let _ = version::satisfies(other, one);
    if let Some(found) = version::best_match([one, other], one) {
        assert_eq!(version::satisfies(found, one), Some(true));
    }
    if let Some(id) = name::normalise(one) {
        assert_eq!(name::normalise(&id), Some(id));
    }
});
