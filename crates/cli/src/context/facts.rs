//! Where facts come from: a registry and its cache, or recorded documents.

use super::locked::origin;
use super::{Ledger, LockfileAt, Process, Project, Subject, versions};
use crate::args::FactArgs;
use crate::output::progress::Bar;
use serde::Serialize;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;
use tenure_domain::{
    Ecosystem, History, OwnerList, PackageId, Party, Popularity, Release, ReleaseState, Time,
};
use tenure_ecosystem::lockfile::Origin;
use tenure_upstream::{FetchedHistory, Fetcher, FetcherOptions, Found, Recorded, Via};

/// A source of facts.
pub(crate) struct Facts {
    source: Source,
    as_of: Option<Time>,
    /// The ecosystems that this run is about.
    ecosystems: BTreeSet<Ecosystem>,
}

enum Source {
    Recorded(Box<Recorded>),
    /// One that asks, and one that looks only into the cache.
    Registry(Box<Registry>),
}

struct Registry {
    ask: Fetcher,
    cache: Fetcher,
    /// What registries said earlier.
    ledger: Option<Ledger>,
    /// Why there is none.
    trouble: Option<String>,
    /// The moment of judging.
    now: Time,
}

/// Which registry, or which folder, was asked, and who says that it is the one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct UpstreamNote {
    /// Whose registry it is; absent where facts of all come from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ecosystem: Option<Ecosystem>,
    /// The registry's address, or the folder of recorded documents.
    pub(crate) from: String,
    /// Where that was found.
    pub(crate) found_in: String,
}

impl Facts {
    /// Opens the source that the command line and the project name, for all
    /// that the lockfiles lock.
    pub(crate) fn open(
        args: &FactArgs,
        project: &Project,
        lockfiles: &[LockfileAt],
        process: &Process,
    ) -> anyhow::Result<Self> {
        let ecosystems = lockfiles.iter().flat_map(|at| &at.lockfile.ecosystems);
        let ecosystems: Vec<_> = ecosystems.copied().collect();
        Self::open_for((&ecosystems, None), args, project, lockfiles, process)
    }

    /// As [`open`](Self::open), for some ecosystems, and what somebody named.
    pub(crate) fn open_for(
        (ecosystems, named): (&[Ecosystem], Option<&Subject>),
        args: &FactArgs,
        project: &Project,
        lockfiles: &[LockfileAt],
        process: &Process,
    ) -> anyhow::Result<Self> {
        let source = if let Some(folder) = &args.facts {
            // As it was typed, so that it can be shown as it was typed.
            Source::Recorded(Box::new(Recorded::read(folder)?))
        } else {
            let mut options = options(args, project, lockfiles, process);
            if let Some((package, version)) =
                named.and_then(|named| Some((&named.package, named.version.clone()?)))
            {
                let versions = options.locked_versions.entry(package.clone());
                versions.or_default().push(version);
            }
            let mut registry = Registry::new(options);
            registry.now = args.now(process);
            registry.open_ledger(args, process)?;
            Source::Registry(Box::new(registry))
        };
        Ok(Self {
            source,
            as_of: args.as_of,
            ecosystems: ecosystems.iter().copied().collect(),
        })
    }

    /// The facts of `packages`.
    pub(crate) fn histories(&self, packages: &[PackageId]) -> Vec<FetchedHistory> {
        let fetched = match &self.source {
            Source::Recorded(recorded) => recorded.histories(packages),
            Source::Registry(registry) => {
                let bar = Bar::new("reading histories");
                let asked = registry.ask.histories(packages, &|progress| {
                    bar.at(progress.done, progress.total, progress.package.name());
                });
                registry.recalled(asked)
            }
        };
        self.cut(fetched)
    }

    /// The facts of those of `packages` that are at hand without asking.
    pub(crate) fn at_hand(&self, packages: &[PackageId]) -> Vec<FetchedHistory> {
        let fetched = match &self.source {
            Source::Recorded(recorded) => recorded.histories(packages),
            Source::Registry(registry) => {
                registry.recalled(registry.cache.histories(packages, &|_| {}))
            }
        };
        self.cut(fetched)
    }

    /// The facts that the ledger has of packages in which people act, and whether
    /// it has more of them than are read.
    pub(crate) fn of_people(&self, accounts: &[Party]) -> (Vec<FetchedHistory>, bool) {
        let Source::Registry(registry) = &self.source else {
            return Default::default();
        };
        let ledger = registry.ledger.as_ref();
        let histories = ledger.map(|ledger| ledger.histories_of(accounts));
        let (histories, has_more) = histories.unwrap_or_default();
        let found = histories.into_iter();
        let found = found.map(|history| FetchedHistory {
            package: history.package().clone(),
            found: Ok(Found {
                checked: history.source().seen,
                via: Via::Cache,
                history,
            }),
        });
        (self.cut(registry.recalled(found.collect())), has_more)
    }

    /// The ledger, where there is one.
    pub(crate) fn ledger(&self) -> Option<&Ledger> {
        match &self.source {
            Source::Recorded(_) => None,
            Source::Registry(registry) => registry.ledger.as_ref(),
        }
    }

    /// How popular packages are, as far as that is known without asking.
    pub(crate) fn known_popularity(&self, package: &PackageId) -> Option<Popularity> {
        match &self.source {
            Source::Recorded(recorded) => recorded.popularity(package).cloned(),
            Source::Registry(registry) => {
                let asked = registry.cache.popularity(std::slice::from_ref(package));
                let said = asked.into_iter().find_map(|asked| asked.answer.ok());
                registry.with_highest(package, said)
            }
        }
    }

    /// Packages whose facts are at hand whether or not anybody asks for them:
    /// all recorded ones.
    pub(crate) fn recorded(&self) -> Vec<PackageId> {
        match &self.source {
            Source::Recorded(recorded) => recorded.packages().into_iter().cloned().collect(),
            Source::Registry(_) => Vec::new(),
        }
    }

    /// How popular packages are, as far as that can be had.
    pub(crate) fn popularity(&self, packages: &[PackageId]) -> HashMap<PackageId, Popularity> {
        match &self.source {
            Source::Recorded(recorded) => packages
                .iter()
                .filter_map(|p| Some((p.clone(), recorded.popularity(p)?.clone())))
                .collect(),
            Source::Registry(registry) if !packages.is_empty() => {
                let asked = registry.ask.popularity(packages).into_iter();
                let known = asked.filter_map(|asked| {
                    let known = registry.with_highest(&asked.package, asked.answer.ok());
                    Some((asked.package, known?))
                });
                known.collect()
            }
            Source::Registry(_) => HashMap::new(),
        }
    }

    /// Where facts come from; nothing for an ecosystem whose registry nothing
    /// names.
    pub(crate) fn upstreams(&self) -> Vec<UpstreamNote> {
        match &self.source {
            Source::Recorded(recorded) => vec![UpstreamNote {
                ecosystem: None,
                from: recorded.folder().display().to_string(),
                found_in: "the flag `--facts`".to_owned(),
            }],
            Source::Registry(registry) => notes(&registry.ask, &self.ecosystems),
        }
    }

    /// What went wrong without stopping anything.
    pub(crate) fn warnings(&self) -> Vec<String> {
        match &self.source {
            Source::Recorded(recorded) => {
                recorded.damaged().iter().map(ToString::to_string).collect()
            }
            Source::Registry(registry) => registry.warnings(),
        }
    }

    fn cut(&self, mut fetched: Vec<FetchedHistory>) -> Vec<FetchedHistory> {
        if let Some(as_of) = self.as_of {
            for found in fetched.iter_mut().filter_map(|f| f.found.as_mut().ok()) {
                found.history = Arc::new(as_it_was(&found.history, as_of));
            }
        }
        fetched
    }
}

/// Which registries are asked, and who says that they are the ones.
pub(crate) fn notes(fetcher: &Fetcher, ecosystems: &BTreeSet<Ecosystem>) -> Vec<UpstreamNote> {
    let named = ecosystems.iter().filter_map(|ecosystem| {
        let upstream = fetcher.default_upstream(*ecosystem).ok()?;
        Some(UpstreamNote {
            ecosystem: Some(*ecosystem),
            from: upstream.url().to_string(),
            found_in: upstream.place().to_string(),
        })
    });
    named.collect()
}

impl Registry {
    fn new(mut options: FetcherOptions) -> Self {
        let ask = Fetcher::new(options.clone());
        options.offline = true;
        Self {
            now: options.now,
            ask,
            cache: Fetcher::new(options),
            ledger: None,
            trouble: None,
        }
    }

    /// Opens the ledger where there is one. One that nobody named is only
    /// missed.
    fn open_ledger(&mut self, args: &FactArgs, process: &Process) -> anyhow::Result<()> {
        match Ledger::open_if_there(args.data.as_deref(), process) {
            Ok(ledger) => self.ledger = ledger,
            Err(error) if args.data.is_some() => return Err(error),
            Err(error) => self.trouble = Some(format!("{error:#}")),
        }
        Ok(())
    }

    /// Adds what the ledger knows of earlier.
    fn recalled(&self, mut fetched: Vec<FetchedHistory>) -> Vec<FetchedHistory> {
        let Some(ledger) = &self.ledger else {
            return fetched;
        };
        for found in fetched.iter_mut().filter_map(|f| f.found.as_mut().ok()) {
            let address = self.ask.ledger_address(&found.history);
            let whole = address.and_then(|address| ledger.recalled(&address, &found.history));
            if let Some(whole) = whole {
                found.history = Arc::new(whole);
            }
        }
        fetched
    }

    /// What a registry said of a package's popularity, and the highest that the
    /// ledger knows of; `None` if neither is known.
    fn with_highest(&self, package: &PackageId, said: Option<Popularity>) -> Option<Popularity> {
        let ledger = self.ledger.as_ref();
        let highest = ledger.and_then(|ledger| ledger.highest(package, self.now));
        let Some(highest) = highest else {
            return said;
        };
        let mut popularity = said.unwrap_or_else(|| Popularity {
            downloads_per_week: None,
            dependents: None,
            source: "the ledger".to_owned(),
            seen: self.now,
            highest: None,
        });
        popularity.highest = highest.beyond(&popularity);
        Some(popularity)
    }

    fn warnings(&self) -> Vec<String> {
        let ledger = self.ledger.as_ref().and_then(Ledger::trouble);
        let trouble = self.trouble.clone().or(ledger);
        self.ask.warnings().into_iter().chain(trouble).collect()
    }
}

/// How the registries that the command line, the project and its lockfiles name
/// are asked.
pub(crate) fn options(
    args: &FactArgs,
    project: &Project,
    lockfiles: &[LockfileAt],
    process: &Process,
) -> FetcherOptions {
    let mut options = FetcherOptions::new(process.env.clone(), &project.root, process.now);
    options.upstreams.extend(args.upstream.iter().cloned());
    let configured = project.file.upstream.by_ecosystem();
    let configured = configured.map(|(ecosystem, address)| (ecosystem, address.to_owned()));
    options.configured_upstreams.extend(configured);
    let locked = || lockfiles.iter().flat_map(|at| &at.lockfile.packages);
    let is_npm = |package: &PackageId| package.ecosystem() == Ecosystem::Npm;
    options.lockfile_origin = origin(locked().filter(|locked| is_npm(&locked.package)));
    // The addresses of npm's lockfiles are those of files, not of registries.
    let others = locked().filter(|locked| !is_npm(&locked.package));
    let registries = others.filter_map(|locked| match &locked.origin {
        Origin::Registry {
            resolved: Some(address),
        } => Some((locked.package.clone(), address.to_string())),
        _ => None,
    });
    options.locked_registries.extend(registries);
    for locked in locked().filter(|locked| locked.package.ecosystem() == Ecosystem::Nuget) {
        let versions = options.locked_versions.entry(locked.package.clone());
        versions.or_default().push(locked.version.to_string());
    }
    options.offline = args.offline;
    options
}

/// A history as one would have seen it at a moment. Releases without a date
/// stay: nothing says that they are later.
fn as_it_was(history: &History, moment: Time) -> History {
    let was_out = |release: &Release| release.published.is_none_or(|at| at <= moment);
    let mut builder = history.filtered(was_out);
    let offered = history
        .releases()
        .iter()
        .filter(|release| was_out(release) && release.state == ReleaseState::Offered)
        .map(|release| &*release.version);
    // The registry's own choice at that moment is not recorded; this is what
    // it nearly always is.
    let stable = versions::highest(history.package().ecosystem(), offered);
    if let Some(latest) = stable {
        builder.set_latest(latest.into());
    }
    let last = history.releases().iter().rfind(|release| was_out(release));
    let mut seen = history.owners_seen().iter();
    let listed = seen.rfind(|list| list.first <= moment);
    let listed = listed.map(|list| list.owners);
    if let Some(owners) = listed.or(last.and_then(|release| release.owners)) {
        let owners = history.owner_set(owners).iter();
        builder.set_owners_now(owners.map(|ix| history.party(*ix).clone()).collect());
    }
    let mut cut = builder.build(history.package().clone(), history.source().clone());
    let lists = history.owner_lists().into_iter();
    let lists: Vec<_> = lists
        .filter(|list| list.first <= moment)
        .map(|list| OwnerList {
            last: list.last.min(moment),
            ..list
        })
        .collect();
    cut.see_owners(&lists);
    let joinings = history.joinings().into_iter();
    cut.add_joinings(joinings.filter(|joining| joining.at <= moment));
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenure_domain::{DocumentKind, Ecosystem, HistoryBuilder, NewRelease, Source};

    #[test]
    fn later_releases_are_left_out() {
        let mut builder = HistoryBuilder::default();
        for (version, date) in [("1.0.0", "2018-01-01"), ("2.0.0", "2019-01-01")] {
            builder.push(NewRelease {
                published: Some(date.parse().unwrap()),
                ..NewRelease::new(version)
            });
        }
        builder.push(NewRelease::new("0.1.0"));
        let source = Source {
            from: String::new(),
            seen: None,
            sha256: String::new(),
            kind: DocumentKind::FullPackument,
        };
        let package = PackageId::new(Ecosystem::Npm, "x").unwrap();
        let cut = as_it_was(
            &builder.build(package, source),
            "2018-06-01".parse().unwrap(),
        );
        let versions: Vec<_> = cut.releases().iter().map(|r| &*r.version).collect();
        assert_eq!(versions, ["1.0.0", "0.1.0"]);
        assert_eq!(cut.latest(), Some("1.0.0"));
    }
}
