//! What a held release says for itself, in one line.

use super::{Judged, Restriction};
use tenure_domain::PackageId;
use tenure_trust::change::{Change, Fact};
use tenure_trust::verdict::{Finding, Judgement, Verdict};

/// Facts in a line.
const FACTS: usize = 2;

/// What changed, since when, and until when it holds.
pub(super) fn line(judgement: &Judgement) -> String {
    if let Some(reason) = &judgement.blocked {
        return format!("blocked: {}", plain(reason));
    }
    let Some(finding) = judgement.decisive() else {
        return format!("{}: no finding says why", judgement.verdict);
    };
    let word = match judgement.verdict {
        Verdict::Block => "blocked",
        _ => "held",
    };
    let change = &finding.change;
    format!(
        "{word}: {} at {} on {} ({}){}{}",
        change.kind,
        plain(&change.since),
        change.at.date(),
        hands(change),
        facts(change),
        ends(finding),
    )
}

fn hands(change: &Change) -> String {
    let to = plain(&change.to.to_string());
    match change.from.as_slice() {
        [] => format!("by {to}"),
        [one] if *one == change.to => format!("by {to}"),
        [first] => format!("{} -> {to}", plain(&first.to_string())),
        [first, others @ ..] => {
            format!(
                "{} and {} more -> {to}",
                plain(&first.to_string()),
                others.len()
            )
        }
    }
}

fn facts(change: &Change) -> String {
    let facts: Vec<String> = change
        .facts
        .iter()
        .take(FACTS)
        .map(Fact::sentence)
        .collect();
    if facts.is_empty() {
        String::new()
    } else {
        plain(&format!(", {}", facts.join(", ")))
    }
}

fn ends(finding: &Finding) -> String {
    match finding.until() {
        Some(until) if !finding.asks() => format!("; ends by itself on {}", until.date()),
        _ => "; a person has to accept it".to_owned(),
    }
}

/// The command that accepts the change behind a judgement.
pub(super) fn command(judgement: &Judgement) -> Option<String> {
    let change = &judgement.decisive()?.change;
    let (name, since) = (judgement.package.name(), plain(&change.since));
    let to = plain(&change.to.to_string());
    Some(format!(
        "tenure accept {name} --to {to} --since {since} --reason \"...\""
    ))
}

/// The one line about a document's restrictions that a client prints: about
/// the one that matters most to whoever wanted `versions`.
pub(crate) fn of_versions(
    package: &PackageId,
    versions: &[String],
    judged: &Judged,
    page: &str,
) -> String {
    let told = versions
        .iter()
        .filter_map(|version| Some((version, judged.of(version)?)))
        .next_back();
    let Some((version, restriction)) = told else {
        return format!(
            "{}: what the registry says of {} cannot be read; see {page}",
            package.name(),
            versions.join(", ")
        );
    };
    let more = match versions.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    format!(
        "{}@{version}{more} {}",
        package.name(),
        told_with_link(restriction, page)
    )
}

/// A restriction with the link to the page that tells more.
pub(crate) fn told_with_link(restriction: &Restriction, page: &str) -> String {
    match restriction.verdict {
        Verdict::Block => format!("is {}; see {page}", restriction.line),
        _ => format!("is {}; why, and how to accept it: {page}", restriction.line),
    }
}

/// Foreign text on one line, without anything that a terminal obeys.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect()
}
