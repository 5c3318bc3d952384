//! Every kind of change has its page.

use crate::tracked::{assert_none, root};
use tenure_trust::change::Kind;

#[test]
fn every_kind_of_change_has_a_page() {
    let wrong: Vec<String> = Kind::ALL.into_iter().filter_map(what_is_wrong).collect();
    assert_none(&wrong, "a kind of change has no page, or not the right one");
}

fn what_is_wrong(kind: Kind) -> Option<String> {
    let meta = kind.meta();
    let page = format!("docs/changes/{}.md", meta.id);
    let Ok(text) = std::fs::read_to_string(root().join(&page)) else {
        return Some(format!("{page} is missing"));
    };
    let title = text.lines().next().unwrap_or_default();
    if title != format!("# {}", meta.id) {
        return Some(format!("{page} does not begin with `# {}`", meta.id));
    }
    // A page may break the line where it likes, and begin it as a sentence.
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (text, line) = (words(&text).to_lowercase(), words(meta.line).to_lowercase());
    (!text.contains(&line)).then(|| format!("{page} does not say: {}", meta.line))
}

#[test]
fn every_page_is_of_a_kind() {
    let Ok(pages) = std::fs::read_dir(root().join("docs/changes")) else {
        return; // The other test says that they are missing.
    };
    let is_of_a_kind = |name: &str| {
        let id = name.trim_end_matches(".md");
        name == "README.md" || Kind::ALL.iter().any(|kind| kind.meta().id == id)
    };
    let wrong: Vec<String> = pages
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .filter(|name| !is_of_a_kind(name))
        .collect();
    assert_none(&wrong, "no kind of change has this id");
}
