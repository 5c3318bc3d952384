//! The index file that a proxy serves.

use super::{BadLine, Index, Yanked};
use std::ops::Range;

/// In the place of a line that cannot be judged. Without `name` and `vers` it
/// is no version to any cargo, and all of them pass such a line over.
const STUB: &[u8] = b"{\"held\":true}";

/// An index file to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The file: as many lines as upstream's.
    pub bytes: Vec<u8>,
    /// The versions that are held back here, in the order of the lines; also
    /// those that upstream had yanked before.
    pub held: Vec<String>,
    /// The lines that are held back because they cannot be judged.
    pub unreadable: Vec<BadLine>,
    /// How many versions can be chosen.
    pub offered: usize,
}

impl Index<'_> {
    /// The file with `yanked: true` on the line of every version that `is_held`,
    /// for a hold as for a block (whose file is refused, too), and everything
    /// else byte for byte as it is. No line is taken out, so that a lock file
    /// that names a held version still works. A line that cannot be judged is
    /// replaced by one that says nothing.
    pub fn render(&self, is_held: &dyn Fn(&str) -> bool) -> Rendered {
        let mut rendered = Rendered {
            bytes: Vec::with_capacity(self.bytes.len() + 16 * self.lines.len()),
            held: Vec::new(),
            unreadable: self.bad_lines().cloned().collect(),
            offered: 0,
        };
        let mut edits: Vec<(Range<usize>, &[u8])> = Vec::new();
        for line in &self.lines {
            let held = is_held(line.text);
            if held {
                rendered.held.push(line.text.to_owned());
            }
            match &line.yanked {
                Yanked::Yes => {}
                _ if !held => rendered.offered += 1,
                Yanked::No(at) => edits.push((at.clone(), b"true")),
                Yanked::Absent(at) => edits.push((*at..*at, b"\"yanked\":true,")),
            }
        }
        edits.extend(self.bad.iter().map(|(_, range)| (range.clone(), STUB)));
        edits.sort_by_key(|(range, _)| range.start);
        let mut at = 0;
        for (range, new) in edits {
            rendered
                .bytes
                .extend_from_slice(&self.bytes[at..range.start]);
            rendered.bytes.extend_from_slice(new);
            at = range.end;
        }
        rendered.bytes.extend_from_slice(&self.bytes[at..]);
        rendered
    }
}
