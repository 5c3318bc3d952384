//! The commands that accept what is held: they are there to be copied, from a
//! terminal as from a page.

use crate::change::Change;
use crate::verdict::{Judgement, Verdict};
use std::borrow::Cow;
use tenure_domain::{Ecosystem, PackageId};

/// The commands that accept everything for which a release is held; none for
/// what somebody has blocked.
pub fn commands(judgement: &Judgement) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    if judgement.blocked.is_some() {
        return commands;
    }
    let findings = judgement.findings.iter();
    for finding in findings.filter(|finding| finding.verdict() >= Verdict::Hold) {
        let command = command(&judgement.package, &finding.change);
        if !commands.contains(&command) {
            commands.push(command);
        }
    }
    commands
}

fn command(package: &PackageId, change: &Change) -> String {
    format!(
        "tenure accept {} --to {} --since {} --reason \"...\"",
        shell_argument(&as_typed(package)),
        shell_argument(&change.to.to_string()),
        shell_argument(&change.since)
    )
}

/// A package as a person types it: a name alone is one of npm's.
pub fn as_typed(package: &PackageId) -> Cow<'_, str> {
    match package.ecosystem() {
        Ecosystem::Npm => Cow::Borrowed(package.name()),
        _ => Cow::Owned(package.to_string()),
    }
}

/// A text as one argument of a shell: names come from outside.
pub fn shell_argument(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@:/._+-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let harmless = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let text: String = text.chars().map(harmless).collect();
    Cow::Owned(format!("'{}'", text.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_one_of_npms() {
        for (ecosystem, typed) in [
            (Ecosystem::Npm, "river"),
            (Ecosystem::Cargo, "pkg:cargo/river"),
            (Ecosystem::Pypi, "pkg:pypi/river"),
        ] {
            let package = PackageId::new(ecosystem, "river").unwrap();
            assert_eq!(as_typed(&package), typed);
        }
    }

    #[test]
    fn nothing_in_a_name_is_run_by_a_shell() {
        assert_eq!(
            shell_argument("npm:workflow/github/oidc:0a"),
            "npm:workflow/github/oidc:0a"
        );
        assert_eq!(shell_argument("@team/known-hands"), "@team/known-hands");
        assert_eq!(shell_argument("npm:$(touch_x)"), "'npm:$(touch_x)'");
        assert_eq!(shell_argument("a'b"), "'a'\\''b'");
        assert_eq!(shell_argument("a\nb"), "'a\u{fffd}b'");
    }
}
