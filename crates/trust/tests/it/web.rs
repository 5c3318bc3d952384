//! Webs of vouches: who is accepted, by which paths, and what nobody can do.

use proptest::prelude::*;
use std::collections::HashSet;
use tenure_domain::{Days, Purpose, Time};
use tenure_trust::web::{Acceptance, Member, Rules, Vouch, Web, Why, accept};

/// A day of the test's calendar.
fn day(number: i64) -> Time {
    Time::from_millis(number * 86_400_000)
}

const NOW: i64 = 1000;

fn now() -> Time {
    day(NOW)
}

/// A vouch that was made some days ago and holds for a year.
fn vouch(web: &mut Web, by: &str, about: &str, days_ago: i64) {
    let from = NOW - days_ago;
    let vouch = Vouch {
        by: web.member(by),
        about: web.member(about),
        purpose: Purpose::Competence,
        from: day(from),
        until: day(from + 365),
        revoked: None,
        renewed: false,
    };
    web.add(vouch);
}

fn web(vouches: &[(&str, &[&str])]) -> Web {
    let mut web = Web::default();
    for (by, abouts) in vouches {
        for about in *abouts {
            vouch(&mut web, by, about, 10);
        }
    }
    web
}

fn names(web: &Web, acceptance: &Acceptance) -> Vec<String> {
    let mut names: Vec<_> = acceptance
        .accepted()
        .map(|m| web.name(m).to_owned())
        .collect();
    names.sort();
    names
}

fn following(web: &mut Web, names: &[&str]) -> Vec<Member> {
    names.iter().map(|name| web.member(name)).collect()
}

#[test]
fn two_accepted_people_let_somebody_in() {
    let mut web = web(&[
        ("ada", &["cy", "dan"]),
        ("bob", &["cy"]),
        ("cy", &["eve"]),
        ("dan", &["eve"]),
        ("bob", &["dan"]),
        ("eve", &["fay"]),
    ]);
    let followed = following(&mut web, &["ada", "bob"]);
    let rules = Rules::default();
    let acceptance = accept(&web, &followed, &rules, now());
    assert_eq!(names(&web, &acceptance), ["ada", "bob", "cy", "dan", "eve"]);
    let eve = web.find("eve").unwrap();
    assert_eq!(acceptance.depth(eve), Some(2));
    let paths = acceptance.paths(&web, eve);
    let sentences: Vec<_> = paths
        .iter()
        .map(|path| path.sentence(str::to_owned))
        .collect();
    let since = "(vouched for since 1972-09-17, until 1973-09-16)";
    assert_eq!(
        sentences,
        [
            format!("you → ada → cy {since} → eve {since}"),
            format!("you → bob → dan {since} → eve {since}"),
        ]
    );
    let fay = web.find("fay").unwrap();
    let missing = acceptance.missing(&web, fay, &rules, now()).unwrap();
    assert_eq!((missing.have, missing.needed), (1, 2));
    assert!(missing.not_counting.is_empty());
}

#[test]
fn one_vouch_of_a_followed_person_is_enough_where_the_reader_says_so() {
    let mut web = web(&[("ada", &["cy", "dan"]), ("cy", &["eve"]), ("dan", &["eve"])]);
    let followed = following(&mut web, &["ada"]);
    let rules = Rules {
        needed_of_followed: 1,
        ..Rules::default()
    };
    let acceptance = accept(&web, &followed, &rules, now());
    // Both who vouch for eve are known through ada alone.
    assert_eq!(names(&web, &acceptance), ["ada", "cy", "dan"]);
    let missing = |name: &str| {
        let member = web.find(name).unwrap();
        acceptance.missing(&web, member, &rules, now()).unwrap()
    };
    assert_eq!(missing("eve").have, 1);
    let (dan, why) = &missing("eve").not_counting[0];
    assert_eq!((dan.as_str(), why), ("dan", &Why::SameIntroducer));
    assert_eq!(
        accept(&web, &followed, &Rules::default(), now())
            .accepted()
            .count(),
        1
    );
}

#[test]
fn two_followed_people_may_each_let_in_one_who_lets_in_a_third() {
    let mut web = web(&[
        ("ada", &["cy"]),
        ("bob", &["dan"]),
        ("cy", &["eve"]),
        ("dan", &["eve"]),
    ]);
    let followed = following(&mut web, &["ada", "bob"]);
    let rules = Rules {
        needed_of_followed: 1,
        ..Rules::default()
    };
    let acceptance = accept(&web, &followed, &rules, now());
    let eve = web.find("eve").unwrap();
    let paths = acceptance.paths(&web, eve);
    let begins: Vec<_> = paths.iter().map(|path| path.steps[0].by.as_str()).collect();
    assert_eq!(begins, ["ada", "bob"]);
}

#[test]
fn what_does_not_count_is_said() {
    let mut web = web(&[("ada", &["cy"]), ("stranger", &["cy"])]);
    vouch(&mut web, "bob", "cy", 400);
    let mut add = |by: &str, change: fn(&mut Vouch)| {
        let mut vouch = Vouch {
            by: web.member(by),
            about: web.member("cy"),
            purpose: Purpose::Competence,
            from: day(NOW - 10),
            until: day(NOW + 100),
            revoked: None,
            renewed: false,
        };
        change(&mut vouch);
        web.add(vouch);
    };
    add("dan", |vouch| vouch.purpose = Purpose::Identity);
    add("eve", |vouch| vouch.revoked = Some(day(NOW - 1)));
    add("fay", |vouch| vouch.from = day(NOW + 1));
    let followed = following(&mut web, &["ada", "bob", "dan", "eve", "fay"]);
    let rules = Rules::default();
    let acceptance = accept(&web, &followed, &rules, now());
    let cy = web.find("cy").unwrap();
    let missing = acceptance.missing(&web, cy, &rules, now()).unwrap();
    assert_eq!(
        missing.sentences(str::to_owned),
        [
            "1 of 2 independent vouches by people you accept",
            "bob: the vouch ran out on 1972-08-23",
            "dan: vouches for identity only",
            "eve: took the vouch back on 1972-09-26",
            "fay: vouches from 1972-09-28 on",
            "stranger: not accepted",
        ]
    );
}

#[test]
fn a_vouch_holds_for_a_year_at_most() {
    let mut web = Web::default();
    for by in ["ada", "bob"] {
        let vouch = Vouch {
            by: web.member(by),
            about: web.member("cy"),
            purpose: Purpose::Stewardship,
            from: day(NOW - 366),
            until: day(NOW + 9999),
            revoked: None,
            renewed: false,
        };
        web.add(vouch);
    }
    let followed = following(&mut web, &["ada", "bob"]);
    let count = |now| {
        accept(&web, &followed, &Rules::default(), now)
            .accepted()
            .count()
    };
    assert_eq!(count(day(NOW)), 3);
    assert_eq!(count(day(NOW + 2)), 2);
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let wrong = |change: fn(&mut Rules)| {
        let mut rules = Rules::default();
        change(&mut rules);
        rules.check().unwrap_err().to_string()
    };
    assert_eq!(Rules::default().check(), Ok(()));
    assert_eq!(
        wrong(|rules| rules.needed = 0),
        "`needed` must be at least 1"
    );
    assert!(wrong(|rules| rules.needed_of_followed = 3).contains("must not be more than"));
    assert!(wrong(|rules| rules.budgets = vec![1, 2]).contains("none is larger"));
    assert!(wrong(|rules| rules.budgets.clear()).contains("`budgets`"));
}

/// A random web of few people, so that much happens in it.
fn any_web() -> impl Strategy<Value = Vec<(u8, u8, u16, bool)>> {
    // By, about, days ago, revoked.
    proptest::collection::vec(
        (
            0..24_u8,
            0..24_u8,
            0..500_u16,
            proptest::bool::weighted(0.1),
        ),
        0..160,
    )
}

fn any_rules() -> impl Strategy<Value = Rules> {
    (1..4_usize, 1..4_usize, 1..6_usize, 1..8_usize, 0..8_usize).prop_map(
        |(needed, of_followed, depth, budget, falls)| Rules {
            needed,
            needed_of_followed: of_followed.min(needed),
            depth,
            budgets: (0..5)
                .map(|at| (budget + 4_usize).saturating_sub(at * falls / 2))
                .collect(),
            ..Rules::default()
        },
    )
}

const FOLLOWED: u8 = 4;

fn build(edges: &[(u8, u8, u16, bool)]) -> (Web, Vec<Member>) {
    let mut web = Web::default();
    let members: Vec<Member> = (0..24).map(|n| web.member(&format!("p{n:02}"))).collect();
    for (by, about, days_ago, revoked) in edges {
        let from = NOW - i64::from(*days_ago);
        web.add(Vouch {
            by: members[usize::from(*by)],
            about: members[usize::from(*about)],
            purpose: Purpose::Competence,
            from: day(from),
            until: day(from + 365),
            revoked: revoked.then(|| day(NOW - 1)),
            renewed: false,
        });
    }
    (web, members[..usize::from(FOLLOWED)].to_vec())
}

fn accepted(edges: &[(u8, u8, u16, bool)], rules: &Rules) -> HashSet<Member> {
    let (web, followed) = build(edges);
    accept(&web, &followed, rules, now()).accepted().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// A vouch that is made now takes nobody out, whoever makes it.
    #[test]
    fn a_new_vouch_takes_nobody_out(edges in any_web(), rules in any_rules(), by in 0..24_u8, about in 0..24_u8) {
        let before = accepted(&edges, &rules);
        // Older ones of the same author for the same person keep their place.
        let mut more = edges.clone();
        more.push((by, about, 0, false));
        let new = !edges.iter().any(|edge| edge.0 == by && edge.1 != about && edge.2 == 0);
        prop_assume!(new);
        prop_assert!(before.is_subset(&accepted(&more, &rules)));
    }

    /// Nobody follows fewer people and accepts more.
    #[test]
    fn following_one_more_takes_nobody_out(edges in any_web(), rules in any_rules()) {
        let (web, followed) = build(&edges);
        let few: HashSet<_> = accept(&web, &followed[1..], &rules, now()).accepted().collect();
        let all: HashSet<_> = accept(&web, &followed, &rules, now()).accepted().collect();
        prop_assert!(few.is_subset(&all));
    }

    /// What is revoked or expired is as if it had never been said.
    #[test]
    fn dead_vouches_say_nothing(edges in any_web(), rules in any_rules()) {
        let live: Vec<_> = edges.iter().copied().filter(|edge| !edge.3).collect();
        prop_assert_eq!(accepted(&edges, &rules), accepted(&live, &rules));
        let far = now() + Days(400.0);
        let (web, followed) = build(&edges);
        prop_assert_eq!(accept(&web, &followed, &rules, far).accepted().count(), followed.len());
    }

    /// The order in which vouches are read plays no part.
    #[test]
    fn the_order_plays_no_part(edges in any_web(), rules in any_rules()) {
        let mut turned = edges.clone();
        turned.reverse();
        prop_assert_eq!(accepted(&edges, &rules), accepted(&turned, &rules));
    }

    /// At no distance are more people accepted than the budgets of those before
    /// it allow.
    #[test]
    fn budgets_bound_who_comes_in(edges in any_web(), rules in any_rules()) {
        let (web, followed) = build(&edges);
        let acceptance = accept(&web, &followed, &rules, now());
        for round in 1..=rules.depth {
            let spent: usize = acceptance
                .accepted()
                .filter_map(|member| acceptance.depth(member))
                .filter(|depth| *depth < round)
                .map(|depth| rules.budget(depth))
                .sum();
            let here = acceptance.accepted().filter(|m| acceptance.depth(*m) == Some(round)).count();
            prop_assert!(here * rules.needed_of_followed.min(rules.needed) <= spent);
        }
    }

    /// Whoever is accepted independently has so many paths with nobody in common,
    /// each of real vouches and no longer than allowed.
    #[test]
    fn paths_have_nobody_in_common(edges in any_web(), rules in any_rules()) {
        let (web, followed) = build(&edges);
        let acceptance = accept(&web, &followed, &rules, now());
        for member in acceptance.accepted() {
            let paths = acceptance.paths(&web, member);
            let depth = acceptance.depth(member).unwrap();
            if depth == 0 {
                prop_assert!(paths.len() == 1 && paths[0].steps.is_empty());
                continue;
            }
            prop_assert!(paths.len() >= rules.needed_of_followed);
            let mut seen = HashSet::new();
            for path in &paths {
                prop_assert!(path.steps.len() <= rules.depth);
                let first = web.find(&path.steps[0].by).unwrap();
                prop_assert!(followed.contains(&first), "begins with {}", path.steps[0].by);
                prop_assert_eq!(&path.steps.last().unwrap().about, web.name(member));
                for pair in path.steps.windows(2) {
                    prop_assert_eq!(&pair[0].about, &pair[1].by);
                }
                for step in &path.steps {
                    prop_assert!(rules.needed > 2 || seen.insert(step.by.clone()), "{} twice", step.by);
                    let is_real = web.vouches().iter().any(|vouch| {
                        web.name(vouch.by) == step.by && web.name(vouch.about) == step.about
                    });
                    prop_assert!(is_real);
                }
            }
        }
    }

    /// Taking any `needed - 1` people away leaves everybody within reach who
    /// was accepted by enough independent people.
    #[test]
    fn no_few_people_stand_between(edges in any_web(), rules in any_rules(), away in 0..24_u8) {
        let rules = Rules { needed: 2, needed_of_followed: rules.needed_of_followed.min(2), ..rules };
        let (web, followed) = build(&edges);
        let acceptance = accept(&web, &followed, &rules, now());
        let away = web.find(&format!("p{away:02}")).unwrap();
        let mut reached: HashSet<Member> = followed.iter().copied().filter(|m| *m != away).collect();
        loop {
            let next: Vec<_> = web.vouches().iter().filter(|vouch| {
                vouch.revoked.is_none() && vouch.until > now()
                    && reached.contains(&vouch.by) && vouch.about != away && !reached.contains(&vouch.about)
            }).map(|vouch| vouch.about).collect();
            if next.is_empty() { break; }
            reached.extend(next);
        }
        for member in acceptance.accepted().filter(|member| *member != away) {
            let let_in = acceptance.paths(&web, member).len() < 2;
            prop_assert!(let_in || reached.contains(&member), "{}", web.name(member));
        }
    }
}
