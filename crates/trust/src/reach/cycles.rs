//! Strongly connected components: packages that depend on each other, directly
//! or through others.

use super::rows::Rows;

/// Which component each node is in. The components are numbered so that none
/// depends on one with a smaller number.
pub(super) struct Components {
    /// By node.
    pub(super) of: Vec<u32>,
    /// How many there are.
    pub(super) count: usize,
}

/// A node whose dependencies are being visited.
struct Visit {
    node: u32,
    next: u32,
    /// None of what was visited so far leads back before it.
    is_root: bool,
}

impl Components {
    /// Tarjan's algorithm in the form of Pearce (*A space-efficient algorithm
    /// for finding strongly connected components*, 2016), without recursion.
    ///
    /// One number a node does: 0 for those not seen; while a node is open, the
    /// smallest index that it leads to; then that of its component, counted
    /// down from the top, so that it is larger than every index.
    pub(super) fn find(rows: &Rows) -> Self {
        let nodes = rows.len();
        let mut state = Search {
            low: vec![0; nodes],
            open: Vec::new(),
            visits: Vec::new(),
            index: 1,
            component: u32::MAX,
        };
        for root in 0..nodes as u32 {
            if state.low[root as usize] == 0 {
                state.visit(root, rows);
            }
        }
        let last = state.component;
        let mut of = state.low;
        for component in &mut of {
            *component -= last + 1;
        }
        Self {
            of,
            count: (u32::MAX - last) as usize,
        }
    }
}

struct Search {
    low: Vec<u32>,
    /// Nodes whose component is not known yet.
    open: Vec<u32>,
    visits: Vec<Visit>,
    index: u32,
    component: u32,
}

impl Search {
    fn visit(&mut self, root: u32, rows: &Rows) {
        self.enter(root);
        while let Some(visit) = self.visits.last_mut() {
            let node = visit.node as usize;
            let row = rows.row(node);
            let low = self.low[node];
            let mut lowest = low;
            let mut unseen = None;
            while let Some(target) = row.get(visit.next as usize) {
                let seen = self.low[*target as usize];
                if seen == 0 {
                    unseen = Some(*target);
                    break;
                }
                lowest = lowest.min(seen);
                visit.next += 1;
            }
            if lowest < low {
                visit.is_root = false;
                self.low[node] = lowest;
            }
            match unseen {
                Some(target) => self.enter(target),
                None => self.leave(),
            }
        }
    }

    fn enter(&mut self, node: u32) {
        self.low[node as usize] = self.index;
        self.index += 1;
        self.visits.push(Visit {
            node,
            next: 0,
            is_root: true,
        });
    }

    /// All dependencies of the last node were visited. If it is the root of a
    /// component, that is complete; the node that it was visited from looks at
    /// it again, as its `next` has not moved.
    fn leave(&mut self) {
        let Some(visit) = self.visits.pop() else {
            return;
        };
        let node = visit.node;
        if !visit.is_root {
            self.open.push(node);
            return;
        }
        let low = self.low[node as usize];
        self.index -= 1;
        while let Some(member) = self.open.last().copied() {
            if self.low[member as usize] < low {
                break;
            }
            self.open.pop();
            self.low[member as usize] = self.component;
            self.index -= 1;
        }
        self.low[node as usize] = self.component;
        self.component -= 1;
    }
}
