//! `tenure check` for people: what does not pass, the most serious first.

use super::style::{self, Look, faint, safe, strong, thousands, wrap};
use crate::command::advice;
use crate::command::check::{Counts, Release, Report};
use crate::context::UpstreamNote;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tenure_domain::Missing;
use tenure_trust::standing::plural;
use tenure_trust::verdict::Verdict;

const VERDICT_WIDTH: usize = 9;
/// Wider columns would push the next one off the screen.
const WIDEST_NAME: usize = 36;
const WIDEST_HANDS: usize = 34;
/// Packages named in a group.
const NAMED: usize = 4;

/// The whole answer.
pub(crate) fn check(report: &Report, look: Look) -> String {
    let mut out = String::new();
    let (grouped, listed): (Vec<_>, Vec<_>) = report
        .releases
        .iter()
        .partition(|release| release.judgement.verdict == Verdict::Unknown);
    let (above, below): (Vec<_>, Vec<_>) = listed
        .into_iter()
        .partition(|release| release.judgement.verdict > Verdict::Unknown);
    let columns = Columns::of(above.iter().chain(&below).copied(), look);
    for release in above {
        entry(&mut out, release, &columns, look);
    }
    for (reason, releases) in groups(&grouped, &report.upstreams) {
        group(&mut out, &reason, &releases, look);
    }
    for release in below {
        entry(&mut out, release, &columns, look);
    }
    for stale in &report.stale {
        let line = stale.sentence();
        let line = wrap(&safe(&line), look.width, VERDICT_WIDTH);
        let _ = writeln!(out, "{:<VERDICT_WIDTH$}{line}", "stale");
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{}", summary(report));
    if !report.baseline && report.counts.hold > 0 {
        let hint = "There is no tenure.lock yet: `tenure init` accepts the hands of today and keeps only what changes from now on.";
        let _ = writeln!(out, "{}", wrap(hint, look.width, 0));
    }
    out
}

/// The widths that make entries align.
struct Columns {
    name: usize,
    hands: usize,
}

impl Columns {
    fn of<'r>(releases: impl Iterator<Item = &'r Release>, look: Look) -> Self {
        let mut columns = Self { name: 0, hands: 0 };
        for release in releases {
            columns.name = columns.name.max(name(release).chars().count());
            columns.hands = columns.hands.max(hands(release, look).chars().count());
        }
        Self {
            name: columns.name.min(WIDEST_NAME),
            hands: columns.hands.min(WIDEST_HANDS),
        }
    }
}

fn name(release: &Release) -> String {
    format!("{}@{}", release.name, safe(&release.judgement.version))
}

fn hands(release: &Release, look: Look) -> String {
    advice::hands(&release.from, release.to.as_ref(), look)
}

fn entry(out: &mut String, release: &Release, columns: &Columns, look: Look) {
    let verdict = release.judgement.verdict;
    let name = format!("{:<1$}", name(release), columns.name);
    let hands = format!("{:<1$}", hands(release, look), columns.hands);
    let _ = writeln!(
        out,
        "{}{}  {hands}  {}",
        style::verdict(verdict, VERDICT_WIDTH),
        strong(name),
        faint(place(release)),
    );
    if verdict == Verdict::Pass {
        return;
    }
    let indent = " ".repeat(VERDICT_WIDTH);
    let mut line = |text: &str| {
        let text = wrap(text, look.width, VERDICT_WIDTH);
        let _ = writeln!(out, "{indent}{text}");
    };
    line(&safe(&release.why));
    if let Some(until) = release.until {
        line(&format!("ends by itself on {}", until.date()));
    }
    for command in &release.accept {
        // A command is not broken, so that it can be copied.
        let _ = writeln!(out, "{indent}{} {command}", faint("to accept:"));
    }
}

fn place(release: &Release) -> String {
    let Some(first) = release.locations.first() else {
        return String::new();
    };
    let more = match release.locations.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}:{}{more}", safe(&first.file), first.line)
}

/// Unknown releases by what is missing of them; the largest group first.
pub(super) fn groups<'r>(
    releases: &[&'r Release],
    upstreams: &[UpstreamNote],
) -> Vec<(String, Vec<&'r Release>)> {
    let mut by_reason: BTreeMap<String, Vec<&Release>> = BTreeMap::new();
    for release in releases {
        by_reason
            .entry(reason(release, upstreams))
            .or_default()
            .push(release);
    }
    let mut groups: Vec<_> = by_reason.into_iter().collect();
    groups.sort_by_key(|(_, releases)| Reverse(releases.len()));
    groups
}

/// What is missing, in words that are the same for many packages.
fn reason(release: &Release, upstreams: &[UpstreamNote]) -> String {
    let missing = &release.judgement.missing;
    match (missing.as_slice(), &release.source) {
        ([Missing::Package], Some(error)) => return without_names(error, &release.name),
        ([Missing::OtherOrigin], _) => return advice::not_there(missing),
        _ => {}
    }
    let mut said = missing.clone();
    // Where the publisher is missing, that of earlier releases adds nothing.
    if said.contains(&Missing::Publisher) {
        said.retain(|missing| *missing != Missing::EarlierPublishers);
    }
    let ecosystem = release.judgement.package.ecosystem();
    let is_asked = |note: &&UpstreamNote| note.ecosystem.is_none_or(|of| of == ecosystem);
    let asked = upstreams.iter().find(is_asked);
    let asked = asked.map_or(String::new(), |upstream| format!(" ({})", upstream.from));
    format!("{}{asked}", advice::not_there(&said))
}

/// An error without the package's own name, so that errors of many packages
/// read the same.
fn without_names(error: &str, name: &str) -> String {
    let escaped = name.replacen('/', "%2f", 1);
    let purl_name = name.strip_prefix('@').map(|rest| format!("%40{rest}"));
    let mut text = error.to_owned();
    for written in [Some(name.to_owned()), Some(escaped), purl_name]
        .into_iter()
        .flatten()
    {
        for (open, close) in [("/", "`"), ("/", "/")] {
            text = text.replace(
                &format!("{open}{written}{close}"),
                &format!("{open}...{close}"),
            );
        }
    }
    text
}

fn group(out: &mut String, reason: &str, releases: &[&Release], look: Look) {
    let count = releases.len();
    let head = format!("{}: {}", plural(count, "release", "releases"), safe(reason));
    let _ = writeln!(
        out,
        "{}{}",
        style::verdict(Verdict::Unknown, VERDICT_WIDTH),
        wrap(&head, look.width, VERDICT_WIDTH),
    );
    let mut named: Vec<String> = releases
        .iter()
        .take(NAMED)
        .map(|release| name(release))
        .collect();
    if count > NAMED {
        named.push(format!("and {} more", thousands(count - NAMED)));
    }
    let line = wrap(&named.join(", "), look.width, VERDICT_WIDTH);
    let _ = writeln!(out, "{}{}", " ".repeat(VERDICT_WIDTH), faint(line));
}

/// `3 held, 12 unknown, 1,188 pass (1,203 releases in package-lock.json)`
pub(crate) fn summary(report: &Report) -> String {
    let Counts {
        releases,
        pass,
        note,
        unknown,
        hold,
        block,
    } = report.counts;
    let files = match report.lockfiles.as_slice() {
        [one] => one.clone(),
        files => format!("{} lockfiles", files.len()),
    };
    let new = match &report.base {
        Some(base) => format!(" new since {base}"),
        None => String::new(),
    };
    let parts: Vec<String> = [
        (block, Verdict::Block, "blocked"),
        (hold, Verdict::Hold, "held"),
        (unknown, Verdict::Unknown, "unknown"),
        (note, Verdict::Note, "noted"),
        (pass, Verdict::Pass, "pass"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, verdict, word)| {
        style::in_colour_of(verdict, &format!("{} {word}", thousands(count)))
    })
    .collect();
    let releases = match releases {
        1 => "1 release".to_owned(),
        n => format!("{} releases", thousands(n)),
    };
    let head = format!("{releases}{new} in {}", safe(&files));
    match parts.as_slice() {
        [] => format!("{head}."),
        parts => format!("{head}: {}.", parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_many_packages_read_the_same() {
        let one = "`http://registry.example/a` answered that there is no such package";
        let two = "`http://registry.example/@b%2fc` answered that there is no such package";
        assert_eq!(without_names(one, "a"), without_names(two, "@b/c"));
        let one = "`pkg:npm/a` is not in the cache";
        let two = "`pkg:npm/%40b/c` is not in the cache";
        assert_eq!(without_names(one, "a"), without_names(two, "@b/c"));
    }
}
