//! Reach the straightforward way: from each package a walk of its own. It
//! shares nothing with the code that is tested.

use std::collections::{BTreeMap, BTreeSet};

/// Whom each package depends on.
pub(super) type Graph = BTreeMap<u32, BTreeSet<u32>>;

/// A graph of these dependencies.
pub(super) fn graph(edges: &[(u32, u32)]) -> Graph {
    let mut graph = Graph::new();
    for (dependent, dependency) in edges {
        graph.entry(*dependent).or_default().insert(*dependency);
    }
    graph
}

/// By package: the others that it reaches.
pub(super) fn closures(packages: u32, graph: &Graph) -> Vec<BTreeSet<u32>> {
    let closure = |package: u32| {
        let mut met = BTreeSet::new();
        let mut to_do = vec![package];
        while let Some(at) = to_do.pop() {
            for target in graph.get(&at).into_iter().flatten() {
                if met.insert(*target) {
                    to_do.push(*target);
                }
            }
        }
        met.remove(&package);
        met
    };
    (0..packages).map(closure).collect()
}

/// By package: how many others reach it.
pub(super) fn reach(packages: u32, graph: &Graph) -> Vec<u32> {
    let mut reach = vec![0; packages as usize];
    for closure in closures(packages, graph) {
        for target in closure {
            reach[target as usize] += 1;
        }
    }
    reach
}

/// How many reach anything that is held: the union.
pub(super) fn owner_reach(closures: &[BTreeSet<u32>], held: &BTreeSet<u32>) -> u32 {
    let reaches = |closure: &&BTreeSet<u32>| !closure.is_disjoint(held);
    closures.iter().filter(reaches).count() as u32
}
