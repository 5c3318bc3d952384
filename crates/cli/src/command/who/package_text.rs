//! The answer about a package, for people.

use super::package::{Held, Report};
use crate::command::advice;
use crate::output::style::{self, Look, faint, safe, short, strong, wrap};
use crate::output::timeline::Picture;
use std::fmt::Write as _;
use tenure_domain::History;
use tenure_trust::people::People;
use tenure_trust::standing::plural;
use tenure_trust::tenures::Tenure;
use tenure_trust::verdict::{Action, Finding, Verdict};

/// Everything that the text is made of.
pub(super) struct Page<'a> {
    pub(super) report: &'a Report,
    pub(super) history: &'a History,
    pub(super) people: &'a People,
    pub(super) all: bool,
    pub(super) look: Look,
}

/// Publishers named of a tenure.
const NAMED: usize = 4;
/// Lists of owners shown.
const LISTS: usize = 5;

impl Page<'_> {
    /// The page.
    pub(super) fn text(&self) -> String {
        let mut out = self.head();
        if let Some(picture) = self.picture() {
            let _ = write!(out, "\n{picture}");
        }
        out.push('\n');
        for (number, held) in self.report.tenures.iter().enumerate() {
            self.tenure(&mut out, number + 1, held);
        }
        self.owners(&mut out);
        self.signatures(&mut out);
        self.looks(&mut out);
        self.joined(&mut out);
        self.changes(&mut out);
        self.advisories(&mut out);
        self.release(&mut out);
        self.not_known(&mut out);
        let _ = writeln!(out, "\n{}", faint(advice::source(self.history)));
        out
    }

    fn head(&self) -> String {
        let report = self.report;
        let releases = plural(report.releases, "release", "releases");
        let first = report.tenures.first().and_then(|held| held.tenure.from);
        let last = report.tenures.last().and_then(|held| held.tenure.to);
        let span = match (first, last) {
            (Some(first), Some(last)) => format!(", {} to {}", first.date(), last.date()),
            _ => String::new(),
        };
        let name = self.history.package().name();
        format!(
            "{}  {releases}{span}\n{}\n",
            strong(name),
            faint(format!("{}: {}", report.tier.tier, report.tier.because))
        )
    }

    fn picture(&self) -> Option<String> {
        let report = self.report;
        let changes: Vec<_> = report
            .changes
            .iter()
            .filter(|finding| finding.action > Action::Pass)
            .map(|finding| (finding.change.at, finding.verdict() >= Verdict::Hold))
            .collect();
        let tenures: Vec<Tenure> = report.tenures.iter().map(|h| h.tenure.clone()).collect();
        let picture = Picture {
            history: self.history,
            people: self.people,
            tenures: &tenures,
            changes: &changes,
            mark: report
                .release
                .as_ref()
                .and_then(|release| release.published),
            now: report.judged_at,
        };
        picture.draw(self.look)
    }

    fn tenure(&self, out: &mut String, number: usize, held: &Held) {
        let tenure = &held.tenure;
        let named = tenure.hands.iter().take(NAMED).map(|(party, count)| {
            if tenure.hands.len() == 1 {
                short(party)
            } else {
                format!("{} {count}", short(party))
            }
        });
        let mut hands: Vec<String> = named.collect();
        match tenure.hands.len() {
            0 => hands.push("hands not known".to_owned()),
            n if n > NAMED => hands.push(format!("and {} more", n - NAMED)),
            _ => {}
        }
        let hands = wrap(&hands.join(", "), self.look.width, 6);
        let _ = writeln!(out, "  {:>2}  {}", number, strong(hands));
        let mut facts = Vec::new();
        if let Some(from) = tenure.from {
            let until = held
                .until
                .map_or("now".to_owned(), tenure_domain::Time::date);
            facts.push(format!("{} to {until}", from.date()));
        }
        if let Some(days) = held.days {
            facts.push(days.to_string());
        }
        let releases = plural(tenure.releases, "release", "releases");
        let versions = match (safe(&tenure.first), safe(&tenure.last)) {
            (first, last) if first == last => first.into_owned(),
            (first, last) => format!("{first} to {last}"),
        };
        facts.push(format!("{releases} ({versions})"));
        let separator = format!(" {} ", self.look.dot());
        let facts = wrap(&facts.join(&separator), self.look.width, 6);
        let _ = writeln!(out, "      {}", faint(facts));
    }

    /// Where not all publishers are known, owners say at least who can publish.
    fn owners(&self, out: &mut String) {
        let Some(owners) = &self.report.owners_now else {
            return;
        };
        if self.report.unknown_publishers == 0 {
            return;
        }
        let names: Vec<String> = owners.iter().take(NAMED).map(short).collect();
        let more = match owners.len() {
            0 => "owned now by nobody".to_owned(),
            n if n > NAMED => format!("owned now by {} and {} more", names.join(", "), n - NAMED),
            _ => format!("owned now by {}", names.join(", ")),
        };
        let _ = writeln!(out, "      {}", wrap(&more, self.look.width, 6));
    }

    /// What the package itself carries, of the named release or the last one.
    fn signatures(&self, out: &mut String) {
        let Some(signatures) = &self.report.signatures else {
            return;
        };
        let named = self.report.release.as_ref().map(|named| &*named.version);
        let last = self.history.releases().last().map(|last| &*last.version);
        let version = safe(named.or(last).unwrap_or_default());
        let _ = writeln!(out, "\n{}", strong(format!("Signatures in {version}")));
        for sentence in signatures.sentences() {
            let _ = writeln!(out, "  {}", wrap(&sentence, self.look.width, 2));
        }
    }

    /// The lists of owners between which there was a change, each with the looks
    /// that first and last saw it.
    fn looks(&self, out: &mut String) {
        let lists = &self.report.owners_seen;
        if lists.len() < 2 {
            return;
        }
        let _ = writeln!(out, "\n{}", strong("Owners, from look to look"));
        let skipped = lists.len().saturating_sub(LISTS);
        if skipped > 0 {
            let earlier = plural(skipped, "earlier list", "earlier lists");
            let _ = writeln!(
                out,
                "  {}",
                faint(format!("{earlier}; --format json has all"))
            );
        }
        for list in &lists[skipped..] {
            let names: Vec<String> = list.owners.iter().map(short).collect();
            let names = match names.as_slice() {
                [] => "nobody".to_owned(),
                names => names.join(", "),
            };
            let _ = writeln!(out, "  {}", wrap(&names, self.look.width, 6));
            let seen = format!("first seen {}, last seen {}", list.first, list.last);
            let _ = writeln!(out, "      {}", faint(wrap(&seen, self.look.width, 6)));
        }
    }

    /// Who was made an owner by somebody else.
    fn joined(&self, out: &mut String) {
        let joined = self.report.owners_joined.iter();
        let joined: Vec<_> = joined
            .filter_map(|of| Some((of, of.by.as_ref()?)))
            .collect();
        if joined.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", strong("Made an owner"));
        let skipped = joined.len().saturating_sub(LISTS);
        if skipped > 0 {
            let note = format!("{skipped} earlier; --format json has all");
            let _ = writeln!(out, "  {}", faint(note));
        }
        for (of, by) in &joined[skipped..] {
            let line = format!("{} by {} on {}", short(&of.owner), short(by), of.at.date());
            let _ = writeln!(out, "  {}", wrap(&line, self.look.width, 4));
        }
    }

    fn changes(&self, out: &mut String) {
        let (shown, passed): (Vec<_>, Vec<_>) = self
            .report
            .changes
            .iter()
            .partition(|finding| self.all || finding.action > Action::Pass);
        if self.report.changes.is_empty() {
            let _ = writeln!(out, "\nNo change of hands is known.");
            return;
        }
        let _ = writeln!(out, "\n{}", strong("Changes"));
        for finding in &shown {
            self.change(out, finding);
        }
        if !passed.is_empty() {
            let count = plural(passed.len(), "change", "changes");
            let and = if shown.is_empty() { "" } else { "and " };
            let line = format!("  {and}{count} that the policy passes; --all lists them");
            let _ = writeln!(out, "{}", faint(line));
        }
    }

    fn change(&self, out: &mut String, finding: &Finding) {
        let change = &finding.change;
        let hands = advice::hands(&change.from, Some(&change.to), self.look);
        let _ = writeln!(
            out,
            "  {}  {} at {}: {hands}",
            change.at.date(),
            strong(change.kind),
            safe(&change.since),
        );
        let mut line = |text: &str| {
            let _ = writeln!(out, "              {}", wrap(text, self.look.width, 14));
        };
        for fact in &change.facts {
            line(&safe(&fact.sentence()));
        }
        for came in &change.came_with {
            line(&format!("came with {}", safe(&came.sentence())));
        }
        let verdict = finding.verdict();
        let state = advice::state(finding);
        line(&format!(
            "{} {} {state}",
            style::verdict(verdict, 0),
            self.look.dot()
        ));
    }

    fn advisories(&self, out: &mut String) {
        if self.report.advisories.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", strong("Advisories"));
        for about in &self.report.advisories {
            let (date, id, summary) = about.head();
            let _ = writeln!(out, "  {date}  {}", strong(&id));
            for text in [summary, about.sentence()] {
                let text = wrap(&text, self.look.width, 14);
                let _ = writeln!(out, "              {text}");
            }
        }
    }

    fn release(&self, out: &mut String) {
        let Some(judgement) = &self.report.release else {
            return;
        };
        let by = judgement.publisher.as_ref().map_or_else(
            || "published by somebody not known".to_owned(),
            |party| format!("published by {}", short(party)),
        );
        let when = judgement
            .published
            .map_or(String::new(), |at| format!(" on {}", at.date()));
        let _ = writeln!(
            out,
            "\n{}  {by}{when}: {}",
            strong(format!(
                "{}@{}",
                self.history.package().name(),
                safe(&judgement.version)
            )),
            style::verdict(judgement.verdict, 0)
        );
    }

    /// What is not known of earlier owners.
    fn earlier_owners(&self) -> Option<String> {
        let mut releases = self.history.releases().iter();
        match self.report.owners_seen.first() {
            // Registries that keep lists by release have them from the first one.
            Some(first) if releases.next()?.owners.is_none() => Some(format!(
                "who was an owner before {}, when somebody first looked",
                first.first.date()
            )),
            None if releases.all(|release| release.owners.is_none()) => {
                Some("who was an owner before: it has those of now alone".to_owned())
            }
            _ => None,
        }
    }

    fn not_known(&self, out: &mut String) {
        let report = self.report;
        let all = report.releases;
        let mut lines = Vec::new();
        if report.unknown_publishers > 0 {
            lines.push(format!(
                "who published {} of {all} releases",
                report.unknown_publishers
            ));
        }
        if report.unknown_dates > 0 {
            lines.push(format!(
                "when {} of {all} releases were published",
                report.unknown_dates
            ));
        }
        if report.owners_now.is_none() {
            lines.push("who is an owner now".to_owned());
        } else if let Some(line) = self.earlier_owners() {
            lines.push(line);
        }
        if lines.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", strong("Not in the registry's document"));
        for line in lines {
            let _ = writeln!(out, "  {line}");
        }
    }
}
