//! Packages: finding the signature by ranges, and the digest without it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use std::ops::Range;
use tenure_ecosystem::nuget::signature::{
    Algorithm, ArchiveError, Check, ContentDigest, PackageSignature, read_signature, verify,
};

fuzz_target!(|bytes: &[u8]| {
    let read = |range: Range<u64>| {
        Ok::<_, ArchiveError>(bytes[range.start as usize..range.end as usize].to_vec())
    };
    if let Ok(Some(signature)) = read_signature(bytes.len() as u64, read) {
        let _ = PackageSignature::read(&signature);
    }
    let digest = ContentDigest {
        algorithm: Algorithm::Sha256,
        bytes: vec![0; 32],
    };
    let check = digest.check(&mut Cursor::new(bytes));
    assert!(!matches!(check, Ok(Check::Passed)));
    let _ = verify(&mut Cursor::new(bytes));
});
