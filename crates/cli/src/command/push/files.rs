//! What is pushed: the texts of a project's two files and of the vouches that it
//! takes into account, as they are.

use crate::context::{BASELINE_FILE, PROJECT_FILE, Project, read_if_there, vouch_texts};
use anyhow::bail;
use serde::Serialize;
use std::collections::BTreeMap;

/// The files, as the server takes them.
#[derive(Debug, Serialize)]
pub(super) struct Files {
    project_file: String,
    baseline: String,
    /// By the names of their sources. A server that knows nothing of them is not
    /// told that there are none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    vouches: BTreeMap<String, Vec<String>>,
}

/// The server takes no more; a baseline of 100,000 packages has 12 MB.
const MOST: usize = 24 * 1024 * 1024;
/// Nor more than this of vouches.
const MOST_VOUCHES: usize = 8 * 1024 * 1024;

/// Reads the files of a project, which was loaded from them: both can be used.
pub(super) fn read(project: &Project) -> anyhow::Result<Files> {
    let text = |name| read_if_there(&project.root.join(name));
    let (project_file, baseline) = (text(PROJECT_FILE)?, text(BASELINE_FILE)?);
    if project_file.is_none() && baseline.is_none() {
        bail!(
            "there is nothing to push: neither {PROJECT_FILE} nor {BASELINE_FILE} is in `{}`; `tenure init` writes {BASELINE_FILE}",
            project.root.display()
        );
    }
    let files = Files {
        project_file: project_file.unwrap_or_default(),
        baseline: baseline.unwrap_or_default(),
        vouches: vouch_texts(&project.file, &project.root)?,
    };
    if files
        .vouches
        .values()
        .flatten()
        .map(String::len)
        .sum::<usize>()
        > MOST_VOUCHES
    {
        bail!(
            "the vouches that {PROJECT_FILE} names are larger than {} MiB together, which no server takes",
            MOST_VOUCHES >> 20
        );
    }
    if files.project_file.len() + files.baseline.len() > MOST {
        bail!(
            "{} are larger than {} MiB together, which no server takes",
            files.named(),
            MOST >> 20
        );
    }
    Ok(files)
}

impl Files {
    /// Which files there are.
    pub(super) fn named(&self) -> String {
        let named = [
            (PROJECT_FILE, &self.project_file),
            (BASELINE_FILE, &self.baseline),
        ];
        let there = named.into_iter().filter(|(_, text)| !text.is_empty());
        let vouches = (!self.vouches.is_empty()).then_some("vouches");
        let names: Vec<&str> = there.map(|(name, _)| name).chain(vouches).collect();
        names.join(" and ")
    }
}
