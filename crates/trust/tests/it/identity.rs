//! How links stand, by when their accounts were looked at and what was seen.

use proptest::prelude::*;
use tenure_domain::{Claim, Days, Look, Outcome, Time};
use tenure_trust::identity::{IdentityRules, Standing, State};

fn time(text: &str) -> Time {
    text.parse().expect("a date")
}

fn claim(looks: Vec<Look>) -> Claim {
    Claim {
        key: "A".into(),
        account: None,
        said: Time::from_millis(0),
        is_mutual: false,
        ends: None,
        withdrawn: None,
        looks,
    }
}

fn confirmed(at: &str) -> Look {
    let outcome = Outcome::Confirmed {
        via: "https://ada.example/".to_owned(),
        id: None,
    };
    Look {
        at: time(at),
        outcome,
    }
}

fn denied(at: &str) -> Look {
    let why = "the key is gone".to_owned();
    Look {
        at: time(at),
        outcome: Outcome::Denied { why },
    }
}

fn unanswered(at: &str) -> Look {
    let why = "no route".to_owned();
    Look {
        at: time(at),
        outcome: Outcome::Unanswered { why },
    }
}

fn at(checks: &[Look], now: &str) -> String {
    let claim = claim(checks.to_vec());
    let standing = Standing::of(&claim, &IdentityRules::default(), time(now));
    let standing = standing.expect("a link that was said");
    standing.state.sentence()
}

#[test]
fn an_answer_that_says_otherwise_ends_it_at_once() {
    let checks = [
        confirmed("2026-01-01"),
        confirmed("2026-01-08"),
        denied("2026-01-15"),
        denied("2026-01-22"),
        confirmed("2026-02-01"),
    ];
    assert_eq!(at(&checks, "2025-12-31"), "never confirmed");
    assert_eq!(at(&checks, "2026-01-07"), "confirmed on 2026-01-01");
    let twice = "confirmed on 2026-01-08, first on 2026-01-01";
    assert_eq!(at(&checks, "2026-01-14"), twice);
    let lapsed = "lapsed since 2026-01-15: the key is gone";
    assert_eq!(at(&checks, "2026-01-15"), lapsed);
    assert_eq!(at(&checks, "2026-01-30"), lapsed);
    // It is confirmed again, and since then only.
    assert_eq!(at(&checks, "2026-02-02"), "confirmed on 2026-02-01");
}

#[test]
fn no_answer_ends_it_only_if_there_was_none_for_long() {
    let mut checks = vec![confirmed("2026-01-01"), unanswered("2026-01-08")];
    assert_eq!(at(&checks, "2026-02-20"), "confirmed on 2026-01-01");
    checks.extend([unanswered("2026-01-09"), unanswered("2026-01-10")]);
    assert_eq!(at(&checks, "2026-01-14"), "confirmed on 2026-01-01");
    let ended = "not confirmed since 2026-01-01: no route";
    assert_eq!(at(&checks, "2026-01-16"), ended);
    checks.push(confirmed("2026-01-17"));
    let again = "confirmed on 2026-01-17, first on 2026-01-01";
    assert_eq!(at(&checks, "2026-01-18"), again);
}

#[test]
fn a_confirmation_does_not_count_for_ever() {
    let checks = [confirmed("2026-01-01"), confirmed("2026-06-01")];
    assert_eq!(at(&checks, "2026-03-31"), "confirmed on 2026-01-01");
    assert_eq!(at(&checks, "2026-04-02"), "not confirmed since 2026-01-01");
    // Nobody knows what was between.
    assert_eq!(at(&checks, "2026-06-02"), "confirmed on 2026-06-01");
}

#[test]
fn what_was_never_confirmed_says_why() {
    let checks = [unanswered("2026-01-01"), denied("2026-01-02")];
    assert_eq!(
        at(&checks, "2026-01-03"),
        "never confirmed: the key is gone"
    );
    assert_eq!(at(&checks, "2026-01-01"), "never confirmed: no route");
}

#[test]
fn what_was_taken_back_or_not_said_yet_does_not_count() {
    let mut said = claim(vec![confirmed("2026-01-01")]);
    said.said = time("2025-12-01");
    said.withdrawn = Some(time("2026-02-01"));
    let rules = IdentityRules::default();
    let at = |now| Standing::of(&said, &rules, time(now)).map(|found| found.state.sentence());
    assert_eq!(at("2025-11-30"), None);
    assert_eq!(at("2026-01-31").unwrap(), "confirmed on 2026-01-01");
    assert_eq!(at("2026-02-01").unwrap(), "taken back on 2026-02-01");
    let mutual = Claim {
        is_mutual: true,
        looks: Vec::new(),
        ..said.clone()
    };
    let found = Standing::of(&mutual, &rules, time("2026-01-31")).unwrap();
    assert!(found.state.counts());
    // Until the other key ends.
    let ending = Claim {
        withdrawn: None,
        ends: Some(time("2026-01-15")),
        ..mutual
    };
    let at = |now| Standing::of(&ending, &rules, time(now)).unwrap().state;
    assert!(at("2026-01-14").counts());
    let ended = "lapsed since 2026-01-15: the other key expired";
    assert_eq!(at("2026-01-15").sentence(), ended);
    let next = Standing::changes_after(&ending, &rules, time("2026-01-01"));
    assert_eq!(next, ending.ends);
}

proptest! {
    /// What counts was confirmed within the time that a confirmation holds, and
    /// no later look said otherwise; the order of the record plays no part.
    #[test]
    fn only_what_was_confirmed_lately_counts(kinds in proptest::collection::vec((0..3_u8, 0..400_i64), 0..12), now in 0..400_i64) {
        let day = |n: i64| Time::from_millis(n * 86_400_000);
        let mut checks: Vec<Look> = Vec::new();
        for (kind, n) in kinds {
            let mut check = match kind { 0 => confirmed("2026-01-01"), 1 => denied("2026-01-01"), _ => unanswered("2026-01-01") };
            check.at = day(n);
            if checks.iter().all(|known| known.at != check.at) {
                checks.push(check);
            }
        }
        let rules = IdentityRules::default();
        let mut turned = checks.clone();
        turned.reverse();
        let (said, turned) = (claim(checks.clone()), claim(turned));
        let standing = Standing::of(&said, &rules, day(now));
        prop_assert_eq!(&standing, &Standing::of(&turned, &rules, day(now)));
        let standing = standing.unwrap();
        // Until the moment that is told, nothing changes but for that.
        let next = Standing::changes_after(&said, &rules, day(now)).unwrap_or(day(now + 500));
        let before = Time::from_millis(next.as_millis() - 1);
        let later = Standing::of(&said, &rules, before).unwrap();
        prop_assert_eq!(&standing, &later);
        if let State::Confirmed { first, last } = standing.state {
            prop_assert!(first <= last && last <= day(now));
            prop_assert!(day(now).since(last) <= Days(rules.holds_days.into()));
            let mut later = checks.iter().filter(|check| check.at > last && check.at <= day(now));
            let silent = later.all(|check| matches!(check.outcome, Outcome::Unanswered { .. }));
            prop_assert!(silent);
        }
    }
}
