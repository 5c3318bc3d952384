//! Leaves out dependencies that say nothing new: who depends on `a`, and on `b`
//! that depends on `a` anyway, reaches the same without the first.

use super::rows::Rows;

/// The most that is looked at, in times of all dependencies: beyond, finding
/// one costs more than it spares.
const PATIENCE: usize = 32;

/// Drops from each row what another one in it depends on directly. Rows have no
/// cycles.
pub(super) fn thin(rows: &mut Rows) {
    let mut marked = vec![u32::MAX; rows.len()];
    let whole = rows.clone();
    let mut patience = rows.values().len() * PATIENCE;
    rows.edit(|node, row| {
        let node = node as u32;
        let looks: usize = row.iter().map(|at| whole.row(*at as usize).len()).sum();
        if row.len() < 2 || looks > patience {
            return row.len();
        }
        patience -= looks;
        for target in row.iter() {
            marked[*target as usize] = node;
        }
        for target in row.iter() {
            for beyond in whole.row(*target as usize) {
                marked[*beyond as usize] = u32::MAX;
            }
        }
        let mut kept = 0;
        for at in 0..row.len() {
            if marked[row[at] as usize] == node {
                row[kept] = row[at];
                kept += 1;
            }
        }
        kept
    });
}
