//! What clients do, from what the tests observed.
//!
//! The observations lie beside the tests as snapshots, so a run of the tests
//! fails if they are not what is observed, and the documentation is out of date
//! if it is not made from them.

use crate::test::clients::CLIENTS;
use crate::test::{python, tools};
use crate::workspace;
use anyhow::Context as _;
use std::fmt::Write as _;

pub(super) const PAGE: &str = "docs/clients.md";

const OBSERVATIONS: &str = "tests/e2e/tests/clients/snapshots";

/// The cases, each by its name in the tests and in words.
const CASES: [(&str, &str); 10] = [
    (
        "range",
        "`river@^2` is added, which held releases would satisfy",
    ),
    ("latest", "`river` is added, whose `latest` is held"),
    ("exact", "exactly the held `river@2.1.0` is added"),
    ("needed", "`boat` is added, which needs a held release"),
    (
        "locked",
        "frozen install, the lockfile has the held release",
    ),
    (
        "beside",
        "something else is added, the lockfile has the held release",
    ),
    (
        "blocked",
        "frozen install, the release in the lockfile is blocked",
    ),
    (
        "nothing-left",
        "`river` is added, all of its releases are held or blocked",
    ),
    (
        "nothing-left-locked",
        "the same, frozen install, the lockfile has the held release",
    ),
    (
        "accepted",
        "`river@^2` is added, the change is accepted in the project",
    ),
];

/// The cases of which it is told what the clients print: all if they refuse,
/// those that say why if they do not.
const PRINTED: [&str; 4] = ["exact", "locked", "blocked", "nothing-left"];

/// A client by its name in the tests, and as people call it.
type Client = (&'static str, String);

/// All that are observed.
fn clients() -> Vec<Client> {
    let npm = CLIENTS.iter().map(|client| (client.id, client.title()));
    // The one that builds all this.
    let cargo = format!("cargo {}", env!("CARGO_PKG_RUST_VERSION"));
    let python = python::CLIENTS.iter();
    let python = python.map(|client| (client.id, client.title()));
    let nuget = ("nuget", format!("nuget.exe {}", tools::NUGET[0].1));
    npm.chain([("cargo", cargo)])
        .chain(python)
        .chain([nuget])
        .collect()
}

/// What was observed of a client in a case.
struct Observation {
    typed: String,
    succeeded: bool,
    /// The installed version of `river`.
    installed: String,
    says_why: bool,
    said: String,
}

impl Observation {
    fn read(client: &str, case: &str) -> anyhow::Result<Self> {
        let file = format!("{OBSERVATIONS}/{client}-{case}.snap");
        let text = std::fs::read_to_string(workspace::root().join(&file))
            .with_context(|| format!("cannot read {file}"))?;
        Self::parse(&text).with_context(|| format!("{file} is no observation"))
    }

    /// Reads a snapshot: insta's head, then ours.
    fn parse(text: &str) -> Option<Self> {
        let (_, text) = text.split_once("\n---\n")?;
        let (head, said) = text.split_once("\nsaid:")?;
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
        Some(Self {
            typed: field("typed: ")?.to_owned(),
            succeeded: field("status: ")? == "0",
            installed: field("installed: ")?.to_owned(),
            says_why: field("said why: ")? == "yes",
            said: said.trim_matches('\n').to_owned(),
        })
    }

    /// In the table.
    fn outcome(&self) -> String {
        let outcome = if self.succeeded {
            &self.installed
        } else {
            "refused"
        };
        let why = if self.says_why { ", says why" } else { "" };
        format!("{outcome}{why}")
    }
}

/// The table: a row for each case, a column for each client.
pub(super) fn table() -> anyhow::Result<String> {
    let clients = clients();
    let names = clients.iter().map(|(_, title)| format!(" {title} |"));
    let mut table = format!("| |{}\n", names.collect::<String>());
    writeln!(table, "|---|{}", "---|".repeat(clients.len()))?;
    for (case, words) in CASES {
        write!(table, "| {words} |")?;
        for (client, _) in &clients {
            write!(table, " {} |", Observation::read(client, case)?.outcome())?;
        }
        writeln!(table)?;
    }
    Ok(table)
}

/// What the clients print.
pub(super) fn printed() -> anyhow::Result<String> {
    let mut text = String::new();
    for (case, words) in CASES.iter().filter(|(case, _)| PRINTED.contains(case)) {
        writeln!(text, "### {}\n", capitalised(words))?;
        for (client, title) in clients() {
            let observation = Observation::read(client, case)?;
            if observation.succeeded && !observation.says_why {
                continue;
            }
            let Observation { typed, said, .. } = observation;
            writeln!(text, "{title}:\n")?;
            writeln!(text, "```console\n$ {typed}\n{said}\n```\n")?;
        }
    }
    Ok(text)
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_observation() {
        let text = "---\nsource: x.rs\n---\ntyped: npm ci\nstatus: 1\ninstalled: nothing\n\
            said why: yes\nsaid:\nnpm error\n";
        let read = Observation::parse(text).unwrap();
        assert_eq!(read.outcome(), "refused, says why");
        assert_eq!((&*read.typed, &*read.said), ("npm ci", "npm error"));
        assert!(Observation::parse("---\nsource: x.rs\n---\nno").is_none());
    }
}
