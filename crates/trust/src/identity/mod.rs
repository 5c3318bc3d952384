//! Identity links: since when an account is confirmed to be a key's, and whether
//! it still is, from the record of the times it was looked at.
//!
//! A link is confirmed on a day and no longer than that: each look is a fact of
//! its own. An answer that says otherwise ends it at once; no answer ends it only
//! when there was none for long.

mod rules;
mod standing;

pub use rules::{IdentityRules, IdentityRulesError};
pub use standing::{Standing, State};
