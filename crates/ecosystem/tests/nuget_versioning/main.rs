//! Versions and ranges are decided as NuGet's own client decides them: the same
//! questions to both, and no difference.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod oracle;
mod random;

use oracle::{Answers, Questions};
use random::Random;
use tenure_ecosystem::nuget::version;
use tenure_testkit::oracle::Differences;

const SEED: u64 = 20_110_105;

/// How many random ones of each kind of question.
const COUNT: usize = 20_000;

#[test]
fn decides_as_nuget_does() {
    let questions = questions();
    let Some(answers) = oracle::ask(&questions) else {
        return;
    };
    let decided = answers.satisfies.iter().flatten().count();
    assert!(decided > 10_000, "only {decided} of the questions are any");
    let chosen = answers.best.iter().flatten().count();
    assert!(chosen > 5_000, "only {chosen} of the ranges find any");
    differences(&questions, &answers).assert_none(&answers.version);
}

fn differences(questions: &Questions, answers: &Answers) -> Differences {
    let mut wrong = Differences::from("NuGet");
    for ((one, wanted), theirs) in questions.satisfies.iter().zip(&answers.satisfies) {
        let ours = version::satisfies(one, wanted);
        let question = format!("{one:?} in {wanted:?}");
        wrong.note(&question, (&ours, theirs));
    }
    for ((one, other), theirs) in questions.compare.iter().zip(&answers.compare) {
        // What is not valid is not compared.
        if let Some(theirs) = theirs {
            let both = (&version::compare(one, other), &theirs.cmp(&0));
            wrong.note(&format!("{one:?} against {other:?}"), both);
        }
    }
    for ((text,), theirs) in questions.normalised.iter().zip(&answers.normalised) {
        let ours = version::normalised(text);
        let question = format!("normal form of {text:?}");
        wrong.note(&question, (&ours, theirs));
    }
    for ((versions, wanted), theirs) in questions.best.iter().zip(&answers.best) {
        let ours = version::best_match(versions.iter().map(String::as_str), wanted);
        let question = format!("best of {versions:?} for {wanted:?}");
        let ours = ours.map(|text| text.trim().to_owned());
        wrong.note(&question, (&ours, theirs));
    }
    wrong
}

fn questions() -> Questions {
    let mut random = Random::new(SEED);
    let mut questions = Questions::default();
    for _ in 0..COUNT {
        let wanted = random.range();
        let near = random.near(&wanted);
        let mut some: Vec<String> = (0..6).map(|_| random.version()).collect();
        some.push(near.clone());
        questions.satisfies.push((near, wanted.clone()));
        questions.satisfies.push((random.version(), wanted.clone()));
        let broken = random.mutated(&wanted);
        questions.satisfies.push((random.version(), broken));
        questions.best.push((some, wanted));
        let (one, other) = (random.version(), random.version());
        let near = random.near(&one);
        questions.compare.push((one.clone(), near));
        questions.normalised.push((random.mutated(&one),));
        questions.compare.push((one, other));
    }
    questions
}
