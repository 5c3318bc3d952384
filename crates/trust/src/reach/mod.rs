//! Reach: how many packages depend on a package, directly or through others.
//!
//! Exactly, for all packages of a registry at once. A package never counts
//! itself; packages that depend on each other in a cycle count each other.
//!
//! Walking from each package would walk the same ways again and again: closures
//! are small and overlap, since a few packages are below nearly all others. So
//! 192 packages at a time are carried down the graph together, a bit for each,
//! in one pass in topological order, through those nodes alone that they touch
//! (`count`). Before that the graph is made small: `condense` makes packages
//! that depend on each other one node and leaves out those on which nothing
//! depends, `thin` drops dependencies that say nothing new, and `begin`
//! makes packages that reach the same one beginning.
//!
//! `approximate` is one pass with sketches instead; `change` keeps reach up
//! to date as packages change one by one.

mod approximate;
mod begin;
mod change;
mod condense;
mod count;
mod cycles;
mod graph;
mod owners;
mod rows;
mod seen;
mod thin;

pub use approximate::STANDARD_ERROR;
pub use change::{Registry, Way};
pub use condense::Condensed;
pub use count::Work;
pub use graph::{Graph, GraphError};
pub use owners::Owners;

use condense::NONE;
use std::num::NonZeroUsize;

/// How many packages depend on each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// By package: how many others depend on it, directly or through others.
    pub of: Vec<u32>,
    /// What it took.
    pub work: Work,
}

/// A graph that is ready to be counted.
#[derive(Debug)]
pub struct Plan {
    condensed: Condensed,
    folded: begin::Folded,
}

/// The exact reach of all packages, with so many threads.
pub fn exact(graph: &Graph, threads: NonZeroUsize) -> Reach {
    Plan::new(graph, Condensed::new(graph)).count(threads)
}

impl Plan {
    /// Leaves out what says nothing new, and puts together what is used
    /// together. `condensed` is of the same graph.
    pub fn new(graph: &Graph, mut condensed: Condensed) -> Self {
        thin::thin(&mut condensed.rows);
        let condensed = condensed.renumbered();
        let folded = begin::folded(&graph.rows, &condensed);
        Self { condensed, folded }
    }

    /// Counts exactly, with so many threads.
    pub fn count(&self, threads: NonZeroUsize) -> Reach {
        let counted = count::count(&self.condensed.rows, &self.folded.beginnings, threads);
        let of_node = |node: usize| {
            let others = self.condensed.sizes[node] - 1;
            counted.counts[node] as u32 + self.folded.known[node] + others
        };
        Reach {
            of: self.by_package(of_node),
            work: counted.work,
        }
    }

    /// Estimates in one pass over the graph, with a standard error of
    /// [`STANDARD_ERROR`].
    pub fn approximate(&self, graph: &Graph) -> Reach {
        let (estimates, work) = approximate::estimate(graph, &self.condensed);
        Reach {
            of: self.by_package(|node| estimates[node]),
            work,
        }
    }

    fn by_package(&self, of_node: impl Fn(usize) -> u32) -> Vec<u32> {
        let nodes = self.condensed.node_of.iter();
        nodes
            .map(|node| match *node {
                NONE => 0,
                node => of_node(node as usize),
            })
            .collect()
    }
}
