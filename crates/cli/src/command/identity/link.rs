//! `tenure identity link`.

use super::steps::steps;
use crate::command::desk::Desk;
use crate::context::{IDENTITY_EXTENSION, Process, SigningKey, sign_openpgp};
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
    /// `web:https://social.example/@ada`, key:SHA256:..., openpgp:FINGERPRINT,
    /// npm:ada, cargo:ada, pypi:ada, nuget:ada
    #[arg(value_name = "ACCOUNT")]
    account: Account,

    /// Where the account names your key: a gist or file (of GitHub, instead of
    /// a signing key), the page that a profile links to, or a package, such as
    /// pkg:npm/river
    #[arg(long, value_name = "ADDRESS|PACKAGE")]
    proof: Option<Proof>,

    /// The other key, if the account is an SSH key: it signs the statement, too
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
    signed += &other_signature(arguments, &text, process)?;
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

/// What the key signs that the statement is about; nothing if it is about none.
fn other_signature(arguments: &Arguments, text: &str, process: &Process) -> anyhow::Result<String> {
    let (named, file) = match (&arguments.account, &arguments.other_key) {
        (Account::Key(named), None) if named.is_openpgp() => {
            return sign_openpgp(named, text, process.now, &process.env);
        }
        (Account::Key(named), Some(_)) if named.is_openpgp() => {
            bail!("gpg finds a key of OpenPGP by its fingerprint; leave `--other-key` out")
        }
        (Account::Key(named), Some(file)) => (named, file),
        (Account::Key(_), None) => bail!("the other key has to sign, too: `--other-key FILE`"),
        (_, Some(_)) => bail!("`--other-key` is for an account that is a key"),
        (_, None) => return Ok(String::new()),
    };
    let other = SigningKey::find(Some(file), &process.env)?;
    if other.fingerprint != *named {
        bail!("`{}` is {}, not {named}", file.display(), other.fingerprint);
    }
    other.sign(text, NAMESPACE)
}
