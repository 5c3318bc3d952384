//! `tenure project list`.

use super::{Need, at_desk};
use crate::context::Process;
use crate::output::{answer, aside, style::safe};
use crate::settings::ServerArgs;
use clap::Args;
use std::fmt::Write as _;
use tenure_store::{ProjectSummary, Token};

/// List the projects and their tokens
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    server: ServerArgs,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<()> {
    at_desk(&arguments.server, process, Need::Store, async |desk| {
        let projects = desk.store.projects().await?;
        if projects.is_empty() {
            aside("there is no project yet; `tenure project create NAME` makes one");
        }
        let mut text = String::new();
        for project in &projects {
            let tokens = desk.store.tokens(&project.name).await?;
            describe(&mut text, project, &tokens);
        }
        answer(&text)
    })
}

fn describe(text: &mut String, project: &ProjectSummary, tokens: &[Token]) {
    let pushed = match project.pushed {
        Some(at) => format!("revision {}, pushed {}", project.revision, at.date()),
        None => "nothing pushed yet".to_owned(),
    };
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{}: {pushed}", project.name);
    let widths = tokens.iter().map(|token| token.label.chars().count());
    let width = widths.max().unwrap_or_default();
    for token in tokens {
        let revoked = match token.revoked {
            Some(at) => format!(", revoked {}", at.date()),
            None => String::new(),
        };
        let made = token.created.date();
        let _ = writeln!(
            text,
            "  {:width$}  made {made}{revoked}",
            safe(&token.label)
        );
    }
}
