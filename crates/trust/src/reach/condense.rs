//! What is left of a graph when packages that depend on each other are one, and
//! packages on which nothing depends are only where counting begins.

use super::cycles::Components;
use super::graph::Graph;
use super::rows::Rows;

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// The part of a graph that anything depends on, without cycles.
#[derive(Debug)]
pub struct Condensed {
    /// By package: its node; [`NONE`] for packages on which nothing depends.
    pub(super) node_of: Vec<u32>,
    /// By node: how many packages it is.
    pub(super) sizes: Vec<u32>,
    /// By node: the nodes that it depends on, all with larger numbers.
    pub(super) rows: Rows,
}

impl Condensed {
    /// Finds the packages that depend on each other, and makes each such group
    /// one.
    pub fn new(graph: &Graph) -> Self {
        let (mut node_of, reached) = reached(graph.direct());
        let core = core(&graph.rows, &node_of, &reached);
        let components = Components::find(&core);
        let (sizes, members) = members(&components);
        let mut rows = Rows::with_capacity(components.count, core.values().len());
        for component in 0..components.count {
            for member in members.row(component) {
                for target in core.row(*member as usize) {
                    let target = components.of[*target as usize];
                    if target as usize != component {
                        rows.push(target);
                    }
                }
            }
            rows.end_sorted();
        }
        for node in node_of.iter_mut().filter(|node| **node != NONE) {
            *node = components.of[*node as usize];
        }
        Self {
            node_of,
            sizes,
            rows,
        }
    }

    /// How many nodes there are: packages, or groups of packages that depend on
    /// each other, that anything depends on.
    pub fn nodes(&self) -> usize {
        self.rows.len()
    }

    /// The size of the largest group of packages that depend on each other.
    pub fn largest_cycle(&self) -> u32 {
        let largest = self.sizes.iter().copied().max();
        largest.filter(|size| *size > 1).unwrap_or(0)
    }

    /// With the nodes in the order of their levels (the longest way down to
    /// them), and within a level those first that most depend on: what is often
    /// touched together lies together.
    pub(super) fn renumbered(self) -> Self {
        let (order, new) = self.order();
        let mut rows = Rows::with_capacity(order.len(), self.rows.values().len());
        for (_, node) in &order {
            for target in self.rows.row(*node as usize) {
                rows.push(new[*target as usize]);
            }
            rows.end_sorted();
        }
        let mut node_of = self.node_of;
        for node in node_of.iter_mut().filter(|node| **node != NONE) {
            *node = new[*node as usize];
        }
        let sizes = order.iter().map(|(_, node)| self.sizes[*node as usize]);
        Self {
            node_of,
            sizes: sizes.collect(),
            rows,
        }
    }

    /// The nodes in their new order, each behind what it is ordered by, and the
    /// new number of each.
    fn order(&self) -> (Vec<(u64, u32)>, Vec<u32>) {
        let nodes = self.nodes();
        let mut levels = vec![0_u32; nodes];
        let mut dependents = vec![0_u32; nodes];
        for node in 0..nodes {
            let below = levels[node] + 1;
            for target in self.rows.row(node) {
                let target = *target as usize;
                levels[target] = levels[target].max(below);
                dependents[target] += 1;
            }
        }
        let key = |node: u32| {
            let fewest_last = u32::MAX - dependents[node as usize];
            u64::from(levels[node as usize]) << 32 | u64::from(fewest_last)
        };
        let nodes = 0..nodes as u32;
        let mut order: Vec<(u64, u32)> = nodes.map(|node| (key(node), node)).collect();
        order.sort_unstable();
        let mut new = vec![0_u32; order.len()];
        for (at, (_, node)) in order.iter().enumerate() {
            new[*node as usize] = at as u32;
        }
        (order, new)
    }
}

/// Numbers for the packages that anything depends on, and those packages.
fn reached(direct: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut numbers = vec![NONE; direct.len()];
    let mut reached = Vec::new();
    for (package, dependents) in direct.iter().enumerate() {
        if *dependents > 0 {
            numbers[package] = reached.len() as u32;
            reached.push(package as u32);
        }
    }
    (numbers, reached)
}

/// Their dependencies, which are among them.
fn core(packages: &Rows, numbers: &[u32], reached: &[u32]) -> Rows {
    let lengths = reached.iter().map(|at| packages.row(*at as usize).len());
    let mut core = Rows::with_capacity(reached.len(), lengths.sum());
    for package in reached {
        for target in packages.row(*package as usize) {
            core.push(numbers[*target as usize]);
        }
        core.end();
    }
    core
}

/// How large each component is, and who is in it.
fn members(components: &Components) -> (Vec<u32>, Rows) {
    let mut sizes = vec![0_u32; components.count];
    for component in &components.of {
        sizes[*component as usize] += 1;
    }
    let all = components.of.iter().enumerate();
    let pairs: Vec<(u32, u32)> = all
        .map(|(node, component)| (*component, node as u32))
        .collect();
    (sizes, Rows::from_pairs(components.count, &pairs))
}
