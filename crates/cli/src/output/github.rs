//! Workflow commands that GitHub shows as annotations in a pull request.

use super::text;
use crate::command::check::{Release, Report};
use std::fmt::Write as _;
use tenure_trust::verdict::Verdict;

/// One command per place, and the summary.
pub(crate) fn check(report: &Report) -> String {
    let mut out = String::new();
    for release in &report.releases {
        let Some(level) = level(release.judgement.verdict, report.unknown_fails) else {
            continue;
        };
        for location in &release.locations {
            // Writing to a text cannot fail.
            let _ = writeln!(
                out,
                "::{level} file={},line={},title={}::{}",
                property(&location.file),
                location.line,
                property(&title(release)),
                data(&message(release)),
            );
        }
    }
    for stale in &report.stale {
        let _ = writeln!(
            out,
            "::warning file=tenure.toml,title=stale decision::{}",
            data(&stale.sentence())
        );
    }
    let _ = writeln!(
        out,
        "{}",
        data(&anstream::adapter::strip_str(&text::summary(report)).to_string())
    );
    out
}

fn level(verdict: Verdict, unknown_fails: bool) -> Option<&'static str> {
    match verdict {
        Verdict::Pass => None,
        Verdict::Note => Some("notice"),
        Verdict::Unknown if unknown_fails => Some("error"),
        Verdict::Unknown => Some("warning"),
        Verdict::Hold | Verdict::Block => Some("error"),
    }
}

fn title(release: &Release) -> String {
    let judgement = &release.judgement;
    format!(
        "{}: {}@{}",
        judgement.verdict, release.name, judgement.version
    )
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
