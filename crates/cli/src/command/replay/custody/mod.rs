//! `tenure replay --custody`: the clauses of transfers on recorded hand-overs.
//!
//! A recording says who maintained each package of a distribution at several
//! moments. Somebody who maintains a package at one moment, and did not at the
//! one before, is a newcomer: each is judged as if the package had been given
//! into their hands at the later moment. Nearly all of them were benign, so what
//! the clauses stop is their price.

mod record;
mod text;

use anyhow::Context as _;
use record::{MOMENTS, Recording, Web};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read as _;
use std::path::Path;
use tenure_domain::{Purpose, Time};
use tenure_trust::policy::Policy;
use tenure_trust::tier::Tier;
use tenure_trust::transfer::{
    Binding, Candidate, Decision, Endorsement, Name, Outcome, Transfer, TransferLimits, decide,
};
pub(super) use text::text;

/// The largest file of reach, in bytes.
const MAX_REACH: u64 = 1 << 30;

/// What was measured.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    packages: usize,
    newcomers: usize,
    /// Whether the tiers are the packages' own. If not, every newcomer was judged
    /// at each tier, as if the package had the least reach of that tier.
    own_tiers: bool,
    rows: Vec<Row>,
}

/// What the clauses do at one tier.
#[derive(Debug, Default, Serialize)]
struct Row {
    tier: String,
    /// Newcomers beside earlier maintainers, or after the last of them left.
    kind: &'static str,
    newcomers: usize,
    refused: usize,
    /// How many fail each clause.
    fail: BTreeMap<&'static str, usize>,
    /// How many clauses cannot be decided for want of a fact.
    unknown: BTreeMap<&'static str, usize>,
}

/// Somebody who came to a package between two moments.
struct Newcomer<'a> {
    package: &'a str,
    name: &'a str,
    takes_over: bool,
    /// The place of the later moment.
    at: usize,
}

/// Judges every newcomer of a recording.
pub(super) fn measure(
    custody: &Path,
    web: Option<&Path>,
    reach: Option<&Path>,
) -> anyhow::Result<Report> {
    let cannot = |path: &Path| format!("cannot read {}", path.display());
    let recording = record::read(custody).with_context(|| cannot(custody))?;
    let web = match web {
        Some(path) => record::read_web(path).with_context(|| cannot(path))?,
        None => Web::default(),
    };
    let reach = match reach {
        Some(path) => Some(read_reach(path).with_context(|| cannot(path))?),
        None => None,
    };
    let newcomers = newcomers(&recording);
    let mut rows: BTreeMap<(Tier, bool), Row> = BTreeMap::new();
    let ground = Ground {
        recording: &recording,
        web: &web,
        reach: reach.as_ref(),
        limits: TransferLimits::default(),
        shares: Policy::default().tiers.reach_share,
    };
    for newcomer in &newcomers {
        for (tier, reach) in ground.tiers(newcomer.package) {
            let row = rows.entry((tier, newcomer.takes_over)).or_default();
            row.tier = tier.to_string();
            row.kind = if newcomer.takes_over {
                "takes over"
            } else {
                "joins"
            };
            ground.judge(newcomer, tier, reach, row);
        }
    }
    Ok(Report {
        packages: recording.packages(),
        newcomers: newcomers.len(),
        own_tiers: reach.is_some(),
        rows: rows.into_values().collect(),
    })
}

fn newcomers(recording: &Recording) -> Vec<Newcomer<'_>> {
    let mut found = Vec::new();
    for (package, moments) in recording.all() {
        for at in 1..MOMENTS.len() {
            let (Some(before), Some(after)) = (&moments[at - 1], &moments[at]) else {
                continue;
            };
            let was = |owner: &record::Owner| {
                before
                    .iter()
                    .any(|other| other.name == owner.name || other.address == owner.address)
            };
            let takes_over = !after.iter().any(was);
            let new = after
                .iter()
                .filter(|owner| owner.is_person() && !was(owner));
            found.extend(new.map(|owner| Newcomer {
                package,
                name: &owner.name,
                takes_over,
                at,
            }));
        }
    }
    found
}

/// Everything that newcomers are judged by.
struct Ground<'a> {
    recording: &'a Recording,
    web: &'a Web,
    reach: Option<&'a HashMap<String, u64>>,
    limits: TransferLimits,
    /// From which share of all packages on each tier begins, by reach: T1 to T4.
    shares: [f64; 4],
}

impl Ground<'_> {
    /// At which tier and reach a package counts: its own, or the least of each.
    fn tiers(&self, package: &str) -> Vec<(Tier, u64)> {
        let Some(reach) = self.reach else {
            let all = self.recording.packages() as f64;
            let least = |tier: Tier| (all * self.shares[tier.index() - 1]).ceil() as u64;
            return [Tier::T2, Tier::T3, Tier::T4]
                .map(|tier| (tier, least(tier)))
                .to_vec();
        };
        let own = reach.get(package).copied().unwrap_or(0);
        let share = own as f64 / reach.len() as f64;
        let passed = self.shares.iter().filter(|least| share >= **least).count();
        vec![(Tier::ALL[passed], own)]
    }

    fn judge(&self, newcomer: &Newcomer<'_>, tier: Tier, reach: u64, row: &mut Row) {
        let transfer = Transfer {
            tier,
            reach: Some(reach),
            candidate: self.candidate(newcomer),
            at: MOMENTS[newcomer.at].time(),
        };
        let answer = decide(&transfer, &self.limits);
        row.newcomers += 1;
        row.refused += usize::from(answer.decision == Decision::Refused);
        for clause in &answer.clauses {
            let counts = match clause.outcome {
                Outcome::Fail => &mut row.fail,
                Outcome::Unknown => &mut row.unknown,
                Outcome::Pass => continue,
            };
            *counts.entry(clause.name.as_str()).or_default() += 1;
        }
    }

    /// What the recording says of a newcomer. It knows nothing of second factors,
    /// recovered accounts, incidents or custodians, so those stay unknown.
    fn candidate(&self, newcomer: &Newcomer<'_>) -> Candidate {
        let (before, after) = (newcomer.at - 1, newcomer.at);
        let addresses = |at: usize| self.recording.addresses(newcomer.name, at);
        let mut bindings = Vec::new();
        let mut bind = |kind: &str, since: Time| {
            let kind = kind.to_owned();
            bindings.push(Binding { kind, since });
        };
        if !addresses(before).is_disjoint(addresses(after)) {
            bind("address", MOMENTS[before].time());
        }
        let all: HashSet<&String> = addresses(before).union(addresses(after)).collect();
        let key = self.web.key(after, &all);
        if let Some(key) = key {
            bind("key", key.created);
        }
        let was_member = self.web.key(before, &all).is_some_and(|key| key.is_member);
        if was_member {
            bind("membership", MOMENTS[before].keys());
        }
        let endorse = |(by, since): &(String, Time)| Endorsement {
            by: by.clone(),
            introducer: by.clone(),
            purpose: Purpose::Identity,
            since: *since,
            proven_reach: None,
        };
        let endorsements = key.map(|key| key.certified_by.iter().map(endorse).collect());
        Candidate {
            proven_reach: Some(self.proven_reach(newcomer)),
            bindings,
            bindings_are_complete: true,
            endorsements: endorsements.unwrap_or_default(),
            ..Candidate::default()
        }
    }

    /// The largest reach among the packages that the newcomer had at both
    /// moments, which lie more than a year apart; without a graph, how many they
    /// are, since each reaches itself.
    fn proven_reach(&self, newcomer: &Newcomer<'_>) -> u64 {
        let held = |at: usize| self.recording.held(newcomer.name, at);
        let (before, after) = (held(newcomer.at - 1), held(newcomer.at));
        let both = before.intersection(after);
        match self.reach {
            Some(reach) => both
                .filter_map(|package| reach.get(package))
                .copied()
                .max()
                .unwrap_or(0),
            None => both.count() as u64,
        }
    }
}

/// Reads what `tenure reach` writes: `package, direct, reach`, with tabs
/// between.
fn read_reach(path: &Path) -> anyhow::Result<HashMap<String, u64>> {
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    file.take(MAX_REACH).read_to_string(&mut text)?;
    let mut reach = HashMap::new();
    for (number, line) in text.lines().enumerate() {
        let mut fields = line.split('\t');
        let (name, last) = (fields.next(), fields.next_back());
        match (name, last.map(str::parse)) {
            (Some(name), Some(Ok(count))) => {
                reach.insert(name.to_owned(), count);
            }
            // The first line has the names of the columns.
            _ if number == 0 => {}
            _ => anyhow::bail!("line {}: expected `package`, `direct`, `reach`", number + 1),
        }
    }
    Ok(reach)
}

/// Every clause, in order.
pub(super) fn clauses() -> impl Iterator<Item = &'static str> {
    Name::ALL.into_iter().map(Name::as_str)
}
