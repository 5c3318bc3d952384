//! The clauses of a transfer: what each asks, and that no fact in somebody's
//! favour makes one worse.

use proptest::prelude::*;
use tenure_domain::{Days, Purpose, Time};
use tenure_trust::tier::Tier;
use tenure_trust::transfer::{
    Answer, Binding, Candidate, Decision, Endorsement, Name, Outcome, Transfer, TransferLimits,
    decide,
};

fn now() -> Time {
    "2026-11-23".parse().expect("a date")
}

fn ago(days: f64) -> Time {
    now() - Days(days)
}

fn binding(kind: &str, days: f64) -> Binding {
    Binding {
        kind: kind.to_owned(),
        since: ago(days),
    }
}

fn endorsement(by: &str, purpose: Purpose, days: f64, proven: u64) -> Endorsement {
    Endorsement {
        by: by.to_owned(),
        introducer: by.to_owned(),
        purpose,
        since: ago(days),
        proven_reach: Some(proven),
    }
}

/// Somebody of whom everything is known, and all of it good.
fn good() -> Candidate {
    Candidate {
        proven_reach: Some(50_000),
        strong_factors: Some(true),
        since: Some(ago(4000.0)),
        bindings: vec![binding("key", 2000.0), binding("domain", 900.0)],
        bindings_are_complete: true,
        recovered: Some(None),
        open_incident: Some(false),
        endorsements: Vec::new(),
        custodian: Some(true),
    }
}

fn at(tier: Tier, reach: u64, candidate: Candidate) -> Answer {
    let transfer = Transfer {
        tier,
        reach: Some(reach),
        candidate,
        at: now(),
    };
    decide(&transfer, &TransferLimits::default())
}

fn failing(answer: &Answer) -> Vec<&'static str> {
    let clauses = answer.clauses.iter();
    let failing = clauses.filter(|clause| clause.outcome == Outcome::Fail);
    failing.map(|clause| clause.name.as_str()).collect()
}

#[test]
fn little_is_asked_where_little_depends_on_it() {
    for tier in [Tier::T0, Tier::T1] {
        let answer = at(tier, 1, Candidate::default());
        assert_eq!(answer.decision, Decision::Allowed);
        assert!(answer.clauses.is_empty());
        assert_eq!(answer.new_hands, Days(90.0));
    }
    let answer = at(Tier::T4, 300_000, good());
    assert_eq!(
        (answer.decision, answer.notice),
        (Decision::Allowed, Days(30.0))
    );
    assert_eq!(answer.clauses.len(), Name::ALL.len());
}

/// A candidate as event-stream's was in 2018: an account of some weeks, which
/// had published nothing that anybody used, for a package that two million
/// downloads a week depended on.
#[test]
fn a_stranger_gets_no_package_that_everybody_uses() {
    let stranger = Candidate {
        proven_reach: Some(0),
        since: Some(ago(40.0)),
        bindings_are_complete: true,
        ..Candidate::default()
    };
    for tier in [Tier::T2, Tier::T3] {
        let answer = at(tier, 1_592, stranger.clone());
        assert_eq!(answer.decision, Decision::Refused);
        assert_eq!(failing(&answer), ["bindings", "experience", "not-young"]);
    }
}

#[test]
fn stewards_do_instead_of_experience_and_only_at_their_own_height() {
    let mut candidate = good();
    candidate.proven_reach = Some(3);
    let by = |proven, purpose| {
        let mut endorsed = candidate.clone();
        endorsed.endorsements = vec![
            endorsement("ada", purpose, 200.0, proven),
            endorsement("bob", purpose, 200.0, proven),
        ];
        failing(&at(Tier::T3, 10_000, endorsed))
    };
    assert_eq!(by(1_000, Purpose::Stewardship), [""; 0]);
    assert_eq!(by(999, Purpose::Stewardship), ["experience"]);
    assert_eq!(by(1_000, Purpose::Identity), ["experience"]);
    let mut one = candidate.clone();
    let mut both = vec![
        endorsement("ada", Purpose::Stewardship, 200.0, 1_000),
        endorsement("bob", Purpose::Stewardship, 200.0, 1_000),
    ];
    both[1].introducer = "ada".to_owned();
    one.endorsements = both;
    assert_eq!(failing(&at(Tier::T3, 10_000, one)), ["experience"]);
}

#[test]
fn what_is_not_known_is_left_to_a_person() {
    let mut candidate = good();
    candidate.strong_factors = None;
    candidate.recovered = None;
    let answer = at(Tier::T2, 1_000, candidate.clone());
    assert_eq!(answer.decision, Decision::Undecided);
    candidate.recovered = Some(Some(ago(3.0)));
    let answer = at(Tier::T2, 1_000, candidate);
    assert_eq!(failing(&answer), ["not-recovered"]);
    let fact = &answer
        .clauses
        .iter()
        .find(|clause| clause.outcome == Outcome::Fail)
        .unwrap()
        .fact;
    assert_eq!(fact, "the account was recovered on 2026-11-20");
}

fn any_endorsement() -> impl Strategy<Value = Endorsement> {
    (0..5_u8, 0..5_u8, 0..3_usize, 0.0..400.0_f64, 0..2_000_u64).prop_map(
        |(by, introducer, purpose, days, proven)| Endorsement {
            introducer: format!("p{introducer}"),
            ..endorsement(&format!("p{by}"), Purpose::ALL[purpose], days, proven)
        },
    )
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let known = || proptest::option::of(any::<bool>());
    let bindings = proptest::collection::vec((0..4_u8, 0.0..400.0_f64), 0..4);
    let endorsements = proptest::collection::vec(any_endorsement(), 0..5);
    let flags = (known(), known(), known(), any::<bool>());
    let days = (
        proptest::option::of(0.0..400.0_f64),
        proptest::option::of(proptest::option::of(0.0..60.0_f64)),
    );
    let proven = proptest::option::of(0..20_000_u64);
    (proven, flags, days, bindings, endorsements).prop_map(
        |(proven, flags, days, bindings, endorsements)| Candidate {
            proven_reach: proven,
            strong_factors: flags.0,
            since: days.0.map(ago),
            bindings: bindings
                .into_iter()
                .map(|(kind, days)| binding(&format!("k{kind}"), days))
                .collect(),
            bindings_are_complete: flags.3,
            recovered: days.1.map(|on| on.map(ago)),
            open_incident: flags.1,
            endorsements,
            custodian: flags.2,
        },
    )
}

proptest! {
    /// A fact in somebody's favour makes no clause worse.
    #[test]
    fn no_clause_gets_worse_by_a_fact_in_favour(
        candidate in any_candidate(), tier in 0..5_usize, reach in 0..30_000_u64,
        binding_ in (0..4_u8, 0.0..400.0_f64), endorsement in any_endorsement(), more in 0..9_000_u64, older in 0.0..300.0_f64
    ) {
        let before = at(Tier::ALL[tier], reach, candidate.clone());
        let mut better: Vec<Candidate> = vec![candidate.clone(); 4];
        better[0].bindings.push(binding(&format!("k{}", binding_.0), binding_.1));
        better[1].endorsements.push(endorsement);
        better[2].proven_reach = candidate.proven_reach.map(|proven| proven + more);
        better[3].since = candidate.since.map(|since| since - Days(older));
        for candidate in better {
            let after = at(Tier::ALL[tier], reach, candidate);
            prop_assert_eq!(before.clauses.len(), after.clauses.len());
            for (before, after) in before.clauses.iter().zip(&after.clauses) {
                prop_assert!(after.outcome >= before.outcome, "{:?} became {:?}", before, after);
            }
        }
    }

    /// Nothing is allowed of which a clause is open, and nothing refused that
    /// fails none.
    #[test]
    fn the_decision_follows_from_the_clauses(candidate in any_candidate(), tier in 0..5_usize, reach in 0..30_000_u64) {
        let answer = at(Tier::ALL[tier], reach, candidate);
        let worst = answer.clauses.iter().map(|clause| clause.outcome).min();
        let expected = match worst {
            Some(Outcome::Fail) => Decision::Refused,
            Some(Outcome::Unknown) => Decision::Undecided,
            Some(Outcome::Pass) | None => Decision::Allowed,
        };
        prop_assert_eq!(answer.decision, expected);
    }
}
