//! Tables of two columns: whatever comes, in one piece or in many.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::{self, Read};
use tenure_ecosystem::pairs::{Names, Second, read};

/// Gives three bytes at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(3);
        self.0.read(&mut into[..most])
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (mut names, mut same) = (Names::default(), Names::default());
    let whole = read(bytes, &mut names, Second::Same);
    let parts = read(Slow(bytes), &mut same, Second::Same);
    match (whole, parts) {
        (Ok(whole), Ok(parts)) => {
            assert_eq!(whole, parts);
            for (one, other) in whole {
                assert!(!names.name(one).is_empty() && !names.name(other).is_empty());
            }
        }
        (Err(whole), Err(parts)) => assert_eq!(whole.to_string(), parts.to_string()),
        other => panic!("{other:?}"),
    }
});
