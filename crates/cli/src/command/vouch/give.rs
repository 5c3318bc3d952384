//! `tenure vouch PERSON`.

use super::{Desk, put};
use crate::command::decision::expiry;
use crate::context::Process;
use crate::exit::Exit;
use crate::output::{answer, style::safe};
use anyhow::bail;
use clap::Args;
use tenure_domain::{Purpose, Time};
use tenure_ecosystem::vouch::{About, Said, Statement};

/// What to vouch for.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Arguments {
    /// The person: an account with its registry, such as npm:ljharb, and the key
    /// with which they vouch themselves, such as SHA256:... or a public key
    #[arg(value_name = "PERSON", required = true)]
    about: Vec<About>,

    /// identity, that the accounts and keys are theirs; competence, that what
    /// they publish can be taken; stewardship, that packages can be given into
    /// their hands. Each says those before it, too
    #[arg(long = "for", value_name = "PURPOSE", required = true)]
    purpose: Option<Purpose>,

    /// The last day on which it holds, in a year at most; a year from now by
    /// default
    #[arg(long, value_name = "DATE")]
    until: Option<Time>,

    /// Why, in a line that everybody can read
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,

    #[command(flatten)]
    desk: Desk,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let Some(purpose) = arguments.purpose else {
        bail!("`--for` says what you vouch for: identity, competence or stewardship");
    };
    let key = arguments.desk.key(process)?;
    if arguments
        .about
        .contains(&About::Key(key.fingerprint.clone()))
    {
        bail!(
            "`{}` is your own key; others vouch for you",
            key.fingerprint
        );
    }
    let today: Time = process.now.date().parse()?;
    let until: Time = expiry(arguments.until, today)?.date().parse()?;
    let statement = Statement {
        by: key.fingerprint.clone(),
        said: Said::Vouch {
            about: arguments.about.clone(),
            purpose,
            from: today,
            until,
        },
        reason: arguments.reason.trim().to_owned(),
    };
    let first = arguments.about.first().map(ToString::to_string);
    let name = format!("{}-{purpose}-{}", first.unwrap_or_default(), today.date());
    let path = put(&arguments.desk, &key, &statement, &name, process)?;
    let about: Vec<String> = arguments.about.iter().map(ToString::to_string).collect();
    answer(&format!(
        "{} vouches for {}: {purpose}, until {}\nwritten to {}\n",
        key.fingerprint,
        safe(&about.join(" and ")),
        until.date(),
        path.display()
    ))?;
    Ok(Exit::Clean)
}
