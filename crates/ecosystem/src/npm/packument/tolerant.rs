//! Reading values whose shape is not guaranteed.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Makes a visitor accept every shape it does not expect, and give a default.
macro_rules! otherwise {
    (@map $default:expr) => {
        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            serde::de::Visitor::visit_map($crate::npm::packument::tolerant::Skip::new(), map)?;
            Ok($default)
        }
    };
    (@seq $default:expr) => {
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
            serde::de::Visitor::visit_seq($crate::npm::packument::tolerant::Skip::new(), seq)?;
            Ok($default)
        }
    };
    (@scalar $default:expr) => {
        fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok($default)
        }
        fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok($default)
        }
        fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok($default)
        }
        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok($default)
        }
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok($default)
        }
    };
    (@text $default:expr) => {
        fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok($default)
        }
    };
    // A visitor of maps.
    ($default:expr) => {
        $crate::npm::packument::tolerant::otherwise!(@seq $default);
        $crate::npm::packument::tolerant::otherwise!(@scalar $default);
        $crate::npm::packument::tolerant::otherwise!(@text $default);
    };
}
pub(super) use otherwise;

/// How deep a value that is passed over may nest. Manifests reach ten levels.
const MAX_DEPTH: u8 = 100;

/// Passes a value over. Unlike `serde::de::IgnoredAny` it counts nesting: the
/// reader below skips ignored values without a limit, so a hostile document
/// could exhaust the stack.
#[derive(Clone, Copy)]
pub(super) struct Skip {
    depth: u8,
}

impl Skip {
    pub(super) fn new() -> Self {
        Self { depth: MAX_DEPTH }
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth }),
            None => Err(E::custom(format_args!(
                "a value nests deeper than {MAX_DEPTH} levels"
            ))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inside = self.deeper()?;
        while map.next_key_seed(inside)?.is_some() {
            map.next_value_seed(inside)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inside = self.deeper()?;
        while seq.next_element_seed(inside)?.is_some() {}
        Ok(())
    }

    otherwise!(@scalar ());
    otherwise!(@text ());
}

/// A string, borrowed from the document where it has no escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// A value of the expected shape, or the knowledge that it was not.
pub(super) struct Tolerant<T>(pub(super) Option<T>);

impl<'de> Tolerant<Text<'de>> {
    /// The string, if it was one.
    pub(super) fn into_cow(self) -> Option<Cow<'de, str>> {
        self.0.map(|text| text.0)
    }
}

impl<'de> Deserialize<'de> for Tolerant<Text<'de>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(TolerantText)
            .map(|text| Self(text.map(Text)))
    }
}

struct TolerantText;

impl<'de> Visitor<'de> for TolerantText {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    otherwise!(@map None);
    otherwise!(@seq None);
    otherwise!(@scalar None);
}

/// Whether a value says yes: `true`, or a text that is not empty. npm's
/// `deprecated` has been both.
pub(super) struct Truthy(pub(super) bool);

impl<'de> Deserialize<'de> for Truthy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TruthyVisitor).map(Self)
    }
}

struct TruthyVisitor;

impl<'de> Visitor<'de> for TruthyVisitor {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, yes: bool) -> Result<bool, E> {
        Ok(yes)
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        Ok(!text.is_empty())
    }

    fn visit_i64<E>(self, number: i64) -> Result<bool, E> {
        Ok(number != 0)
    }

    fn visit_u64<E>(self, number: u64) -> Result<bool, E> {
        Ok(number != 0)
    }

    fn visit_f64<E>(self, number: f64) -> Result<bool, E> {
        Ok(number != 0.0)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<bool, A::Error> {
        Skip::new().visit_seq(seq)?;
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<bool, A::Error> {
        Skip::new().visit_map(map)?;
        Ok(false)
    }
}
