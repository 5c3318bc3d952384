//! `cargo xtask bench pypi`: pages and files of a Python index, side by side:
//! the same bytes over loopback, one load generator, one server after the
//! other.

mod index;
mod scenario;
mod server;

use super::load::{Load, Measured};
use super::machine;
use crate::docs::marked;
use crate::{peers, say, steps, workspace};
use anyhow::Context as _;
use clap::Args;
use index::Index;
use scenario::{Question, Scenario};
use server::{Kind, Server};
use std::fmt::Write as _;
use std::path::Path;

/// Measure the proxy of a Python index beside nginx with files, devpi and proxpi
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How long a run of the load generator takes
    #[arg(long, default_value_t = 2)]
    seconds: u32,

    /// How many requests are under way at a time
    #[arg(long, default_value_t = 16)]
    connections: u32,

    /// How often each server's turn comes; the best turn counts
    #[arg(long, default_value_t = 2)]
    rounds: u32,

    /// Only these servers
    #[arg(long, value_delimiter = ',', value_enum)]
    only: Vec<Kind>,

    /// Write the table in docs/speed.md
    #[arg(long)]
    write_docs: bool,
}

/// A server that takes part, and what it is asked, by scenario.
struct Entrant {
    server: Server,
    questions: Vec<anyhow::Result<Question>>,
}

/// Runs the task.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let place = workspace::root().join("target/xtask-pypi");
    steps::announce("what is needed");
    peers::install()?;
    crate::running::empty(&place)?;
    let index = Index::start(&place.join("index"))?;
    let scenarios = Scenario::all();
    steps::announce("servers, and whether they answer well");
    let (entrants, left_out) = entrants(arguments, &index, &scenarios, &place)?;
    steps::announce("load");
    let load = machine::load();
    let mut rows = String::new();
    for (at, scenario) in scenarios.iter().enumerate() {
        let row = row(arguments, scenario, at, &entrants, &place)?;
        say::line(row.trim_end());
        rows.push_str(&row);
    }
    let text = report(arguments, &load, &entrants, &left_out, &rows);
    say::line(&format!("\n{text}"));
    if arguments.write_docs {
        let page = workspace::root().join("docs/speed.md");
        let old = std::fs::read_to_string(&page)?;
        let new = marked::replace(&old, "pypi", &text)?;
        std::fs::write(&page, new.context("docs/speed.md has no piece `pypi`")?)?;
    }
    Ok(())
}

impl Arguments {
    fn takes(&self, kind: Kind) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }

    fn load(&self) -> Load {
        Load {
            connections: self.connections,
            seconds: self.seconds,
        }
    }
}

/// Starts them all; nginx with the answers of this project's server. Those that
/// cannot be had are named with the reason.
fn entrants(
    arguments: &Arguments,
    index: &Index,
    scenarios: &[Scenario],
    place: &Path,
) -> anyhow::Result<(Vec<Entrant>, Vec<String>)> {
    let (mut entrants, mut left_out) = (Vec::new(), Vec::new());
    let proxies = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Nginx);
    for kind in proxies.filter(|kind| arguments.takes(*kind)) {
        match kind.start(&place.join(kind.name()), index) {
            Ok(server) => entrants.push(Entrant::new(server, index, scenarios, place)),
            Err(error) => {
                let why = format!("{}: {error:#}", kind.name());
                say::line(&format!("left out: {why}"));
                left_out.push(why);
            }
        }
    }
    let mut all = entrants.iter();
    if let Some(ours) = all.find(|one| one.server.kind == Kind::Tenure)
        && arguments.takes(Kind::Nginx)
    {
        let mut answers = Vec::new();
        for scenario in scenarios.iter().filter(|scenario| !scenario.is_known()) {
            let question = scenario.check(&ours.server, index, place)?;
            answers.push((*scenario, question.answer));
        }
        let nginx = server::ready(&place.join("nginx"), &answers)?;
        entrants.insert(0, Entrant::new(nginx, index, scenarios, place));
    }
    Ok((entrants, left_out))
}

impl Entrant {
    /// Asks a server everything once, and then for good: its first answers may
    /// not be those that it keeps.
    fn new(server: Server, index: &Index, scenarios: &[Scenario], scratch: &Path) -> Self {
        let ask = || -> Vec<anyhow::Result<Question>> {
            let all = scenarios.iter();
            all.map(|scenario| scenario.check(&server, index, scratch))
                .collect()
        };
        ask();
        std::thread::sleep(std::time::Duration::from_secs(2));
        let questions = ask();
        for (scenario, question) in scenarios.iter().zip(&questions) {
            if let Err(error) = question {
                let (kind, name) = (server.kind.name(), scenario.name());
                say::line(&format!("{kind}: {name}: {error:#}"));
            }
        }
        Self { server, questions }
    }

    /// The best of its turns; `None` if it does not answer well.
    fn measured(
        &self,
        arguments: &Arguments,
        at: usize,
        scratch: &Path,
    ) -> anyhow::Result<Option<Measured>> {
        let Ok(question) = &self.questions[at] else {
            return Ok(None);
        };
        let mut best: Option<Measured> = None;
        for _ in 0..arguments.rounds {
            let before = self.server.busy();
            let load = arguments.load();
            let measured = load.run(&question.url, &question.headers, scratch)?;
            let measured = measured.taking(self.server.busy().saturating_sub(before));
            if best.as_ref().is_none_or(|best| measured.beats(best)) {
                best = Some(measured);
            }
        }
        Ok(best.filter(|best| best.errors == 0))
    }
}

/// A line of the table: what each server did.
fn row(
    arguments: &Arguments,
    scenario: &Scenario,
    at: usize,
    entrants: &[Entrant],
    scratch: &Path,
) -> anyhow::Result<String> {
    let ours = entrants.iter().find(|one| one.server.kind == Kind::Tenure);
    let question = ours.and_then(|ours| ours.questions[at].as_ref().ok());
    let bytes = question.map_or(0, |question| question.answer.bytes.len());
    let mut row = format!("| {} | {bytes} |", scenario.name());
    for entrant in entrants {
        let measured = entrant.measured(arguments, at, scratch)?;
        let told = measured.map_or("failed".to_owned(), |measured| {
            let processor = measured.processor.as_secs_f64() * 1e3;
            format!("{:.0} ({processor:.3} ms)", measured.rate)
        });
        // Writing into a text cannot fail.
        let _ = write!(row, " {told} |");
    }
    row.push('\n');
    Ok(row)
}

fn report(
    arguments: &Arguments,
    load: &str,
    entrants: &[Entrant],
    left_out: &[String],
    rows: &str,
) -> String {
    let versions = entrants.iter();
    let versions = versions.map(|one| format!("{} {}", one.server.kind.name(), one.server.version));
    let mut text = format!(
        "{}; {}. Load average {load} before, {} after. `{}`, the best of {} turns. {}.",
        machine::today(),
        machine::line(),
        machine::load(),
        arguments.load().shown(),
        arguments.rounds,
        versions.collect::<Vec<_>>().join(", "),
    );
    for why in left_out {
        let _ = write!(text, " Left out: {why}.");
    }
    text.push_str("\n\n| requests a second (processor time for one) | bytes |");
    for entrant in entrants {
        let _ = write!(text, " {} |", entrant.server.kind.name());
    }
    let columns = "---:|".repeat(entrants.len() + 1);
    let _ = write!(text, "\n|---|{columns}\n{rows}| resident memory | |");
    for entrant in entrants {
        let _ = write!(text, " {} MB |", entrant.server.memory() / 1_000_000);
    }
    text.push('\n');
    text
}
