//! Lists of numbers behind one another: for each of many, a row.

/// Rows of numbers; the compressed sparse form of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    /// Where each row begins, and after the last one where it ends.
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Rows {
    /// No row yet, and room.
    pub(super) fn with_capacity(rows: usize, values: usize) -> Self {
        let mut starts = Vec::with_capacity(rows + 1);
        starts.push(0);
        Self {
            starts,
            values: Vec::with_capacity(values),
        }
    }

    /// The second numbers of pairs, in the rows that the first ones name;
    /// sorted, each once. At most `u32::MAX` pairs.
    pub(super) fn from_pairs(rows: usize, pairs: &[(u32, u32)]) -> Self {
        let mut starts = vec![0_u32; rows + 1];
        for (row, _) in pairs {
            starts[*row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut values = vec![0_u32; pairs.len()];
        for (row, value) in pairs {
            let at = &mut next[*row as usize];
            values[*at as usize] = *value;
            *at += 1;
        }
        let mut rows = Self { starts, values };
        rows.edit(|_, row| {
            row.sort_unstable();
            dedup(row)
        });
        rows
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// All values of all rows.
    pub(super) fn values(&self) -> &[u32] {
        &self.values
    }

    /// One row.
    #[inline]
    pub(super) fn row(&self, row: usize) -> &[u32] {
        &self.values[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// The rows the other way: under each value the numbers of the rows that
    /// have it, ascending.
    pub(super) fn transposed(&self, rows: usize) -> Self {
        let mut pairs = Vec::with_capacity(self.values.len());
        for row in 0..self.len() {
            pairs.extend(self.row(row).iter().map(|value| (*value, row as u32)));
        }
        Self::from_pairs(rows, &pairs)
    }

    /// Adds to the row that is not ended yet.
    #[inline]
    pub(super) fn push(&mut self, value: u32) {
        self.values.push(value);
    }

    /// Adds several to it.
    pub(super) fn extend(&mut self, values: &[u32]) {
        self.values.extend_from_slice(values);
    }

    /// Ends the row that was begun, with its values sorted and each once.
    pub(super) fn end_sorted(&mut self) {
        let begin = self.starts[self.len()] as usize;
        let row = &mut self.values[begin..];
        row.sort_unstable();
        let kept = dedup(row);
        self.values.truncate(begin + kept);
        self.end();
    }

    /// Ends the row as it is.
    pub(super) fn end(&mut self) {
        self.starts.push(self.values.len() as u32);
    }

    /// Shortens rows: `edit` gets each with its number, and says how many of
    /// its first values stay.
    pub(super) fn edit(&mut self, mut edit: impl FnMut(usize, &mut [u32]) -> usize) {
        let (mut begin, mut to) = (0, 0);
        for row in 0..self.len() {
            let end = self.starts[row + 1] as usize;
            let kept = edit(row, &mut self.values[begin..end]);
            self.values.copy_within(begin..begin + kept, to);
            to += kept;
            self.starts[row + 1] = to as u32;
            begin = end;
        }
        self.values.truncate(to);
    }
}

/// Moves the distinct values of a sorted row to its front; how many they are.
fn dedup(row: &mut [u32]) -> usize {
    let mut kept = 0;
    for at in 0..row.len() {
        if kept == 0 || row[at] != row[kept - 1] {
            row[kept] = row[at];
            kept += 1;
        }
    }
    kept
}
