//! `tenure identity list`.

use super::scope::{Scope, Scoped, is_wrong};
use crate::args::Format;
use crate::context::{Link, Process};
use crate::exit::Exit;
use crate::output::{answer, json, style::safe};
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;
use tenure_domain::Time;
use tenure_ecosystem::identity::Account;
use tenure_trust::identity::State;

/// List the accounts of people, and how each link stands
///
/// The exit status is 1 if one is not confirmed.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    scope: Scope,

    /// As at that moment (2018-09-05, or with a time)
    #[arg(long, value_name = "DATE|TIME")]
    as_of: Option<Time>,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A link. Fields may be added.
#[derive(Serialize)]
pub(crate) struct Entry {
    /// What kind of account it is.
    kind: &'static str,
    account: String,
    key: String,
    /// The account's number at its registry, as it was seen first.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Where the statement says that the account shows the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<String>,
    /// The day on which it was said.
    said: String,
    #[serde(flatten)]
    state: State,
    last_checked: Option<Time>,
    /// Where the account showed the key when it did last.
    via: Option<String>,
    /// Where the statement was found.
    found: String,
}

impl Entry {
    pub(crate) fn of(link: &Link) -> Self {
        Self {
            kind: link.account.kind(),
            account: link.account.to_string(),
            key: link.key.to_string(),
            id: link.id.clone(),
            proof: link.proof.as_ref().map(ToString::to_string),
            said: link.said.date(),
            state: link.state.clone(),
            last_checked: link.last_checked,
            via: link.via.clone(),
            found: link.found.clone(),
        }
    }
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let scoped = arguments.scope.open(process)?;
    let links = scoped.links(arguments.as_of.unwrap_or(process.now))?;
    let text = match arguments.format {
        Format::Json => json::pretty(&links.iter().map(Entry::of).collect::<Vec<_>>())?,
        Format::Text => text(&links, &scoped),
    };
    answer(&text)?;
    let wrong = links.iter().any(is_wrong);
    Ok(if wrong { Exit::Found } else { Exit::Clean })
}

fn text(links: &[Link], scoped: &Scoped) -> String {
    let mut text = String::new();
    for of_one in links.chunk_by(|one, other| one.key == other.key) {
        let key = of_one[0].key.as_str();
        let name = scoped.shown(key).map(|name| format!(" ({})", safe(&name)));
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{key}{}", name.unwrap_or_default());
        for link in of_one {
            let _ = writeln!(text, "  {}", safe(&link.sentence()));
            let _ = writeln!(text, "    {}", safe(&facts(link)));
        }
    }
    text
}

/// What else is known of a link: when it was said, looked at and shown.
pub(crate) fn facts(link: &Link) -> String {
    let mut facts = format!("said on {}", link.said.date());
    if let Some(id) = &link.id {
        facts = format!("{facts}, number {id}");
    }
    match link.last_checked {
        _ if matches!(link.account, Account::Key(_)) => facts.push_str(", both keys have signed"),
        Some(at) => facts = format!("{facts}, looked at on {}", at.date()),
        None => facts.push_str(", never looked at"),
    }
    if let Some(via) = &link.via {
        let shown = if link.state.counts() {
            "shown"
        } else {
            "last shown"
        };
        facts = format!("{facts}, {shown} at {via}");
    }
    facts
}
