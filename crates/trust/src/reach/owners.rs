//! Reach by owner: what depends on anything that an owner holds; and how many
//! owners depend on a package.

use super::condense::{Condensed, NONE};
use super::graph::{Graph, GraphError};
use super::rows::Rows;
use super::seen::Seen;
use super::{Plan, Work, begin, count};
use std::num::NonZeroUsize;

/// Who holds which packages, each owner and each package a number.
#[derive(Debug)]
pub struct Owners {
    /// By owner: the packages.
    held: Rows,
    /// By package: the owners.
    holders: Rows,
}

/// Where owners stand in the graph: each as a node of its own, below the nodes
/// that it holds.
struct Attached {
    /// By owner: the nodes that it holds, each with how many of its packages.
    nodes_of: Vec<Vec<(u32, u32)>>,
    /// By owner: its own node, if it holds several nodes.
    own: Vec<Option<u32>>,
    rows: Rows,
}

impl Owners {
    /// From pairs of a package and one who owns it.
    ///
    /// # Errors
    /// When a number is too large.
    pub fn new(packages: usize, owners: usize, pairs: &[(u32, u32)]) -> Result<Self, GraphError> {
        let too_large = |(package, owner): &&(u32, u32)| {
            *package as usize >= packages || *owner as usize >= owners
        };
        if let Some((package, owner)) = pairs.iter().find(too_large) {
            return Err(GraphError::NoSuchPackage(*package.max(owner)));
        }
        if owners >= 1 << 31 || pairs.len() >= u32::MAX as usize {
            return Err(GraphError::TooLarge {
                packages: owners,
                edges: pairs.len(),
            });
        }
        let holders = Rows::from_pairs(packages, pairs);
        Ok(Self {
            held: holders.transposed(owners),
            holders,
        })
    }

    /// How many owners there are.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The packages that an owner holds, ascending.
    pub fn held(&self, owner: u32) -> &[u32] {
        self.held.row(owner as usize)
    }

    /// By package: how many owners hold packages that depend on it directly.
    /// Those who own it themselves do not count.
    pub fn dependents(&self, graph: &Graph) -> Vec<u32> {
        let dependents = graph.rows.transposed(graph.packages());
        let mut seen = vec![u32::MAX; self.len()];
        let count = |package: usize| {
            let mark = package as u32;
            for owner in self.holders.row(package) {
                seen[*owner as usize] = mark;
            }
            let mut owners = 0;
            for dependent in dependents.row(package) {
                for owner in self.holders.row(*dependent as usize) {
                    let seen = &mut seen[*owner as usize];
                    owners += u32::from(*seen != mark);
                    *seen = mark;
                }
            }
            owners
        };
        (0..graph.packages()).map(count).collect()
    }

    /// By owner: how many packages depend, directly or through others, on any
    /// that it holds: the union. One of its own counts if it depends on another
    /// one of its own.
    pub fn reach(&self, graph: &Graph, plan: &Plan, threads: NonZeroUsize) -> (Vec<u32>, Work) {
        let condensed = &plan.condensed;
        let attached = self.attach(condensed);
        let beginnings = begin::unfolded(&graph.rows, condensed);
        let counted = count::count(&attached.rows, &beginnings, threads);
        let mut below = Below::new(condensed);
        let reach = (0..self.len()).map(|owner| {
            let nodes = &attached.nodes_of[owner];
            let mut reach = match (attached.own[owner], &nodes[..]) {
                (Some(own), _) => counted.counts[own as usize],
                (None, [(node, _)]) => counted.counts[*node as usize],
                (None, _) => 0,
            };
            for (node, held) in nodes {
                reach += u64::from(below.within(*node, *held, nodes));
            }
            reach as u32
        });
        (reach.collect(), counted.work)
    }

    fn attach(&self, condensed: &Condensed) -> Attached {
        let nodes = condensed.nodes();
        let mut pairs = Vec::new();
        let mut nodes_of = Vec::with_capacity(self.len());
        let mut own = Vec::with_capacity(self.len());
        let mut next = nodes as u32;
        for owner in 0..self.len() {
            let held = counted_nodes(self.held.row(owner), condensed);
            let several = held.len() > 1;
            own.push(several.then_some(next));
            if several {
                pairs.extend(held.iter().map(|(node, _)| (*node, next)));
                next += 1;
            }
            nodes_of.push(held);
        }
        let owners = Rows::from_pairs(nodes, &pairs);
        let mut rows = Rows::with_capacity(next as usize, condensed.rows.values().len());
        for node in 0..nodes {
            rows.extend(condensed.rows.row(node));
            rows.extend(owners.row(node));
            rows.end();
        }
        for _ in nodes..next as usize {
            rows.end();
        }
        Attached {
            nodes_of,
            own,
            rows,
        }
    }
}

/// The nodes of packages, ascending, each with how many of the packages.
fn counted_nodes(packages: &[u32], condensed: &Condensed) -> Vec<(u32, u32)> {
    let nodes = packages.iter().map(|at| condensed.node_of[*at as usize]);
    let mut nodes: Vec<u32> = nodes.filter(|node| *node != NONE).collect();
    nodes.sort_unstable();
    let groups = nodes.chunk_by(|one, other| one == other);
    groups.map(|group| (group[0], group.len() as u32)).collect()
}

/// What the packages of a cycle reach. No bit is carried from one to another,
/// so that they depend on each other has to be added.
struct Below<'a> {
    condensed: &'a Condensed,
    /// The node that was walked from last.
    from: u32,
    reached: Seen,
    stack: Vec<u32>,
}

impl<'a> Below<'a> {
    fn new(condensed: &'a Condensed) -> Self {
        Self {
            condensed,
            from: NONE,
            reached: Seen::new(condensed.nodes()),
            stack: Vec::new(),
        }
    }

    /// How many packages of the cycle `node` depend on one of the `held` ones
    /// in it and are not counted already because they depend on another node of
    /// `nodes`.
    fn within(&mut self, node: u32, held: u32, nodes: &[(u32, u32)]) -> u32 {
        let size = self.condensed.sizes[node as usize];
        if size == 1 {
            return 0;
        }
        if nodes.len() > 1 {
            self.walk(node);
            let is_counted = |other: u32| self.reached.has(other);
            if nodes.iter().any(|at| at.0 != node && is_counted(at.0)) {
                return 0;
            }
        }
        // Who holds one alone has it depend on the others only.
        if held == 1 { size - 1 } else { size }
    }

    fn walk(&mut self, from: u32) {
        if self.from == from {
            return;
        }
        self.from = from;
        self.reached.next();
        self.stack.push(from);
        while let Some(node) = self.stack.pop() {
            for target in self.condensed.rows.row(node as usize) {
                if self.reached.meet(*target) {
                    self.stack.push(*target);
                }
            }
        }
    }
}
