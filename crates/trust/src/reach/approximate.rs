//! Reach by sketches: `HyperLogLog` (Flajolet and others, 2007) in one pass over
//! the condensed graph. A cycle-free graph needs no rounds.

use super::condense::{Condensed, NONE};
use super::count::Work;
use super::graph::Graph;

/// Registers of a sketch.
const REGISTERS: usize = 256;

/// The standard error of an estimate, as a share of it: 1.04 by the root of the
/// number of registers.
pub const STANDARD_ERROR: f64 = 0.065;

type Sketch = [u8; REGISTERS];

/// By node: how many packages reach it, about.
pub(super) fn estimate(graph: &Graph, condensed: &Condensed) -> (Vec<u32>, Work) {
    let mut sketches: Vec<Sketch> = vec![[0; REGISTERS]; condensed.nodes()];
    let mut work = Work::default();
    for (package, node) in condensed.node_of.iter().enumerate() {
        let hash = hash(package as u64);
        if *node != NONE {
            add(&mut sketches[*node as usize], hash);
            continue;
        }
        work.beginnings += 1;
        for target in graph.rows.row(package) {
            let node = condensed.node_of[*target as usize];
            add(&mut sketches[node as usize], hash);
        }
    }
    let mut estimates = Vec::with_capacity(sketches.len());
    for node in 0..sketches.len() {
        let sketch = sketches[node];
        let row = condensed.rows.row(node);
        for target in row {
            merge(&mut sketches[*target as usize], &sketch);
        }
        work.touches += 1;
        work.edge_operations += row.len() as u64;
        // The package itself is in its sketch.
        let others = (cardinality(&sketch) - 1.0).round().max(0.0);
        estimates.push(others as u32);
    }
    (estimates, work)
}

fn add(sketch: &mut Sketch, hash: u64) {
    let register = &mut sketch[hash as usize % REGISTERS];
    let rest = hash >> REGISTERS.ilog2() | 1 << (64 - REGISTERS.ilog2());
    *register = (*register).max(rest.trailing_zeros() as u8 + 1);
}

fn merge(into: &mut Sketch, sketch: &Sketch) {
    for (into, register) in into.iter_mut().zip(sketch) {
        *into = (*into).max(*register);
    }
}

/// The estimate of a sketch; small ones by linear counting.
fn cardinality(sketch: &Sketch) -> f64 {
    let registers = REGISTERS as f64;
    let empty: usize = sketch.iter().map(|at| usize::from(*at == 0)).sum();
    let sum: f64 = sketch.iter().map(|at| (-f64::from(*at)).exp2()).sum();
    let alpha = 0.7213 / (1.0 + 1.079 / registers);
    let raw = alpha * registers * registers / sum;
    if raw <= 2.5 * registers && empty > 0 {
        return registers * (registers / empty as f64).ln();
    }
    raw
}

/// The finaliser of `SplitMix64`: every bit follows from every other.
fn hash(package: u64) -> u64 {
    let mut bits = package.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}
