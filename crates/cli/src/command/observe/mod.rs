//! `tenure observe`: asks registries, and keeps what they say now.

mod journal;
mod text;

use crate::args::{FactArgs, Format, ProjectArgs, upstream_of};
use crate::context::{
    Ledger, Process, Project, Subject, fetcher_options, find, upstream_notes, wanted,
};
use crate::exit::Exit;
use crate::output::progress::Bar;
use crate::output::{self, json};
use clap::Args;
use journal::{Journal, Told};
use serde::Serialize;
use std::path::PathBuf;
use tenure_domain::fact::{self, Fact};
use tenure_domain::{Ecosystem, History, PackageId, Party, Time};
use tenure_store::{Observed, Recorded, Seen, Validators};
use tenure_upstream::{Anew, FetchError, Fetcher, Said, SaidNow, cache};

/// Ask the registries who holds packages now, and keep the answers
///
/// Registries of crates and of Python projects tell the present owners alone.
/// Asked again and again, they have a history: `tenure who` and `tenure check`
/// use it. Exit status: 0 all were asked, 2 wrong usage, 3 some could not be.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Packages; by default all that the project's lockfiles lock
    #[arg(value_name = "PACKAGE")]
    packages: Vec<Subject>,

    /// The folder to keep the ledger in; a server's is fine
    /// [default: tenure in the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// The project's folder, whose lockfiles and registries are meant
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,

    /// The registry to ask, by ecosystem: npm, cargo, pypi, nuget
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
    /// The form of this document: `tenure.observe/1`.
    schema: &'static str,
    /// When the registries were asked.
    at: Time,
    /// The folder of the ledger.
    data: String,
    /// What came of each package.
    packages: Vec<Outcome>,
}

/// What came of asking for a package.
#[derive(Serialize)]
struct Outcome {
    package: PackageId,
    #[serde(flatten)]
    result: Result,
}

#[derive(Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
enum Result {
    /// The ledger knew nothing of it.
    New {
        releases: usize,
        /// `null` where the registry does not say.
        owners: Option<Vec<Party>>,
    },
    /// It says something else than before.
    Changed(Difference),
    /// It says the same as before.
    Same,
    /// The registry says that there is no such package any more.
    Gone,
    /// It could not be asked.
    Failed { why: String },
}

/// What differs from the observation before.
#[derive(Serialize)]
struct Difference {
    /// When what was known before was last seen so.
    last_seen: Option<Time>,
    /// What the index's journal tells of how the owners changed.
    journal: Vec<Told>,
    /// The owners before, where they are others now.
    owners_before: Option<Vec<Party>>,
    /// The owners now, where they were others before.
    owners: Option<Vec<Party>>,
    /// Versions that were not there before.
    added: Vec<String>,
    /// Versions that are not there any more.
    vanished: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let facts = FactArgs {
        project: ProjectArgs {
            project: arguments.project.clone(),
            policy: None,
        },
        upstream: arguments.upstream.clone(),
        ..FactArgs::default()
    };
    let project = Project::load(&facts.project, process)?;
    let found = find(&project.root, process.env.current_dir(), &[]);
    let lockfiles = if arguments.packages.is_empty() {
        found?
    } else {
        // They only help to find registries.
        found.unwrap_or_default()
    };
    let packages: Vec<PackageId> = match &arguments.packages[..] {
        [] => wanted(&lockfiles),
        named => named.iter().map(|named| named.package.clone()).collect(),
    };
    let ecosystems = packages.iter().map(PackageId::ecosystem).collect();
    let fetcher = Fetcher::new(fetcher_options(&facts, &project, &lockfiles, process));
    let ledger = Ledger::open(arguments.data.as_deref(), process)?;
    let observing = Observing {
        ledger: &ledger,
        fetcher: &fetcher,
        now: process.now,
    };
    let report = Report {
        schema: "tenure.observe/1",
        at: process.now,
        data: ledger.folder.display().to_string(),
        packages: observing.all(packages)?,
    };
    let upstreams = upstream_notes(&fetcher, &ecosystems);
    output::tell_upstreams(&upstreams, &fetcher.warnings());
    let answer = match arguments.format {
        Format::Json => json::pretty(&report)?,
        Format::Text => text::of(&report, !arguments.packages.is_empty()),
    };
    output::answer(&answer)?;
    let is_failure = |outcome: &Outcome| matches!(outcome.result, Result::Failed { .. });
    Ok(if report.packages.iter().any(is_failure) {
        Exit::Unknown
    } else {
        Exit::Clean
    })
}

struct Observing<'a> {
    ledger: &'a Ledger,
    fetcher: &'a Fetcher,
    now: Time,
}

impl Observing<'_> {
    fn all(&self, packages: Vec<PackageId>) -> anyhow::Result<Vec<Outcome>> {
        let wanted = packages.iter().map(|package| {
            Ok(Anew {
                package: package.clone(),
                known: self.known(package)?,
            })
        });
        let wanted = wanted.collect::<anyhow::Result<Vec<_>>>()?;
        let bar = Bar::new("asking registries");
        let said = self.fetcher.ask_anew(wanted, &|progress| {
            bar.at(progress.done, progress.total, progress.package.name());
        });
        let journal = self.journal(&packages, &said)?;
        let outcomes = packages.into_iter().zip(said).map(|(package, said)| {
            let result = self.keep(&package, said, &journal)?;
            Ok(Outcome { package, result })
        });
        outcomes.collect()
    }

    /// What names the document that the ledger has of a package.
    fn known(&self, package: &PackageId) -> anyhow::Result<cache::Validators> {
        let Some(address) = self.address(package) else {
            return Ok(cache::Validators::default());
        };
        let store = &self.ledger.store;
        let record = self.ledger.wait(store.document(&address, package))?;
        let record =
            record.filter(|known| known.document.is_some() && !known.read_by_another_version);
        Ok(
            record.map_or_else(cache::Validators::default, |known| cache::Validators {
                etag: known.etag,
                last_modified: known.last_modified,
            }),
        )
    }

    /// The address of a package's document, where the document is what is kept.
    fn address(&self, package: &PackageId) -> Option<String> {
        let upstream = self.fetcher.upstream(package).ok()?;
        (package.ecosystem() == Ecosystem::Npm).then(|| upstream.url().to_string())
    }

    fn keep(
        &self,
        package: &PackageId,
        said: SaidNow,
        journal: &Journal,
    ) -> anyhow::Result<Result> {
        match said {
            Ok(Some(said)) => self.observe(package, &said, journal),
            Ok(None) => self.confirm(package),
            Err(FetchError::NotFound { url }) => self.gone(package, url),
            Err(error) => Ok(Result::Failed {
                why: error.to_string(),
            }),
        }
    }

    fn observe(
        &self,
        package: &PackageId,
        said: &Said,
        journal: &Journal,
    ) -> anyhow::Result<Result> {
        let store = &self.ledger.store;
        self.ledger.wait(async {
            let before = store.recorded(&said.address, package).await?;
            let steps = journal.steps(package, &before, &said.history, self.now);
            for step in &steps {
                let validators = Validators::default();
                // The list before was that one until then.
                store
                    .confirm(&said.address, package, step.at, validators)
                    .await?;
                self.add(package, &step.said(&said.address), step.at)
                    .await?;
            }
            let is_new = self.add(package, said, self.now).await? || !steps.is_empty();
            Ok(if is_new {
                result(&before, &said.history, journal::told(steps))
            } else {
                Result::Same
            })
        })
    }

    /// Adds what was said at a moment to the ledger; whether it was news.
    async fn add(&self, package: &PackageId, said: &Said, at: Time) -> anyhow::Result<bool> {
        let store = &self.ledger.store;
        let document = store.documents().put(said.document.clone()).await?;
        let seen = Seen {
            upstream: &said.address,
            package,
            at,
            document,
            validators: Validators {
                etag: said.validators.etag.as_deref(),
                last_modified: said.validators.last_modified.as_deref(),
            },
            history: &said.history,
        };
        let observed = store.observe(&seen).await?;
        Ok(matches!(observed, Observed::Added(_)))
    }

    fn confirm(&self, package: &PackageId) -> anyhow::Result<Result> {
        if let Some(address) = self.address(package) {
            let store = &self.ledger.store;
            let confirmed = store.confirm(&address, package, self.now, Validators::default());
            self.ledger.wait(confirmed)?;
        }
        Ok(Result::Same)
    }

    fn gone(&self, package: &PackageId, url: String) -> anyhow::Result<Result> {
        let why = FetchError::NotFound { url }.to_string();
        let addresses = self.ledger.wait(self.ledger.store.ledger(package))?;
        let known = addresses.last().map(|last| last.upstream.clone());
        let Some(address) = known.filter(|known| self.is_of_now(package, known)) else {
            return Ok(Result::Failed { why });
        };
        let store = &self.ledger.store;
        self.ledger
            .wait(store.observe_gone(&address, package, self.now))?;
        Ok(Result::Gone)
    }

    /// Whether the registry that said that there is no such package is the one
    /// that the ledger speaks of.
    fn is_of_now(&self, package: &PackageId, known: &str) -> bool {
        let address = match package.ecosystem() {
            // Only its index says where the API is.
            Ecosystem::Cargo => self.fetcher.api_of_crates().ok(),
            _ => self.fetcher.address_of_people(package),
        };
        address.as_deref() == Some(known)
    }
}

fn result(before: &Recorded, now: &History, journal: Vec<Told>) -> Result {
    let Some(last) = &before.history else {
        return Result::New {
            releases: now.releases().len(),
            owners: owners(now),
        };
    };
    let facts = fact::diff(Some(last), now);
    let owners_differ = facts.iter().any(|fact| matches!(fact, Fact::Owners { .. }));
    let versions = |wanted: fn(&Fact) -> Option<&str>| {
        let versions = facts.iter().filter_map(wanted);
        versions.map(str::to_owned).collect()
    };
    Result::Changed(Difference {
        last_seen: last_seen(before),
        journal,
        owners_before: owners_differ.then(|| owners(last)).flatten(),
        owners: owners_differ.then(|| owners(now)).flatten(),
        added: versions(|fact| match fact {
            Fact::Release(release) | Fact::Returned(release) => Some(&release.version),
            _ => None,
        }),
        vanished: versions(|fact| match fact {
            Fact::Removed(release) => Some(&release.version),
            Fact::Vanished { version } => Some(version),
            _ => None,
        }),
    })
}

/// When what is known was last seen so.
fn last_seen(before: &Recorded) -> Option<Time> {
    let last = before.history.as_ref()?;
    let seen = before.memory.with(last).owners_seen().last().copied();
    seen.map(|seen| seen.last).or(last.source().seen)
}

fn owners(history: &History) -> Option<Vec<Party>> {
    let owners = history.owners_now()?.iter();
    let mut owners: Vec<Party> = owners.map(|ix| history.party(*ix).clone()).collect();
    owners.sort_by_cached_key(Party::to_string);
    Some(owners)
}
