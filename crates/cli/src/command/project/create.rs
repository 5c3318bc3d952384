//! `tenure project create`.

use super::token::{self, Token};
use super::{Desk, Need, at_desk};
use crate::command::serve::clients;
use crate::context::Process;
use crate::output::aside;
use crate::settings::{ServerArgs, Settings};
use anyhow::bail;
use clap::Args;
use std::fmt::Write as _;
use tenure_store::ProjectName;

/// Make a project, and a first token for it
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Its name, as it will stand in addresses
    name: ProjectName,

    #[command(flatten)]
    server: ServerArgs,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<()> {
    let name = &arguments.name;
    at_desk(&arguments.server, process, Need::AnyPlace, async |desk| {
        let token = create(desk, name).await?;
        aside(&format!(
            "project `{name}` is made, in `{}`. Its token, `{}`, shown this once:",
            desk.place(),
            token.label
        ));
        token.tell()?;
        aside(&next(desk.settings, name));
        Ok(())
    })
}

async fn create(desk: &Desk<'_>, name: &ProjectName) -> anyhow::Result<Token> {
    if !desk.store.create_project(name, desk.process.now).await? {
        bail!(
            "there is a project `{name}` already; `tenure project token {name}` makes another token for it"
        );
    }
    token::add(desk, name, None).await
}

/// What to type next.
fn next(settings: &Settings, name: &ProjectName) -> String {
    let server = settings.address();
    let registry = format!("{server}/p/{name}/npm/");
    let mut text = format!(
        "\
What to type next, in the project's folder, with the token in TENURE_TOKEN:
  tenure init      # accept today's hands, where there is no tenure.lock yet
  tenure push --server {server} --project {name}
and in its tenure.toml, so that decisions are pushed as they are made:
  [server]
  url = \"{server}\"
  project = \"{name}\"

Its registry:
{clients}
",
        clients = clients(&registry),
    );
    if settings.private {
        text += &for_readers(&registry);
    }
    // Writing to a text cannot fail.
    if settings.public_url.is_none() {
        let _ = writeln!(
            text,
            "{server} is where this server listens; if clients reach it elsewhere, use that address."
        );
    }
    text.trim_end().to_owned()
}

/// What readers of a private server type. A project's own `.npmrc` is no place
/// for it: pnpm leaves variables there as they are, so that a file that anybody
/// can change does not say who sees a secret. yarn sends it only if told to.
fn for_readers(registry: &str) -> String {
    let scope = registry.split_once(':').map_or("", |(_, scope)| scope);
    format!(
        "\
This server wants the token from readers, too:
  npm, pnpm, bun   echo '{scope}:_authToken=${{TENURE_TOKEN}}' >> ~/.npmrc
  yarn 1           the same, and: yarn config set always-auth true
  yarn 4           yarn config set npmAuthToken '${{TENURE_TOKEN}}'
                   yarn config set npmAlwaysAuth true
"
    )
}
