//! What is counted: files of two columns, or a dump.

use super::Arguments;
use crate::context::{Ledger, Process};
use anyhow::{Context as _, bail};
use flate2::bufread::MultiGzDecoder;
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use tenure_domain::{Ecosystem, History, Release, ReleaseState};
use tenure_ecosystem::cargo::dump::{Dump, Limits};
use tenure_ecosystem::pairs::{self, Names, Second};
use tenure_store::HistoryPlace;

/// The packages of a registry and what each depends on.
pub(super) struct Input {
    pub(super) packages: Names,
    pub(super) edges: Vec<(u32, u32)>,
    pub(super) held: Option<Held>,
    /// Packages, and what each depends on afterwards.
    pub(super) changes: Vec<(u32, Vec<u32>)>,
}

/// Who owns what.
pub(super) struct Held {
    pub(super) names: Names,
    /// A package and an owner.
    pub(super) pairs: Vec<(u32, u32)>,
}

/// Histories that are looked up together.
const AT_ONCE: usize = 500;

/// Bytes of which the first two say whether they are packed.
const GZIP: [u8; 2] = [0x1f, 0x8b];

impl Input {
    pub(super) fn read(arguments: &Arguments, process: &Process) -> anyhow::Result<Self> {
        if let Some(dump) = &arguments.crates_dump {
            return of_dump(dump, process);
        }
        if let Some(ecosystem) = arguments.ledger {
            return of_ledger(ecosystem, arguments.data.as_deref(), process);
        }
        let Some(edges) = &arguments.edges else {
            bail!("it is not said who depends on whom; name a file with `--edges FILE`");
        };
        let mut packages = Names::default();
        let edges = with(edges, process, |from| {
            pairs::read(from, &mut packages, Second::Same)
        })?;
        let mut held = None;
        if let Some(file) = &arguments.owners {
            let mut names = Names::default();
            let pairs = with(file, process, |from| {
                pairs::read(from, &mut packages, Second::Of(&mut names))
            })?;
            held = Some(Held { names, pairs });
        }
        let mut changes = BTreeMap::<u32, Vec<u32>>::new();
        if let Some(file) = &arguments.changes {
            let read = |from: &mut dyn Read| pairs::read(from, &mut packages, Second::Same);
            for (package, dependency) in with(file, process, read)? {
                changes.entry(package).or_default().push(dependency);
            }
        }
        Ok(Self {
            packages,
            edges,
            held,
            changes: changes.into_iter().collect(),
        })
    }
}

/// Opens a file, or stdin, unpacks it if it is packed, and reads it.
fn with<T>(
    file: &Path,
    process: &Process,
    read: impl FnOnce(&mut dyn Read) -> Result<T, pairs::PairsError>,
) -> anyhow::Result<T> {
    let shown = file.display();
    let name = || format!("`{shown}`");
    if file == Path::new("-") {
        return unpacked(io::stdin().lock(), read).context("stdin");
    }
    let opened = File::open(process.env.current_dir().join(file));
    let opened = opened.with_context(|| format!("cannot read `{shown}`"))?;
    unpacked(BufReader::with_capacity(1 << 18, opened), read).with_context(name)
}

fn unpacked<T>(
    mut from: impl BufRead,
    read: impl FnOnce(&mut dyn Read) -> Result<T, pairs::PairsError>,
) -> anyhow::Result<T> {
    let is_packed = from.fill_buf()?.starts_with(&GZIP);
    Ok(if is_packed {
        read(&mut MultiGzDecoder::new(from))?
    } else {
        read(&mut from)?
    })
}

/// What the newest version of each crate needs at run time, and who owns it.
fn of_dump(file: &Path, process: &Process) -> anyhow::Result<Input> {
    let name = file.display();
    let opened = File::open(process.env.current_dir().join(file));
    let opened = opened.with_context(|| format!("cannot read `{name}`"))?;
    let reader = BufReader::with_capacity(1 << 18, opened);
    let dump = Dump::read_with_dependencies(reader, Limits::default());
    let dump = dump.with_context(|| format!("cannot read `{name}`"))?;
    let mut packages = Names::default();
    let mut held = Held {
        names: Names::default(),
        pairs: Vec::new(),
    };
    for (place, facts) in dump.crates().enumerate() {
        let package = packages.number(facts.name.as_bytes())?;
        if package as usize != place {
            bail!("`{name}`: it has two crates of the name `{}`", facts.name);
        }
        for owner in facts.owners() {
            let owner = held.names.number(owner.to_string().as_bytes())?;
            held.pairs.push((package, owner));
        }
    }
    Ok(Input {
        packages,
        edges: dump.dependencies(),
        held: Some(held),
        changes: Vec::new(),
    })
}

/// What the newest version of each package needs that the ledger knows, and who
/// owns it.
fn of_ledger(
    ecosystem: Ecosystem,
    data: Option<&Path>,
    process: &Process,
) -> anyhow::Result<Input> {
    let Some(ledger) = Ledger::open_if_there(data, process)? else {
        bail!("there is no ledger yet; `tenure observe` and `tenure serve` begin one");
    };
    let mut input = Input {
        packages: Names::default(),
        edges: Vec::new(),
        held: None,
        changes: Vec::new(),
    };
    let mut held = Held {
        names: Names::default(),
        pairs: Vec::new(),
    };
    let mut seen = HashSet::new();
    let mut place = HistoryPlace::default();
    loop {
        let some = ledger.store.histories_after(ecosystem, &place, AT_ONCE);
        let some = ledger.wait(some)?;
        let Some((last, _)) = some.last() else {
            break;
        };
        place = last.clone();
        // Of several registries' the first one counts.
        for (_, history) in some
            .iter()
            .filter(|(_, of)| seen.insert(of.package().clone()))
        {
            input.take(history, &mut held)?;
        }
    }
    if input.edges.is_empty() {
        bail!("the ledger knows no dependencies of {ecosystem} packages");
    }
    input.held = (!held.pairs.is_empty()).then_some(held);
    Ok(input)
}

impl Input {
    fn take(&mut self, history: &History, held: &mut Held) -> anyhow::Result<()> {
        let package = self.packages.number(history.package().name().as_bytes())?;
        let Some(newest) = newest(history) else {
            return Ok(());
        };
        for needed in history.dependencies(newest.dependencies) {
            let needed = self.packages.number(needed.as_bytes())?;
            self.edges.push((package, needed));
        }
        let listed = newest.owners.map(|owners| history.owner_set(owners));
        for owner in history.owners_now().or(listed).unwrap_or_default() {
            let owner = history.party(*owner).to_string();
            let owner = held.names.number(owner.as_bytes())?;
            held.pairs.push((package, owner));
        }
        Ok(())
    }
}

/// The version that the registry offers by default, or the last one published
/// that it offers.
fn newest(history: &History) -> Option<&Release> {
    let latest = history.latest().and_then(|latest| history.position(latest));
    let releases = history.releases();
    let offered = |release: &&Release| release.state == ReleaseState::Offered;
    latest
        .map(|at| &releases[at])
        .or_else(|| releases.iter().rfind(offered))
}
