//! Lockfiles of npm, pnpm, yarn and bun: which releases they pin, where those
//! come from, and who asks for which range.
//!
//! One file per format. What a tool writes into its lockfile is mostly not
//! specified anywhere; facts here are from files that the tools themselves
//! wrote, and where a reader has to choose between two meanings, it takes the
//! one that the tool takes when it installs. Reading is bounded: see
//! [`LockfileError::TooLarge`].

mod bun;
mod collect;
mod json;
mod jsonc;
mod origin;
mod package_lock;
mod pnpm;
mod spec;
mod text;
mod tree;
mod yaml;
mod yarn_berry;
mod yarn_classic;

use crate::lockfile::{self, LockedPackage, MAX_BYTES, Want, check_size};
use std::fmt;

/// The names of the files that [`parse`] reads.
pub const FILE_NAMES: [&str; 5] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
];

/// Formats of lockfiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// npm's `package-lock.json`, lockfile versions 1 to 3.
    PackageLock,
    /// npm's `npm-shrinkwrap.json`: the same, for publishing.
    Shrinkwrap,
    /// pnpm's `pnpm-lock.yaml`, lockfile versions 5 to 9.
    Pnpm,
    /// yarn 1's `yarn.lock`.
    YarnClassic,
    /// The `yarn.lock` of yarn 2 and later.
    YarnBerry,
    /// bun's text lockfile, `bun.lock`.
    Bun,
}

impl Format {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PackageLock => "package-lock.json",
            Self::Shrinkwrap => "npm-shrinkwrap.json",
            Self::Pnpm => "pnpm-lock.yaml",
            Self::YarnClassic => "yarn.lock (yarn 1)",
            Self::YarnBerry => "yarn.lock (yarn 2 or later)",
            Self::Bun => "bun.lock",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a lockfile says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lockfile {
    /// The format it was read as.
    pub format: Format,
    /// The releases it pins, in the order of their lines.
    ///
    /// The project itself, its workspace members and other folders and links
    /// are not among them: nothing is fetched for them. Nor are packages that
    /// lie bundled inside another package's file: no registry's release of
    /// their name is fetched. (npm marks the project's own bundled
    /// dependencies the same way; they are fetched, so they are here.)
    ///
    /// A release that is pinned twice is listed once, at its first line,
    /// unless the two pins disagree about where it comes from.
    pub packages: Vec<LockedPackage>,
    /// Who asks for which range, in the order of the lines, as far as the
    /// format tells. Some may be met by a workspace member, or, for optional
    /// peers, by nothing.
    pub wants: Vec<Want>,
}

/// Why a file could not be read as a lockfile.
pub type LockfileError = lockfile::LockfileError<Format>;

/// Reads a lockfile, in the format that its name says.
///
/// `yarn.lock` is the name of two formats, told apart by the `__metadata` that
/// yarn has written since version 2.
///
/// # Errors
/// When the name is not one of [`FILE_NAMES`], and when the content is not
/// what the name promises: see [`LockfileError`].
pub fn parse(file_name: &str, bytes: &[u8]) -> Result<Lockfile, LockfileError> {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let format = match base {
        "package-lock.json" => Format::PackageLock,
        "npm-shrinkwrap.json" => Format::Shrinkwrap,
        "pnpm-lock.yaml" => Format::Pnpm,
        "yarn.lock" if yarn_berry::is_berry(bytes) => Format::YarnBerry,
        "yarn.lock" => Format::YarnClassic,
        "bun.lock" => Format::Bun,
        "bun.lockb" => return Err(bun::binary()),
        _ => return Err(LockfileError::unknown(file_name, &FILE_NAMES)),
    };
    check_size(format, "bytes", bytes.len(), MAX_BYTES)?;
    if format == Format::Bun && bun::is_binary(bytes) {
        return Err(bun::binary());
    }
    let text = text::check(format, bytes)?;
    match format {
        Format::PackageLock | Format::Shrinkwrap => package_lock::read(format, text),
        Format::Pnpm => pnpm::read(text),
        Format::YarnClassic => yarn_classic::read(text),
        Format::YarnBerry => yarn_berry::read(text),
        Format::Bun => bun::read(text),
    }
}
