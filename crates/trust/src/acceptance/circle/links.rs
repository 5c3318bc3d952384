//! The accounts that are confirmed to be those of accepted keys.

use super::Circle;
use crate::identity::{Standing, State};
use crate::web::{self, Acceptance, Step};
use tenure_domain::{Person, Time};

/// An account of an accepted key, by a link that counts now.
struct Live<'c> {
    key: &'c str,
    account: &'c Person,
    first: Time,
    last: Time,
    until: Time,
}

/// The end of what does not end by itself: the last day that dates are written
/// for.
const NEVER: i64 = 253_402_214_400_000;

/// The accounts, and further keys, of accepted keys, with the paths to the key
/// and the link at their end. A key that a key is linked to brings its accounts
/// along; what it says of others does not count by that.
pub(super) fn linked(
    circle: &Circle,
    acceptance: &Acceptance,
    now: Time,
) -> Vec<(Person, Vec<web::Path>)> {
    let live = live(circle, now);
    let mut found: Vec<(Person, Vec<web::Path>)> = Vec::new();
    let mut keys: Vec<(&str, Vec<web::Path>)> = Vec::new();
    for link in &live {
        let member = circle.web.find(link.key);
        let paths = member.map_or(Vec::new(), |member| circle.paths(acceptance, member));
        if !paths.is_empty() && keys.iter().all(|(key, _)| *key != link.key) {
            keys.push((link.key, paths));
        }
    }
    let mut at = 0;
    while let Some((key, paths)) = keys.get(at).cloned() {
        for link in live.iter().filter(|link| link.key == key) {
            let paths = extended(circle, &paths, link);
            if let Person::Key(other) = link.account
                && keys.iter().all(|(known, _)| **known != **other)
            {
                keys.push((other, paths.clone()));
            }
            found.push((link.account.clone(), paths));
        }
        at += 1;
    }
    found
}

fn live(circle: &Circle, now: Time) -> Vec<Live<'_>> {
    let claims = circle.claims.iter();
    let live = claims.filter_map(|claim| {
        let account = claim.account.as_ref()?;
        let State::Confirmed { first, last } = Standing::of(claim, &circle.identity, now)?.state
        else {
            return None;
        };
        Some(Live {
            key: &claim.key,
            account,
            first,
            last,
            until: if claim.is_mutual {
                claim.ends.unwrap_or(Time::from_millis(NEVER))
            } else {
                last + circle.identity.holds()
            },
        })
    });
    live.collect()
}

fn extended(circle: &Circle, paths: &[web::Path], link: &Live<'_>) -> Vec<web::Path> {
    let step = Step {
        by: circle.shown(link.key),
        about: link.account.to_string(),
        from: link.first,
        until: link.until,
        confirmed: Some(link.last),
    };
    let mut paths = paths.to_vec();
    for path in &mut paths {
        path.steps.push(step.clone());
    }
    paths
}
