use crate::Time;
use serde::{Deserialize, Serialize};

/// How much a package is used, as one registry answered at one moment.
///
/// What is `None` was not given; it is never zero by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Popularity {
    /// Downloads in a week.
    pub downloads_per_week: Option<u64>,
    /// Packages that depend on it directly.
    pub dependents: Option<u64>,
    /// The address or the file name of the answer.
    pub source: String,
    /// When the answer was seen.
    pub seen: Time,
}
