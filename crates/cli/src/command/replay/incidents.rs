//! Recorded incidents, judged on the histories that survive.

use super::records::Record;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use tenure_domain::{Days, History, NewRelease, Party, Release, Time};
use tenure_ecosystem::digest::address_digest;
use tenure_ecosystem::npm::packument;
use tenure_trust::judge::{Case, Judge};
use tenure_trust::verdict::{Judgement, Verdict};

/// What came of one incident, in one package.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) package: Option<String>,
    pub(super) control: bool,
    /// Why it cannot be replayed from the data at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) not_replayable: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<Verdict>,
    pub(super) rules: Vec<&'static str>,
    /// The release that the verdict is about: the first that was held, else
    /// the payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) release: Option<String>,
    /// The first release that did harm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payload: Option<String>,
    /// How many days before the payload it was held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) days_before_payload: Option<f64>,
    /// How many releases before the payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) releases_before_payload: Option<usize>,
    /// The payload's publisher comes from the report, not from the registry.
    pub(super) reconstructed: bool,
}

/// Sums over all incidents; each counts once per package that is at hand.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Counts {
    pub(super) replayable: usize,
    pub(super) held: usize,
    pub(super) missed: usize,
    pub(super) not_replayable: usize,
    pub(super) controls: usize,
    pub(super) controls_held: usize,
}

/// A line of an incident file.
#[derive(Debug, Deserialize)]
pub(super) struct Incident {
    id: String,
    ecosystem: String,
    packages: Vec<String>,
    date: String,
    last_good: Option<PerPackage<String>>,
    bad_versions: Option<PerPackage<Vec<String>>>,
    bad_published_at: Option<BTreeMap<String, String>>,
    bad_publisher: Option<String>,
    #[serde(default)]
    is_control: bool,
}

/// Either one value for all packages or a map by package.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum PerPackage<T> {
    Map(BTreeMap<String, T>),
    All(T),
}

impl<T> PerPackage<T> {
    /// The value for a package. A map may be keyed by release line instead
    /// (`1.x`); then its first value stands for all.
    fn of(&self, package: &str) -> Option<&T> {
        match self {
            Self::All(value) => Some(value),
            Self::Map(map) if map.keys().all(|key| key.ends_with(".x")) => map.values().next_back(),
            Self::Map(map) => map.get(package),
        }
    }
}

/// Reads incident files.
pub(super) fn read(files: &[std::path::PathBuf]) -> anyhow::Result<Vec<Incident>> {
    let mut incidents = Vec::new();
    for path in files {
        read_file(path, &mut incidents)
            .with_context(|| format!("cannot read the incidents in {}", path.display()))?;
    }
    Ok(incidents)
}

fn read_file(path: &Path, incidents: &mut Vec<Incident>) -> anyhow::Result<()> {
    for (number, line) in std::fs::read_to_string(path)?.lines().enumerate() {
        if !line.trim().is_empty() {
            let incident = serde_json::from_str(line)
                .with_context(|| format!("line {} is no incident", number + 1))?;
            incidents.push(incident);
        }
    }
    Ok(())
}

/// Judges every incident.
pub(super) fn replay(
    judge: Judge<'_>,
    records: &[Record],
    incidents: &[Incident],
) -> (Counts, Vec<Outcome>) {
    let mut outcomes = Vec::new();
    for incident in incidents {
        outcomes.extend(incident.replay(judge, records));
    }
    let mut counts = Counts::default();
    for outcome in &outcomes {
        counts.take(outcome);
    }
    (counts, outcomes)
}

impl Counts {
    fn take(&mut self, outcome: &Outcome) {
        let held = outcome
            .verdict
            .is_some_and(|verdict| verdict >= Verdict::Hold);
        match (outcome.control, &outcome.not_replayable) {
            (true, None) => {
                self.controls += 1;
                self.controls_held += usize::from(held);
            }
            (_, Some(_)) => self.not_replayable += 1,
            (false, None) => {
                self.replayable += 1;
                self.held += usize::from(held);
                self.missed += usize::from(!held);
            }
        }
    }
}

impl Incident {
    fn replay(&self, judge: Judge<'_>, records: &[Record]) -> Vec<Outcome> {
        if self.ecosystem != "npm" {
            let why = format!("its ecosystem, {}, has no histories here", self.ecosystem);
            return vec![self.outcome(None).because(why)];
        }
        let at_hand = |package: &&String| {
            records
                .iter()
                .any(|record| record.history.package().name() == **package)
        };
        let packages: Vec<&String> = self.packages.iter().filter(at_hand).collect();
        if packages.is_empty() {
            return vec![
                self.outcome(None)
                    .because("no history of its packages is among the files".to_owned()),
            ];
        }
        packages
            .into_iter()
            .map(|package| self.replay_package(judge, records, package))
            .collect()
    }

    fn outcome(&self, package: Option<&str>) -> Outcome {
        Outcome {
            id: self.id.clone(),
            package: package.map(str::to_owned),
            control: self.is_control,
            not_replayable: None,
            verdict: None,
            rules: Vec::new(),
            release: None,
            payload: None,
            days_before_payload: None,
            releases_before_payload: None,
            reconstructed: false,
        }
    }

    fn replay_package(&self, judge: Judge<'_>, records: &[Record], package: &str) -> Outcome {
        let outcome = self.outcome(Some(package));
        let histories = records
            .iter()
            .filter(|record| record.history.package().name() == package);
        let mut why = String::new();
        for record in histories {
            match self.stage(&record.history, package) {
                Ok(staged) => {
                    let case = judge.open(&staged.history, record.popularity.as_ref());
                    return staged.judged(&case, outcome);
                }
                Err(reason) => why = reason,
            }
        }
        outcome.because(why)
    }

    /// The history with the payload in it, from the registry or from the
    /// report.
    fn stage(&self, history: &History, package: &str) -> Result<Staged, String> {
        let begins = self.begins()?;
        let publisher = self.publisher();
        if self.is_control {
            return Self::stage_control(history, publisher, begins);
        }
        let bad = self
            .bad_versions
            .as_ref()
            .and_then(|bad| bad.of(package))
            .filter(|bad| !bad.is_empty());
        let bad = bad.ok_or("the report names no bad version")?;
        let known = bad
            .iter()
            .filter_map(|version| history.position(version))
            .min();
        if let Some(index) = known
            && history.releases()[index].publisher.is_some()
        {
            let payload = history.releases()[index].version.to_string();
            return Ok(Staged {
                history: history.clone(),
                payload,
                begins,
                reconstructed: false,
            });
        }
        self.check_reach(history, package)?;
        let publisher = publisher
            .ok_or("neither the registry nor the report says who published the bad version")?;
        let (payload, at) = self
            .dated(history, package, bad)
            .ok_or("neither the registry nor the report says when the bad version was published")?;
        Ok(Staged {
            history: self.reconstruct(history, &payload, at, publisher),
            payload,
            begins,
            reconstructed: true,
        })
    }

    fn stage_control(
        history: &History,
        publisher: Option<Party>,
        begins: Time,
    ) -> Result<Staged, String> {
        let publisher = publisher.ok_or("the report does not say who published")?;
        let first = |release: &&Release| {
            history.publisher(release) == Some(&publisher)
                && release.published.is_some_and(|at| at >= begins)
        };
        let release = history
            .releases()
            .iter()
            .find(first)
            .ok_or("the release is not in the history")?;
        Ok(Staged {
            history: history.clone(),
            payload: release.version.to_string(),
            begins,
            reconstructed: false,
        })
    }

    /// The day on which it began. Reports name days; a release of that day
    /// belongs to it.
    fn begins(&self) -> Result<Time, String> {
        self.date
            .parse()
            .map_err(|_| format!("its date, {}, is no day", self.date))
    }

    /// A history that ends years before an incident would make everything look
    /// like a return after long silence.
    fn check_reach(&self, history: &History, package: &str) -> Result<(), String> {
        let ends = history
            .releases()
            .iter()
            .rev()
            .find_map(|release| release.published);
        let ends = ends.map_or_else(|| "without a date".to_owned(), Time::date);
        let last_good = self.last_good.as_ref().and_then(|good| good.of(package));
        match last_good {
            None => Err("the report does not name the last good version, so a gap in the history could not be seen".into()),
            Some(good) if history.position(good).is_none() => {
                Err(format!("the history ends {ends}, before the last good version {good}"))
            }
            Some(_) => Ok(()),
        }
    }

    fn dated(&self, history: &History, package: &str, bad: &[String]) -> Option<(String, Time)> {
        let from_registry =
            |version: &str| history.releases()[history.position(version)?].published;
        let from_report = |version: &str| {
            let dates = self.bad_published_at.as_ref()?;
            let keys = [
                version.to_owned(),
                format!("{package}@{version}"),
                package.to_owned(),
            ];
            keys.iter().find_map(|key| dates.get(key))?.parse().ok()
        };
        let dated = bad.iter().filter_map(|version| {
            let at = from_registry(version).or_else(|| from_report(version))?;
            Some((version.clone(), at))
        });
        dated.min_by_key(|(_, at)| *at)
    }

    /// Reports write `login`, `login <address>` or `login (remark)`.
    fn publisher(&self) -> Option<Party> {
        let login = self
            .bad_publisher
            .as_deref()?
            .split([' ', '(', '<'])
            .next()?;
        packument::party_named(login)
    }

    fn reconstruct(&self, history: &History, version: &str, at: Time, publisher: Party) -> History {
        let address = self
            .bad_publisher
            .as_deref()
            .and_then(|text| text.split_once('<')?.1.split('>').next());
        let contact = address.and_then(|address| {
            let (_, domain) = address.rsplit_once('@')?;
            Some(tenure_domain::Contact {
                digest: address_digest(address),
                domain: domain.into(),
            })
        });
        let mut builder = history.filtered(|release| {
            &*release.version != version
                && release.published.is_some_and(|published| published < at)
        });
        builder.push(NewRelease {
            published: Some(at),
            publisher: Some(publisher),
            contact,
            ..NewRelease::new(version)
        });
        builder.build(history.package().clone(), history.source().clone())
    }
}

/// A history ready to be judged.
struct Staged {
    history: History,
    payload: String,
    begins: Time,
    reconstructed: bool,
}

impl Staged {
    /// Judges every release from the day the incident began to the payload.
    fn judged(&self, case: &Case<'_>, outcome: Outcome) -> Outcome {
        let releases = self.history.releases();
        let Some(payload) = self.history.position(&self.payload) else {
            return outcome;
        };
        let Some(payload_at) = releases[payload].published else {
            return outcome;
        };
        let from = self.begins.min(payload_at - Days(1.0));
        let involved =
            (0..=payload).filter(|index| releases[*index].published.is_some_and(|at| at >= from));
        let judged = involved.map(|index| {
            (
                index,
                case.judge_as_of(index, releases[index].published.unwrap_or(from)),
            )
        });
        let (index, judgement) = judged
            .into_iter()
            .find(|(_, judgement)| judgement.verdict >= Verdict::Hold)
            .unwrap_or_else(|| (payload, case.judge_as_of(payload, payload_at)));
        let at = releases[index].published.unwrap_or(payload_at);
        Outcome {
            verdict: Some(judgement.verdict),
            rules: rules(&judgement),
            release: Some(judgement.version.clone()),
            payload: Some(self.payload.clone()),
            days_before_payload: Some((payload_at.since(at).0 * 10.0).round() / 10.0),
            releases_before_payload: Some(payload - index),
            reconstructed: self.reconstructed,
            ..outcome
        }
    }
}

/// The rules that said more than "pass".
fn rules(judgement: &Judgement) -> Vec<&'static str> {
    let spoke = judgement
        .findings
        .iter()
        .filter(|finding| finding.verdict() > Verdict::Pass);
    spoke.map(|finding| finding.rule).collect()
}

impl Outcome {
    fn because(self, why: String) -> Self {
        Self {
            not_replayable: Some(why),
            ..self
        }
    }
}
