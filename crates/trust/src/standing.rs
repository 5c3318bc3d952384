//! What is known of a party at the moment it acts: dated facts, never a score.

use crate::people::People;
use crate::policy::StandingLimits;
use serde::Serialize;
use tenure_domain::{Days, Party, Time};

/// The facts about a newcomer to a package, as of one moment.
///
/// Absence is a fact, too: an empty standing says that nothing was found in
/// the histories at hand.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and written as one"
)]
pub struct Standing {
    /// When the party was first seen anywhere else, as publisher or owner.
    pub first_seen_elsewhere: Option<Time>,
    /// How many other packages it had published in.
    pub packages_elsewhere: usize,
    /// Another package in which it acts and an earlier publisher published,
    /// the one with the longest such time, and since when.
    pub shares: Option<(String, Time)>,
    /// A package in which it acts and that the release before depended on, the
    /// one with the longest such time, and since when: what it publishes there
    /// gets to everybody who installs this package, whoever holds this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depended_on: Option<(String, Time)>,
    /// Its e-mail address is one that an earlier publisher used.
    pub same_contact: bool,
    /// A person said that this party is to be trusted.
    pub trusted: bool,
    /// People that the reader follows vouch for this party.
    #[serde(skip_serializing_if = "is_false")]
    pub vouched: bool,
    /// Whether the above makes it known, by the policy's limits.
    pub known: bool,
}

/// What is asked of [`of`].
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The party that acts.
    pub party: &'a Party,
    /// The package it acts on.
    pub package: &'a str,
    /// Who published there before.
    pub earlier: &'a [&'a Party],
    /// What the release before depended on, at run time.
    pub dependencies: &'a [Box<str>],
    /// The moment; nothing later counts.
    pub at: Time,
    /// Its e-mail address is one that an earlier publisher used.
    pub same_contact: bool,
}

/// The standing of a party at a moment, from the histories at hand.
pub fn of(people: &People, limits: &StandingLimits, question: Question<'_>) -> Standing {
    let Question {
        party,
        package,
        earlier,
        dependencies,
        at,
        same_contact,
    } = question;
    let elsewhere: Vec<_> = people.elsewhere(party, package, at).collect();
    let first_seen_elsewhere = elsewhere.iter().map(|place| place.since).min();
    let shares = elsewhere
        .iter()
        .filter(|place| {
            earlier
                .iter()
                .any(|other| people.published_in(other, place.package, at))
        })
        .min_by_key(|place| place.since);
    let depended_on = elsewhere
        .iter()
        .filter(|place| dependencies.iter().any(|name| &**name == place.package))
        .min_by_key(|place| place.since);
    let longer_than =
        |since: Option<Time>, days: Days| since.is_some_and(|since| at.since(since) >= days);
    let known = same_contact
        || longer_than(first_seen_elsewhere, limits.known_after_days)
        || longer_than(shares.map(|place| place.since), limits.shared_for_days)
        || longer_than(
            depended_on.map(|place| place.since),
            limits.depended_on_for_days,
        );
    Standing {
        first_seen_elsewhere,
        packages_elsewhere: elsewhere.iter().filter(|place| place.published).count(),
        shares: shares.map(|place| (place.package.to_owned(), place.since)),
        depended_on: depended_on.map(|place| (place.package.to_owned(), place.since)),
        same_contact,
        trusted: false,
        vouched: false,
        known,
    }
}

impl Standing {
    /// Whether nothing speaks for the party.
    pub fn is_stranger(&self) -> bool {
        !(self.known || self.trusted || self.vouched)
    }

    /// The facts as short sentences for people, the missing ones included.
    pub fn sentences(&self) -> Vec<String> {
        let mut lines = Vec::new();
        lines.push(match self.first_seen_elsewhere {
            Some(since) if self.packages_elsewhere > 0 => format!(
                "published {} at hand; first seen {}",
                plural(self.packages_elsewhere, "other package", "other packages"),
                since.date()
            ),
            Some(since) => format!(
                "listed as an owner of another package since {}",
                since.date()
            ),
            None => "no other release of theirs in the histories at hand".to_owned(),
        });
        lines.push(match &self.shares {
            Some((package, since)) => format!(
                "shares {package} with an earlier publisher since {}",
                since.date()
            ),
            None => "shares no package with an earlier publisher".to_owned(),
        });
        if let Some((package, since)) = &self.depended_on {
            lines.push(format!(
                "acts since {} in {package}, which was a dependency already",
                since.date()
            ));
        }
        if self.same_contact {
            lines.push("uses the e-mail address of an earlier publisher".to_owned());
        }
        if self.trusted {
            lines.push("trusted in tenure.toml".to_owned());
        }
        if self.vouched {
            lines.push("vouched for, along paths from people you follow".to_owned());
        }
        lines
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for this signature"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// `1 release`, `2 releases`.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
