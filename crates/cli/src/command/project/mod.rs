//! `tenure project`: projects of a server, and their tokens. Works on the
//! server's store, whether or not the server is running.

mod create;
mod list;
mod revoke;
mod token;

use crate::context::Process;
use crate::exit::Exit;
use crate::settings::{ServerArgs, Settings};
use anyhow::bail;
use clap::{Args, Subcommand};
use std::future::Future;
use tenure_store::{DatabaseAt, ProjectName, Store};

/// Make projects on a server, and tokens for them
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Create(create::Arguments),
    List(list::Arguments),
    Token(token::Arguments),
    Revoke(revoke::Arguments),
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    match &arguments.action {
        Action::Create(arguments) => create::run(arguments, process)?,
        Action::List(arguments) => list::run(arguments, process)?,
        Action::Token(arguments) => token::run(arguments, process)?,
        Action::Revoke(arguments) => revoke::run(arguments, process)?,
    }
    Ok(Exit::Clean)
}

/// A server's projects, as the commands see them.
struct Desk<'a> {
    store: Store,
    settings: &'a Settings,
    process: &'a Process,
}

impl Desk<'_> {
    /// Where the projects are kept, for people.
    fn place(&self) -> String {
        self.settings.store.database.to_string()
    }

    fn no_such(&self, project: &ProjectName) -> anyhow::Error {
        anyhow::anyhow!(
            "there is no project `{project}` in `{}`; `tenure project list` names those that are there",
            self.place()
        )
    }
}

/// Whether there has to be a store already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    AnyPlace,
    Store,
}

/// Does something with the store that the flags name.
fn at_desk<T>(
    server: &ServerArgs,
    process: &Process,
    need: Need,
    work: impl AsyncFnOnce(&Desk<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let settings = Settings::load(server, None, process)?;
    if need == Need::Store {
        check_is_there(&settings)?;
    }
    blocking(async {
        let desk = Desk {
            store: Store::open(&settings.store).await?,
            settings: &settings,
            process,
        };
        let done = work(&desk).await;
        desk.store.close().await;
        done
    })
}

/// Whoever mistypes a folder wants to hear of it, and no new store there.
fn check_is_there(settings: &Settings) -> anyhow::Result<()> {
    match &settings.store.database {
        DatabaseAt::Sqlite(path) if !path.exists() => bail!(
            "there is no server's data in `{}`; name its folder with `--data DIR`, or its settings with `--config FILE`",
            settings.data.display()
        ),
        _ => Ok(()),
    }
}

fn blocking<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(work)
}
