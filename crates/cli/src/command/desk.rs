//! Where a person makes signed statements: with which key, and into which folder.

use crate::context::{Process, SigningKey};
use anyhow::{Context as _, bail};
use clap::Args;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Who makes a statement, and where it goes.
#[derive(Clone, Debug, Args)]
pub(super) struct Desk {
    /// The SSH key to sign with, or its .pub if an agent has it, or a key of
    /// minisign; the SSH key that git signs with, or the first in ~/.ssh, by
    /// default
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// The folder of your statements
    /// [default: vouches in the user's data folder]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Desk {
    pub(super) fn key(&self, process: &Process) -> anyhow::Result<SigningKey> {
        SigningKey::find(self.key.as_deref(), &process.env)
    }

    pub(super) fn folder(&self, process: &Process) -> anyhow::Result<PathBuf> {
        folder(self.folder.as_deref(), process)
    }

    /// Puts a signed text into the folder, as a new file.
    pub(super) fn put(
        &self,
        signed: &str,
        name: &str,
        extension: &str,
        process: &Process,
    ) -> anyhow::Result<PathBuf> {
        let folder = self.folder(process)?;
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create `{}`", folder.display()))?;
        let path = free(&folder, name, extension)?;
        std::fs::File::create_new(&path)
            .and_then(|mut file| file.write_all(signed.as_bytes()))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(path)
    }
}

/// The named folder, or the one in the user's data folder.
pub(super) fn folder(named: Option<&Path>, process: &Process) -> anyhow::Result<PathBuf> {
    if let Some(folder) = named {
        return Ok(process.env.current_dir().join(folder));
    }
    let data = process.env.data_dir();
    let data = data.context("no home folder is known; name a folder with `--folder DIR`")?;
    Ok(data.join("vouches"))
}

/// A file's name that nothing has yet. Statements are never written over.
fn free(folder: &Path, name: &str, extension: &str) -> anyhow::Result<PathBuf> {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || ".-_".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(100)
        .collect();
    let plain = plain.trim_matches(['-', '.']);
    let mut names = std::iter::once(format!("{plain}.{extension}"))
        .chain((2..100).map(|number| format!("{plain}-{number}.{extension}")));
    let free = names.find(|name| !folder.join(name).exists());
    match free {
        Some(name) => Ok(folder.join(name)),
        None => bail!("`{}` has too many statements of one day", folder.display()),
    }
}
