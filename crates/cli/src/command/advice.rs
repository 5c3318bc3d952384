//! Sentences and commands that several commands say about a judgement.

use crate::output::style::{Look, brief, safe, short};
use tenure_domain::{History, Missing, Party};
use tenure_trust::acceptance::{commands, shell_argument};
use tenure_trust::change::Fact;
use tenure_trust::verdict::{Action, Finding, Judgement, State, Verdict};
use tenure_trust::web::Path;

/// Facts that fit into one line.
const FACTS_IN_A_LINE: usize = 2;

/// Why a release got its verdict, in one line.
pub(crate) fn why(judgement: &Judgement, missing_because: Option<&str>) -> String {
    if let Some(reason) = &judgement.blocked {
        return format!("blocked in tenure.toml: {reason}");
    }
    if let Some(finding) = judgement.decisive() {
        return why_finding(finding);
    }
    match judgement.verdict {
        Verdict::Unknown => why_unknown(&judgement.missing, missing_because),
        _ => "nothing to say".to_owned(),
    }
}

/// What a change is, in one line.
pub(crate) fn why_finding(finding: &Finding) -> String {
    format!("{}: {}", finding.change.kind, facts(finding))
}

/// The facts that say most about a change, or what its kind means.
pub(crate) fn facts(finding: &Finding) -> String {
    let change = &finding.change;
    let facts: Vec<String> = change
        .facts
        .iter()
        .take(FACTS_IN_A_LINE)
        .map(Fact::sentence)
        .collect();
    if facts.is_empty() {
        change.kind.meta().line.to_owned()
    } else {
        facts.join("; ")
    }
}

/// What is missing, and where it was looked for.
fn why_unknown(missing: &[Missing], because: Option<&str>) -> String {
    let Some(because) = because else {
        return not_there(missing);
    };
    match missing {
        [Missing::Package] => because.to_owned(),
        [Missing::OtherOrigin] => {
            format!("no registry has a record of it: the lockfile takes it from {because}")
        }
        missing => format!("{} ({because})", not_there(missing)),
    }
}

/// `who published this release is not in the registry's document`
pub(crate) fn not_there(missing: &[Missing]) -> String {
    let said: Vec<&str> = missing.iter().map(|missing| missing.phrase()).collect();
    match missing {
        [Missing::Package] => "the registry's document of this package could not be had".to_owned(),
        [Missing::OtherOrigin] => {
            "no registry has a record of them: the lockfile takes them from elsewhere".to_owned()
        }
        [Missing::Release] => "the registry's document does not list this version".to_owned(),
        [_] => format!("{} is not in the registry's document", said.join("")),
        _ => format!("{} are not in the registry's document", said.join(" and ")),
    }
}

/// From whose hands to whose.
pub(crate) fn hands(from: &[Party], to: Option<&Party>, look: Look) -> String {
    let Some(to) = to else {
        return String::new();
    };
    match from {
        [] => brief(to),
        [one] if one == to => brief(to),
        [first] => format!("{} {} {}", brief(first), look.arrow(), brief(to)),
        [first, others @ ..] => {
            format!(
                "{} +{} {} {}",
                brief(first),
                others.len(),
                look.arrow(),
                brief(to)
            )
        }
    }
}

/// How a change stands.
pub(crate) fn state(finding: &Finding) -> String {
    match (&finding.state, finding.action) {
        (State::InForce { until: Some(until) }, Action::Wait) => format!(
            "holds until {}; then it ends by itself if nothing is reported",
            until.date()
        ),
        (State::InForce { until: Some(until) }, Action::Ask) => {
            format!("waits for a person; unanswered it ends on {}", until.date())
        }
        (State::InForce { .. }, Action::Ask) => "waits for a person".to_owned(),
        (State::InForce { .. }, Action::Block) => "blocked until a person decides".to_owned(),
        (State::InForce { .. }, Action::Wait) => "holds".to_owned(),
        (State::InForce { .. }, Action::Note) => "worth knowing, nothing to do".to_owned(),
        (State::InForce { .. }, Action::Pass) => "passes by the policy".to_owned(),
        (State::Seasoned { age }, _) => format!("seasoned: {age} ago, nothing reported since"),
        (State::Baseline, _) => "in tenure.lock".to_owned(),
        (State::Accepted { by, reason }, _) => {
            format!("accepted by {}: {}", safe(by), safe(reason))
        }
        (State::Trusted { person }, _) => format!("{} is trusted in tenure.toml", short(person)),
        (State::Vouched { paths, .. }, _) => format!("vouched for: {}", through(paths)),
    }
}

/// The paths by which somebody is accepted.
pub(crate) fn through(paths: &[Path]) -> String {
    let sentences = paths
        .iter()
        .map(|path| path.sentence(|name| safe(name).into_owned()));
    sentences.collect::<Vec<_>>().join("; ")
}

/// Which document a history was read from.
pub(crate) fn source(history: &History) -> String {
    let source = history.source();
    let seen = source
        .seen
        .map_or(String::new(), |seen| format!(", as of {}", seen.date()));
    let from = match source.from.as_str() {
        "" => "a document without an address",
        from => from,
    };
    format!("read from {}{seen}", safe(from))
}

/// That a version is not in a history, and which ones are.
pub(crate) fn no_such_version(history: &History, version: &str) -> String {
    let newest: Vec<&str> = history
        .releases()
        .iter()
        .rev()
        .take(4)
        .map(|release| &*release.version)
        .collect();
    let name = history.package().name();
    match newest.as_slice() {
        [] => format!("{name} has no release"),
        newest => format!(
            "{name} has no release {version}; the latest are {}",
            newest.join(", ")
        ),
    }
}

/// What would change a verdict, as sentences.
pub(crate) fn would_change(judgement: &Judgement) -> Vec<String> {
    let mut lines = Vec::new();
    if judgement.blocked.is_some() {
        lines.push("taking the [[block]] out of tenure.toml".to_owned());
    }
    for finding in &judgement.findings {
        let (State::InForce { until }, true) = (&finding.state, finding.verdict() >= Verdict::Hold)
        else {
            continue;
        };
        let what = format!("{} at {}", finding.change.kind, finding.change.since);
        lines.push(match until {
            Some(until) => format!(
                "time: {what} ends by itself on {} if no release is reported or removed until then",
                until.date()
            ),
            None => format!("{what} does not end by time as things stand"),
        });
        if finding.change.kind.is_of_hands() && finding.change.to.login().is_some() {
            lines.push(format!(
                "trust in the person: tenure trust {} --reason \"...\"",
                shell_argument(&finding.change.to.to_string())
            ));
        }
    }
    if judgement.tier.assumed
        && judgement
            .findings
            .iter()
            .any(|f| f.verdict() > Verdict::Pass)
    {
        lines.push(format!(
            "the package's downloads: they are not known, and {} is assumed",
            judgement.tier.tier
        ));
    }
    if !judgement.missing.is_empty() {
        let ecosystem = judgement.package.ecosystem();
        lines.push(format!(
            "a registry whose document has what is missing: --upstream {ecosystem}=URL"
        ));
    }
    if !commands(judgement).is_empty() {
        lines.push("accepting the change, after a look at it:".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_reads_as_a_sentence() {
        let said = not_there(&[Missing::Publisher, Missing::PublishTime]);
        assert_eq!(
            said,
            "who published this release and when this release was published are not in the registry's document"
        );
    }
}
