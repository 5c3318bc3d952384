//! Properties of a project file: `$(SomeVersion)` and what may stand for it.

use super::xml::Element;
use std::collections::HashMap;

/// How many properties may stand within properties.
const MAX_DEPTH: usize = 5;
/// What a text may stand for at most; more are left as they are.
const MAX_VALUES: usize = 16;
/// Longer texts are no versions.
const MAX_LENGTH: usize = 4 * 1024;

/// The properties that a file sets, by name in lower case, each with all the
/// values that it may have.
pub(super) struct Properties(HashMap<String, Vec<String>>);

impl Properties {
    pub(super) fn of(root: &Element) -> Self {
        let mut properties = Self(HashMap::new());
        properties.take(root);
        properties
    }

    fn take(&mut self, element: &Element) {
        for child in &element.children {
            if child.is("PropertyGroup") {
                for property in &child.children {
                    let values = self
                        .0
                        .entry(property.name.to_ascii_lowercase())
                        .or_default();
                    let value = property.text.trim().to_owned();
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            } else {
                self.take(child);
            }
        }
    }

    /// Everything that a text may stand for: with each property replaced by
    /// each of its values. One that the file does not set stays as it is.
    pub(super) fn expand(&self, text: &str) -> Vec<String> {
        let mut all = vec![text.to_owned()];
        for _ in 0..MAX_DEPTH {
            let next: Vec<String> = all.iter().flat_map(|text| self.once(text)).collect();
            let is_usable =
                next.len() <= MAX_VALUES && next.iter().all(|text| text.len() <= MAX_LENGTH);
            if next == all || !is_usable {
                break;
            }
            all = next;
        }
        all
    }

    /// With the first property that is set replaced.
    fn once(&self, text: &str) -> Vec<String> {
        let mut from = 0;
        while let Some(start) = text[from..].find("$(").map(|at| from + at) {
            let Some(end) = text[start..].find(')').map(|at| start + at) else {
                break;
            };
            let name = text[start + 2..end].trim().to_ascii_lowercase();
            if let Some(values) = self.0.get(&name) {
                let (before, after) = (&text[..start], &text[end + 1..]);
                let with = |value: &String| format!("{before}{value}{after}");
                return values.iter().map(with).collect();
            }
            from = end + 1;
        }
        vec![text.to_owned()]
    }
}
