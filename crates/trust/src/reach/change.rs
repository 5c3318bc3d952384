//! Reach as packages change one by one.
//!
//! When what `p` depends on changes, the reach of those packages alone changes
//! that `p` newly reaches, or no longer; and only by `p` and those who depend on
//! it. Who that is does not change: a way to `p` ends where it first meets `p`.
//! So each of them is walked from, not through `p`: what it meets anyway it
//! neither gains nor loses. Where many depend on `p` the full pass is cheaper.

use super::seen::Seen;
use super::{Condensed, Graph, Plan, Reach};
use std::num::NonZeroUsize;

/// A registry with its reach, which packages change one by one.
#[derive(Debug)]
pub struct Registry {
    dependencies: Vec<Vec<u32>>,
    dependents: Vec<Vec<u32>>,
    reach: Vec<u32>,
    /// What the last full pass looked at: edges, and operations on them.
    full: u64,
    seen: Seen,
}

/// How a change was worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By walking from those whom it concerns.
    Walked {
        /// How many dependencies were looked at.
        looks: u64,
    },
    /// By counting everything again: walking had looked at half of what that
    /// takes, and was not done.
    Full,
}

/// Walking looks at too much.
struct TooMuch;

impl Registry {
    /// From a graph and its reach.
    pub fn new(graph: &Graph, reach: Reach) -> Self {
        let packages = 0..graph.packages();
        let back = graph.rows.transposed(graph.packages());
        Self {
            dependencies: packages
                .clone()
                .map(|at| graph.rows.row(at).to_vec())
                .collect(),
            dependents: packages.map(|at| back.row(at).to_vec()).collect(),
            full: graph.edges() as u64 + reach.work.edge_operations,
            seen: Seen::new(reach.of.len()),
            reach: reach.of,
        }
    }

    /// By package: how many depend on it, directly or through others.
    pub fn reach(&self) -> &[u32] {
        &self.reach
    }

    /// How many packages depend on one directly.
    pub fn direct(&self, package: u32) -> usize {
        self.dependents[package as usize].len()
    }

    /// A package depends on these from now on, and on nothing else. All are
    /// packages of the registry.
    pub fn change(&mut self, package: u32, dependencies: &[u32], threads: NonZeroUsize) -> Way {
        let mut now = dependencies.to_vec();
        now.sort_unstable();
        now.dedup();
        now.retain(|at| *at != package);
        let mut looks = 0;
        let before = self.closure(package, &mut looks);
        self.replace(package, now);
        let after = self.closure(package, &mut looks);
        let lost = difference(&before, &after);
        let gained = difference(&after, &before);
        if lost.is_empty() && gained.is_empty() {
            return Way::Walked { looks };
        }
        let Ok([fewer, more]) = self.concerned(package, [&lost, &gained], &mut looks) else {
            self.count(threads);
            return Way::Full;
        };
        for (package, count) in lost.iter().zip(fewer) {
            self.reach[*package as usize] -= count;
        }
        for (package, count) in gained.iter().zip(more) {
            self.reach[*package as usize] += count;
        }
        Way::Walked { looks }
    }

    /// What a package reaches, but itself, ascending.
    fn closure(&mut self, package: u32, looks: &mut u64) -> Vec<u32> {
        let seen = &mut self.seen;
        seen.next();
        seen.meet(package);
        let mut closure = Vec::new();
        let mut stack = vec![package];
        while let Some(at) = stack.pop() {
            for target in &self.dependencies[at as usize] {
                *looks += 1;
                if seen.meet(*target) {
                    closure.push(*target);
                    stack.push(*target);
                }
            }
        }
        closure.sort_unstable();
        closure
    }

    fn replace(&mut self, package: u32, now: Vec<u32>) {
        let before = std::mem::take(&mut self.dependencies[package as usize]);
        for target in difference(&before, &now) {
            self.dependents[target as usize].retain(|at| *at != package);
        }
        for target in difference(&now, &before) {
            self.dependents[target as usize].push(package);
        }
        self.dependencies[package as usize] = now;
    }

    /// For each of the packages in two lists: how many of `package` and those
    /// who depend on it do not reach it without `package`.
    fn concerned(
        &mut self,
        package: u32,
        lists: [&[u32]; 2],
        looks: &mut u64,
    ) -> Result<[Vec<u32>; 2], TooMuch> {
        let mut counts = lists.map(|list| vec![0_u32; list.len()]);
        for from in self.who_depends_on(package, looks)? {
            self.walk_around(package, from, looks)?;
            for (list, counts) in lists.iter().zip(&mut counts) {
                for (target, count) in list.iter().zip(counts) {
                    *count += u32::from(!self.seen.has(*target));
                }
            }
        }
        Ok(counts)
    }

    /// A package and all that depend on it.
    fn who_depends_on(&mut self, package: u32, looks: &mut u64) -> Result<Vec<u32>, TooMuch> {
        self.seen.next();
        self.seen.meet(package);
        let mut all = vec![package];
        let mut next = 0;
        while let Some(at) = all.get(next).copied() {
            next += 1;
            for dependent in &self.dependents[at as usize] {
                *looks += 1;
                if self.seen.meet(*dependent) {
                    all.push(*dependent);
                }
            }
            self.check(*looks)?;
        }
        Ok(all)
    }

    /// Meets all that `from` reaches, and itself, without what only `package`
    /// leads to.
    fn walk_around(&mut self, package: u32, from: u32, looks: &mut u64) -> Result<(), TooMuch> {
        self.seen.next();
        self.seen.meet(from);
        let mut stack = vec![from];
        while let Some(at) = stack.pop() {
            if at == package {
                continue;
            }
            for target in &self.dependencies[at as usize] {
                *looks += 1;
                if self.seen.meet(*target) {
                    stack.push(*target);
                }
            }
        }
        self.check(*looks)
    }

    fn check(&self, looks: u64) -> Result<(), TooMuch> {
        if looks > self.full / 2 {
            Err(TooMuch)
        } else {
            Ok(())
        }
    }

    /// Counts everything again.
    fn count(&mut self, threads: NonZeroUsize) {
        let graph = Graph::from_dependencies(&self.dependencies);
        let reach = Plan::new(&graph, Condensed::new(&graph)).count(threads);
        self.full = graph.edges() as u64 + reach.work.edge_operations;
        self.reach = reach.of;
    }
}

/// What is in one ascending list and not in the other.
fn difference(one: &[u32], other: &[u32]) -> Vec<u32> {
    let is_missing = |at: &&u32| other.binary_search(at).is_err();
    one.iter().filter(is_missing).copied().collect()
}
