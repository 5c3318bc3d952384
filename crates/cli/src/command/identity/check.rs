//! `tenure identity check`.

use super::list::Entry;
use super::scope::{Scope, is_wrong};
use crate::args::Format;
use crate::context::{Link, Process, due};
use crate::exit::Exit;
use crate::output::{answer, json, style::safe};
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;
use tenure_domain::Outcome;
use tenure_ecosystem::identity::Account;
use tenure_ecosystem::identity::record::Looked;
use tenure_trust::identity::State;

/// Look whether accounts show the keys that speak of them, and record it
///
/// What was confirmed within the last days (recheck-days of the project, 7) is not
/// looked at again, unless a person is named or --all is given. In a project the
/// record is tenure-vouches/identities.jsonl: commit it, and every build takes
/// the same into account.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    scope: Scope,

    /// Look at all, also at those that were confirmed lately
    #[arg(long)]
    all: bool,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The answer as data. Fields may be added.
#[derive(Serialize)]
struct Report<'a> {
    /// Those that were looked at now, as they stand.
    looked: Vec<Entry>,
    /// What each look brought.
    looks: &'a [Looked],
    /// How many were confirmed lately and not looked at.
    recent: usize,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let mut scoped = arguments.scope.open(process)?;
    let all = arguments.all || scoped.is_of_person();
    let before = scoped.links(process.now)?;
    let rules = scoped.identities.rules();
    let wanted = |link: &&Link| {
        let can = !matches!(link.account, Account::Key(_));
        let stands = !matches!(link.state, State::Withdrawn { .. });
        due(link, rules, process.now) || (all && can && stands)
    };
    let asked: Vec<Link> = before.iter().filter(wanted).cloned().collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let asker = scoped.asker(process)?;
    let looks = runtime.block_on(asker.ask(&asked, process.now))?;
    if !looks.is_empty() {
        scoped.identities.record(looks.clone())?;
    }
    let after = scoped.links(process.now)?;
    let is_asked = |link: &&Link| asked.iter().any(|asked| asked.digest == link.digest);
    let looked: Vec<&Link> = after.iter().filter(is_asked).collect();
    let counting = before.iter().filter(|link| link.state.counts()).count();
    let recent = counting - asked.iter().filter(|link| link.state.counts()).count();
    let text = match arguments.format {
        Format::Json => json::pretty(&Report {
            looked: looked.iter().map(|link| Entry::of(link)).collect(),
            looks: &looks,
            recent,
        })?,
        Format::Text => text(
            &looked,
            &looks,
            recent,
            &scoped.record().display().to_string(),
        ),
    };
    answer(&text)?;
    let wrong = after.iter().any(is_wrong);
    Ok(if wrong { Exit::Found } else { Exit::Clean })
}

fn text(looked: &[&Link], looks: &[Looked], recent: usize, record: &str) -> String {
    let mut text = String::new();
    for link in looked {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{}", safe(&link.sentence()));
        let look = looks.iter().find(|look| look.link == link.digest);
        match look.map(|look| &look.outcome) {
            Some(Outcome::Confirmed { via, .. }) => {
                let _ = writeln!(text, "  shows {} at {}", link.key, safe(via));
            }
            Some(Outcome::Unanswered { why }) if link.state.counts() => {
                let _ = writeln!(text, "  no answer now: {}", safe(why));
            }
            _ => {}
        }
    }
    let count = |is: fn(&Outcome) -> bool| looks.iter().filter(|look| is(&look.outcome)).count();
    let confirmed = count(|outcome| matches!(outcome, Outcome::Confirmed { .. }));
    let denied = count(|outcome| matches!(outcome, Outcome::Denied { .. }));
    let unanswered = count(|outcome| matches!(outcome, Outcome::Unanswered { .. }));
    let _ = write!(
        text,
        "{} looked at: {confirmed} confirmed, {denied} not, {unanswered} without an answer",
        looks.len()
    );
    if recent > 0 {
        let _ = write!(text, "; {recent} confirmed before and not looked at");
    }
    let _ = match looks {
        [] => writeln!(text),
        _ => writeln!(text, "; recorded in {record}"),
    };
    text
}
