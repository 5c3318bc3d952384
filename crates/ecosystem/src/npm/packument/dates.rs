//! The `time` map: when each version was published.

use super::moment;
use super::tolerant::{Text, Tolerant, otherwise};
use hashbrown::HashMap;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use tenure_domain::Time;

/// The `time` map.
#[derive(Default)]
pub(super) struct Dates<'de> {
    /// In the document's order, so that reading it again gives the same.
    versions: Vec<(Cow<'de, str>, Time)>,
    /// When the document was last changed.
    pub(super) modified: Option<Time>,
    /// The whole package was unpublished.
    pub(super) unpublished: bool,
}

impl Dates<'_> {
    /// For looking versions up.
    pub(super) fn by_version(&self) -> HashMap<&str, Time> {
        self.versions
            .iter()
            .map(|(version, time)| (&**version, *time))
            .collect()
    }

    /// All versions with a readable date, in the document's order.
    pub(super) fn versions(&self) -> impl Iterator<Item = (&str, Time)> {
        self.versions
            .iter()
            .map(|(version, time)| (&**version, *time))
    }
}

/// Reads `time`; `None` where it is no map.
pub(super) struct DatesSeed;

impl<'de> DeserializeSeed<'de> for DatesSeed {
    type Value = Option<Dates<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for DatesSeed {
    type Value = Option<Dates<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of dates")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut dates = Dates::default();
        while let Some(Text(key)) = map.next_key()? {
            let value = map.next_value::<Tolerant<Text<'de>>>()?.into_cow();
            match &*key {
                "created" => {}
                "modified" => dates.modified = value.as_deref().and_then(moment),
                "unpublished" => dates.unpublished = true,
                _ => dates
                    .versions
                    .extend(value.as_deref().and_then(moment).map(|time| (key, time))),
            }
        }
        Ok(Some(dates))
    }

    otherwise!(None);
}
