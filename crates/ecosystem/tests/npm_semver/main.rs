//! Versions and ranges are decided as npm's own `semver` decides them: the
//! same questions to both, and no difference.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hard;
mod oracle;
mod random;

use oracle::{Answers, Questions};
use random::Random;
use tenure_ecosystem::npm::version;
use tenure_testkit::oracle::Differences;

const SEED: u64 = 20_181_126;

/// npm drops this where it does not belong; we do not follow it there.
const DROPPED: char = '*';

#[test]
fn decides_as_npm_does() {
    let questions = questions();
    assert!(questions.satisfies.len() > 5_000);
    let Some(answers) = oracle::ask(&questions) else {
        return;
    };
    differences(&questions, &answers).assert_none(&answers.version);
}

fn differences(questions: &Questions, answers: &Answers) -> Differences {
    let mut wrong = Differences::from("semver");
    for ((one, range), theirs) in questions.satisfies.iter().zip(&answers.satisfies) {
        let ours = version::satisfies(one, range);
        wrong.note(&format!("{one:?} in {range:?}"), (&ours, theirs));
    }
    for (text, theirs) in questions.valid.iter().zip(&answers.valid) {
        let ours = version::is_valid(text);
        wrong.note(&format!("{text:?} is valid"), (&ours, theirs));
    }
    for ((one, other), theirs) in questions.compare.iter().zip(&answers.compare) {
        // npm does not compare what it does not accept.
        if let Some(theirs) = theirs {
            let both = (&version::compare(one, other), &theirs.cmp(&0));
            wrong.note(&format!("{one:?} against {other:?}"), both);
        }
    }
    for ((versions, range), theirs) in questions.highest.iter().zip(&answers.highest) {
        let ours = version::highest(versions.iter().map(String::as_str), &[range]);
        let question = format!("the highest in {range:?} of {versions:?}");
        wrong.note(&question, (&ours, &theirs.as_deref()));
    }
    wrong
}

/// Every hard version with every hard range, and as many random ones again.
fn questions() -> Questions {
    let mut random = Random::new(SEED);
    let versions = hard::versions();
    let ranges = hard::ranges();
    let mut questions = Questions::default();
    for version in &versions {
        questions.valid.push(version.clone());
        for range in &ranges {
            questions.satisfies.push((version.clone(), range.clone()));
        }
        for other in &versions {
            questions.compare.push((version.clone(), other.clone()));
        }
    }
    for _ in 0..20_000 {
        questions.satisfies.push((random.version(), random.range()));
        let (one, other) = (random.version(), random.version());
        questions.valid.push(random.mutated(&one));
        questions.compare.push((one, other));
    }
    let slipped: Vec<&String> = ranges.iter().filter(|r| !r.contains(DROPPED)).collect();
    for _ in 0..20_000 {
        let range = *random.pick(&slipped);
        let pair = (random.version(), random.mutated(range));
        questions.satisfies.push(pair);
    }
    for _ in 0..2_000 {
        let all = (0..12).map(|_| random.plain_version()).collect();
        questions.highest.push((all, random.valid_range()));
    }
    questions
}
