//! Errors in files that people write: what is wrong, in which file and line,
//! with the line shown.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::ops::Range;
use tenure_trust::acceptance::{BaselineError, ProjectError};
use tenure_trust::policy::PolicyError;
use toml_edit::{Document, Item};

/// An error at `span` in the text of the file called `name`.
pub(crate) fn in_file(
    name: &str,
    text: &str,
    span: Option<Range<usize>>,
    message: &str,
) -> anyhow::Error {
    let Some(span) = span.filter(|span| text.get(span.clone()).is_some()) else {
        return anyhow::anyhow!("{name}: {message}");
    };
    let snippet = Snippet::source(text)
        .path(name)
        .annotation(AnnotationKind::Primary.span(span));
    let report = [Level::ERROR.primary_title(message).element(snippet)];
    let rendered = Renderer::plain().render(&report);
    let body = rendered.strip_prefix("error: ").unwrap_or(&rendered);
    anyhow::anyhow!("{body}")
}

fn syntax(name: &str, text: &str, error: &toml::de::Error) -> anyhow::Error {
    in_file(name, text, error.span(), error.message())
}

/// An error in a policy whose keys lie below `prefix`.
pub(super) fn policy_error(
    name: &str,
    text: &str,
    error: &PolicyError,
    prefix: &str,
) -> anyhow::Error {
    match error {
        PolicyError::Syntax(error) => syntax(name, text, error),
        PolicyError::Value { key, .. } => {
            let span = span_of(text, &format!("{prefix}{key}"));
            in_file(name, text, span, &error.to_string())
        }
    }
}

/// An error in a `tenure.toml`.
pub(super) fn project_error(name: &str, text: &str, error: &ProjectError) -> anyhow::Error {
    match error {
        ProjectError::Syntax(error) => syntax(name, text, error),
        ProjectError::Vouching(error) => in_file(name, text, None, &format!("[vouching] {error}")),
        ProjectError::Identity(error) => in_file(name, text, None, &format!("[identity] {error}")),
        ProjectError::Policy(error) => policy_error(name, text, error, "policy."),
        ProjectError::EmptyBlock(reason) => {
            let message = format!("{error}; add `package` or `person`");
            in_file(name, text, span_of_block(text, reason), &message)
        }
    }
}

/// An error in a `tenure.lock`.
pub(super) fn baseline_error(name: &str, text: &str, error: &BaselineError) -> anyhow::Error {
    match error {
        BaselineError::Syntax(error) => syntax(name, text, error),
        BaselineError::Version(_) => {
            in_file(name, text, span_of(text, "version"), &error.to_string())
        }
    }
}

/// Where the value at a dotted path stands; its table, if the value is not
/// written out.
fn span_of(text: &str, path: &str) -> Option<Range<usize>> {
    let document = Document::parse(text).ok()?;
    let mut item: &Item = document.as_item();
    let mut span = None;
    for key in path.split('.') {
        let Some(next) = item.get(key) else {
            break;
        };
        item = next;
        span = item.span().or(span);
    }
    span
}

fn span_of_block(text: &str, reason: &str) -> Option<Range<usize>> {
    let document = Document::parse(text).ok()?;
    let blocks = document.get("block")?.as_array_of_tables()?;
    let is_it = |table: &&toml_edit::Table| {
        table.get("reason").and_then(Item::as_str) == Some(reason)
            && !table.contains_key("package")
            && !table.contains_key("person")
    };
    blocks.iter().find(is_it)?.span()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_place_of_a_key() {
        let text = "[policy.season]\ndays = [1, 1, -1, 1, 1]\n";
        let span = span_of(text, "policy.season.days").unwrap();
        assert_eq!(&text[span], "[1, 1, -1, 1, 1]");
    }

    #[test]
    fn shows_the_line() {
        let text = "version = 1\nnonsense = 2\n";
        let error = in_file("tenure.lock", text, Some(12..20), "unknown key");
        insta::assert_snapshot!(error, @r"
        unknown key
         --> tenure.lock:2:1
          |
        2 | nonsense = 2
          | ^^^^^^^^
        ");
    }
}
