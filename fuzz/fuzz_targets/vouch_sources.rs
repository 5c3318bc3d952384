//! Sources of vouches in whatever form: nothing is read for which nobody speaks,
//! and what is read gives vouches that begin before they end.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::vouch::{Fingerprint, Heard, Source};

fuzz_target!(|bytes: &[u8]| {
    let source = Source::read(bytes, Some("follow:fuzz"));
    for proof in &source.proofs {
        for key in std::iter::once(&proof.by).chain(&proof.about) {
            assert_eq!(key.as_str().parse::<Fingerprint>().as_ref(), Ok(key));
        }
    }
    let mut heard = Heard::default();
    heard.add(source);
    for given in heard.vouches().0 {
        assert!(!given.by.is_empty());
    }
    assert_eq!(Source::read(bytes, None).given, []);
});
