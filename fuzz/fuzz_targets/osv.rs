//! Advisories: whatever the bytes, what is read can be kept and read again, and
//! every version can be asked about.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_domain::Affected;
use tenure_ecosystem::osv::{Matcher, kept_as, read};

fuzz_target!(|bytes: &[u8]| {
    let Ok(advisory) = read(bytes, "fuzz.json") else {
        return;
    };
    for affected in &advisory.affected {
        let package = affected.package.clone();
        assert_eq!(kept_as(&package), package);
        let lines = affected.to_lines();
        assert_eq!(Affected::from_lines(package, &lines).as_ref(), Some(affected));
        let matcher = Matcher::new(affected);
        for version in &affected.versions {
            assert!(matcher.means(version));
        }
        for bound in affected.ranges.iter().flatten() {
            matcher.means(bound.version());
        }
        matcher.means("1.0.0");
    }
});
