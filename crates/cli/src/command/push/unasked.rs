//! After a decision was written: the server hears of it by itself, where one is
//! configured.

use super::token::{Token, VARIABLE};
use super::{Destination, files, send};
use crate::context::{Process, Project};
use crate::output::{answer, aside};

/// Pushes what was written a moment ago, where the project names a server. Whatever comes of it, the decision
/// stands in the project's own files, so nothing here is an error.
pub(crate) fn after_a_decision(
    destination: Option<&Destination>,
    project: &Project,
    process: &Process,
) -> anyhow::Result<()> {
    let Some(destination) = destination else {
        return Ok(());
    };
    let token = match Token::in_environment(process) {
        Ok(Some(token)) => token,
        Ok(None) => {
            aside(&format!(
                "not pushed to {destination}, for `{VARIABLE}` is not set: `tenure push` does it"
            ));
            return Ok(());
        }
        Err(error) => {
            aside(&not_pushed(destination, &error));
            return Ok(());
        }
    };
    if let Some(warning) = destination.in_the_clear() {
        aside(&format!("warning: {warning}"));
    }
    let pushed = files::read(project)
        .and_then(|files| send::push(destination, &token, &files, project, process));
    match pushed {
        Ok(pushed) => answer(&format!(
            "pushed to {destination}: revision {}\n",
            pushed.revision
        )),
        Err(error) => {
            aside(&not_pushed(destination, &error));
            Ok(())
        }
    }
}

fn not_pushed(destination: &Destination, error: &anyhow::Error) -> String {
    format!(
        "warning: not pushed to {destination}: {error:#}\nthe decision stands in this folder; push it later with `tenure push`"
    )
}
