//! The certificates that a feed signs with (V3 API, "Repository signatures"):
//! what a package's signature says of owners is the feed's own word only if one
//! of them made it.

use super::document::{DocumentError, parse};
use serde_json::Value;

/// Ten times as many as the public feed ever had.
const MAX_CERTIFICATES: usize = 1_000;

/// Reads the list: the SHA-256 of each certificate, in lower-case hexadecimal.
///
/// # Errors
/// When it is none.
pub fn read(bytes: &[u8]) -> Result<Vec<Box<str>>, DocumentError> {
    let document = parse(bytes)?;
    let all = document["signingCertificates"].as_array();
    let all = all.ok_or(DocumentError::Other("a list of signing certificates"))?;
    if all.len() > MAX_CERTIFICATES {
        let (what, limit) = ("certificates", MAX_CERTIFICATES);
        return Err(DocumentError::TooLarge { what, limit });
    }
    let fingerprint = |one: &Value| {
        let text = one["fingerprints"]["2.16.840.1.101.3.4.2.1"].as_str()?;
        let is_one = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_one.then(|| text.to_ascii_lowercase().into())
    };
    Ok(all.iter().filter_map(fingerprint).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_fingerprints() {
        let print = "AB".repeat(32);
        let list = format!(
            r#"{{"allRepositorySigned":true,"signingCertificates":[
                {{"fingerprints":{{"2.16.840.1.101.3.4.2.1":"{print}"}}}},
                {{"fingerprints":{{"2.16.840.1.101.3.4.2.1":"short"}}}},{{}}]}}"#
        );
        assert_eq!(read(list.as_bytes()).unwrap(), ["ab".repeat(32).into()]);
        assert!(read(b"{}").is_err());
    }
}
