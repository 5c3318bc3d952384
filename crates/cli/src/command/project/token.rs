//! `tenure project token`, and how tokens are made.

use super::{Desk, Need, at_desk};
use crate::context::Process;
use crate::output::{answer, aside, style::safe};
use crate::settings::ServerArgs;
use anyhow::bail;
use clap::Args;
use std::fmt::Write as _;
use std::str::FromStr;
use tenure_store::{Digest, ProjectName};

/// Make another token for a project
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The project
    name: ProjectName,

    /// What to call it, for `tenure project revoke` [default: token-1, token-2, ...]
    #[arg(long)]
    label: Option<Label>,

    #[command(flatten)]
    server: ServerArgs,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<()> {
    let name = &arguments.name;
    at_desk(&arguments.server, process, Need::Store, async |desk| {
        let token = add(desk, name, arguments.label.as_ref()).await?;
        let label = safe(&token.label);
        aside(&format!(
            "token `{label}` of project `{name}`, shown this once:"
        ));
        token.tell()
    })
}

/// What a token is called.
#[derive(Clone, Debug)]
pub(super) struct Label(pub(super) String);

const LONGEST_LABEL: usize = 64;

impl FromStr for Label {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > LONGEST_LABEL || text.chars().any(char::is_control) {
            return Err(format!(
                "a label is a line of 1 to {LONGEST_LABEL} characters"
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A token that was just made: the only moment at which its text is known.
pub(super) struct Token {
    pub(super) label: String,
    text: String,
}

impl Token {
    /// `tenure_` tells people and scanners for secrets what they have found.
    fn new(label: String, secret: &[u8; 32]) -> Self {
        let mut text = "tenure_".to_owned();
        for byte in secret {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self { label, text }
    }

    fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// Standard output has the token alone, so that a script can take it.
    pub(super) fn tell(&self) -> anyhow::Result<()> {
        answer(&format!("{}\n", self.text))
    }
}

/// Makes a token and keeps its digest.
pub(super) async fn add(
    desk: &Desk<'_>,
    project: &ProjectName,
    label: Option<&Label>,
) -> anyhow::Result<Token> {
    let label = free_label(desk, project, label).await?;
    let token = Token::new(label, &(desk.process.secret)()?);
    let digest = token.digest();
    let (label, now) = (&token.label, desk.process.now);
    let added = desk
        .store
        .add_token(project, digest.as_bytes(), label, now)
        .await?;
    if !added {
        return Err(desk.no_such(project));
    }
    Ok(token)
}

/// The label that was asked for, if no token in use has it, or the next number.
async fn free_label(
    desk: &Desk<'_>,
    project: &ProjectName,
    wanted: Option<&Label>,
) -> anyhow::Result<String> {
    let tokens = desk.store.tokens(project).await?;
    let Some(Label(wanted)) = wanted else {
        let taken = |label: &str| tokens.iter().any(|token| token.label == label);
        let numbered = (tokens.len() + 1..).map(|number| format!("token-{number}"));
        let free = numbered.into_iter().find(|label| !taken(label));
        return Ok(free.unwrap_or_default());
    };
    let in_use = |token: &&tenure_store::Token| token.revoked.is_none() && token.label == *wanted;
    if tokens.iter().any(|token| in_use(&token)) {
        bail!(
            "project `{project}` has a token `{}` already; choose another label, or revoke that one first",
            safe(wanted)
        );
    }
    Ok(wanted.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_what_it_is_and_is_known_by_its_digest() {
        let token = Token::new("ci".to_owned(), &[0xa5; 32]);
        assert_eq!(token.text, format!("tenure_{}", "a5".repeat(32)));
        assert_eq!(token.digest(), Digest::of(token.text.as_bytes()));
    }

    #[test]
    fn a_label_is_one_short_line() {
        assert_eq!(" ada's laptop ".parse::<Label>().unwrap().0, "ada's laptop");
        for bad in ["", " ", "a\nb", "\u{1b}[31m", &"x".repeat(65)] {
            assert!(bad.parse::<Label>().is_err(), "{bad:?}");
        }
    }
}
