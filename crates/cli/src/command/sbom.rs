//! `tenure sbom`: what a project is made of, and who holds it.

use super::check::judge_all;
use crate::args::FactArgs;
use crate::command::advice;
use crate::context::{AtHand, Facts, Process, Project, find, position};
use crate::exit::Exit;
use crate::output::{self, json};
use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;
use tenure_domain::{History, PackageId, Time};
use tenure_trust::change::Change;
use tenure_trust::tenures::{hands_at, tenures};
use tenure_trust::verdict::Judgement;

/// Print the locked releases as CycloneDX, with the holder and the verdict of
/// each
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Lockfiles; by default all that are found below the project's folder
    #[arg(value_name = "LOCKFILE")]
    lockfiles: Vec<PathBuf>,

    #[command(flatten)]
    facts: FactArgs,
}

/// A component of a CycloneDX document.
#[derive(Serialize)]
struct Component {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    name: String,
    version: String,
    purl: String,
    properties: Vec<Property>,
}

/// A property of a component.
#[derive(Serialize)]
struct Property {
    name: &'static str,
    value: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let project =
        Project::load(&arguments.facts.project, process)?.judged_at(arguments.facts.now(process));
    let current = process.env.current_dir();
    let lockfiles = find(&project.root, current, &arguments.lockfiles)?;
    let facts = Facts::open(&arguments.facts, &project, &lockfiles, process)?;
    let at_hand = AtHand::of_lockfiles(&facts, &project, &lockfiles);
    let judge = project.judge(&at_hand.people, arguments.facts.now(process));
    let judged = judge_all(judge, &facts, &at_hand, &lockfiles);
    let mut components: Vec<Component> = judged
        .releases
        .iter()
        .map(|release| {
            let package = &release.judgement.package;
            let changes = judged.changes.get(package).map_or(&[][..], Vec::as_slice);
            let because = release.why_missing.as_deref();
            let spots = release.spots.iter();
            let places = spots.map(|(number, line)| format!("{}:{line}", lockfiles[*number].name));
            let mut properties = properties(
                &release.judgement,
                at_hand.history(package),
                changes,
                because,
            );
            properties.extend(places.map(|place| property("tenure:locked-at", place)));
            component(&release.judgement, properties)
        })
        .collect();
    components.sort_by(|one, other| one.purl.cmp(&other.purl));
    output::tell_source(&facts, &at_hand);
    output::tell_open(&lockfiles);
    output::answer(&json::pretty(&document(judge.now, &components))?)?;
    Ok(Exit::Clean)
}

fn document(now: Time, components: &[Component]) -> Value {
    let tool = json!({
        "type": "application", "name": "tenure", "version": env!("CARGO_PKG_VERSION"),
    });
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": now, "tools": {"components": [tool]}},
        "components": components,
    })
}

fn component(judgement: &Judgement, properties: Vec<Property>) -> Component {
    let package = &judgement.package;
    let purl = purl(package, &judgement.version);
    let (group, name) = match package.name().split_once('/') {
        Some((group, name)) => (Some(group.to_owned()), name.to_owned()),
        None => (None, package.name().to_owned()),
    };
    Component {
        kind: "library",
        reference: purl.clone(),
        group,
        name,
        version: judgement.version.clone(),
        purl,
        properties,
    }
}

/// A package url with its version, in which a plus and what no version of a
/// registry has is escaped.
fn purl(package: &PackageId, version: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_~".contains(&byte);
    version
        .bytes()
        .fold(format!("{package}@"), |mut text, byte| {
            if is_plain(byte) {
                text.push(char::from(byte));
            } else {
                // Writing to a text cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
            text
        })
}

fn property(name: &'static str, value: impl Into<String>) -> Property {
    Property {
        name,
        value: value.into(),
    }
}

/// Who held the package at this release, since when, and what is said of it.
fn properties(
    judgement: &Judgement,
    history: Option<&History>,
    changes: &[Change],
    because: Option<&str>,
) -> Vec<Property> {
    let mut all = vec![property("tenure:verdict", judgement.verdict.to_string())];
    let why = advice::why(judgement, because);
    all.push(property("tenure:why", why));
    let publisher = judgement.publisher.as_ref();
    all.extend(publisher.map(|party| property("tenure:publisher", party.to_string())));
    let place = history.and_then(|history| position(history, &judgement.version));
    let (Some(history), Some(index)) = (history, place) else {
        return all;
    };
    let holders = hands_at(history, changes, index);
    all.extend(
        holders
            .iter()
            .map(|party| property("tenure:holder", party.to_string())),
    );
    let at = history.releases()[index].published;
    let all_tenures = tenures(history, changes);
    let tenure = all_tenures
        .iter()
        .rev()
        .find(|tenure| at.is_some() && tenure.from.is_some() && tenure.from <= at);
    let since = tenure.filter(|tenure| !tenure.hands.is_empty());
    let since = since.and_then(|tenure| tenure.from);
    all.extend(since.map(|since| property("tenure:since", since.date())));
    all
}
