//! Ids of packages: one id in any case.

use tenure_domain::{Ecosystem, PackageId};

/// The registry's limit.
const MAX_LENGTH: usize = 100;

/// The id in lower case, the form in which addresses have it and in which it is
/// a [`PackageId`]'s name here; `None` if no package can have it.
///
/// An id is words with one `.`, `-` or `_` between each two, as the client's
/// validator asks.
pub fn normalise(id: &str) -> Option<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_id = id.chars().count() <= MAX_LENGTH
        && !id.is_empty()
        && id
            .split(['.', '-'])
            .all(|word| !word.is_empty() && word.chars().all(is_word));
    is_id.then(|| id.chars().map(lower).collect())
}

/// .NET has one character for one.
fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}

/// The package with this id, in whatever case it is written.
pub fn package(id: &str) -> Option<PackageId> {
    PackageId::new(Ecosystem::Nuget, &normalise(id)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_id_in_any_case() {
        assert_eq!(
            normalise("Newtonsoft.Json").as_deref(),
            Some("newtonsoft.json")
        );
        assert_eq!(package("NEWTONSOFT.json"), package("Newtonsoft.Json"));
        for id in ["a", "A_b-c.d", "_", "1", "a__b", "Ünïcode"] {
            assert!(normalise(id).is_some(), "{id}");
        }
        let long = "a".repeat(101);
        for id in [
            "", ".a", "a.", "a..b", "a.-b", "a b", "a/b", "../a", "a%2f", &long,
        ] {
            assert_eq!(normalise(id), None, "{id}");
        }
    }
}
