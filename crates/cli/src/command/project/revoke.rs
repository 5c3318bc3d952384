//! `tenure project revoke`.

use super::token::Label;
use super::{Desk, Need, at_desk};
use crate::context::Process;
use crate::output::{answer, style::safe};
use crate::settings::ServerArgs;
use clap::Args;
use tenure_store::ProjectName;

/// End a token of a project
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The project
    name: ProjectName,

    /// What the token is called, as `tenure project list` shows it
    label: Label,

    #[command(flatten)]
    server: ServerArgs,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<()> {
    let (name, Label(label)) = (&arguments.name, &arguments.label);
    at_desk(&arguments.server, process, Need::Store, async |desk| {
        let ended = desk.store.revoke_token(name, label, process.now).await?;
        if ended == 0 {
            return Err(nothing_ended(desk, name, label).await?);
        }
        answer(&format!(
            "token `{}` of project `{name}` is revoked; servers refuse it within 2 seconds\n",
            safe(label)
        ))
    })
}

async fn nothing_ended(
    desk: &Desk<'_>,
    name: &ProjectName,
    label: &str,
) -> anyhow::Result<anyhow::Error> {
    if desk.store.project_revision(name).await?.is_none() {
        return Ok(desk.no_such(name));
    }
    let tokens = desk.store.tokens(name).await?;
    let in_use = tokens.iter().filter(|token| token.revoked.is_none());
    let labels: Vec<String> = in_use
        .map(|token| format!("`{}`", safe(&token.label)))
        .collect();
    let those = match labels.as_slice() {
        [] => "it has none".to_owned(),
        labels => format!("it has {}", labels.join(", ")),
    };
    Ok(anyhow::anyhow!(
        "project `{name}` has no token `{}` in use; {those}",
        safe(label)
    ))
}
