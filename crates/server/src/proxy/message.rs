//! What a held release says for itself, in one line.

use super::{Judged, Restriction};
use crate::text::short;
use tenure_domain::PackageId;
use tenure_trust::change::{Change, Fact};
use tenure_trust::verdict::{Finding, Judgement, Verdict};

/// Facts in a line.
const FACTS: usize = 2;

/// What changed, since when, and until when it holds.
pub(super) fn line(judgement: &Judgement) -> String {
    if let Some(reason) = &judgement.blocked {
        return format!("blocked: {}", short(reason));
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
        short(&change.since),
        change.at.date(),
        hands(change),
        facts(change),
        ends(finding),
    )
}

fn hands(change: &Change) -> String {
    let to = short(&change.to.to_string());
    match change.from.as_slice() {
        [] => format!("by {to}"),
        [one] if *one == change.to => format!("by {to}"),
        [first] => format!("{} -> {to}", short(&first.to_string())),
        [first, others @ ..] => {
            format!(
                "{} and {} more -> {to}",
                short(&first.to_string()),
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
        short(&format!(", {}", facts.join(", ")))
    }
}

fn ends(finding: &Finding) -> String {
    match finding.until() {
        Some(until) if !finding.asks() => format!("; ends by itself on {}", until.date()),
        _ => "; a person has to accept it".to_owned(),
    }
}

/// The one line about a document's restrictions that a client prints: about
/// the one that matters most to whoever wanted `versions`.
pub(crate) fn of_versions(
    package: &PackageId,
    versions: &[String],
    judged: &Judged,
    page: &str,
) -> String {
    let name = package.name();
    let told: Vec<_> = versions
        .iter()
        .filter_map(|version| Some((version, judged.of(version)?)))
        .collect();
    let unjudged = |version: &&String| judged.of(version).is_none();
    let unjudged = some_of(versions.iter().filter(unjudged).map(String::as_str));
    let Some((version, restriction)) = told.last() else {
        return format!("{name}@{unjudged} is held, for {AMBIGUOUS}; see {page}");
    };
    let more = match told.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let told = told_with_link(restriction, page);
    if unjudged.is_empty() {
        return format!("{name}@{version}{more} {told}");
    }
    format!("{name}@{version}{more} {told}; also held: {unjudged}, for {AMBIGUOUS}")
}

/// Why a release is held that was not judged.
pub(crate) const AMBIGUOUS: &str =
    "what the registry says of it can be understood in more than one way";

/// The first few, and how many more there are.
pub(crate) fn some_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 5;
    let texts: Vec<&str> = texts.collect();
    let shown = short(&texts[..texts.len().min(SHOWN)].join(", "));
    match texts.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A restriction with the link to the page that tells more.
pub(crate) fn told_with_link(restriction: &Restriction, page: &str) -> String {
    match restriction.verdict {
        Verdict::Block => format!("is {}; see {page}", restriction.line),
        _ => format!("is {}; why, and how to accept it: {page}", restriction.line),
    }
}
