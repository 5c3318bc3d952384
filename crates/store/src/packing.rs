//! Texts and histories as columns.

use crate::StoreError;
use std::collections::BTreeMap;
use tenure_domain::History;
use tenure_domain::fact::{self, Memory};

/// Names the form in which histories are kept. To be counted up whenever the
/// shape of a history changes; a test notices when that was forgotten. A history
/// in another form is put together again from the ledger.
const HISTORY: [u8; 8] = *b"tnrHST03";

/// In place of a history that the package's only observation tells: of the
/// hundreds of thousands that come with one dump few are ever asked for. It is
/// put together from the ledger, too.
pub(crate) const TOLD_AT_ONCE: &[u8] = b"";

/// What comes out of unpacking is bounded: nothing that is packed here is
/// larger, so whatever is was damaged.
const MOST: usize = 1 << 30;

/// zstd's own default: facts shrink to a fiftieth, at 300 MB/s.
pub(crate) const LEVEL: i32 = 3;

/// Makes bytes smaller.
pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
    // Compressing memory into memory fails only without memory.
    zstd::bulk::compress(bytes, LEVEL).unwrap_or_default()
}

/// For texts of a few kilobytes: what a higher level saves on them is less than
/// its tables take to build.
const LEVEL_OF_MANY: i32 = -1;

/// Makes many short texts smaller, one after the other, in a third of the time.
pub(crate) struct Packer {
    zstd: Option<zstd::bulk::Compressor<'static>>,
    /// What comes out is a fraction of the room that it may need.
    room: Vec<u8>,
}

impl Packer {
    pub(crate) fn new() -> Self {
        Self {
            zstd: zstd::bulk::Compressor::new(LEVEL_OF_MANY).ok(),
            room: Vec::new(),
        }
    }

    /// As [`pack`].
    pub(crate) fn pack(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.room.clear();
        self.room
            .reserve(zstd::zstd_safe::compress_bound(bytes.len()));
        let into = &mut self.room;
        let packed =
            (self.zstd.as_mut()).and_then(|zstd| zstd.compress_to_buffer(bytes, into).ok());
        packed.map_or_else(|| pack(bytes), |_| self.room.clone())
    }
}

/// Undoes [`pack`]; `None` where the bytes are damaged.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok()??;
    let size = usize::try_from(size).ok().filter(|size| *size <= MOST)?;
    let bytes = zstd::bulk::decompress(packed, size).ok()?;
    (bytes.len() == size).then_some(bytes)
}

/// A packed text; `what` names it, should it be damaged.
pub(crate) fn unpack_text(packed: &[u8], at: &str, what: &str) -> Result<String, StoreError> {
    let text = unpack(packed).and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| damaged(at, what))
}

fn damaged(at: &str, what: &str) -> StoreError {
    StoreError::Damaged {
        at: at.to_owned(),
        what: what.to_owned(),
        why: "it cannot be unpacked".to_owned(),
    }
}

/// Named texts as bytes, the same for the same texts.
pub(crate) fn texts(texts: &BTreeMap<String, Vec<String>>) -> Vec<u8> {
    // Plain data always has a form, and memory takes it.
    postcard::to_allocvec(texts).unwrap_or_default()
}

/// Named texts that were packed; `what` names them, should they be damaged.
pub(crate) fn unpack_texts(
    packed: &[u8],
    at: &str,
    what: &str,
) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
    let texts = unpack(packed).and_then(|bytes| postcard::from_bytes(&bytes).ok());
    texts.ok_or_else(|| damaged(at, what))
}

/// A history as it is kept.
pub(crate) fn history_to_column(history: &History) -> Vec<u8> {
    // Plain data always has a form, and memory takes it.
    postcard::to_extend(history, HISTORY.to_vec()).unwrap_or_default()
}

/// A history as it was kept; `None` where it has another form or is damaged.
pub(crate) fn history_from_column(bytes: &[u8]) -> Option<History> {
    let history: History = postcard::from_bytes(bytes.strip_prefix(&HISTORY)?).ok()?;
    history.is_consistent().then_some(history)
}

/// A memory as it is kept; `None` where there is nothing to remember.
pub(crate) fn memory_to_column(memory: &Memory) -> Option<Vec<u8>> {
    (!memory.is_empty()).then(|| pack(&fact::write(&memory.to_facts())))
}

/// A memory as it was kept; `None` where it is damaged.
pub(crate) fn memory_from_column(bytes: &[u8]) -> Option<Memory> {
    let facts = fact::read(&unpack(bytes)?).ok()?;
    Some(Memory::from_facts(facts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digest;
    use tenure_domain::{
        Certificate, Contact, DocumentKind, Ecosystem, HistoryBuilder, Joining, NewRelease,
        PackageId, Party, Source,
    };

    /// A history with every fact there is.
    fn history() -> History {
        let account = Party::account(Ecosystem::Npm, "ada");
        let mut builder = HistoryBuilder::default();
        builder.push(NewRelease {
            published: "2018-09-05T05:27:47.219Z".parse().ok(),
            publisher: Some(Party::workflow(Ecosystem::Npm, "github", Some("oidc:1"))),
            approver: Some(account.clone()),
            contact: Some(Contact {
                digest: 7,
                domain: "mail.example".into(),
            }),
            owners: Some(vec![account.clone()]),
            dependencies: vec!["left-pad".into()],
            repository: Some("git+https://code.example/x.git".into()),
            signed_with: Some(Certificate {
                subject: "CN=Ada".into(),
                sha256: "00".into(),
            }),
            provenance: true,
            install_script: true,
            deprecated: true,
            ..NewRelease::new("1.0.0")
        });
        builder.set_owners_now(vec![account]);
        builder.set_latest("1.0.0".into());
        let source = Source {
            from: "https://registry.example/x".to_owned(),
            seen: "2026-11-22".parse().ok(),
            sha256: "00".repeat(32),
            kind: DocumentKind::FullPackument,
        };
        let mut history = builder.build(PackageId::new(Ecosystem::Npm, "x").unwrap(), source);
        history.add_joinings([Joining {
            owner: Party::account(Ecosystem::Npm, "ada"),
            at: "2018-09-05".parse().unwrap(),
            by: Some(Party::account(Ecosystem::Npm, "bob")),
        }]);
        history
    }

    #[test]
    fn gives_back_what_was_put_in() {
        let column = history_to_column(&history());
        assert_eq!(history_from_column(&column), Some(history()));
        for text in ["", "{}", &"line\n".repeat(9999)] {
            assert_eq!(unpack(&pack(text.as_bytes())).unwrap(), text.as_bytes());
        }
    }

    /// When this fails, the kept form has changed: count `HISTORY` up, so that
    /// histories in the old form are put together again, and put the new digest
    /// here.
    #[test]
    fn the_kept_form_has_not_changed() {
        let digest = Digest::of(&history_to_column(&history())).to_string();
        assert_eq!(&digest[..16], "53dde098e72e35a5");
    }

    #[test]
    fn damage_is_noticed() {
        let packed = pack(&b"some text, some text".repeat(9));
        for len in 0..packed.len() {
            assert_eq!(unpack(&packed[..len]), None, "{len}");
        }
        let column = history_to_column(&history());
        for len in 0..column.len() {
            assert_eq!(history_from_column(&column[..len]), None, "{len}");
        }
        // A frame that promises more than there can be.
        let bomb = [&packed[..4], &[0xe0], &[0xff; 8]].concat();
        assert_eq!(unpack(&bomb), None);
    }
}
