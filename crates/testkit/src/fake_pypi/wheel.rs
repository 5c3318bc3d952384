//! Wheels: small, valid, and the same every time.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Crc;
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
    zip(&files)
}

/// An archive whose files are stored as they are (PKWARE's APPNOTE, 4.3).
fn zip(files: &[(String, String)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (path, text) in files {
        let offset = u32_of(archive.len());
        let described = described(path, text);
        archive.extend(b"PK\x03\x04");
        archive.extend(&described);
        archive.extend(path.as_bytes());
        archive.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&described);
        // No comment, the first disk, no attributes of old systems; a plain
        // file that its owner may write and everybody may read.
        directory.extend([0; 6]);
        directory.extend((0o100_644_u32 << 16).to_le_bytes());
        directory.extend(offset);
        directory.extend(path.as_bytes());
    }
    let begin = u32_of(archive.len());
    let size = u32_of(directory.len());
    archive.extend(directory);
    let count = u16::try_from(files.len()).expect("a few").to_le_bytes();
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].concat());
    archive.extend(size);
    archive.extend(begin);
    archive.extend([0; 2]);
    archive
}

/// From the version that is needed to read it up to the length of what is
/// extra; dated 1980-01-01.
fn described(path: &str, text: &str) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(text.as_bytes());
    let size = u32_of(text.len());
    let name = u16::try_from(path.len()).expect("a short path");
    let mut bytes = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
    bytes.extend(crc.sum().to_le_bytes());
    bytes.extend(size);
    bytes.extend(size);
    bytes.extend(name.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

fn u32_of(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("a small file").to_le_bytes()
}
