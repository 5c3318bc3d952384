//! Attacks put into real histories: each history is cut at a random release
//! and continued with one release that an attack model makes. Registries
//! delete the evidence of real take-overs, so recall is measured this way.

use super::measure::rate;
use super::records::Record;
use fastrand::Rng;
use serde::Serialize;
use std::collections::BTreeMap;
use tenure_domain::{Contact, Days, Ecosystem, History, NewRelease, Party, Release, Time};
use tenure_trust::judge::Judge;
use tenure_trust::people::People;
use tenure_trust::tier::Tier;
use tenure_trust::verdict::Verdict;

/// How an attacker comes in, after real cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Model {
    /// A newcomer is made owner and publishes; earlier owners stay (event-stream).
    StrangerJoins,
    /// The owners are replaced.
    StrangerReplaces,
    /// A newcomer publishes after more than a year of silence.
    StrangerAfterSilence,
    /// An account that was unseen for two years publishes (is, coa).
    DormantReturns,
    /// Same login, another e-mail domain, provenance lost (axios).
    AccountTaken,
    /// A trusted publisher of another repository.
    WorkflowMoved,
    /// Nothing visible: must come out as not seen.
    AccountTakenSilent,
}

impl Model {
    pub(super) const ALL: [Self; 7] = [
        Self::StrangerJoins,
        Self::StrangerReplaces,
        Self::StrangerAfterSilence,
        Self::DormantReturns,
        Self::AccountTaken,
        Self::WorkflowMoved,
        Self::AccountTakenSilent,
    ];

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::StrangerJoins => "stranger-joins",
            Self::StrangerReplaces => "stranger-replaces",
            Self::StrangerAfterSilence => "stranger-after-silence",
            Self::DormantReturns => "dormant-returns",
            Self::AccountTaken => "account-taken",
            Self::WorkflowMoved => "workflow-moved",
            Self::AccountTakenSilent => "account-taken-silent",
        }
    }
}

/// How many attacks were tried and how many were held.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Recall {
    #[serde(flatten)]
    pub(super) all: Tally,
    /// The same for packages of tier T2 and above.
    pub(super) tier_t2_up: Tally,
}

/// A count of attacks.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Tally {
    pub(super) tried: usize,
    pub(super) held: usize,
    /// Of those held, how many wait for a person rather than for time.
    pub(super) asked: usize,
    /// Not held, because the history does not say who published before.
    pub(super) unknown: usize,
    pub(super) held_percent: f64,
}

impl Tally {
    fn take(&mut self, outcome: Outcome) {
        self.tried += 1;
        self.held += usize::from(outcome.held);
        self.asked += usize::from(outcome.asked);
        self.unknown += usize::from(outcome.unknown);
        self.held_percent = rate(self.held, self.tried as f64, 100.0);
    }
}

/// What came of one attack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) held: bool,
    pub(super) asked: bool,
    pub(super) unknown: bool,
}

/// A history that ends with an attack.
pub(super) struct Attack<'r> {
    pub(super) record: &'r Record,
    pub(super) history: History,
}

/// Every attack of every model, in a fixed order; the same seed gives the same
/// attacks, whatever else is in the files.
pub(super) fn attacks<'r>(
    people: &People,
    records: &[&'r Record],
    seed: u64,
) -> BTreeMap<Model, Vec<Attack<'r>>> {
    let of_model = |model: Model| {
        let attack = |record: &&'r Record| {
            let mut rng = Rng::with_seed(seed_of(seed, record, model));
            let history = attack(people, &record.history, model, &mut rng)?;
            Some(Attack { record, history })
        };
        (model, records.iter().filter_map(attack).collect())
    };
    Model::ALL.into_iter().map(of_model).collect()
}

/// Recall of the rules on attacks.
pub(super) fn recall(
    judge: Judge<'_>,
    attacks: &BTreeMap<Model, Vec<Attack<'_>>>,
) -> BTreeMap<&'static str, Recall> {
    tally(attacks, |attack| {
        let case = judge.open(&attack.history, attack.record.popularity.as_ref());
        let last = attack.history.releases().len() - 1;
        let at = attack.history.releases()[last]
            .published
            .unwrap_or(judge.now);
        let judgement = case.judge_as_of(last, at);
        let outcome = Outcome {
            held: judgement.verdict >= Verdict::Hold,
            asked: judgement.asks(),
            unknown: judgement.verdict == Verdict::Unknown,
        };
        (case.tier().tier, outcome)
    })
}

/// Counts outcomes by model.
pub(super) fn tally(
    attacks: &BTreeMap<Model, Vec<Attack<'_>>>,
    judged: impl Fn(&Attack<'_>) -> (Tier, Outcome),
) -> BTreeMap<&'static str, Recall> {
    let mut result = BTreeMap::new();
    for (model, attacks) in attacks {
        let recall: &mut Recall = result.entry(model.id()).or_default();
        for attack in attacks {
            let (tier, outcome) = judged(attack);
            recall.all.take(outcome);
            if tier >= Tier::T2 {
                recall.tier_t2_up.take(outcome);
            }
        }
    }
    result
}

/// FNV-1a over the parts, so that each package and model has its own stream.
fn seed_of(seed: u64, record: &Record, model: Model) -> u64 {
    let parts = [record.history.package().name(), model.id()];
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// What an attack model knows when it strikes.
struct Stage<'a> {
    people: &'a People,
    history: &'a History,
    /// The releases before the cut.
    before: Vec<&'a Release>,
    last: Time,
    /// A gap between two releases of this very package.
    gap: Days,
}

fn attack(people: &People, history: &History, model: Model, rng: &mut Rng) -> Option<History> {
    let stage = Stage::set(people, history, rng)?;
    let injected = stage.release(model, rng)?;
    let cut = stage.last;
    let last_kept = &*stage.before.last()?.version;
    let mut builder = history.filtered(|release| {
        release.published.is_some_and(|at| at < cut) || &*release.version == last_kept
    });
    builder.push(injected);
    Some(builder.build(history.package().clone(), history.source().clone()))
}

impl<'a> Stage<'a> {
    /// Cuts a history at a random release after the third. A cut before any
    /// known publisher would leave nothing to take over.
    fn set(people: &'a People, history: &'a History, rng: &mut Rng) -> Option<Self> {
        let dated: Vec<&Release> = history
            .releases()
            .iter()
            .filter(|release| release.published.is_some())
            .collect();
        let first_known = dated
            .iter()
            .position(|release| release.publisher.is_some())?;
        let earliest = first_known.max(2) + 1;
        if earliest > dated.len() {
            return None;
        }
        let cut = rng.usize(earliest..=dated.len());
        let before = dated[..cut].to_vec();
        let pair = rng.usize(1..before.len());
        let gap = before[pair].published?.since(before[pair - 1].published?);
        let last = before.last()?.published?;
        Some(Self {
            people,
            history,
            before,
            last,
            gap: Days(gap.0.clamp(0.01, 180.0)),
        })
    }

    fn release(&self, model: Model, rng: &mut Rng) -> Option<NewRelease> {
        let like_before = self.like_before();
        let soon = self.last + self.gap;
        let stranger = Party::account(Ecosystem::Npm, "injected-stranger");
        let owners = like_before
            .owners
            .clone()
            .unwrap_or_else(|| self.publishers());
        let by_stranger = |at: Time, owners: Vec<Party>| NewRelease {
            published: Some(at),
            publisher: Some(stranger.clone()),
            contact: Some(Contact {
                digest: 0x7e57,
                domain: "injected.example".into(),
            }),
            owners: Some(owners),
            provenance: false,
            approver: None,
            ..like_before.clone()
        };
        let joined = || owners.iter().cloned().chain([stranger.clone()]).collect();
        match model {
            Model::StrangerJoins => Some(by_stranger(soon, joined())),
            Model::StrangerReplaces => Some(by_stranger(soon, vec![stranger.clone()])),
            Model::StrangerAfterSilence => Some(by_stranger(
                self.last + Days(366.0 + rng.f64() * 730.0),
                joined(),
            )),
            Model::DormantReturns => self.dormant(&like_before, rng),
            Model::AccountTaken => self.taken(&like_before, soon, rng),
            Model::WorkflowMoved => Some(NewRelease {
                published: Some(soon),
                publisher: Some(Party::workflow(
                    Ecosystem::Npm,
                    "github",
                    Some("oidc:injected"),
                )),
                contact: None,
                provenance: true,
                repository: Some("github.com/injected/repository".into()),
                ..like_before
            }),
            Model::AccountTakenSilent => {
                let last = self
                    .before
                    .iter()
                    .rev()
                    .find(|release| release.publisher.is_some())?;
                let same = NewRelease::from_history(self.history, last);
                Some(NewRelease {
                    published: Some(soon),
                    ..self.patched(same)
                })
            }
        }
    }

    /// The latest release with owners, as the next patch.
    fn like_before(&self) -> NewRelease {
        let last = self.before[self.before.len() - 1];
        self.patched(NewRelease::from_history(self.history, last))
    }

    fn patched(&self, release: NewRelease) -> NewRelease {
        let (major_minor, patch) = release
            .version
            .rsplit_once('.')
            .unwrap_or((&release.version, "0"));
        let patch: u64 = patch
            .split(['-', '+'])
            .next()
            .and_then(|patch| patch.parse().ok())
            .unwrap_or(0);
        let mut version = format!("{major_minor}.{}", patch.saturating_add(1));
        while self.history.position(&version).is_some() {
            version.push_str("-injected");
        }
        NewRelease {
            version: version.into(),
            ..release
        }
    }

    fn publishers(&self) -> Vec<Party> {
        self.before
            .iter()
            .filter_map(|release| self.history.publisher(release))
            .cloned()
            .collect()
    }

    fn accounts(&self) -> Vec<Party> {
        let mut accounts = self.publishers();
        accounts.retain(|party| !party.is_workflow());
        accounts.sort();
        accounts.dedup();
        accounts
    }

    fn last_by(&self, party: &Party) -> Option<&'a Release> {
        self.before
            .iter()
            .rev()
            .copied()
            .find(|release| self.history.publisher(release) == Some(party))
    }

    /// Any earlier account, at the first moment at which it has been seen
    /// nowhere for two years and the package has gone on.
    fn dormant(&self, like_before: &NewRelease, rng: &mut Rng) -> Option<NewRelease> {
        const UNSEEN: Days = Days(731.0);
        let accounts = self.accounts();
        let account = accounts.get(rng.usize(0..accounts.len().max(1)))?;
        let last = self.last_by(account)?;
        let mut at = (last.published? + UNSEEN).max(self.last + self.gap);
        let package = self.history.package().name();
        while let Some(seen) = self.people.last_seen_elsewhere(account, package, at)
            && at.since(seen) < UNSEEN
        {
            at = seen + UNSEEN;
        }
        Some(NewRelease {
            published: Some(at),
            publisher: Some(account.clone()),
            contact: last.contact.map(|ix| self.history.contact(ix).clone()),
            provenance: false,
            ..like_before.clone()
        })
    }

    /// The account that published last gets another address, mostly one at a
    /// provider open to everybody.
    fn taken(&self, like_before: &NewRelease, at: Time, rng: &mut Rng) -> Option<NewRelease> {
        const DOMAINS: [&str; 5] = [
            "proton.me",
            "gmail.com",
            "outlook.com",
            "tuta.com",
            "injected.example",
        ];
        let account = self.before.iter().rev().find_map(|release| {
            self.history
                .publisher(release)
                .filter(|party| !party.is_workflow())
        })?;
        let contact = self
            .last_by(account)?
            .contact
            .map(|ix| self.history.contact(ix))?;
        let choices: Vec<&str> = DOMAINS
            .into_iter()
            .filter(|domain| *domain != &*contact.domain)
            .collect();
        let domain = choices[rng.usize(0..choices.len())];
        Some(NewRelease {
            published: Some(at),
            publisher: Some(account.clone()),
            contact: Some(Contact {
                digest: 0x7e57,
                domain: domain.into(),
            }),
            provenance: false,
            approver: None,
            ..like_before.clone()
        })
    }
}
