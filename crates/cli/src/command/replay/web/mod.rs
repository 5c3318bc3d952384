//! `tenure replay --web`: rules of acceptance on a recorded web of trust, and
//! what somebody gets in who deceives a few of its members.
//!
//! The model: the reader follows eight members. An attacker has as many members
//! as said certify identities of the attacker's, and makes 200 of them, which
//! all certify one another. What counts is how many of the honest members and
//! how many of the 200 each rule accepts.

mod attack;
mod record;
mod rule;
mod text;

use anyhow::Context as _;
use attack::{ATTACKS, Attack};
use fastrand::Rng;
use record::Graph;
use rule::{Ground, Rule};
use serde::Serialize;
use std::path::Path;
pub(super) use text::text;

/// People that the reader follows.
const FOLLOWED: usize = 8;
/// How often each number is measured, with other people followed.
const REPETITIONS: usize = 10;

/// Whom the reader follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Followed {
    /// People whom one member has certified: they have met.
    Acquaintances,
    /// Anybody within the largest set in which everybody reaches everybody.
    Anybody,
}

/// What was measured.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    snapshot: String,
    members: usize,
    certifications: usize,
    strong_set: usize,
    followed: usize,
    sybils: usize,
    repetitions: usize,
    seed: u64,
    rows: Vec<Row>,
}

/// One rule, for one way to choose whom to follow.
#[derive(Debug, Serialize)]
struct Row {
    rule: &'static str,
    followed: Followed,
    honest_percent: f64,
    honest_percent_least: f64,
    attacks: Vec<Outcome>,
}

/// What an attack brings in, on average and at most.
#[derive(Debug, Serialize)]
struct Outcome {
    shape: &'static str,
    certifications: usize,
    sybils: f64,
    sybils_most: usize,
}

/// Measures every rule on the web in a file.
pub(super) fn measure(file: &Path, seed: u64) -> anyhow::Result<Report> {
    let (snapshot, graph) =
        record::read(file).with_context(|| format!("cannot read the web in {}", file.display()))?;
    let strong = graph.strong_set();
    let (members, certifications) = (graph.len(), graph.certifications());
    let mut rows = Vec::new();
    for followed in [Followed::Acquaintances, Followed::Anybody] {
        let counts = counts(&graph, &strong, followed, seed)?;
        let by_rule = Rule::ALL.into_iter().zip(&counts);
        rows.extend(by_rule.map(|(rule, counts)| counts.row(rule, followed, members)));
    }
    Ok(Report {
        snapshot,
        members,
        certifications,
        strong_set: strong.len(),
        followed: FOLLOWED,
        sybils: attack::SYBILS,
        repetitions: REPETITIONS,
        seed,
        rows,
    })
}

/// How many were accepted by one rule, in each repetition.
#[derive(Clone, Default)]
struct Counts {
    honest: Vec<usize>,
    /// By attack.
    sybils: [Vec<usize>; ATTACKS.len()],
}

/// Every rule meets the same people and the same attacks.
fn counts(
    graph: &Graph,
    strong: &[usize],
    followed: Followed,
    seed: u64,
) -> anyhow::Result<[Counts; Rule::ALL.len()]> {
    let mut rng = Rng::with_seed(seed);
    let mut counts: [Counts; Rule::ALL.len()] = Default::default();
    let peaceful = Ground::new(graph.clone());
    for _ in 0..REPETITIONS {
        let roots = choose(graph, strong, followed, &mut rng)?;
        for (rule, counts) in Rule::ALL.iter().zip(&mut counts) {
            counts.honest.push(rule.accepted(&peaceful, &roots).len());
        }
        for (place, attack) in ATTACKS.iter().enumerate() {
            let attacked = Ground::new(attack.on(graph, strong, &mut rng));
            for (rule, counts) in Rule::ALL.iter().zip(&mut counts) {
                let accepted = rule.accepted(&attacked, &roots).into_iter();
                counts.sybils[place].push(accepted.filter(|who| *who >= graph.len()).count());
            }
        }
    }
    Ok(counts)
}

impl Counts {
    fn row(&self, rule: Rule, followed: Followed, members: usize) -> Row {
        let mean = |counts: &[usize]| counts.iter().sum::<usize>() as f64 / REPETITIONS as f64;
        let percent = |count: f64| 100.0 * count / members as f64;
        let outcome = |(attack, sybils): (&Attack, &Vec<usize>)| Outcome {
            shape: attack.shape.name(),
            certifications: attack.certifications,
            sybils: mean(sybils),
            sybils_most: sybils.iter().copied().max().unwrap_or(0),
        };
        Row {
            rule: rule.line(),
            followed,
            honest_percent: percent(mean(&self.honest)),
            honest_percent_least: percent(self.honest.iter().copied().min().unwrap_or(0) as f64),
            attacks: ATTACKS.iter().zip(&self.sybils).map(outcome).collect(),
        }
    }
}

/// Whom the reader follows in one repetition.
fn choose(
    graph: &Graph,
    strong: &[usize],
    followed: Followed,
    rng: &mut Rng,
) -> anyhow::Result<Vec<usize>> {
    let pick = |from: &[usize], rng: &mut Rng| rng.choose_multiple(from.iter().copied(), FOLLOWED);
    if followed == Followed::Anybody {
        return Ok(pick(strong, rng));
    }
    let knows_enough = |who: &&usize| graph.certified_by(**who).count() >= FOLLOWED;
    let knowing: Vec<usize> = strong.iter().filter(knows_enough).copied().collect();
    let who = rng
        .choice(knowing)
        .with_context(|| format!("nobody in this web has certified {FOLLOWED} others"))?;
    let known: Vec<usize> = graph.certified_by(who).collect();
    Ok(pick(&known, rng))
}
