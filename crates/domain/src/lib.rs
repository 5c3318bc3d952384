//! The vocabulary of Tenure: what a package, a party, a release and a history
//! are, and nothing about where they come from or what follows from them.
//!
//! Everything here is plain data without I/O. A [`History`] is what one
//! registry document said about one package at one moment; the `trust` crate
//! decides what it means.

mod advisory;
mod clock;
mod ecosystem;
pub mod fact;
mod history;
mod identity;
mod interner;
mod joined;
mod owners;
mod package;
mod party;
mod popularity;
mod purpose;
mod release;
mod source;
mod time;
mod vouch;

pub use advisory::{Advisory, Affected, Bound};
pub use clock::Clock;
pub use ecosystem::Ecosystem;
pub use history::{
    CertificateIx, ContactIx, DependencySetIx, History, HistoryBuilder, NewRelease, OwnerSetIx,
    PartyIx, RepositoryIx,
};
pub use identity::{Claim, Look, Outcome};
pub use joined::{Joined, Joining};
pub use owners::{OwnerList, OwnersSeen};
pub use package::{PackageError, PackageId};
pub use party::{Contact, Party, PartyError, Sameness};
pub use popularity::{Counted, Highest, Popularity, Reach};
pub use purpose::{Purpose, PurposeError};
pub use release::{Certificate, Release, ReleaseState, release_line};
pub use source::{DocumentKind, Missing, Source};
pub use time::{Days, Time, TimeError};
pub use vouch::{Against, Given, Only, Person};
