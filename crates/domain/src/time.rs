use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Registries give milliseconds at best; an integer keeps histories small and
/// comparisons exact.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time(i64);

/// A span in days of 24 hours, possibly negative or fractional.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Days(pub f64);

/// A text that is no RFC 3339 moment.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a date; expected something like 2018-09-05 or 2018-09-05T05:27:47Z")]
pub struct TimeError(String);

const MILLIS_PER_DAY: f64 = 86_400_000.0;

impl Time {
    /// A moment from milliseconds since 1970-01-01T00:00:00Z. Values that no
    /// calendar date exists for are brought to the nearest one that does.
    pub fn from_millis(millis: i64) -> Self {
        // Whole seconds: the calendar takes no milliseconds within its last one.
        let limit = |t: jiff::Timestamp| t.as_second() * 1000;
        Self(millis.clamp(limit(jiff::Timestamp::MIN), limit(jiff::Timestamp::MAX)))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// How much time passed from `earlier` to `self`; negative if it is later.
    pub fn since(self, earlier: Self) -> Days {
        Days((self.0 - earlier.0) as f64 / MILLIS_PER_DAY)
    }

    /// The calendar date in UTC, such as `2018-09-05`.
    pub fn date(self) -> String {
        self.timestamp().strftime("%Y-%m-%d").to_string()
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl Days {
    fn as_millis(self) -> i64 {
        (self.0 * MILLIS_PER_DAY) as i64
    }
}

impl Add<Days> for Time {
    type Output = Self;

    fn add(self, days: Days) -> Self {
        Self::from_millis(self.0.saturating_add(days.as_millis()))
    }
}

impl Sub<Days> for Time {
    type Output = Self;

    fn sub(self, days: Days) -> Self {
        self + Days(-days.0)
    }
}

impl FromStr for Time {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.parse::<jiff::Timestamp>().or_else(|_| {
            // A bare date means its first moment in UTC.
            text.parse::<jiff::civil::Date>().and_then(|date| {
                date.to_zoned(jiff::tz::TimeZone::UTC)
                    .map(|zoned| zoned.timestamp())
            })
        });
        match parsed {
            Ok(timestamp) => Ok(Self(timestamp.as_millisecond())),
            Err(_) => Err(TimeError(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Time({self})")
    }
}

impl fmt::Display for Days {
    /// In the largest unit that still says something: `3 days`, `2.1 years`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0;
        let hours = days * 24.0;
        if hours < 1.0 {
            write!(f, "{:.0} min", (hours * 60.0).max(0.0))
        } else if hours < 48.0 {
            write!(f, "{hours:.0} h")
        } else if days < 730.0 {
            write!(f, "{days:.0} days")
        } else {
            write!(f, "{:.1} years", days / 365.25)
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?
                .parse()
                .map_err(de::Error::custom)
        } else {
            i64::deserialize(deserializer).map(Self::from_millis)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_registries_write() {
        for text in [
            "2018-09-05T05:27:47.219Z",
            "2024-12-13T12:39:20.908000+00:00",
            "2018-09-05",
        ] {
            assert!(text.parse::<Time>().is_ok(), "{text}");
        }
        assert!("yesterday".parse::<Time>().is_err());
        assert_eq!("2018-09-05".parse::<Time>().unwrap().date(), "2018-09-05");
    }

    #[test]
    fn counts_days() {
        let a: Time = "2018-09-05T00:00:00Z".parse().unwrap();
        let b: Time = "2018-09-09T12:00:00Z".parse().unwrap();
        assert_eq!(b.since(a), Days(4.5));
        assert_eq!(a + Days(4.5), b);
        assert_eq!(b - Days(4.5), a);
    }

    #[test]
    fn says_spans_in_a_fitting_unit() {
        let said: Vec<String> = [0.01, 0.5, 4.0, 780.0]
            .into_iter()
            .map(|d| Days(d).to_string())
            .collect();
        assert_eq!(said, ["14 min", "12 h", "4 days", "2.1 years"]);
    }

    #[test]
    fn extreme_moments_do_not_panic() {
        for millis in [i64::MIN, i64::MAX] {
            let time = Time::from_millis(millis);
            assert_eq!(time.to_string().parse(), Ok(time));
            let _ = time + Days(1e300);
        }
    }
}
