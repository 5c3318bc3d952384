//! The list of the kinds of change, from their pages.

use crate::workspace;
use anyhow::Context as _;
use std::fmt::Write as _;

/// Where the list stands.
pub(super) const LIST: &str = "docs/changes/README.md";

/// The list: the title of each page, and what follows it.
pub(super) fn list() -> anyhow::Result<String> {
    let folder = workspace::root().join("docs/changes");
    let pages =
        std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names: Vec<String> = pages
        .map(|page| Ok(page?.file_name().to_string_lossy().into_owned()))
        .collect::<std::io::Result<_>>()?;
    names.retain(|name| name.ends_with(".md") && name != "README.md");
    names.sort();
    let mut table = "| kind | |\n|---|---|\n".to_owned();
    for name in names {
        let page = std::fs::read_to_string(folder.join(&name))?;
        let (title, line) = summary(&page).with_context(|| format!("{name} has no summary"))?;
        writeln!(table, "| [`{title}`]({name}) | {line} |")?;
    }
    Ok(table)
}

/// A page's title and its first paragraph, on one line.
fn summary(page: &str) -> Option<(&str, String)> {
    let (title, rest) = page.strip_prefix("# ")?.split_once("\n\n")?;
    let line = rest.split("\n\n").next()?;
    Some((
        title.trim(),
        line.split_whitespace().collect::<Vec<_>>().join(" "),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_title_and_first_paragraph() {
        let (title, line) = summary("# handover\n\nSomebody\nelse.\n\nMore.\n").unwrap();
        assert_eq!((title, line.as_str()), ("handover", "Somebody else."));
        assert!(summary("no title").is_none());
    }
}
