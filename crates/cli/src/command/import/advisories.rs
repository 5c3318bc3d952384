//! `tenure import advisories`: what others say of malicious code in releases.

use super::collection::{self, Document};
use crate::args::Format;
use crate::context::{Ledger, Process};
use crate::exit::Exit;
use crate::output::progress::Bar;
use crate::output::{self, json, style::safe, style::thousands};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;
use tenure_domain::Advisory;
use tenure_ecosystem::osv;
use tenure_store::AdvisoriesKept;
use tenure_trust::standing::plural;

/// Take in advisories that say that releases contain malicious code
///
/// Documents of the OSV format (MAL-... and those of CWE-506), of npm, crates,
/// Python and NuGet packages. `tenure who PERSON` then says which releases of
/// theirs are meant. Ordinary vulnerabilities are passed over. All of a run is
/// taken in, or nothing. Exit status: 0 all were read, 2 wrong usage, 3 some
/// documents could not be read.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Documents (.json), archives of such (.zip), or folders with either, such
    /// as the clone of a collection
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// The folder of the ledger; a server's is fine
    /// [default: tenure in the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The answer as data. Fields may be added; when one changes its meaning or
/// goes, the number in `schema` is counted up.
#[derive(Serialize)]
struct Report {
    /// The form of this document: `tenure.import-advisories/1`.
    schema: &'static str,
    /// The folder of the ledger.
    data: String,
    /// How many documents there were.
    documents: usize,
    /// How many of them say that releases contain malicious code.
    advisories: usize,
    /// How many of those were taken back by whoever published them.
    withdrawn: usize,
    /// How many documents are about other things or other ecosystems.
    others: usize,
    /// Advisories of which nothing was known.
    new: u64,
    /// Advisories of which an older text was known.
    changed: u64,
    /// Advisories that were known.
    same: u64,
    /// Advisories of which a newer text was known, which were passed over.
    outdated: u64,
    /// How many documents could not be read.
    unreadable: usize,
    /// The first of them.
    unread: Vec<Unread>,
    /// Seconds that reading took.
    reading: f64,
    /// Seconds that keeping took.
    keeping: f64,
}

/// A document that could not be read.
#[derive(Serialize)]
struct Unread {
    /// The file, and where that is an archive the entry, too.
    document: String,
    why: String,
}

/// So many are named.
const NAMED: usize = 5;

/// What the documents say.
#[derive(Default)]
struct Read {
    advisories: Vec<Advisory>,
    unreadable: usize,
    unread: Vec<Unread>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let began = Instant::now();
    let mut read = Read::default();
    collection::each(&arguments.paths, |document| read.take(document))?;
    let reading = began.elapsed();
    let ledger = Ledger::open(arguments.data.as_deref(), process)?;
    let began = Instant::now();
    let bar = Bar::new("keeping advisories");
    let keeping = ledger
        .store
        .keep_advisories(process.now, &read.advisories, |done, total| {
            bar.at(done, total, "");
        });
    let kept = ledger.wait(keeping)?;
    drop(bar);
    let data = ledger.folder.display().to_string();
    let seconds = (reading.as_secs_f64(), began.elapsed().as_secs_f64());
    let report = report(read, kept, data, seconds);
    tell_unread(&report);
    let answer = match arguments.format {
        Format::Json => json::pretty(&report)?,
        Format::Text => text(&report),
    };
    output::answer(&answer)?;
    Ok(if report.unreadable > 0 {
        Exit::Unknown
    } else {
        Exit::Clean
    })
}

impl Read {
    fn take(&mut self, document: Document<'_>) {
        let Document { source, bytes } = document;
        let read = bytes
            .and_then(|bytes| osv::read(bytes, &safe(&source)).map_err(|error| error.to_string()));
        match read {
            Ok(advisory) => self.advisories.push(advisory),
            Err(why) => {
                self.unreadable += 1;
                if self.unread.len() < NAMED {
                    self.unread.push(Unread {
                        document: source,
                        why,
                    });
                }
            }
        }
    }
}

fn report(read: Read, kept: AdvisoriesKept, data: String, seconds: (f64, f64)) -> Report {
    let is_one = |advisory: &&Advisory| !advisory.affected.is_empty();
    let count = read.advisories.iter().filter(is_one).count();
    let withdrawn = (read.advisories.iter())
        .filter(|advisory| is_one(advisory) && advisory.withdrawn.is_some())
        .count();
    Report {
        schema: "tenure.import-advisories/1",
        data,
        documents: read.advisories.len() + read.unreadable,
        advisories: count,
        withdrawn,
        others: read.advisories.len() - count,
        new: kept.new,
        changed: kept.changed,
        same: kept.same,
        outdated: kept.outdated,
        unreadable: read.unreadable,
        unread: read.unread,
        reading: seconds.0,
        keeping: seconds.1,
    }
}

fn tell_unread(report: &Report) {
    for unread in &report.unread {
        output::aside(&format!(
            "warning: {} is passed over: {}",
            safe(&unread.document),
            safe(&unread.why)
        ));
    }
    let more = report.unreadable - report.unread.len();
    if more > 0 {
        output::aside(&format!(
            "warning: {} more cannot be read",
            plural(more, "document", "documents")
        ));
    }
}

fn text(report: &Report) -> String {
    let outdated = match report.outdated {
        0 => String::new(),
        count => format!(", {count} of which a newer text is known"),
    };
    let unreadable = match report.unreadable {
        0 => String::new(),
        count => format!(", {count} cannot be read"),
    };
    let rate = report.documents as f64 / (report.reading + report.keeping).max(0.001);
    format!(
        "{} about malicious code ({} withdrawn) in {}: {} new, {} changed, {} as before{outdated}\n\
         {} about other things or other ecosystems{unreadable}\n\
         read in {:.1} s, kept in {:.1} s in {}: {} documents a second\n",
        plural(report.advisories, "advisory", "advisories"),
        report.withdrawn,
        plural(report.documents, "document", "documents"),
        report.new,
        report.changed,
        report.same,
        plural(report.others, "document is", "documents are"),
        report.reading,
        report.keeping,
        safe(&report.data),
        thousands(rate as usize),
    )
}
