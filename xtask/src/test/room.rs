//! Whether the disk has room for what a run writes: a compiler that finds none
//! says so late, and in a way that looks like a fault of the code.

use crate::{process, say, workspace};
use std::path::Path;

/// Megabytes that a first run writes: 4.4 GB of built programs, the rest tools
/// and what tests leave until they end. Measured on an empty machine.
const FIRST_RUN: u64 = 6_000;

/// Says it where there is less room than a first run needs. Later ones need
/// less, so it is a warning.
pub(super) fn warn() {
    let root = workspace::root();
    let target = workspace::target().unwrap_or_else(|_| root.to_owned());
    let there = target.ancestors().find(|folder| folder.exists());
    let free = there.and_then(free);
    if let Some(text) = free.and_then(|free| warning(free, &target)) {
        say::line(&text);
    }
}

/// Megabytes that are free where a folder is; `None` where `df` does not say.
fn free(folder: &Path) -> Option<u64> {
    let folder = folder.to_str()?;
    let answer = process::answer("df", &["--output=avail", "--block-size=1MB", folder])?;
    answer.lines().last()?.trim().parse().ok()
}

fn warning(free: u64, target: &Path) -> Option<String> {
    let gigabytes = |megabytes: u64| megabytes as f64 / 1000.0;
    (free < FIRST_RUN).then(|| {
        format!(
            "warning: {:.1} GB are free for `{}`; a first run writes about {:.0} GB",
            gigabytes(free),
            target.display(),
            gigabytes(FIRST_RUN)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warns_where_there_is_little_room() {
        let target = Path::new("target");
        assert_eq!(warning(FIRST_RUN, target), None);
        assert_eq!(
            warning(4_400, target).as_deref(),
            Some("warning: 4.4 GB are free for `target`; a first run writes about 6 GB")
        );
        assert!(free(workspace::root()).is_some_and(|free| free > 0));
    }
}
