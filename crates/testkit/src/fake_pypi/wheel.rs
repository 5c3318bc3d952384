//! Wheels: small, valid, and the same every time.

use crate::zip::{Entry, zip};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// What is in a wheel, by its path there.
pub(super) fn wheel(module: &str, version: &str, metadata: &str, padding: usize) -> Vec<u8> {
    let info = format!("{module}-{version}.dist-info");
    let about = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let source = format!("version = '{version}'\n{}", "#".repeat(padding));
    let mut files = vec![
        (format!("{module}/__init__.py"), source),
        (format!("{info}/METADATA"), metadata.to_owned()),
        (format!("{info}/WHEEL"), about.to_owned()),
    ];
    let record = format!("{info}/RECORD");
    let mut listed = String::new();
    for (path, text) in &files {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(text));
        writeln!(listed, "{path},sha256={digest},{}", text.len()).expect("text can be written");
    }
    writeln!(listed, "{record},,").expect("text can be written");
    files.push((record, listed));
    let entries: Vec<_> = files
        .iter()
        .map(|(path, text)| Entry::file(path, text.as_bytes()))
        .collect();
    zip(&entries)
}
