//! The tables.

use super::subject::{Peer, Size};
use super::{Measured, machine};
use crate::bench::numbers::thousands;
use std::fmt::Write as _;

/// The phases, in their order.
const PHASES: [&str; 6] = ["read", "graph", "scc", "number", "count", "write"];
/// Bytes of a cache line.
const LINE: f64 = 64.0;
/// The most of X.
const MOST_SECONDS: f64 = 60.0;
const MOST_BYTES: u64 = 4_000_000_000;

/// Everything, in Markdown.
pub(super) fn text(all: &[Measured], load: &str, bandwidth: f64) -> String {
    let versions = [Peer::Networkit, Peer::Igraph, Peer::Rustworkx].map(|peer| {
        let (name, version) = peer.package();
        format!("{name} {version}")
    });
    let mut text = format!(
        "{}; {}. Load average {load} before, {} after: where others run at the same time, wall time is more than it would be, and processor time a little. {}.\n\n",
        machine::today(),
        machine::line(),
        machine::load(),
        versions.join(", "),
    );
    graphs(all, &mut text);
    times(all, &mut text);
    phases(all, &mut text);
    limit(all, bandwidth, &mut text);
    text
}

fn graphs(all: &[Measured], text: &mut String) {
    text.push_str("| graph | packages | dependencies | reached by anyone | mean reach | largest reach | largest cycle |\n|---|---:|---:|---:|---:|---:|---:|\n");
    for one in all {
        let packages = one.ours.said.packages as f64;
        let share = |number: u64| 100.0 * number as f64 / packages;
        // Writing into a text cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.1} % | {:.0} | {:.1} % | {} |",
            one.size.name(),
            thousands(one.ours.said.packages),
            thousands(one.ours.said.dependencies),
            share(one.table.reached),
            one.table.sum as f64 / packages,
            share(one.table.most),
            thousands(one.ours.said.largest_cycle),
        );
    }
}

fn times(all: &[Measured], text: &mut String) {
    text.push_str("\nFrom the file to the result; the others without writing one:\n\n| graph | | processor time | wall time | memory at most | times ours | goal |\n|---|---|---:|---:|---:|---:|---|\n");
    for one in all {
        let (size, ours) = (one.size.name(), &one.ours);
        let _ = writeln!(
            text,
            "| {size} | **tenure** | {:.2} s | {:.2} s | {} MB | | {} |",
            ours.processor,
            ours.wall,
            ours.peak / 1_000_000,
            own_goal(one),
        );
        for (peer, run) in &one.peers {
            let times = run.processor / ours.processor;
            let _ = writeln!(
                text,
                "| {size} | {} | {:.2} s | {:.2} s | {} MB | {times:.1} | {} |",
                peer.package().0,
                run.processor,
                run.wall,
                run.peak / 1_000_000,
                goal(one.size, *peer, times),
            );
        }
    }
    for (peer, run) in all.iter().flat_map(|one| &one.peers) {
        if *peer == Peer::Networkit {
            let said = &run.said;
            let _ = write!(
                text,
                "\nOf networkit's {:.1} s reading took {:.1} and counting {:.1}.",
                run.processor, said.read, said.count
            );
        }
    }
    text.push('\n');
}

fn own_goal(one: &Measured) -> String {
    if one.size != Size::X {
        return String::new();
    }
    let is_met = one.ours.processor <= MOST_SECONDS && one.ours.peak <= MOST_BYTES;
    format!("at most {MOST_SECONDS} s and 4 GB: {}", met(is_met))
}

fn goal(size: Size, peer: Peer, times: f64) -> String {
    let least = match (size, peer) {
        (Size::S, Peer::Networkit) => 10.0,
        (Size::D, Peer::Networkit) => 25.0,
        _ => return String::new(),
    };
    format!("at least {least}: {}", met(times >= least))
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

fn phases(all: &[Measured], text: &mut String) {
    text.push_str(
        "\nSeconds of processor time by phase; the kernel counts hundredths:\n\n| graph |",
    );
    for phase in PHASES {
        let _ = write!(text, " {phase} |");
    }
    text.push_str("\n|---|---:|---:|---:|---:|---:|---:|\n");
    for one in all {
        let _ = write!(text, "| {} |", one.size.name());
        for phase in PHASES {
            let took = one.ours.said.processor_seconds.get(phase);
            let _ = write!(text, " {:.2} |", took.copied().unwrap_or_default());
        }
        text.push('\n');
    }
}

fn limit(all: &[Measured], bandwidth: f64, text: &mut String) {
    let _ = write!(
        text,
        "\nHow far `count` is from one cache line for each operation on an edge, at the {:.1} GB/s that one processor of this machine reads in order:\n\n| graph | nodes | operations | operations a second | one line each would take | times that |\n|---|---:|---:|---:|---:|---:|\n",
        bandwidth / 1e9
    );
    for one in all {
        let operations = one.ours.said.edge_operations;
        let took = one.ours.said.processor_seconds.get("count");
        let took = took.copied().unwrap_or_default();
        let ideal = operations as f64 * LINE / bandwidth;
        let _ = writeln!(
            text,
            "| {} | {} | {:.1} M | {:.0} M | {ideal:.2} s | {:.1} |",
            one.size.name(),
            thousands(one.ours.said.nodes),
            operations as f64 / 1e6,
            operations as f64 / took.max(0.01) / 1e6,
            took / ideal,
        );
    }
}
