//! Python's versions, specifiers, and names of files. A file that tells its
//! release tells it in the version's normal form.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::pypi::{name, version};

fuzz_target!(|text: &str| {
    let (one, other) = text.split_once('\n').unwrap_or((text, "1.0"));
    if let Some(normal) = version::normalised(one) {
        assert!(version::is_same(one, &normal));
        assert_eq!(version::normalised(&normal), Some(normal));
    }
    let _ = version::satisfies(other, one);
    let _ = version::highest([one, other], one);
    if let Some(project) = name::normalise(one) {
        assert!(name::is_normal(&project));
        if let Some((_, told)) = name::release_of(&project, other) {
            assert_eq!(version::normalised(&told), Some(told));
        }
    }
});
