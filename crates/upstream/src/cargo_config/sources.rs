//! Which registry stands in for which.

use super::is_of_registry;
use crate::configured::Named;
use crate::npm_config::UpstreamError;
use crate::npm_config::layers::{Layers, Setting};

/// Cargo's name for the registry that it has built in.
const BUILT_IN: &str = "crates-io";
/// A longer chain goes in a circle.
const MAX_CHAIN: usize = 32;

/// The tables `[source]` and `[registries]`.
pub(super) struct Sources<'a> {
    pub(super) layers: &'a Layers,
}

impl Sources<'_> {
    /// The registry of packages that name none; `None` if it is the one that
    /// cargo has built in.
    ///
    /// `[registry] default` does not decide that: it is for commands such as
    /// `cargo publish`, and dependencies do not go by it.
    pub(super) fn default(&self) -> Option<Result<Named, UpstreamError>> {
        self.follow(BUILT_IN)
    }

    /// The registries that are named, by the address that lock files give.
    pub(super) fn others(&self) -> Vec<(String, Result<Named, UpstreamError>)> {
        let named = self
            .layers
            .matching(|key| is_of_registry(key, ".index"))
            .into_iter()
            .filter_map(|index| {
                let name = index.key.strip_prefix("registries.")?;
                let name = name.strip_suffix(".index")?;
                let found = self.follow(name)?;
                Some((index.value.clone(), found))
            });
        named.collect()
    }

    /// Where the packages of a source are taken from in the end: a registry.
    /// `None` if that is the one that cargo has built in, or a folder or a
    /// repository of vendored packages, which are copies of its packages.
    fn follow(&self, name: &str) -> Option<Result<Named, UpstreamError>> {
        let mut name = name.to_owned();
        let mut last: Option<&Setting> = None;
        for _ in 0..MAX_CHAIN {
            let key = |table: &str, key: &str| self.layers.get(&format!("{table}.{name}.{key}"));
            if let Some(next) = key("source", "replace-with") {
                last = Some(next);
                name.clone_from(&next.value);
                continue;
            }
            let address = key("source", "registry").or_else(|| key("registries", "index"));
            if let Some(found) = address {
                return Some(Ok((found.value.clone(), found.place.clone())));
            }
            let copies = ["directory", "local-registry", "git"];
            let is_copy = copies.iter().any(|kind| key("source", kind).is_some());
            if name == BUILT_IN || is_copy {
                return None;
            }
            return last.map(|by| Err(invalid(by, "no `[source]` and no registry has this name")));
        }
        last.map(|by| Err(invalid(by, "the sources replace each other in a circle")))
    }
}

fn invalid(by: &Setting, why: &str) -> UpstreamError {
    UpstreamError::Invalid {
        text: by.value.clone(),
        place: by.place.clone(),
        why: why.to_owned(),
    }
}
