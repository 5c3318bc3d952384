//! Statements about one's own accounts, and the record of looks at them:
//! whatever the bytes, no statement is read that would be written otherwise, and
//! nothing counts that was not confirmed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::identity::record::{Looked, Record};
use tenure_ecosystem::identity::{Account, Proof, Statement, read_all};
use tenure_ecosystem::vouch;

fuzz_target!(|bytes: &[u8]| {
    for signed in read_all(bytes).0 {
        let text = signed.statement.to_string();
        assert_eq!(text.parse(), Ok(signed.statement));
        // Nothing is a vouch, too.
        assert!(text.parse::<vouch::Statement>().is_err());
    }
    let _ = Record::read(bytes);
    if let Ok(looked) = serde_json::from_slice::<Looked>(bytes) {
        let line = serde_json::to_string(&looked).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Looked>(&line).unwrap(), looked);
    }
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    // The signature stands in the way of a fuzzer, so what is signed is read alone, too.
    if let Ok(statement) = text.parse::<Statement>() {
        assert_eq!(statement.to_string(), text);
    }
    if let Ok(account) = text.parse::<Account>() {
        assert_eq!(account.to_string().parse(), Ok(account));
    }
    if let Ok(Proof::Address(url)) = text.parse::<Proof>() {
        assert_eq!(url.scheme(), "https");
        assert!(url.domain().is_some() && url.username().is_empty());
    }
});
