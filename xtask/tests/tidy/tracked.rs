//! The files that git tracks.

use std::path::Path;
use std::process::Command;

/// The workspace's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A tracked file that is text.
pub(crate) struct File {
    /// Its path below the workspace, with `/`.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

impl File {
    /// The file's own name.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The lines that `is_wrong` finds something on, as `path:line: what`.
    pub(crate) fn wrong_lines(&self, is_wrong: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let found = self.text.lines().enumerate().filter_map(|(at, line)| {
            Some(format!("{}:{}: {}", self.path, at + 1, is_wrong(line)?))
        });
        found.collect()
    }
}

/// All tracked text files. Those that are gone from the work tree, or are no
/// text, are left out.
pub(crate) fn files() -> Vec<File> {
    let output = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "this is no git repository");
    let names = String::from_utf8(output.stdout).unwrap();
    let files: Vec<File> = names
        .split_terminator('\0')
        .filter_map(|path| {
            let bytes = std::fs::read(root().join(path)).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            let path = path.to_owned();
            Some(File { path, text })
        })
        .collect();
    assert!(!files.is_empty(), "git tracks nothing here");
    files
}

/// The tracked Rust files.
pub(crate) fn rust() -> Vec<File> {
    let mut files = files();
    files.retain(|file| file.name().ends_with(".rs"));
    files
}

/// Fails with all that is wrong, not only the first.
pub(crate) fn assert_none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n  {}", wrong.join("\n  "));
}
