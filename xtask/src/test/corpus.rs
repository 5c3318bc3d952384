//! Saying which tests a run without the corpus leaves out.

use crate::{process, say, workspace};
use std::process::Command;

/// What tests call to get at the corpus. In two pieces, so that this file is
/// not found by it.
const CALL: [&str; 2] = ["corpus:", ":"];

/// Says where the corpus was looked for and who will miss it.
pub(super) fn say_if_absent() {
    let Err(place) = workspace::corpus() else {
        return;
    };
    say::line(&format!(
        "\nTHERE IS NO CORPUS at {}\nset TENURE_CORPUS to its folder; without it, these tests check nothing:",
        place.display()
    ));
    for user in users() {
        say::line(&format!("    {user}"));
    }
}

/// The functions of tests that use the corpus, as `file: function`.
fn users() -> Vec<String> {
    let found = process::output(
        Command::new("git")
            .args(["grep", "--show-function", "--fixed-strings"])
            .arg(CALL.concat())
            .args(["--", "crates/*/tests/*.rs", "tests/*.rs"])
            .current_dir(workspace::root()),
    );
    functions(&found.unwrap_or_default())
}

/// `git grep` marks the line of the function with `=` after the file's name.
fn functions(found: &str) -> Vec<String> {
    let mut all: Vec<String> = found
        .lines()
        .filter_map(|line| {
            let (file, code) = line.split_once('=')?;
            let (_, name) = code.split_once("fn ")?;
            let name = name.split(['(', '<']).next()?;
            (!file.contains(':')).then(|| format!("{file}: {name}"))
        })
        .collect();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_functions() {
        let found = "a/tests/b.rs=fn reads_it() {\na/tests/b.rs:    let x = y();\n";
        assert_eq!(functions(found), ["a/tests/b.rs: reads_it"]);
    }
}
