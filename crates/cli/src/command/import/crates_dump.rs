//! `tenure import crates-dump`: the database dump of a cargo registry.

use super::reading::Reading;
use crate::args::{FactArgs, Format, ProjectArgs, upstream_of};
use crate::context::{Ledger, Process, Project, fetcher_options};
use crate::exit::Exit;
use crate::output::progress::Bar;
use crate::output::{self, json, style::safe};
use anyhow::{Context as _, bail};
use clap::Args;
use serde::Serialize;
use std::cell::Cell;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tenure_domain::{Days, DocumentKind, Ecosystem, History, Party, Source, Time};
use tenure_ecosystem::cargo::dump::{Dump, Limits, with_earlier};
use tenure_store::{Digest, Import, Imported};
use tenure_trust::standing::plural;
use tenure_upstream::Fetcher;

/// Take in the dump of a cargo registry's database: who published and who owns
/// every crate
///
/// With each later dump, the owners that changed are known with the days of
/// both. All of a dump is taken in, or nothing.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The dump: a .tar.gz with a folder of CSV files
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The folder of the ledger; a server's is fine
    /// [default: tenure in the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// The address of the API of the registry that the dump is of; by default
    /// the one that the index names which your cargo is configured for
    #[arg(long, value_name = "URL")]
    api: Option<String>,

    /// The registry, where --api does not say it: cargo=URL, the index
    #[arg(long, value_name = "ECOSYSTEM=URL", value_parser = upstream_of)]
    upstream: Vec<(Ecosystem, String)>,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The answer as data. Fields may be added; when one changes its meaning or
/// goes, the number in `schema` is counted up.
#[derive(Serialize)]
struct Report {
    /// The form of this document: `tenure.import/1`.
    schema: &'static str,
    /// When the dump was taken.
    taken: Time,
    /// Its SHA-256.
    sha256: String,
    /// The address under which the ledger keeps it.
    api: String,
    /// The folder of the ledger.
    data: String,
    crates: usize,
    versions: usize,
    /// Crates of which nothing was known.
    new: u64,
    /// Crates of which anything differs.
    changed: u64,
    /// Crates of which nothing differs.
    same: u64,
    /// Crates of which something newer is known, which were passed over.
    outdated: u64,
    /// Crates with other owners than before.
    owners_changed: u64,
    /// Seconds that reading took.
    reading: f64,
    /// Seconds that keeping took.
    keeping: f64,
}

/// A clock may be wrong by so much.
const TOLERANCE: Days = Days(1.0);

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let api = api(arguments, process)?;
    let began = Instant::now();
    let (dump, digest) = read(arguments)?;
    let name = arguments.file.display();
    let Some(taken) = dump.taken() else {
        bail!("{name}: its `metadata.json` does not say when it was taken");
    };
    if process.now + TOLERANCE < taken {
        bail!("{name}: it says that it was taken on {taken}, which is still to come");
    }
    let reading = began.elapsed();
    let ledger = Ledger::open(arguments.data.as_deref(), process)?;
    let began = Instant::now();
    let (imported, owners_changed) = keep(&ledger, &dump, (&api, taken, digest))?;
    let report = Report {
        schema: "tenure.import/1",
        taken,
        sha256: digest.to_string(),
        api,
        data: ledger.folder.display().to_string(),
        crates: dump.len(),
        versions: dump.versions(),
        new: imported.new,
        changed: imported.changed,
        same: imported.same,
        outdated: imported.outdated,
        owners_changed,
        reading: reading.as_secs_f64(),
        keeping: began.elapsed().as_secs_f64(),
    };
    let answer = match arguments.format {
        Format::Json => json::pretty(&report)?,
        Format::Text => text(&report),
    };
    output::answer(&answer)?;
    Ok(Exit::Clean)
}

/// The API of the registry that the dump is of.
fn api(arguments: &Arguments, process: &Process) -> anyhow::Result<String> {
    if let Some(api) = &arguments.api {
        let url: url::Url = api.parse().with_context(|| format!("`--api {api}`"))?;
        if !matches!(url.scheme(), "http" | "https") {
            bail!("`--api {api}` is no address such as https://crates.example");
        }
        return Ok(url.as_str().trim_end_matches('/').to_owned());
    }
    let facts = FactArgs {
        project: ProjectArgs::default(),
        upstream: arguments.upstream.clone(),
        ..FactArgs::default()
    };
    let project = Project::load(&facts.project, process)?;
    let fetcher = Fetcher::new(fetcher_options(&facts, &project, &[], process));
    fetcher
        .api_of_crates()
        .context("it is not known which registry the dump is of; name its API with `--api URL`")
}

fn read(arguments: &Arguments) -> anyhow::Result<(Dump, Digest)> {
    let name = arguments.file.display();
    let file = File::open(&arguments.file).with_context(|| format!("cannot read `{name}`"))?;
    let mut reading = Reading::new(file)?;
    let dump = Dump::read(
        BufReader::with_capacity(1 << 18, &mut reading),
        Limits::default(),
    );
    let dump = dump.with_context(|| format!("cannot read `{name}`"))?;
    Ok((dump, reading.digest()?))
}

/// Keeps what a dump says; how many crates have other owners than before.
fn keep(
    ledger: &Ledger,
    dump: &Dump,
    (api, taken, document): (&str, Time, Digest),
) -> anyhow::Result<(Imported, u64)> {
    // The same for each dump, so that it is no difference.
    let source = Source {
        from: format!("{api} (database dump)"),
        seen: Some(taken),
        sha256: document.to_string(),
        kind: DocumentKind::CargoDump,
    };
    let histories = dump.histories(&source);
    let owners_changed = Cell::new(0);
    let with = |now: History, last: &History| {
        let differ = owners(&now) != owners(last);
        owners_changed.set(owners_changed.get() + u64::from(differ));
        with_earlier(now, last)
    };
    let bar = Bar::new("keeping crates");
    let import = Import {
        upstream: api,
        at: taken,
        document,
    };
    let importing = ledger.store.import(import, histories, with, |done| {
        bar.at(done as usize, dump.len(), "");
    });
    let imported = ledger.wait(importing)?;
    Ok((imported, owners_changed.get()))
}

fn owners(history: &History) -> Option<Vec<&Party>> {
    let owners = history.owners_now()?.iter();
    let mut owners: Vec<&Party> = owners.map(|ix| history.party(*ix)).collect();
    owners.sort();
    Some(owners)
}

fn text(report: &Report) -> String {
    let seconds = |seconds| Duration::from_secs_f64(seconds).as_secs_f32();
    let rate = report.versions as f64 / (report.reading + report.keeping).max(0.001);
    let outdated = match report.outdated {
        0 => String::new(),
        count => format!(", {count} of which something newer is known"),
    };
    format!(
        "{} of {} as of {}: {} new, {} changed ({} with other owners), {} as before{outdated}\n\
         read in {:.1} s, kept in {:.1} s in {}: {rate:.0} versions a second\n",
        plural(report.versions, "version", "versions"),
        plural(report.crates, "crate", "crates"),
        report.taken.date(),
        report.new,
        report.changed,
        report.owners_changed,
        report.same,
        seconds(report.reading),
        seconds(report.keeping),
        safe(&report.data),
    )
}
