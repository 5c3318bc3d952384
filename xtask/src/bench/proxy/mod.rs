//! `cargo xtask bench proxy`: requests per second, side by side: the same
//! bytes over loopback, one load generator, one server after the other.

mod cold;
mod documents;
mod plot;
mod report;
mod scenario;
mod server;
mod upstream;

use super::{http, load, machine};
use crate::{peers, say, steps, workspace};
use anyhow::Context as _;
use clap::Args;
use documents::Documents;
use load::{Load, Measured};
use report::{Outcome, Report, Row};
use scenario::{Expected, Question, Scenario};
use server::{Kind, Server, Store};
use std::path::{Path, PathBuf};
use upstream::Upstream;

/// Measure the npm proxy beside nginx with files, NORA and Verdaccio
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How long a run of the load generator takes
    #[arg(long, default_value_t = 5)]
    seconds: u32,

    /// How many requests are under way at a time
    #[arg(long, default_value_t = 16)]
    connections: u32,

    /// How often each server's turn comes; the best turn counts
    #[arg(long, default_value_t = 2)]
    rounds: u32,

    /// How many documents are asked for cold; 0 leaves that out
    #[arg(long, default_value_t = 9)]
    cold: usize,

    /// Only these servers
    #[arg(long, value_delimiter = ',', value_enum)]
    only: Vec<Kind>,

    /// Only scenarios with this in their name
    #[arg(long)]
    scenario: Option<String>,

    /// Write docs/speed.md and its plot
    #[arg(long)]
    write_docs: bool,
}

/// A server that takes part, and its answers' shape by scenario.
struct Entrant {
    server: Server,
    questions: Vec<anyhow::Result<Question>>,
}

/// Runs the task.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let place = workspace::root().join("target/xtask-proxy");
    steps::announce("what is needed");
    peers::install()?;
    let kinds = arguments.kinds();
    let (kinds, left_out) = install(&kinds);
    crate::running::empty(&place)?;
    let documents = Documents::make(&place.join("documents"), arguments.cold.max(1))?;
    let mut report = Report {
        machine: machine::line(),
        date: machine::today(),
        load: (machine::load(), String::new()),
        command: arguments.load().shown(),
        rounds: arguments.rounds,
        source: documents.source.clone(),
        versions: Vec::new(),
        left_out,
        rows: Vec::new(),
        memory: Vec::new(),
        cold: Vec::new(),
    };
    warm(arguments, &documents, &kinds, &place, &mut report)?;
    if arguments.cold > 0 {
        for pace in [None, Some(upstream::PACE)] {
            steps::announce("cold answers");
            let cold = cold::run(&documents, &kinds, arguments.cold, pace, &place)?;
            report.cold.push(cold);
        }
    }
    report.load.1 = machine::load();
    report.print()?;
    if arguments.write_docs {
        report.write()?;
    }
    Ok(())
}

impl Arguments {
    fn kinds(&self) -> Vec<Kind> {
        let is_wanted = |kind: &Kind| self.only.is_empty() || self.only.contains(kind);
        Kind::ALL.into_iter().filter(is_wanted).collect()
    }

    fn scenarios(&self) -> Vec<Scenario> {
        let mut all = Scenario::all();
        if let Some(part) = &self.scenario {
            all.retain(|scenario| scenario.name().contains(part));
        }
        all
    }

    fn load(&self) -> Load {
        Load {
            connections: self.connections,
            seconds: self.seconds,
        }
    }
}

/// Installs the servers; those that cannot be had are named with the reason.
fn install(kinds: &[Kind]) -> (Vec<Kind>, Vec<String>) {
    let (mut there, mut left_out) = (Vec::new(), Vec::new());
    for &kind in kinds {
        match kind.install() {
            Ok(()) => there.push(kind),
            Err(error) => {
                let why = format!("{}: {error:#}", kind.name());
                say::line(&format!("left out: {why}"));
                left_out.push(why);
            }
        }
    }
    (there, left_out)
}

/// Answers from a warm cache.
fn warm(
    arguments: &Arguments,
    documents: &Documents,
    kinds: &[Kind],
    place: &Path,
    report: &mut Report,
) -> anyhow::Result<()> {
    let scenarios = arguments.scenarios();
    let upstream = Upstream::start(&[&documents.warm], None, &place.join("upstream.log"))?;
    let expected = scenarios
        .iter()
        .map(|scenario| Expected::of(scenario, &upstream.url, place))
        .collect::<anyhow::Result<Vec<_>>>()
        .context("the upstream")?;
    steps::announce("servers, and whether they answer well");
    let mut entrants = Vec::new();
    for &kind in kinds.iter().filter(|kind| **kind != Kind::Nginx) {
        let server = kind
            .start(&place.join(kind.name()), &upstream.url)
            .with_context(|| kind.name())?;
        entrants.push(Entrant::new(server, &scenarios, &expected, place));
    }
    if kinds.contains(&Kind::Nginx) {
        let server = nginx(&entrants, &scenarios, &upstream, place)?;
        entrants.insert(0, Entrant::new(server, &scenarios, &expected, place));
    }
    steps::announce("load");
    for (at, scenario) in scenarios.iter().enumerate() {
        let row = measure(arguments, scenario, at, &entrants, place)?;
        say::line(&row.shown());
        report.rows.push(row);
    }
    for Entrant { server, .. } in &entrants {
        report.memory.push((server.kind, server.memory()));
        let version = (server.kind.name(), server.version.clone());
        report.versions.push(version);
    }
    Ok(())
}

impl Entrant {
    /// Asks a server everything once, and then for good: its first answers may
    /// not be those that it keeps.
    fn new(server: Server, scenarios: &[Scenario], expected: &[Expected], scratch: &Path) -> Self {
        let ask = || -> Vec<anyhow::Result<Question>> {
            let both = scenarios.iter().zip(expected);
            both.map(|(scenario, expected)| scenario.check(&server, expected, scratch))
                .collect()
        };
        ask();
        std::thread::sleep(std::time::Duration::from_secs(1));
        let questions = ask();
        for (scenario, question) in scenarios.iter().zip(&questions) {
            if let Err(error) = question {
                let (kind, name) = (server.kind.name(), scenario.name());
                say::line(&format!("{kind}: {name}: {error:#}"));
            }
        }
        Self { server, questions }
    }
}

/// nginx, with the bytes that this project's server sends, or the upstream's
/// if that does not take part.
fn nginx(
    entrants: &[Entrant],
    scenarios: &[Scenario],
    upstream: &Upstream,
    place: &Path,
) -> anyhow::Result<Server> {
    let store = Store::new(&place.join("nginx"))?;
    let ours = entrants.iter().find(|e| e.server.kind == Kind::Tenure);
    for scenario in scenarios {
        let url = match ours {
            Some(ours) => ours.server.url(scenario, place)?,
            None => scenario.url(&upstream.url, place)?,
        };
        store.keep(scenario, &scenario.answer(&url, place)?)?;
    }
    store.start()
}

/// One scenario, all servers by turns.
fn measure(
    arguments: &Arguments,
    scenario: &Scenario,
    at: usize,
    entrants: &[Entrant],
    scratch: &Path,
) -> anyhow::Result<Row> {
    let mut best: Vec<Option<Measured>> = entrants.iter().map(|_| None).collect();
    for _ in 0..arguments.rounds {
        for (entrant, best) in entrants.iter().zip(&mut best) {
            // What is slow was given one long turn.
            let is_slow = best.as_ref().is_some_and(Measured::is_slow);
            let Ok(question) = &entrant.questions[at] else {
                continue;
            };
            if is_slow {
                continue;
            }
            let measured = turn(arguments.load(), entrant, question, scratch)?;
            if best.as_ref().is_none_or(|best| measured.beats(best)) {
                *best = Some(measured);
            }
        }
    }
    let outcomes = entrants.iter().zip(best).map(|(entrant, measured)| {
        let outcome = Outcome::of(&entrant.questions[at], measured);
        (entrant.server.kind, outcome)
    });
    Ok(Row {
        scenario: *scenario,
        outcomes: outcomes.collect(),
    })
}

/// One turn of a server; a longer one if it answers only a few requests in the
/// time, since the last ones under way are never counted.
fn turn(
    load: Load,
    entrant: &Entrant,
    question: &Question,
    scratch: &Path,
) -> anyhow::Result<Measured> {
    let server = &entrant.server;
    let run = |load: Load| {
        let before = server.busy();
        let measured = load.run(&question.url, &question.headers, scratch)?;
        server.settle();
        anyhow::Ok(measured.taking(server.busy().saturating_sub(before)))
    };
    let measured = run(load)?;
    if measured.is_slow() {
        return run(load.longer());
    }
    Ok(measured)
}

/// Where the documentation is.
fn documentation(name: &str) -> PathBuf {
    workspace::root().join("docs").join(name)
}
