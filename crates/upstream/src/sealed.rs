//! Small files that know when they were damaged.
//!
//! A sealed file is eight bytes that name its kind, a CRC-32 of the rest, and
//! a value in postcard's encoding. It is written under another name and then
//! renamed, so readers see the old value or the new one and never a mixture,
//! whichever process wrote it and however it ended.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Eight bytes that name what a file holds and in which form.
pub(crate) type Kind = [u8; 8];

const HEAD: usize = size_of::<Kind>() + size_of::<u32>();

/// The value in a sealed file; `None` when there is no such file, when it is
/// of another kind, or when it was damaged.
pub(crate) fn read<T: DeserializeOwned>(path: &Path, kind: Kind) -> Option<T> {
    open(&fs::read(path).ok()?, kind)
}

fn open<T: DeserializeOwned>(bytes: &[u8], kind: Kind) -> Option<T> {
    let (head, payload) = bytes.split_at_checked(HEAD)?;
    let (found, sum) = head.split_at(kind.len());
    let intact = found == kind.as_slice() && sum == crc32fast::hash(payload).to_le_bytes();
    if !intact {
        return None;
    }
    postcard::from_bytes(payload).ok()
}

/// Seals `value` and puts it at `path`, making the folders on the way.
pub(crate) fn write(path: &Path, kind: Kind, value: &impl Serialize) -> io::Result<()> {
    let bytes = seal(kind, value)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = folder.join(temporary_name());
    let written = match fs::write(&temporary, &bytes) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            fs::write(&temporary, &bytes)
        }
        other => other,
    };
    written
        .and_then(|()| fs::rename(&temporary, path))
        .inspect_err(|_| {
            // Nothing is lost if it stays: nobody reads that name.
            let _ = fs::remove_file(&temporary);
        })
}

fn seal(kind: Kind, value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(4096);
    head.extend_from_slice(&kind);
    head.extend_from_slice(&[0; size_of::<u32>()]);
    let mut bytes = postcard::to_extend(value, head).map_err(io::Error::other)?;
    let sum = crc32fast::hash(&bytes[HEAD..]).to_le_bytes();
    bytes[kind.len()..HEAD].copy_from_slice(&sum);
    Ok(bytes)
}

fn temporary_name() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!(".tmp-{}-{count}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Kind = *b"testing1";

    #[test]
    fn gives_back_what_was_put_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/file");
        write(&path, KIND, &("one", 2_u32)).unwrap();
        assert_eq!(read(&path, KIND), Some(("one".to_owned(), 2_u32)));
        write(&path, KIND, &("three", 4_u32)).unwrap();
        assert_eq!(read(&path, KIND), Some(("three".to_owned(), 4_u32)));
        let files = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(files, 1, "a temporary file was left behind");
    }

    #[test]
    fn every_single_damaged_bit_is_noticed() {
        let good = seal(KIND, &("some text", 7_u32)).unwrap();
        assert!(open::<(String, u32)>(&good, KIND).is_some());
        for at in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            assert!(open::<(String, u32)>(&bad, KIND).is_none(), "bit {at}");
        }
        for len in 0..good.len() {
            assert!(open::<(String, u32)>(&good[..len], KIND).is_none());
        }
        assert!(open::<(String, u32)>(&good, *b"testing2").is_none());
    }

    #[test]
    fn writers_do_not_disturb_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let text = "x".repeat(20_000);
        std::thread::scope(|scope| {
            for writer in 0..4_u32 {
                let (path, text) = (&path, &text);
                scope.spawn(move || {
                    for _ in 0..50 {
                        write(path, KIND, &(text, writer)).unwrap();
                        assert!(read::<(String, u32)>(path, KIND).is_some());
                    }
                });
            }
        });
    }
}
