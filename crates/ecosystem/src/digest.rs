//! Digests of documents and addresses.

use sha2::{Digest, Sha256};

/// SHA-256 of `bytes`, in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The first 8 bytes of the SHA-256 of an e-mail address in lower case: tells
/// two addresses apart without keeping either.
pub fn address_digest(address: &str) -> u64 {
    let digest = Sha256::digest(address.trim().to_ascii_lowercase().as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or('0'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_published_test_vector() {
        // FIPS 180-4, the digest of the empty message.
        assert_eq!(
            sha256_hex(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn addresses_are_compared_without_case() {
        assert_eq!(
            address_digest("Ada@Example.com"),
            address_digest("ada@example.com ")
        );
        assert_ne!(
            address_digest("ada@example.com"),
            address_digest("bob@example.com")
        );
    }
}
