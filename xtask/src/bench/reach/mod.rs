//! `cargo xtask bench reach`: reach of all packages of made-up registries, side
//! by side: from the file of a graph to the result, one program after the
//! other.

mod report;
mod subject;

use super::machine;
use crate::docs::marked;
use crate::{say, steps, workspace};
use anyhow::Context as _;
use clap::Args;
use std::time::Instant;
use subject::{Ours, Peer, Run, Size, Table, Theirs, Tools};

/// Measure reach beside networkit, and on the smallest graph igraph and rustworkx
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only these graphs
    #[arg(long, value_delimiter = ',', value_enum, ignore_case = true)]
    sizes: Vec<Size>,

    /// Ours alone
    #[arg(long)]
    alone: bool,

    /// How often ours is run; the run with the least processor time counts
    #[arg(long, default_value_t = 3)]
    turns: u32,

    /// Write the tables in docs/reach.md
    #[arg(long)]
    write_docs: bool,
}

/// What was found on one graph.
struct Measured {
    size: Size,
    ours: Run<Ours>,
    table: Table,
    peers: Vec<(Peer, Run<Theirs>)>,
}

/// Runs the task.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let place = workspace::root().join("target/xtask-reach");
    steps::announce("what is needed");
    let tools = Tools::install(&place, !arguments.alone)?;
    let load = machine::load();
    let mut all = Vec::new();
    for size in Size::ALL {
        if arguments.sizes.is_empty() || arguments.sizes.contains(&size) {
            steps::announce(&format!("graph {}", size.name()));
            all.push(measure(arguments, &tools, size)?);
        }
    }
    let bandwidth = bandwidth();
    let text = report::text(&all, &load, bandwidth);
    say::line(&format!("\n{text}"));
    if arguments.write_docs {
        let page = workspace::root().join("docs/reach.md");
        let old = std::fs::read_to_string(&page)?;
        let new = marked::replace(&old, "reach", &text)?;
        std::fs::write(&page, new.context("docs/reach.md has no piece `reach`")?)?;
    }
    Ok(())
}

fn measure(arguments: &Arguments, tools: &Tools, size: Size) -> anyhow::Result<Measured> {
    let graph = tools.graph(size)?;
    // Once to bring the file into memory, which serves the others, too.
    let (mut ours, table) = tools.ours(&graph)?;
    for _ in 1..arguments.turns {
        let (again, _) = tools.ours(&graph)?;
        if again.processor < ours.processor {
            ours = again;
        }
    }
    say::line(&format!(
        "tenure: {:.2} s of processor time",
        ours.processor
    ));
    let mut peers = Vec::new();
    for peer in size.peers().iter().filter(|_| !arguments.alone) {
        let run = tools.peer(*peer, &graph, table.sum)?;
        let name = peer.package().0;
        say::line(&format!("{name}: {:.2} s of processor time", run.processor));
        peers.push((*peer, run));
    }
    Ok(Measured {
        size,
        ours,
        table,
        peers,
    })
}

/// Bytes a second that one processor reads from memory in order, the best of
/// some turns.
fn bandwidth() -> f64 {
    const BYTES: usize = 512 << 20;
    let words = vec![1_u64; BYTES / 8];
    let mut best = f64::INFINITY;
    for _ in 0..8 {
        let began = Instant::now();
        let sum: u64 = std::hint::black_box(&words).iter().sum();
        std::hint::black_box(sum);
        best = best.min(began.elapsed().as_secs_f64());
    }
    BYTES as f64 / best
}
