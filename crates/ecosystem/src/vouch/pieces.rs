//! A file of signed texts, taken apart: each text with the signatures that
//! follow it. What a text says is not looked at.

use super::{minisign, openpgp, ssh};

/// A text and the signatures after it, in their armor.
pub(crate) struct Piece<'a> {
    /// The text, to the byte.
    pub(crate) text: &'a str,
    /// Its signatures, and keys of `OpenPGP` that made some; none for what stands unsigned at the end of a file.
    pub(crate) armors: Vec<&'a str>,
    /// The line at which the text begins, from 1.
    pub(crate) line: u32,
}

/// The pieces of a file in which lines end with `\n` alone.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while !rest.trim().is_empty() {
        let Some((begin, end)) = first(rest) else {
            pieces.push(Piece {
                text: rest,
                armors: Vec::new(),
                line,
            });
            break;
        };
        let blank = rest.bytes().take_while(|byte| *byte == b'\n').count();
        let (text, armor) = (&rest[blank.min(begin)..begin], &rest[begin..end]);
        match pieces.last_mut() {
            Some(piece) if text.is_empty() => piece.armors.push(armor),
            _ => pieces.push(Piece {
                text,
                armors: vec![armor],
                line: line + count_lines(&rest[..blank.min(begin)]),
            }),
        }
        line += count_lines(&rest[..end]);
        rest = &rest[end..];
    }
    pieces
}

/// Where the first armor of any kind is. Each kind is looked for only before
/// those found already: a file with thousands of one kind is not searched to its
/// end for the others after each.
fn first(text: &str) -> Option<(usize, usize)> {
    let (mut found, mut before) = (None, text);
    for place in [ssh::place, minisign::place, openpgp::place] {
        if let Some(earlier) = place(before)
            && found.is_none_or(|known| earlier < known)
        {
            found = Some(earlier);
            before = &text[..earlier.1];
        }
    }
    found
}

fn count_lines(text: &str) -> u32 {
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX)
}
