//! A server, its projects, and what they push.

mod errors;
mod files;
mod npm;
mod replicas;
mod story;
mod tokens;
mod views;

use crate::project::{Project, Run, run};

impl Project {
    /// Runs `tenure` with the project's token.
    fn with_token(&self, token: &str, arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        command.env("TENURE_TOKEN", token);
        run(command)
    }
}

/// Lets the fixtures' change of hands through.
const ACCEPT: [&str; 10] = [
    "accept",
    "quiet-stream",
    "--to",
    "npm:mallory",
    "--reason",
    "read 2.2.1 line by line",
    "--by",
    "ada@mail.example",
    "--until",
    "2999-01-01",
];

/// A project file that does so.
const ACCEPTED: &str = r#"
[[accept]]
package = "pkg:npm/quiet-stream"
to = "npm:mallory"
since = "2.2.1"
reason = "read it"
by = "ada@mail.example"
on = 2020-06-01
until = 2999-01-01
"#;

/// The package and the release at which it changes hands.
const HELD: (&str, &str) = ("quiet-stream", "2.2.1");
