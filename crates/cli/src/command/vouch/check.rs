//! `tenure vouch check`.

use crate::context::{Process, read_files};
use crate::exit::Exit;
use crate::output::{answer, style::safe};
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Check the form and the signature of every statement in a folder or file
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder or file
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let place = process.env.current_dir().join(&arguments.folder);
    let files = read_files(&place)?;
    let mut text = String::new();
    let (mut good, mut bad) = (0, 0);
    for file in &files {
        good += file.signed.len();
        bad += file.unread.len();
        for unread in &file.unread {
            let why = unread.why.to_string();
            // Writing to a text cannot fail.
            let _ = writeln!(
                text,
                "{}:{}: {}",
                file.path.display(),
                unread.line,
                safe(&why)
            );
        }
    }
    let _ = writeln!(text, "{good} signed, {bad} passed over");
    answer(&text)?;
    Ok(if bad > 0 { Exit::Found } else { Exit::Clean })
}
