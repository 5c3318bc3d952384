//! `tenure explain`: why a release gets its verdict.

mod text;

use super::advice;
use super::signed::{self, Signatures};
use crate::args::{FactArgs, Format};
use crate::context::{Process, Session, Subject, Unavailable, UpstreamNote, as_listed};
use crate::exit::Exit;
use crate::output::{self, json, style::Look};
use anyhow::{anyhow, bail};
use clap::Args;
use serde::Serialize;
use tenure_domain::{Ecosystem, History, Missing, Source, Time};
use tenure_trust::acceptance;
use tenure_trust::change::Fact;
use tenure_trust::verdict::{Finding, Judgement};

/// Explain the verdict on a release: what spoke, from which facts, and what
/// would change it
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A release: chalk@5.0.0, pkg:npm/chalk@5.0.0
    #[arg(value_name = "PACKAGE@VERSION")]
    subject: Subject,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    #[command(flatten)]
    facts: FactArgs,
}

/// The answer as data. Fields may be added; when one changes its meaning or
/// goes, the number in `schema` is counted up.
#[derive(Serialize)]
struct Report {
    /// The form of this document: `tenure.explain/1`.
    schema: &'static str,
    /// The moment as at which was judged.
    judged_at: Time,
    /// Where facts came from.
    upstream: Option<UpstreamNote>,
    /// The document that they were read from.
    source: Source,
    /// How many histories standing was looked up in.
    histories_at_hand: usize,
    /// Where the release is locked in this project.
    locked_at: Vec<String>,
    /// Package, version, verdict, tier, findings and what was missing.
    #[serde(flatten)]
    judgement: Judgement,
    /// What the signatures in the package say; absent where packages carry none.
    #[serde(skip_serializing_if = "Option::is_none")]
    signatures: Option<Signatures>,
    /// For each finding, its facts as sentences, with the fields of the
    /// document that each was read from.
    evidence: Vec<Vec<Evidence>>,
    /// What would change the verdict, as sentences.
    would_change: Vec<String>,
    /// The commands that would accept it.
    accept: Vec<String>,
}

/// A fact as a sentence, and what it was read from.
#[derive(Serialize)]
struct Evidence {
    /// The sentence.
    fact: String,
    /// What of the registry's documents.
    fields: &'static str,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let subject = &arguments.subject;
    let Some(version) = &subject.version else {
        let name = acceptance::as_typed(&subject.package);
        bail!(
            "which release of {name}? Say `tenure explain {name}@VERSION`; `tenure who {name}` shows them"
        );
    };
    let session = Session::about(subject, &arguments.facts, process)?;
    let case = session.case(&subject.package)?;
    let judgement = case.judge(as_listed(case.history(), version));
    if judgement.missing.contains(&Missing::Release) {
        let message = advice::no_such_version(case.history(), version);
        return Err(anyhow!(Unavailable(message)));
    }
    let report = report(&session, case.history(), judgement);
    output::tell_source(&session.facts, &session.at_hand);
    output::answer(&match arguments.format {
        Format::Json => json::pretty(&report)?,
        Format::Text => text::page(&report, case.history(), Look::of(&process.env)),
    })?;
    Ok(Exit::Clean)
}

fn report(session: &Session, history: &History, judgement: Judgement) -> Report {
    let ecosystem = history.package().ecosystem();
    let evidence = |finding: &Finding| {
        let facts = finding.change.facts.iter();
        facts.map(|fact| evidence(fact, ecosystem)).collect()
    };
    Report {
        schema: "tenure.explain/1",
        judged_at: session.now,
        upstream: session.facts.upstreams().into_iter().next(),
        source: history.source().clone(),
        histories_at_hand: session.at_hand.histories(),
        locked_at: session.locked_at(&judgement.package, &judgement.version),
        evidence: judgement.findings.iter().map(evidence).collect(),
        would_change: advice::would_change(&judgement),
        accept: acceptance::commands(&judgement),
        signatures: history
            .position(&judgement.version)
            .and_then(|at| signed::of(history, at)),
        judgement,
    }
}

fn evidence(fact: &Fact, ecosystem: Ecosystem) -> Evidence {
    Evidence {
        fact: fact.sentence(),
        fields: fact.fields(ecosystem),
    }
}
