//! A package's tenures over time.

use super::Arguments;
use super::incidents::{self, About};
use super::package_text::Page;
use crate::args::Format;
use crate::command::advice;
use crate::command::signed::{self, Signatures};
use crate::context::{Process, Session, Subject, Unavailable, UpstreamNote, as_listed};
use crate::exit::Exit;
use crate::output::{self, json, style::Look};
use anyhow::anyhow;
use serde::Serialize;
use tenure_domain::{Days, Joining, Missing, OwnerList, PackageId, Party, Source, Time};
use tenure_trust::judge::Case;
use tenure_trust::tenures::{Tenure, tenures};
use tenure_trust::tier::TierReason;
use tenure_trust::verdict::{Finding, Judgement};

/// The answer as data. Fields may be added; when one changes its meaning or
/// goes, the number in `schema` is counted up.
#[derive(Serialize)]
pub(super) struct Report {
    /// The form of this document: `tenure.who/1`.
    pub(super) schema: &'static str,
    /// The package.
    pub(super) package: PackageId,
    /// The moment as at which was judged.
    pub(super) judged_at: Time,
    /// Where facts came from.
    pub(super) upstream: Option<UpstreamNote>,
    /// The document that they were read from.
    pub(super) source: Source,
    /// The package's tier and why.
    pub(super) tier: TierReason,
    /// How many releases there are.
    pub(super) releases: usize,
    /// How many of them have no known publisher.
    pub(super) unknown_publishers: usize,
    /// How many of them have no known date.
    pub(super) unknown_dates: usize,
    /// Who is listed as an owner now; `null` if the document does not say.
    pub(super) owners_now: Option<Vec<Party>>,
    /// The lists of owners that were seen over time, the earliest first; the
    /// last one is the present one. Empty where nobody looked.
    pub(super) owners_seen: Vec<OwnerList>,
    /// Who became an owner when and by whom, the earliest first; of owners that
    /// are not here it is not known.
    pub(super) owners_joined: Vec<Joining>,
    /// What the signatures in the package of the named release say, or of the
    /// last one; absent where packages carry none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) signatures: Option<Signatures>,
    /// The advisories at hand that say that releases contain malicious code, the
    /// oldest first.
    pub(super) advisories: Vec<About>,
    /// The tenures, oldest first.
    pub(super) tenures: Vec<Held>,
    /// The changes, oldest first, with what the policy says of each and how it
    /// stands.
    pub(super) changes: Vec<Finding>,
    /// The verdict on the release that was named.
    pub(super) release: Option<Judgement>,
}

/// A tenure, and how long it lasted.
#[derive(Serialize)]
pub(super) struct Held {
    #[serde(flatten)]
    pub(super) tenure: Tenure,
    /// When the next one began; `null` for the present one.
    pub(super) until: Option<Time>,
    /// Days from its first release to the next tenure's, or to now.
    pub(super) days: Option<Days>,
}

/// Answers about a package, or one of its releases.
pub(super) fn run(
    subject: &Subject,
    arguments: &Arguments,
    process: &Process,
) -> anyhow::Result<Exit> {
    let session = Session::about(subject, &arguments.facts, process)?;
    let case = session.case(&subject.package)?;
    let report = report(&session, &case, subject)?;
    output::tell_source(&session.facts, &session.at_hand);
    let text = match arguments.format {
        Format::Json => json::pretty(&report)?,
        Format::Text => {
            let people = &session.at_hand.people;
            let page = Page {
                report: &report,
                history: case.history(),
                people,
                all: arguments.all,
                look: Look::of(&process.env),
            };
            page.text()
        }
    };
    output::answer(&text)?;
    Ok(Exit::Clean)
}

fn report(session: &Session, case: &Case<'_>, subject: &Subject) -> anyhow::Result<Report> {
    let history = case.history();
    let releases = history.releases();
    let release = match &subject.version {
        None => None,
        Some(version) => Some(release(case, version)?),
    };
    let named = release
        .as_ref()
        .and_then(|named| history.position(&named.version));
    let at = named.unwrap_or(releases.len().saturating_sub(1));
    let count = |missing: fn(&tenure_domain::Release) -> bool| {
        releases.iter().filter(|release| missing(release)).count()
    };
    let owners = |owners: &[_]| owners.iter().map(|ix| history.party(*ix).clone()).collect();
    Ok(Report {
        schema: "tenure.who/1",
        package: subject.package.clone(),
        judged_at: session.now,
        upstream: session.facts.upstreams().into_iter().next(),
        source: history.source().clone(),
        tier: case.tier().clone(),
        releases: releases.len(),
        unknown_publishers: count(|release| release.publisher.is_none()),
        unknown_dates: count(|release| release.published.is_none()),
        owners_now: history.owners_now().map(owners),
        owners_seen: history.owner_lists(),
        owners_joined: history.joinings(),
        signatures: signed::of(history, at),
        advisories: incidents::about(session.facts.ledger(), history, session.now),
        tenures: held(case, session.now),
        changes: findings(case),
        release,
    })
}

fn release(case: &Case<'_>, version: &str) -> anyhow::Result<Judgement> {
    let judgement = case.judge(as_listed(case.history(), version));
    if judgement.missing.contains(&Missing::Release) {
        return Err(anyhow!(Unavailable(advice::no_such_version(
            case.history(),
            version
        ))));
    }
    Ok(judgement)
}

fn held(case: &Case<'_>, now: Time) -> Vec<Held> {
    let all = tenures(case.history(), &case.changes);
    let ends: Vec<Option<Time>> = all.iter().skip(1).map(|next| next.from).collect();
    let ends = ends.into_iter().chain([None]);
    let held = all.into_iter().zip(ends);
    held.map(|(tenure, until)| Held {
        days: tenure.from.map(|from| until.unwrap_or(now).since(from)),
        until,
        tenure,
    })
    .collect()
}

/// Every change as it stands now, judged at the release where it shows.
fn findings(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut indices: Vec<usize> = case.changes.iter().map(|change| change.index).collect();
    indices.dedup();
    for index in indices {
        let judgement = case.judge_at(index);
        let here = judgement.findings.into_iter();
        found.extend(here.filter(|finding| finding.change.index == index));
    }
    found
}
