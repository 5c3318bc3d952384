//! Settings in layers: what an earlier layer says, no later one changes.

use super::Place;

/// One setting, by npm's name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) key: String,
    pub(crate) value: String,
    /// One of several values of the same key.
    pub(crate) list: bool,
    pub(crate) place: Place,
}

impl Setting {
    pub(crate) fn new(key: impl Into<String>, value: impl Into<String>, place: Place) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
            list: false,
            place,
        }
    }
}

/// All settings found, the most important layer first.
///
/// No `Debug`: values may be secret.
#[derive(Default)]
pub(crate) struct Layers {
    layers: Vec<Vec<Setting>>,
}

impl Layers {
    pub(crate) fn push(&mut self, layer: Vec<Setting>) {
        self.layers.push(layer);
    }

    /// The value in force of `key`: the last one of the first layer with it.
    pub(crate) fn get(&self, key: &str) -> Option<&Setting> {
        self.layers
            .iter()
            .find_map(|layer| layer.iter().rev().find(|s| s.key == key))
    }

    /// The values in force of a key that may be a list.
    pub(crate) fn list(&self, key: &str) -> Vec<&Setting> {
        let of_key = |layer: &'_ Vec<Setting>| layer.iter().any(|s| s.key == key);
        let Some(layer) = self.layers.iter().find(|layer| of_key(layer)) else {
            return Vec::new();
        };
        let values: Vec<&Setting> = layer.iter().filter(|s| s.key == key).collect();
        if values.iter().any(|s| s.list) {
            values
        } else {
            values.last().copied().into_iter().collect()
        }
    }

    /// The values of a key in all layers, the most important first.
    pub(crate) fn all(&self, key: &str) -> Vec<&Setting> {
        let settings = self.layers.iter().flat_map(|layer| layer.iter().rev());
        settings.filter(|setting| setting.key == key).collect()
    }

    /// The settings in force whose key `wanted` accepts.
    pub(crate) fn matching(&self, wanted: impl Fn(&str) -> bool) -> Vec<&Setting> {
        let mut found: Vec<&Setting> = Vec::new();
        for setting in self.layers.iter().flat_map(|layer| layer.iter().rev()) {
            if wanted(&setting.key) && found.iter().all(|s| s.key != setting.key) {
                found.push(setting);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(key: &str, value: &str, list: bool) -> Setting {
        Setting {
            list,
            ..Setting::new(key, value, Place::Flag)
        }
    }

    #[test]
    fn the_first_layer_wins_and_in_it_the_last_line() {
        let mut layers = Layers::default();
        layers.push(vec![setting("a", "1", false), setting("a", "2", false)]);
        layers.push(vec![setting("a", "3", false), setting("b", "4", false)]);
        let value = |key| layers.get(key).map(|s| s.value.as_str());
        assert_eq!(value("a"), Some("2"));
        assert_eq!(value("b"), Some("4"));
        assert_eq!(value("c"), None);
    }

    #[test]
    fn lists_add_up_within_a_layer() {
        let mut layers = Layers::default();
        layers.push(vec![setting("ca", "1", true), setting("ca", "2", true)]);
        layers.push(vec![setting("ca", "3", true), setting("one", "x", false)]);
        let values = |key| -> Vec<&str> {
            let all = layers.list(key);
            all.into_iter().map(|s| s.value.as_str()).collect()
        };
        assert_eq!(values("ca"), ["1", "2"]);
        assert_eq!(values("one"), ["x"]);
    }
}
