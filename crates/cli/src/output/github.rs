//! Workflow commands that GitHub shows as annotations in a pull request.

use super::text;
use crate::command::check::{Location, Release, Report};
use anstream::adapter::strip_str;
use std::fmt::Write as _;
use tenure_trust::standing::plural;
use tenure_trust::verdict::Verdict;

/// One command per place, one for all that is unknown for the same reason, and
/// the summary.
pub(crate) fn check(report: &Report) -> String {
    let mut out = String::new();
    let (unknown, listed): (Vec<_>, Vec<_>) = report
        .releases
        .iter()
        .partition(|release| release.judgement.verdict == Verdict::Unknown);
    for release in listed {
        let Some(level) = level(release.judgement.verdict) else {
            continue;
        };
        for location in &release.locations {
            command(
                &mut out,
                level,
                (&report.prefix, location),
                &title(release),
                &message(release),
            );
        }
    }
    // Only so many annotations are shown: hundreds of the same would hide the
    // others.
    let level = if report.unknown_fails {
        "error"
    } else {
        "warning"
    };
    for (reason, releases) in text::groups(&unknown, &report.upstreams) {
        let Some(location) = releases.first().and_then(|first| first.locations.first()) else {
            continue;
        };
        let count = plural(releases.len(), "release", "releases");
        let named: Vec<String> = releases
            .iter()
            .take(NAMED)
            .map(|release| name(release))
            .collect();
        let message = format!("{reason}\n{count}: {}", named.join(", "));
        command(
            &mut out,
            level,
            (&report.prefix, location),
            &format!("unknown: {count}"),
            &message,
        );
    }
    for stale in &report.stale {
        // Writing to a text cannot fail.
        let _ = writeln!(
            out,
            "::warning file={},title=stale decision::{}",
            property(&format!("{}tenure.toml", report.prefix)),
            data(&stale.sentence())
        );
    }
    let summary = text::summary(report);
    let _ = writeln!(out, "{}", data(&strip_str(&summary).to_string()));
    out
}

/// Packages named of those that are unknown.
const NAMED: usize = 20;

fn command(
    out: &mut String,
    level: &str,
    (prefix, at): (&str, &Location),
    title: &str,
    message: &str,
) {
    // Writing to a text cannot fail.
    let _ = writeln!(
        out,
        "::{level} file={},line={},title={}::{}",
        property(&format!("{prefix}{}", at.file)),
        at.line,
        property(title),
        data(message),
    );
}

fn level(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Pass | Verdict::Unknown => None,
        Verdict::Note => Some("notice"),
        Verdict::Hold | Verdict::Block => Some("error"),
    }
}

fn name(release: &Release) -> String {
    format!("{}@{}", release.name, release.judgement.version)
}

fn title(release: &Release) -> String {
    format!("{}: {}", release.judgement.verdict, name(release))
}

fn message(release: &Release) -> String {
    let mut lines = vec![release.why.clone()];
    lines.extend(
        release
            .accept
            .iter()
            .map(|command| format!("To accept: {command}")),
    );
    lines.join("\n")
}

/// The text of a command must not end it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Nor must a property end the properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_ends_a_command() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a:b,c\n"), "a%3Ab%2Cc%0A");
    }
}
