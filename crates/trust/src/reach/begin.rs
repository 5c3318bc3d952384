//! Where counting begins: at every package that depends on something. Packages
//! that reach the same are one beginning.

use super::condense::{Condensed, NONE};
use super::rows::Rows;

/// Beginnings: which nodes each reaches first, and for how many packages it
/// stands.
#[derive(Debug)]
pub(super) struct Beginnings {
    pub(super) rows: Rows,
    pub(super) weights: Vec<u32>,
    /// In which order they are taken: those of similar weight together, and
    /// within them in the order in which they came up.
    pub(super) order: Vec<u32>,
}

/// Beginnings, and what is known without carrying anything.
#[derive(Debug)]
pub(super) struct Folded {
    pub(super) beginnings: Beginnings,
    /// By node: how many packages reach it that are folded into it.
    pub(super) known: Vec<u32>,
}

/// Every package, and every group of packages that depend on each other, as a
/// beginning of its own.
pub(super) fn unfolded(packages: &Rows, condensed: &Condensed) -> Beginnings {
    let mut rows = Rows::with_capacity(packages.len(), packages.values().len());
    outside(packages, condensed, |row| {
        rows.extend(row);
        rows.end();
    });
    let mut weights = vec![1; rows.len()];
    for (node, size) in condensed.sizes.iter().enumerate() {
        let row = condensed.rows.row(node);
        if !row.is_empty() {
            rows.extend(row);
            rows.end();
            weights.push(*size);
        }
    }
    Beginnings::new(rows, weights)
}

/// Whoever depends on one node alone reaches that node and what it reaches, so
/// it is counted as a part of that node: there are half as many beginnings.
pub(super) fn folded(packages: &Rows, condensed: &Condensed) -> Folded {
    let nodes = condensed.nodes();
    let mut known = vec![0_u32; nodes];
    // By node: for how many packages it stands.
    let mut weight = condensed.sizes.clone();
    let mut rows = Rows::with_capacity(packages.len(), packages.values().len());
    outside(packages, condensed, |row| {
        let only = row[0];
        if row.iter().all(|target| *target == only) {
            weight[only as usize] += 1;
            known[only as usize] += 1;
        } else {
            rows.extend(row);
            rows.end();
        }
    });
    let mut weights = vec![1; rows.len()];
    for node in 0..nodes {
        let row = condensed.rows.row(node);
        if let [only] = row {
            let weighs = weight[node];
            weight[*only as usize] += weighs;
            known[*only as usize] += weighs;
        } else if !row.is_empty() {
            rows.extend(row);
            rows.end();
            weights.push(weight[node]);
        }
    }
    Folded {
        beginnings: Beginnings::new(rows, weights),
        known,
    }
}

/// The dependencies, as nodes, of each package that has any and on which
/// nothing depends. Nodes may come up twice.
fn outside(packages: &Rows, condensed: &Condensed, mut each: impl FnMut(&[u32])) {
    let mut row = Vec::new();
    for (package, node) in condensed.node_of.iter().enumerate() {
        let targets = packages.row(package);
        if *node == NONE && !targets.is_empty() {
            row.clear();
            let nodes = targets.iter();
            row.extend(nodes.map(|target| condensed.node_of[*target as usize]));
            each(&row);
        }
    }
}

impl Beginnings {
    fn new(rows: Rows, weights: Vec<u32>) -> Self {
        let digits = |at: &u32| weights[*at as usize].ilog2();
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_by_key(digits);
        Self {
            rows,
            weights,
            order,
        }
    }
}
