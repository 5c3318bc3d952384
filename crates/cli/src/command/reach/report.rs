//! What it took, for `--json`.

use super::Arguments;
use crate::output::json;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Instant;
use tenure_trust::reach::{Condensed, Graph, STANDARD_ERROR, Work};

/// The summary. Fields may be added; when one changes its meaning or goes, the
/// number in `schema` is counted up.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// The form of this document: `tenure.reach/1`.
    schema: &'static str,
    packages: usize,
    /// Dependencies, each once, without those of a package on itself.
    dependencies: usize,
    /// Packages on which anything depends; those in a cycle as one.
    nodes: usize,
    /// The size of the largest group of packages that depend on each other; 0
    /// where there is none.
    largest_cycle: u32,
    /// The standard error as a share; null of exact counts.
    standard_error: Option<f64>,
    /// Packages that were carried through the graph; several that reach the
    /// same as one.
    beginnings: u64,
    /// How often a package was touched by a block of those.
    touches: u64,
    /// How often bits were carried from a package to one that it depends on.
    edge_operations: u64,
    threads: usize,
    pub(super) owners: Option<usize>,
    pub(super) changes: Option<Changes>,
    /// Seconds by phase: `read` with the numbers of names; `graph`: sorted, each
    /// dependency once; `scc`: cycles; `number`: what says nothing new left
    /// out, and the rest in the order in which it is used; `count`; `owners`;
    /// `changes`; `write`.
    seconds: BTreeMap<&'static str, f64>,
    /// Processor time by phase, in hundredths, where the system tells.
    processor_seconds: BTreeMap<&'static str, f64>,
}

/// How packages were changed.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Changes {
    /// By walking from those whom the change concerns.
    pub(super) walked: u64,
    /// By counting everything again, where that is cheaper.
    pub(super) full: u64,
}

/// Takes the time of one phase after the other.
pub(super) struct Watch {
    since: Instant,
    busy: Option<f64>,
    laps: Vec<Lap>,
}

struct Lap {
    phase: &'static str,
    wall: f64,
    processor: Option<f64>,
}

impl Watch {
    pub(super) fn start() -> Self {
        Self {
            since: Instant::now(),
            busy: busy(),
            laps: Vec::new(),
        }
    }

    /// A phase has ended, and the next begins.
    pub(super) fn lap(&mut self, phase: &'static str) {
        let (now, busy) = (Instant::now(), busy());
        self.laps.push(Lap {
            phase,
            wall: (now - self.since).as_secs_f64(),
            processor: busy.zip(self.busy).map(|(now, before)| now - before),
        });
        (self.since, self.busy) = (now, busy);
    }
}

/// The processor time of this process so far, in seconds. Linux tells it in
/// hundredths.
fn busy() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name before may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(f64::from(user + system) / 100.0)
}

impl Report {
    pub(super) fn new(graph: &Graph, condensed: &Condensed, arguments: &Arguments) -> Self {
        Self {
            schema: "tenure.reach/1",
            packages: graph.packages(),
            dependencies: graph.edges(),
            nodes: condensed.nodes(),
            largest_cycle: condensed.largest_cycle(),
            standard_error: arguments.approximate.then_some(STANDARD_ERROR),
            beginnings: 0,
            touches: 0,
            edge_operations: 0,
            threads: arguments.threads().get(),
            owners: None,
            changes: None,
            seconds: BTreeMap::new(),
            processor_seconds: BTreeMap::new(),
        }
    }

    pub(super) fn worked(&mut self, work: Work) {
        self.beginnings = work.beginnings;
        self.touches = work.touches;
        self.edge_operations = work.edge_operations;
    }

    /// The document.
    pub(super) fn json(mut self, watch: Watch) -> anyhow::Result<String> {
        for lap in watch.laps {
            self.seconds.insert(lap.phase, lap.wall);
            let processor = lap.processor.map(|took| (lap.phase, took));
            self.processor_seconds.extend(processor);
        }
        json::pretty(&self)
    }
}
