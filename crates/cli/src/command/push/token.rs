//! The token of a project. It never stands on a command line, where other
//! processes and the shell's history see it.

use crate::context::Process;
use anyhow::{Context as _, bail};
use std::fmt;
use std::path::Path;
use tenure_upstream::npm_config::Credential;

/// The variable that has the token.
pub(super) const VARIABLE: &str = "TENURE_TOKEN";

/// A token, and where it was found. `Debug` does not show it.
pub(super) struct Token {
    pub(super) credential: Credential,
    /// For people.
    pub(super) found_in: String,
}

impl Token {
    /// The token in a file if one is named, else in the environment.
    pub(super) fn read(file: Option<&Path>, process: &Process) -> anyhow::Result<Self> {
        let found = match file {
            Some(path) => {
                let name = path.display();
                let text = std::fs::read_to_string(process.env.current_dir().join(path))
                    .with_context(|| format!("cannot read the token in `{name}`"))?;
                Some(Self::new(&text, format!("`{name}`"))?)
            }
            None => Self::in_environment(process)?,
        };
        found.with_context(|| {
            format!(
                "no token: put the project's into the variable `{VARIABLE}`, or into a file and say `--token-file FILE`; whoever runs the server makes one with `tenure project token`"
            )
        })
    }

    /// The token in the environment, if there is one.
    pub(super) fn in_environment(process: &Process) -> anyhow::Result<Option<Self>> {
        let text = process.env.variable(VARIABLE);
        text.map(|text| Self::new(text, format!("`{VARIABLE}`")))
            .transpose()
    }

    fn new(text: &str, found_in: String) -> anyhow::Result<Self> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            bail!("what is in {found_in} is no token; a token is one word, such as tenure_...");
        }
        Ok(Self {
            credential: Credential::Token(text.to_owned()),
            found_in,
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.found_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word() {
        let token = Token::new("tenure_a5\n", "`x`".to_owned()).unwrap();
        assert_eq!(token.credential, Credential::Token("tenure_a5".to_owned()));
        assert!(!format!("{token:?}").contains("a5"));
        for bad in ["", " \n", "two words", "a\u{1b}b", "\u{e9}"] {
            let error = Token::new(bad, "`x`".to_owned()).unwrap_err().to_string();
            assert!(error.contains("in `x` is no token"), "{error}");
        }
    }
}
