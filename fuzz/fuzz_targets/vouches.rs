//! Statements of vouches: whatever the bytes, no statement is read that would
//! be written otherwise.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::vouch::ssh::{Fingerprint, verify};
use tenure_ecosystem::vouch::{NAMESPACE, Statement, read_all};

fuzz_target!(|bytes: &[u8]| {
    for signed in read_all(bytes).0 {
        let text = signed.statement.to_string();
        assert_eq!(text.parse(), Ok(signed.statement));
    }
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    // The signature stands in the way of a fuzzer, so what is signed is read alone, too.
    if let Ok(statement) = text.parse::<Statement>() {
        assert_eq!(statement.to_string(), text);
    }
    if let Ok(key) = text.parse::<Fingerprint>() {
        assert_eq!(key.as_str().parse(), Ok(key.clone()));
    }
    let _ = verify(text, NAMESPACE, b"");
});
