//! Archives: small, valid, and the same every time.

use flate2::Crc;

/// What is in an archive.
pub(crate) struct Entry<'a> {
    path: &'a str,
    bytes: &'a [u8],
    attributes: u32,
}

impl<'a> Entry<'a> {
    /// A plain file that its owner may write and everybody may read.
    pub(crate) fn file(path: &'a str, bytes: &'a [u8]) -> Self {
        let attributes = 0o100_644 << 16;
        Self {
            path,
            bytes,
            attributes,
        }
    }

    /// The same without attributes.
    pub(crate) fn bare(path: &'a str, bytes: &'a [u8]) -> Self {
        let attributes = 0;
        Self {
            path,
            bytes,
            attributes,
        }
    }
}

/// An archive whose files are stored as they are (PKWARE's APPNOTE, 4.3).
pub(crate) fn zip(files: &[Entry<'_>]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for Entry {
        path,
        bytes,
        attributes,
    } in files
    {
        let offset = u32_of(archive.len());
        let described = described(path, bytes);
        archive.extend(b"PK\x03\x04");
        archive.extend(&described);
        archive.extend(path.as_bytes());
        archive.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&described);
        // No comment, the first disk, no attributes of old systems.
        directory.extend([0; 6]);
        directory.extend(attributes.to_le_bytes());
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
fn described(path: &str, content: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(content);
    let size = u32_of(content.len());
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
