//! Servers side by side: the same bytes over loopback, one load generator, one
//! server after the other.

mod nginx;

pub(super) use nginx::{nginx, version as nginx_version};

use super::http::{self, Answer, Header};
use super::load::{Load, Measured};
use super::machine;
use crate::docs::marked;
use crate::running::{Running, empty};
use crate::{peers, say, steps, workspace};
use anyhow::{Context as _, bail};
use clap::Args;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How a race is run.
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

    /// Only these servers, such as nginx,Tenure
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,

    /// Write the table in docs/speed.md
    #[arg(long)]
    write_docs: bool,
}

/// What the file server with the answers of ours is called.
pub(super) const NGINX: &str = "nginx";
/// What this project's server is called.
pub(super) const OURS: &str = "Tenure";

/// A server that runs.
#[derive(Debug)]
pub(super) struct Server {
    /// For people.
    pub(super) name: &'static str,
    /// As the program says it.
    pub(super) version: String,
    /// The address that everything is below, with a slash at the end.
    pub(super) base: String,
    running: Running,
}

impl Server {
    /// Starts a server that listens on `port`, whose files are in `place`.
    pub(super) fn start(
        (name, version): (&'static str, &str),
        command: &mut Command,
        place: &Path,
        (port, path): (u16, &str),
    ) -> anyhow::Result<Self> {
        Ok(Self {
            name,
            version: version.to_owned(),
            base: format!("http://127.0.0.1:{port}{path}"),
            running: Running::start(command.current_dir(place), place.join("log"), port)?,
        })
    }

    /// This project's server before one upstream, such as `cargo=URL`.
    pub(super) fn ours(place: &Path, upstream: &str, path: &str) -> anyhow::Result<Self> {
        let program = peers::tenure()?;
        let version = crate::process::answer(&program, &["--version"]);
        let version = version.context("tenure does not run")?;
        let port = crate::running::free_port()?;
        let mut command = Command::new(program);
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        command.arg("--data").arg(place.join("data"));
        command.args(["--upstream", upstream]);
        let asked = upstream.split('=').next().unwrap_or_default();
        for ecosystem in ["npm", "cargo", "pypi", "nuget"] {
            if ecosystem != asked {
                // Nothing is asked of it.
                let nowhere = format!("{ecosystem}=http://127.0.0.1:9/");
                command.args(["--upstream", &nowhere]);
            }
        }
        let said = (OURS, version.trim_start_matches("tenure "));
        Self::start(said, &mut command, place, (port, path))
    }

    /// The processor time that it has taken so far, once it is done with what
    /// nobody waits for any more.
    fn busy(&self) -> Duration {
        self.running.settle();
        Duration::from_millis(self.running.busy() * 10)
    }

    /// Resident memory, in bytes.
    fn memory(&self) -> u64 {
        self.running.memory().now
    }
}

/// What is asked, and whether an answer is the right one.
pub(super) trait Scenario {
    /// For people.
    fn name(&self) -> String;

    /// The file that nginx has the answer in; the same for somebody who has it
    /// already.
    fn file(&self) -> String;

    /// Asked by somebody who has the answer already.
    fn is_known(&self) -> bool;

    /// What a client says.
    fn headers(&self) -> Vec<Header>;

    /// The address on a server that is no nginx.
    fn url(&self, base: &str, scratch: &Path) -> anyhow::Result<String>;

    /// Fails if an answer is not what the upstream has.
    fn compare(&self, answer: &Answer, scratch: &Path) -> anyhow::Result<()>;
}

/// A question that is known to be answered well.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) url: String,
    pub(super) headers: Vec<Header>,
    pub(super) answer: Answer,
}

impl Question {
    /// Asks for `url`, and makes sure that the answer is one that `compare`
    /// finds right. The error says what is wrong with it.
    pub(super) fn ask(
        url: String,
        mut headers: Vec<Header>,
        is_known: bool,
        scratch: &Path,
        compare: impl Fn(&Answer) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let mut answer = http::get(&url, &headers, scratch)?;
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&answer.bytes);
            let said: String = said.chars().take(200).collect();
            bail!("it answers {}: {said}", answer.status);
        }
        compare(&answer)?;
        if is_known {
            let etag = answer.header("etag").context("it sends no ETag")?;
            headers.push(("If-None-Match", etag.to_owned()));
            answer = http::get(&url, &headers, scratch)?;
            if answer.status != 304 {
                bail!("it answers {} instead of 304", answer.status);
            }
        }
        Ok(Self {
            url,
            headers,
            answer,
        })
    }

    fn of(scenario: &dyn Scenario, server: &Server, scratch: &Path) -> anyhow::Result<Self> {
        let url = match server.name {
            NGINX => format!("{}{}", server.base, scenario.file()),
            _ => scenario.url(&server.base, scratch)?,
        };
        let compare = |answer: &Answer| scenario.compare(answer, scratch);
        Self::ask(
            url,
            scenario.headers(),
            scenario.is_known(),
            scratch,
            compare,
        )
    }
}

/// How a proxy is started, its files in a folder that is empty.
pub(super) type Start<'a> = Box<dyn Fn(&Path) -> anyhow::Result<Server> + 'a>;

/// Who takes part in what.
pub(super) struct Race<'a> {
    /// The piece of docs/speed.md, and the folder.
    pub(super) piece: &'static str,
    pub(super) scenarios: Vec<Box<dyn Scenario + 'a>>,
    /// This project's first.
    pub(super) proxies: Vec<(&'static str, Start<'a>)>,
}

/// A server that takes part, and what it is asked, by scenario.
struct Entrant {
    server: Server,
    questions: Vec<anyhow::Result<Question>>,
}

/// An empty folder for a race, with what all of them need installed.
pub(super) fn place(piece: &str) -> anyhow::Result<std::path::PathBuf> {
    steps::announce("what is needed");
    peers::install()?;
    let place = workspace::root()
        .join("target")
        .join(format!("xtask-{piece}"));
    empty(&place)?;
    Ok(place)
}

impl Race<'_> {
    /// Starts all, measures all, and says what was measured.
    pub(super) fn run(&self, arguments: &Arguments, place: &Path) -> anyhow::Result<()> {
        steps::announce("servers, and whether they answer well");
        let (entrants, left_out) = self.entrants(arguments, place)?;
        steps::announce("load");
        let load = machine::load();
        let mut rows = String::new();
        for (at, scenario) in self.scenarios.iter().enumerate() {
            let row = row(arguments, &**scenario, at, &entrants, place)?;
            say::line(row.trim_end());
            rows.push_str(&row);
        }
        let text = report(arguments, &load, &entrants, &left_out, &rows);
        say::line(&format!("\n{text}"));
        if arguments.write_docs {
            let page = workspace::root().join("docs/speed.md");
            let old = std::fs::read_to_string(&page)?;
            let new = marked::replace(&old, self.piece, &text)?;
            let new =
                new.with_context(|| format!("docs/speed.md has no piece `{}`", self.piece))?;
            std::fs::write(&page, new)?;
        }
        Ok(())
    }

    /// Starts them all; nginx with the answers of this project's server. Those
    /// that cannot be had are named with the reason.
    fn entrants(
        &self,
        arguments: &Arguments,
        place: &Path,
    ) -> anyhow::Result<(Vec<Entrant>, Vec<String>)> {
        let (mut entrants, mut left_out) = (Vec::new(), Vec::new());
        for (name, start) in self
            .proxies
            .iter()
            .filter(|(name, _)| arguments.takes(name))
        {
            let folder = place.join(name);
            match empty(&folder).and_then(|()| start(&folder)) {
                Ok(server) => entrants.push(Entrant::new(server, &self.scenarios, place)),
                Err(error) => {
                    let why = format!("{name}: {error:#}");
                    say::line(&format!("left out: {why}"));
                    left_out.push(why);
                }
            }
        }
        let ours = entrants.iter().find(|one| one.server.name == OURS);
        if let Some(ours) = ours
            && arguments.takes(NGINX)
        {
            let mut answers = Vec::new();
            for scenario in self
                .scenarios
                .iter()
                .filter(|scenario| !scenario.is_known())
            {
                let question = Question::of(&**scenario, &ours.server, place)?;
                answers.push((scenario.file(), question.answer));
            }
            let nginx = nginx::ready(&place.join(NGINX), &answers)?;
            entrants.insert(0, Entrant::new(nginx, &self.scenarios, place));
        }
        Ok((entrants, left_out))
    }
}

impl Arguments {
    fn takes(&self, name: &str) -> bool {
        let mut only = self.only.iter();
        self.only.is_empty() || only.any(|wanted| wanted.eq_ignore_ascii_case(name))
    }

    fn load(&self) -> Load {
        Load {
            connections: self.connections,
            seconds: self.seconds,
        }
    }
}

impl Entrant {
    /// Asks a server everything once, and then for good: its first answers may
    /// not be those that it keeps.
    fn new(server: Server, scenarios: &[Box<dyn Scenario + '_>], scratch: &Path) -> Self {
        let ask = || -> Vec<anyhow::Result<Question>> {
            let all = scenarios.iter();
            all.map(|scenario| Question::of(&**scenario, &server, scratch))
                .collect()
        };
        ask();
        std::thread::sleep(Duration::from_secs(2));
        let questions = ask();
        for (scenario, question) in scenarios.iter().zip(&questions) {
            if let Err(error) = question {
                let (who, what) = (server.name, scenario.name());
                say::line(&format!("{who}: {what}: {error:#}"));
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
    scenario: &dyn Scenario,
    at: usize,
    entrants: &[Entrant],
    scratch: &Path,
) -> anyhow::Result<String> {
    let ours = entrants.iter().find(|one| one.server.name == OURS);
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
    let versions = versions.map(|one| format!("{} {}", one.server.name, one.server.version));
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
        let _ = write!(text, " {} |", entrant.server.name);
    }
    let columns = "---:|".repeat(entrants.len() + 1);
    let _ = write!(text, "\n|---|{columns}\n{rows}| resident memory | |");
    for entrant in entrants {
        let _ = write!(text, " {} MB |", entrant.server.memory() / 1_000_000);
    }
    text.push('\n');
    text
}
