//! The heart of Tenure: facts in, verdicts with their reasons out.
//!
//! Everything here is a pure function of facts, a policy, decisions by people
//! and a clock that is passed in. The same input gives the same verdict in the
//! command line, in a proxy and in a replay ten years later.
//!
//! The way through: [`people`] indexes who published what; [`past`] walks one
//! history release by release; [`change`] finds what differs at each release,
//! one file per kind; [`policy`] says what such a change deserves; [`judge`]
//! puts the two together with what people accepted ([`acceptance`]) and gives a
//! verdict.

pub mod acceptance;
pub mod came_with;
pub mod card;
pub mod change;
pub mod identity;
pub mod judge;
pub mod past;
pub mod people;
pub mod policy;
pub mod reach;
pub mod standing;
pub mod tenures;
pub mod tier;
pub mod transfer;
pub mod verdict;
pub mod web;
