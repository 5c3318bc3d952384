//! `tenure identity link`.

use super::steps::steps;
use crate::command::desk::Desk;
use crate::context::{IDENTITY_EXTENSION, Process, SigningKey};
use crate::exit::Exit;
use crate::output::{answer, style::safe};
use anyhow::bail;
use clap::Args;
use std::path::PathBuf;
use tenure_domain::Time;
use tenure_ecosystem::identity::{Account, NAMESPACE, Proof, Said, Statement};

/// Say that an account is yours, in a statement signed with your SSH key, and
/// learn what the account must show
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The account: github:ada, domain:ada.example,
    /// web:https://social.example/@ada, key:SHA256:..., npm:ada, cargo:ada,
    /// pypi:ada, nuget:ada
    #[arg(value_name = "ACCOUNT")]
    account: Account,

    /// Where the account names your key: a gist or file (of GitHub, instead of
    /// a signing key), the page that a profile links to, or a package, such as
    /// pkg:npm/river
    #[arg(long, value_name = "ADDRESS|PACKAGE")]
    proof: Option<Proof>,

    /// The other key, if the account is a key: it signs the statement, too
    #[arg(long, value_name = "FILE")]
    other_key: Option<PathBuf>,

    #[command(flatten)]
    desk: Desk,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let key = arguments.desk.key(process)?;
    let today: Time = process.now.date().parse()?;
    let statement = Statement {
        by: key.fingerprint.clone(),
        said: Said::Link {
            account: arguments.account.clone(),
            proof: arguments.proof.clone(),
            from: today,
        },
    };
    statement.check()?;
    let text = statement.to_string();
    let mut signed = text.clone() + &key.sign(&text, NAMESPACE)?;
    if let Some(other) = other_key(arguments, process)? {
        signed += &other.sign(&text, NAMESPACE)?;
    }
    let name = format!("{}-{}", arguments.account, today.date());
    let path = arguments
        .desk
        .put(&signed, &name, IDENTITY_EXTENSION, process)?;
    answer(&format!(
        "{} says that {} is theirs\nwritten to {}\n{}",
        key.fingerprint,
        safe(&arguments.account.to_string()),
        path.display(),
        steps(&arguments.account, arguments.proof.as_ref(), &key)
    ))?;
    Ok(Exit::Clean)
}

/// The key that the statement is about, which has to sign it.
fn other_key(arguments: &Arguments, process: &Process) -> anyhow::Result<Option<SigningKey>> {
    let (named, file) = match (&arguments.account, &arguments.other_key) {
        (Account::Key(named), Some(file)) => (named, file),
        (Account::Key(_), None) => bail!("the other key has to sign, too: `--other-key FILE`"),
        (_, Some(_)) => bail!("`--other-key` is for an account that is a key"),
        (_, None) => return Ok(None),
    };
    let other = SigningKey::find(Some(file), &process.env)?;
    if other.fingerprint != *named {
        bail!("`{}` is {}, not {named}", file.display(), other.fingerprint);
    }
    Ok(Some(other))
}
