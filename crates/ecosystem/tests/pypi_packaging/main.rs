//! Versions and specifiers are decided as Python's own `packaging` decides
//! them: the same questions to both, and no difference.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod oracle;
mod random;

use oracle::{Answers, Questions};
use random::Random;
use tenure_ecosystem::pypi::version;
use tenure_testkit::oracle::Differences;

const SEED: u64 = 20_241_211;

/// How many random ones of each kind of question.
const COUNT: usize = 20_000;

#[test]
fn decides_as_packaging_does() {
    let questions = questions();
    let Some(answers) = oracle::ask(&questions) else {
        return;
    };
    let decided = answers.satisfies.iter().flatten().count();
    assert!(decided > 10_000, "only {decided} of the questions are any");
    differences(&questions, &answers).assert_none(&answers.version);
}

fn differences(questions: &Questions, answers: &Answers) -> Differences {
    let mut wrong = Differences::from("packaging");
    for ((one, wanted), theirs) in questions.satisfies.iter().zip(&answers.satisfies) {
        let ours = version::satisfies(one, wanted);
        wrong.note(&format!("{one:?} in {wanted:?}"), (&ours, theirs));
    }
    for ((one, other), theirs) in questions.compare.iter().zip(&answers.compare) {
        // What is not valid is not compared.
        if let Some(theirs) = theirs {
            let both = (&version::compare(one, other), &theirs.cmp(&0));
            wrong.note(&format!("{one:?} against {other:?}"), both);
        }
    }
    for (text, theirs) in questions.normalised.iter().zip(&answers.normalised) {
        let ours = version::normalised(text);
        wrong.note(&format!("normal form of {text:?}"), (&ours, theirs));
    }
    wrong
}

fn questions() -> Questions {
    let mut random = Random::new(SEED);
    let mut questions = Questions::default();
    for _ in 0..COUNT {
        let wanted = random.specifiers();
        let near = random.near(&wanted);
        questions.satisfies.push((near, wanted.clone()));
        questions.satisfies.push((random.version(), wanted));
        let (one, other) = (random.version(), random.version());
        let near = random.near(&one);
        questions.compare.push((one.clone(), near));
        questions.normalised.push(random.mutated(&one));
        questions.compare.push((one, other));
    }
    questions
}
