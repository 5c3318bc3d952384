//! The answer of `tenure check`, as data: what its JSON looks like.

use super::judged::{Judged, JudgedRelease};
use crate::command::advice;
use crate::context::{Facts, LockfileAt, Project, UpstreamNote, within_repository};
use crate::exit::Exit;
use serde::Serialize;
use std::cmp::Reverse;
use tenure_domain::{Party, Time};
use tenure_trust::acceptance::{self, Stale};
use tenure_trust::verdict::{Judgement, State, Verdict};

/// The answer. Fields may be added; when one changes its meaning or goes, the
/// number in `schema` is counted up.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The form of this document: `tenure.check/1`.
    pub(crate) schema: &'static str,
    /// The moment as at which was judged.
    pub(crate) judged_at: Time,
    /// Where facts came from, the first of `upstreams`; `null` if nothing names
    /// a registry.
    pub(crate) upstream: Option<UpstreamNote>,
    /// Where facts came from, by ecosystem.
    pub(crate) upstreams: Vec<UpstreamNote>,
    /// The git revision whose locked releases were left out.
    pub(crate) base: Option<String>,
    /// The lockfiles, relative to the project.
    pub(crate) lockfiles: Vec<String>,
    /// Whether the project has a `tenure.lock`.
    pub(crate) baseline: bool,
    /// How many releases got which verdict.
    pub(crate) counts: Counts,
    /// The releases that do not pass, the most serious first; with `--all`,
    /// those that pass, too.
    pub(crate) releases: Vec<Release>,
    /// Decisions in `tenure.toml` that have no effect.
    pub(crate) stale: Vec<Stale>,
    /// Whether an `unknown` fails, by the policy.
    pub(crate) unknown_fails: bool,
    /// The exit status that goes with this answer.
    pub(crate) exit_status: u8,
    #[serde(skip)]
    exit: Exit,
    /// The way from the repository to the project: code-scanning services and
    /// annotations count from the repository.
    #[serde(skip)]
    pub(crate) prefix: String,
}

/// How many releases got which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// All that were judged.
    pub(crate) releases: usize,
    /// Nothing to say.
    pub(crate) pass: usize,
    /// Worth a line.
    pub(crate) note: usize,
    /// A fact is missing.
    pub(crate) unknown: usize,
    /// Not to be taken without a decision, or not yet.
    pub(crate) hold: usize,
    /// Not to be taken.
    pub(crate) block: usize,
}

/// A release, the verdict on it, and where it is locked.
#[derive(Debug, Serialize)]
pub(crate) struct Release {
    /// Package, version, verdict, tier, findings and what was missing.
    #[serde(flatten)]
    pub(crate) judgement: Judgement,
    /// The package's name as its registry writes it.
    pub(crate) name: String,
    /// Where it is locked.
    pub(crate) locations: Vec<Location>,
    /// The kind of the change that decided; `null` if none did.
    pub(crate) kind: Option<&'static str>,
    /// Who held the package before that change, the latest first.
    pub(crate) from: Vec<Party>,
    /// Who made the release at which it shows.
    pub(crate) to: Option<Party>,
    /// Why this verdict, in one line.
    pub(crate) why: String,
    /// When a hold ends by itself; `null` if only a person can end it.
    pub(crate) until: Option<Time>,
    /// The document that facts were read from, or what was said instead of
    /// giving one.
    pub(crate) source: Option<String>,
    /// The commands that would accept it.
    pub(crate) accept: Vec<String>,
}

/// A place in a lockfile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Location {
    /// The lockfile, relative to the project.
    pub(crate) file: String,
    /// The line, counted from 1.
    pub(crate) line: u32,
}

/// What a report is made of.
pub(super) struct Parts<'a> {
    pub(super) judged: Judged,
    pub(super) project: &'a Project,
    pub(super) facts: &'a Facts,
    pub(super) lockfiles: &'a [LockfileAt],
    pub(super) base: Option<String>,
    pub(super) now: Time,
    pub(super) all: bool,
}

/// Puts the parts together.
pub(super) fn of(parts: Parts<'_>) -> Report {
    let counts = Counts::of(&parts.judged.releases);
    let unanswered = parts
        .judged
        .releases
        .iter()
        .any(|release| release.not_asked);
    let unknown_fails = parts.project.policy.unknown.fails;
    let exit = exit(counts, unanswered, unknown_fails);
    let upstreams = parts.facts.upstreams();
    let changes = &parts.judged.changes;
    let decisions = &parts.project.decisions;
    let stale = decisions.stale(parts.now, |package| changes.get(package).map(Vec::as_slice));
    let mut shown: Vec<JudgedRelease> = parts.judged.releases;
    shown.retain(|release| parts.all || release.judgement.verdict > Verdict::Pass);
    shown.sort_by_cached_key(|release| {
        let judgement = &release.judgement;
        let name = judgement.package.name().to_owned();
        (
            Reverse(judgement.verdict),
            name,
            release.spots.first().copied(),
        )
    });
    Report {
        schema: "tenure.check/1",
        judged_at: parts.now,
        upstream: upstreams.first().cloned(),
        upstreams,
        base: parts.base,
        lockfiles: parts.lockfiles.iter().map(|at| at.name.clone()).collect(),
        baseline: parts.project.baseline.is_some(),
        counts,
        releases: shown
            .into_iter()
            .map(|judged| release(judged, parts.lockfiles))
            .collect(),
        stale,
        unknown_fails,
        exit_status: exit as u8,
        exit,
        prefix: within_repository(&parts.project.root),
    }
}

/// What is held beats what could not be found out.
fn exit(counts: Counts, unanswered: bool, unknown_fails: bool) -> Exit {
    if counts.hold + counts.block > 0 {
        Exit::Found
    } else if unanswered || (unknown_fails && counts.unknown > 0) {
        Exit::Unknown
    } else {
        Exit::Clean
    }
}

fn release(judged: JudgedRelease, lockfiles: &[LockfileAt]) -> Release {
    let judgement = judged.judgement;
    let decisive = judgement.decisive();
    let change = decisive.map(|finding| &finding.change);
    let locations = judged.spots.iter().map(|(number, line)| Location {
        file: lockfiles[*number].name.clone(),
        line: *line,
    });
    Release {
        name: judgement.package.name().to_owned(),
        locations: locations.collect(),
        kind: change.map(|change| change.kind.meta().id),
        from: change.map(|change| change.from.clone()).unwrap_or_default(),
        to: change.map(|change| change.to.clone()),
        why: advice::why(&judgement, judged.why_missing.as_deref()),
        until: decisive.and_then(|finding| match finding.state {
            State::InForce { until } if judgement.verdict == Verdict::Hold => until,
            _ => None,
        }),
        source: judged.why_missing,
        accept: acceptance::commands(&judgement),
        judgement,
    }
}

impl Counts {
    fn of(releases: &[JudgedRelease]) -> Self {
        let mut counts = Self {
            releases: releases.len(),
            ..Self::default()
        };
        for release in releases {
            *match release.judgement.verdict {
                Verdict::Pass => &mut counts.pass,
                Verdict::Note => &mut counts.note,
                Verdict::Unknown => &mut counts.unknown,
                Verdict::Hold => &mut counts.hold,
                Verdict::Block => &mut counts.block,
            } += 1;
        }
        counts
    }
}

impl Report {
    /// The exit status.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_beats_what_is_unknown() {
        let counts = |hold, unknown| Counts {
            unknown,
            hold,
            ..Counts::default()
        };
        assert_eq!(exit(counts(0, 0), false, true), Exit::Clean);
        assert_eq!(exit(counts(1, 1), true, true), Exit::Found);
        assert_eq!(exit(counts(0, 1), false, true), Exit::Unknown);
        assert_eq!(exit(counts(0, 1), false, false), Exit::Clean);
        assert_eq!(exit(counts(0, 1), true, false), Exit::Unknown);
    }
}
