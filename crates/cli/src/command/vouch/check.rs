//! `tenure vouch check`.

use crate::context::{Process, read_files};
use crate::exit::Exit;
use crate::output::{answer, style::safe};
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Check the form and the signature of everything in a folder or file of vouches
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder or file
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let place = process.env.current_dir().join(&arguments.folder);
    // Whose word it is matters to its form as little as to a signature.
    let files = read_files(&place, Some("whoever names this file"))?;
    let mut text = String::new();
    let (mut good, mut bad, mut entries) = (0, 0, 0);
    for file in &files {
        let source = &file.source;
        good += source.signed.len() + source.proofs.len() + source.links.len();
        entries += file.source.given.len();
        bad += file.source.unread.len();
        for unread in &file.source.unread {
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
    if entries > 0 {
        let _ = writeln!(
            text,
            "{entries} without a signature: vouches of whoever a [[follow]] names them for"
        );
    }
    answer(&text)?;
    Ok(if bad > 0 { Exit::Found } else { Exit::Clean })
}
