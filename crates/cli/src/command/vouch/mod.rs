//! `tenure vouch`: statements by which people vouch for others, and who is
//! accepted by them.

mod check;
mod fetch;
mod give;
mod list;
mod path;
mod revoke;

use crate::context::{EXTENSION, Process, SigningKey};
use crate::exit::Exit;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tenure_ecosystem::vouch::Statement;

/// Vouch for a person, in a statement signed with your SSH key; take a vouch
/// back; see who is accepted
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,

    #[command(flatten)]
    give: give::Arguments,
}

#[derive(Debug, Subcommand)]
enum Action {
    Revoke(revoke::Arguments),
    List(list::Arguments),
    Check(check::Arguments),
    Path(path::Arguments),
    Fetch(fetch::Arguments),
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    match &arguments.action {
        None => give::run(&arguments.give, process),
        Some(Action::Revoke(arguments)) => revoke::run(arguments, process),
        Some(Action::List(arguments)) => list::run(arguments, process),
        Some(Action::Check(arguments)) => check::run(arguments, process),
        Some(Action::Path(arguments)) => path::run(arguments, process),
        Some(Action::Fetch(arguments)) => fetch::run(arguments, process),
    }
}

/// Who makes a statement, and where it goes.
#[derive(Clone, Debug, Args)]
struct Desk {
    /// The SSH key to sign with, or its .pub if an agent has it; the one that
    /// git signs with, or the first in ~/.ssh, by default
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// The folder of your statements
    /// [default: vouches in the user's data folder]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Desk {
    fn key(&self, process: &Process) -> anyhow::Result<SigningKey> {
        SigningKey::find(self.key.as_deref(), &process.env)
    }

    fn folder(&self, process: &Process) -> anyhow::Result<PathBuf> {
        folder(self.folder.as_deref(), process)
    }

    /// Signs a statement and puts it into the folder.
    fn put(
        &self,
        key: &SigningKey,
        statement: &Statement,
        name: &str,
        process: &Process,
    ) -> anyhow::Result<PathBuf> {
        statement.check()?;
        let text = statement.to_string();
        let armor = key.sign(&text)?;
        let folder = self.folder(process)?;
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create `{}`", folder.display()))?;
        let path = free(&folder, name)?;
        std::fs::File::create_new(&path)
            .and_then(|mut file| file.write_all(format!("{text}{armor}").as_bytes()))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(path)
    }
}

/// The named folder, or the one in the user's data folder.
fn folder(named: Option<&Path>, process: &Process) -> anyhow::Result<PathBuf> {
    if let Some(folder) = named {
        return Ok(process.env.current_dir().join(folder));
    }
    let data = process.env.data_dir();
    let data = data.context("no home folder is known; name a folder with `--folder DIR`")?;
    Ok(data.join("vouches"))
}

/// A file's name that nothing has yet. Statements are never written over.
fn free(folder: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || ".-_".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(100)
        .collect();
    let plain = plain.trim_matches(['-', '.']);
    let mut names = std::iter::once(format!("{plain}.{EXTENSION}"))
        .chain((2..100).map(|number| format!("{plain}-{number}.{EXTENSION}")));
    let free = names.find(|name| !folder.join(name).exists());
    match free {
        Some(name) => Ok(folder.join(name)),
        None => bail!("`{}` has too many statements of one day", folder.display()),
    }
}
