//! `tenure reach`: how many packages depend on each, directly or through others.

mod input;
mod keep;
mod report;
mod table;

use crate::context::Process;
use crate::exit::Exit;
use crate::output;
use clap::Args;
use input::{Held, Input};
use report::{Changes, Report, Watch};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use tenure_domain::Ecosystem;
use tenure_trust::reach::{Condensed, Graph, Owners, Plan, Reach, Registry, Way};

/// Count for every package of a registry how many others depend on it, directly
/// or through others
///
/// Writes a line for each: the package, how many depend on it directly, and its
/// reach, separated by tabs; those with most reach first. Exactly, unless
/// --approximate is given. A package never counts itself; packages that depend
/// on each other in a cycle count each other.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Who depends on whom: lines of a package, a tab, and a package that it
    /// depends on; names or numbers, gzip or plain; - is stdin
    #[arg(long, value_name = "FILE", required_unless_present_any = ["crates_dump", "ledger"])]
    edges: Option<PathBuf>,

    /// Take both, and who owns what, from the database dump of a cargo
    /// registry: what the newest version of each crate needs at run time
    #[arg(long, value_name = "FILE", conflicts_with_all = ["edges", "owners"])]
    crates_dump: Option<PathBuf>,

    /// Take both out of the ledger: what the newest version of each package of
    /// this ecosystem needs that was ever observed
    #[arg(long, value_name = "ECOSYSTEM", conflicts_with_all = ["edges", "owners", "crates_dump", "changes"])]
    ledger: Option<Ecosystem>,

    /// Who owns what: lines of a package, a tab, and one of its owners. Packages
    /// get a fourth column: how many other owners depend on it directly
    #[arg(long, value_name = "FILE", requires = "owners_out")]
    owners: Option<PathBuf>,

    /// Write the owners here: lines of the owner, how many packages they hold,
    /// and how many depend on any of these
    #[arg(long, value_name = "FILE")]
    owners_out: Option<PathBuf>,

    /// Then change packages: lines like those of --edges. Each package named
    /// first depends from now on on these, and on nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["owners", "crates_dump", "approximate"])]
    changes: Option<PathBuf>,

    /// Write the table here instead of to stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Print a summary as JSON instead of the table: counts, and seconds by phase
    #[arg(long)]
    json: bool,

    /// Keep what was counted in the ledger, as that of the packages of this
    /// ecosystem: the gate and a server take it into account for a year
    #[arg(long, value_name = "ECOSYSTEM", conflicts_with = "approximate")]
    keep: Option<Ecosystem>,

    /// The folder of the ledger; a server's is fine
    /// [default: tenure in the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// Estimate, with a standard error of 6.5 %, instead of counting
    #[arg(long)]
    approximate: bool,

    /// How many threads count [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let mut watch = Watch::start();
    let input = Input::read(arguments, process)?;
    watch.lap("read");
    let (found, report) = count(arguments, input, &mut watch)?;
    found.write(arguments, process)?;
    watch.lap("write");
    if let Some(ecosystem) = arguments.keep {
        found.keep(ecosystem, arguments.data.as_deref(), process)?;
        watch.lap("keep");
    }
    if arguments.json {
        output::answer(&report.json(watch)?)?;
    }
    Ok(Exit::Clean)
}

/// What there is to write.
struct Found {
    packages: tenure_ecosystem::pairs::Names,
    direct: Vec<u32>,
    reach: Vec<u32>,
    owners: Option<FoundOwners>,
}

struct FoundOwners {
    names: tenure_ecosystem::pairs::Names,
    /// By package: how many other owners depend on it directly.
    dependents: Vec<u32>,
    /// By owner: how many packages.
    held: Vec<u32>,
    /// By owner.
    reach: Vec<u32>,
}

fn count(
    arguments: &Arguments,
    input: Input,
    watch: &mut Watch,
) -> anyhow::Result<(Found, Report)> {
    let threads = arguments.threads();
    let graph = Graph::new(input.packages.len(), input.edges)?;
    watch.lap("graph");
    let condensed = Condensed::new(&graph);
    watch.lap("scc");
    let mut report = Report::new(&graph, &condensed, arguments);
    let plan = Plan::new(&graph, condensed);
    watch.lap("number");
    let mut reach = if arguments.approximate {
        plan.approximate(&graph)
    } else {
        plan.count(threads)
    };
    watch.lap("count");
    report.worked(reach.work);
    let owners = match input.held {
        Some(held) => {
            let owners = count_owners(held, &graph, &plan, threads)?;
            watch.lap("owners");
            report.owners = Some(owners.names.len());
            Some(owners)
        }
        None => None,
    };
    let mut direct = graph.direct().to_vec();
    if !input.changes.is_empty() {
        let changes = change(&graph, &mut reach, &mut direct, &input.changes, threads);
        watch.lap("changes");
        report.changes = Some(changes);
    }
    let found = Found {
        packages: input.packages,
        direct,
        reach: reach.of,
        owners,
    };
    Ok((found, report))
}

fn count_owners(
    held: Held,
    graph: &Graph,
    plan: &Plan,
    threads: NonZeroUsize,
) -> anyhow::Result<FoundOwners> {
    let owners = Owners::new(graph.packages(), held.names.len(), &held.pairs)?;
    let all = 0..owners.len() as u32;
    Ok(FoundOwners {
        dependents: owners.dependents(graph),
        held: all.map(|owner| owners.held(owner).len() as u32).collect(),
        reach: owners.reach(graph, plan, threads).0,
        names: held.names,
    })
}

/// Changes packages one after the other.
fn change(
    graph: &Graph,
    reach: &mut Reach,
    direct: &mut [u32],
    changes: &[(u32, Vec<u32>)],
    threads: NonZeroUsize,
) -> Changes {
    let mut registry = Registry::new(graph, reach.clone());
    let mut done = Changes::default();
    for (package, dependencies) in changes {
        match registry.change(*package, dependencies, threads) {
            Way::Walked { .. } => done.walked += 1,
            Way::Full => done.full += 1,
        }
    }
    reach.of = registry.reach().to_vec();
    for (package, direct) in direct.iter_mut().enumerate() {
        *direct = registry.direct(package as u32) as u32;
    }
    done
}

impl Arguments {
    fn threads(&self) -> NonZeroUsize {
        let processors = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.threads.unwrap_or_else(processors)
    }
}
