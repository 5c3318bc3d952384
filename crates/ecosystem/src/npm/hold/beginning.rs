//! What is written of a document that has not come to its end yet.

use super::release::{Members, Release};
use super::write::{link, piece};
use crate::scan::{Damaged, Scanner, unquote};
use std::borrow::Cow;

/// The full document as [`render`](super::render) begins to write it if nothing
/// is held back, while the rest of it still comes.
///
/// A guess: what comes may turn out to be no packument, or one in which
/// something is held. So it is good for work that can be thrown away, and has
/// to be compared with what is rendered in the end.
pub struct Beginning {
    base: String,
    reached: Reached,
    written: Vec<u8>,
}

/// How far it has been written.
enum Reached {
    Nothing,
    /// Into `versions`.
    Versions {
        /// Where the last manifest ends that has come, or the map begins.
        at: usize,
        /// No manifest has come yet.
        fresh: bool,
        /// See [`link`].
        link: String,
    },
    /// `versions` is not where npm's registry writes it.
    Elsewhere,
}

impl Beginning {
    /// Nothing yet, with tarballs below `base`, which ends with a slash.
    pub fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            reached: Reached::Nothing,
            written: Vec::new(),
        }
    }

    /// Writes what is new in `begun`, which is all that has come: from the
    /// document's first byte, and at the first time enough of it to be within
    /// `versions`.
    pub fn go_on(&mut self, begun: &[u8]) {
        if matches!(self.reached, Reached::Nothing) {
            self.reached = self.start(begun).unwrap_or(Reached::Elsewhere);
        }
        let Reached::Versions { at, fresh, link } = &mut self.reached else {
            return;
        };
        let mut scanner = Scanner::within(begun, *at, *fresh);
        let mut members = Members::default();
        // Either error is that the rest is still to come.
        while let Ok(Some(key)) = scanner.key()
            && let Ok(release) = Release::read(&mut scanner, *at, key, &mut members)
        {
            let end = release.manifest.end;
            piece(&mut self.written, begun, *at..end, &release, link);
            (*at, *fresh) = (end, false);
        }
    }

    fn start(&mut self, begun: &[u8]) -> Option<Reached> {
        let mut scanner = Scanner::new(begun);
        let name = name_before_versions(&mut scanner).ok()??;
        let at = scanner.at();
        self.written.extend_from_slice(&begun[..at]);
        Some(Reached::Versions {
            at,
            fresh: true,
            link: link(&name, &self.base),
        })
    }

    /// Takes the next `size` bytes, once they are written.
    pub fn take(&mut self, size: usize) -> Option<Vec<u8>> {
        (self.written.len() >= size).then(|| {
            let rest = self.written.split_off(size);
            std::mem::replace(&mut self.written, rest)
        })
    }
}

/// The name of the package, and enters `versions`.
fn name_before_versions<'d>(scanner: &mut Scanner<'d>) -> Result<Option<Cow<'d, str>>, Damaged> {
    let mut name = None;
    let is_object = scanner.enter()?;
    while is_object && let Some(key) = scanner.key()? {
        match key.written() {
            b"versions" => return Ok(name.filter(|_| matches!(scanner.enter(), Ok(true)))),
            b"name" => name = unquote(scanner.value()?),
            _ => {
                scanner.value()?;
            }
        }
    }
    Ok(None)
}
