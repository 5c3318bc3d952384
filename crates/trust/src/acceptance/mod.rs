//! What people decided: exceptions in `tenure.toml`, the baseline in
//! `tenure.lock`.

mod baseline;
mod circle;
mod command;
mod decisions;
mod following;
mod project;

pub use baseline::{Baseline, BaselineEntry, BaselineError};
pub use circle::{Circle, NoKey, SaidVouch};
pub use command::{as_typed, commands, shell_argument};
pub use decisions::{Accept, Block, Decisions, SamePerson, Stale, Trust, TrustedPublisher};
pub use following::{Follow, Vouched, Vouches};
pub use project::{ProjectError, ProjectFile, Upstreams};

use serde::{Deserialize, Deserializer, Serializer, de};
use tenure_domain::{Days, Time};

/// Whether something holds whose last day is given.
fn lasts(until: Time, now: Time) -> bool {
    now < until + Days(1.0)
}

/// A calendar date in TOML, as the first moment of that day in UTC.
mod date {
    use super::{Deserialize, Deserializer, Serializer, Time, de};
    use serde::Serialize;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for this signature"
    )]
    pub(super) fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        let date: toml::value::Datetime = time.date().parse().map_err(serde::ser::Error::custom)?;
        date.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Time, D::Error> {
        let date = toml::value::Datetime::deserialize(deserializer)?;
        let day = date
            .date
            .ok_or_else(|| de::Error::custom("expected a date such as 2026-11-22"))?;
        day.to_string().parse().map_err(de::Error::custom)
    }
}
