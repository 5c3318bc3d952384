//! `tenure vouch check`.

use crate::context::{Process, read_files};
use crate::exit::Exit;
use crate::output::{answer, style::safe};
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tenure_ecosystem::vouch::openpgp::Counts;

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
        match &source.keyring {
            Some(counts) => keyring(&mut text, &file.path, counts),
            None => entries += source.given.len(),
        }
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

fn keyring(text: &mut String, path: &Path, counts: &Counts) {
    let Counts {
        keys,
        dead,
        certifications,
        good,
        wrong,
        strangers,
        late_sha1,
        unsupported,
    } = counts;
    let path = path.display();
    // Writing to a text cannot fail.
    let _ = writeln!(
        text,
        "{path}: {keys} keys, of which {dead} hold no more; {certifications} certifications between them"
    );
    let _ = writeln!(
        text,
        "  signatures: {good} good, {wrong} wrong, {unsupported} of kinds not checked here,\n  \
         {late_sha1} on SHA-1 too late to count, {strangers} of keys that are not here"
    );
}
