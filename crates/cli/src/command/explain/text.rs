//! The answer of `tenure explain` for people.

use super::Report;
use crate::command::advice;
use crate::command::signed::Signatures;
use crate::output::style::{self, Look, faint, safe, short, strong, wrap};
use std::fmt::Write as _;
use tenure_domain::History;
use tenure_trust::came_with::CameWith;
use tenure_trust::change::FollowedBy;
use tenure_trust::standing::plural;
use tenure_trust::verdict::Finding;

/// A text that grows line by line.
struct Lines {
    text: String,
    width: usize,
}

impl Lines {
    /// A line at `indent`, broken where it is too long.
    fn at(&mut self, indent: usize, text: &str) {
        let text = wrap(text, self.width, indent);
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "{}{text}", " ".repeat(indent));
    }

    /// A list under a heading; nothing if it is empty.
    fn list(&mut self, indent: usize, heading: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.at(indent, heading);
        for item in items {
            let text = wrap(&safe(item), self.width, indent + 4);
            let _ = writeln!(self.text, "{}- {text}", " ".repeat(indent + 2));
        }
    }

    fn gap(&mut self) {
        self.text.push('\n');
    }
}

/// The page.
pub(super) fn page(report: &Report, history: &History, look: Look) -> String {
    let mut lines = Lines {
        text: String::new(),
        width: look.width,
    };
    head(&mut lines, report, history);
    for (finding, evidence) in report.judgement.findings.iter().zip(&report.evidence) {
        lines.gap();
        let evidence: Vec<String> = evidence
            .iter()
            .map(|evidence| format!("{} [{}]", evidence.fact, evidence.fields))
            .collect();
        self::finding(&mut lines, finding, &evidence, look);
    }
    if !report.judgement.missing.is_empty() {
        lines.gap();
        let missing: Vec<String> = report
            .judgement
            .missing
            .iter()
            .map(|missing| missing.phrase().to_owned())
            .collect();
        lines.list(0, "Not in the registry's document", &missing);
    }
    lines.gap();
    lines.list(0, "What would change the verdict", &report.would_change);
    for command in &report.accept {
        // A command is not broken, so that it can be copied.
        let _ = writeln!(lines.text, "    {command}");
    }
    if report.would_change.is_empty() {
        lines.at(0, "Nothing stands against this release.");
    }
    lines.gap();
    sources(&mut lines, report, history);
    lines.text
}

fn head(lines: &mut Lines, report: &Report, history: &History) {
    let judgement = &report.judgement;
    let name = format!("{}@{}", history.package().name(), safe(&judgement.version));
    let verdict = style::verdict(judgement.verdict, 0);
    let _ = writeln!(lines.text, "{}: {verdict}", strong(name));
    if let Some(reason) = &judgement.blocked {
        lines.at(2, &format!("blocked in tenure.toml: {}", safe(reason)));
    }
    let by = judgement
        .publisher
        .as_ref()
        .map_or_else(|| "somebody not known".to_owned(), short);
    match judgement.published {
        Some(at) => lines.at(2, &format!("published by {by} on {}", at.date())),
        None => lines.at(2, &format!("published by {by}, nobody says when")),
    }
    let signatures = report.signatures.iter().flat_map(Signatures::sentences);
    for sentence in signatures {
        lines.at(2, &sentence);
    }
    for place in &report.locked_at {
        lines.at(2, &format!("locked at {}", safe(place)));
    }
    lines.at(
        2,
        &format!("tier {}: {}", judgement.tier.tier, judgement.tier.because),
    );
}

fn finding(lines: &mut Lines, finding: &Finding, evidence: &[String], look: Look) {
    let change = &finding.change;
    let _ = writeln!(
        lines.text,
        "{} at {}, {}: {}",
        strong(change.kind),
        safe(&change.since),
        change.at.date(),
        advice::hands(&change.from, Some(&change.to), look),
    );
    lines.at(2, &faint(change.kind.meta().line));
    lines.at(
        2,
        &format!(
            "the policy's rule {} says {}; it now counts as {}: {}",
            finding.rule,
            finding.action.as_str(),
            finding.verdict(),
            advice::state(finding)
        ),
    );
    lines.list(2, "because", evidence);
    if let Some(standing) = &change.standing {
        let heading = format!("known of {} on {}", short(&change.to), change.at.date());
        lines.list(2, &heading, &standing.sentences());
    }
    let came_with: Vec<String> = change.came_with.iter().map(CameWith::sentence).collect();
    lines.list(2, "came with it", &came_with);
    let followed: Vec<String> = change.followed_by.iter().map(followed_by).collect();
    lines.list(
        2,
        "came with the next releases by the same hands",
        &followed,
    );
}

fn followed_by(later: &FollowedBy) -> String {
    let came_with: Vec<String> = later.came_with.iter().map(CameWith::sentence).collect();
    format!("{}: {}", later.version, came_with.join("; "))
}

fn sources(lines: &mut Lines, report: &Report, history: &History) {
    lines.at(0, &faint(advice::source(history)));
    let digest = &history.source().sha256;
    if !digest.is_empty() {
        lines.at(0, &faint(format!("sha256 {digest}")));
    }
    let others = report.histories_at_hand.saturating_sub(1);
    let others = plural(others, "other history", "other histories");
    lines.at(
        0,
        &faint(format!("standing was looked up in {others} at hand")),
    );
}
