//! `tenure vouch path`.

use crate::args::{Format, ProjectArgs};
use crate::command::identity::Entry;
use crate::context::{Link, Process, Project};
use crate::exit::Exit;
use crate::output::{answer, json, style::safe, tell_vouches};
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;
use tenure_domain::Only;
use tenure_ecosystem::vouch::About;
use tenure_trust::web::{Missing, Path};

/// Show the paths of vouches that lead from the people this project follows to
/// a person, or what is missing
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The person, by an account or a key
    #[arg(value_name = "PERSON")]
    about: About,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    #[command(flatten)]
    project: ProjectArgs,
}

/// The answer as data.
#[derive(Serialize)]
struct Report {
    person: String,
    accepted: bool,
    paths: Vec<Path>,
    missing: Option<Missing>,
    /// The packages in which alone somebody vouches for them.
    partly: Vec<Part>,
    against: Vec<Against>,
    /// The accounts that are the same person's, as they stand.
    links: Vec<Entry>,
}

/// How somebody stands in one package; without paths, not accepted there.
#[derive(Serialize)]
struct Part {
    only: Only,
    paths: Vec<Path>,
}

/// Somebody distrusts them, which takes nobody out.
#[derive(Serialize)]
struct Against {
    by: String,
    since: String,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let project = Project::load(&arguments.project, process)?;
    tell_vouches(&project.vouches);
    let (circle, about) = (&project.vouches.circle, arguments.about.person());
    let found = circle.explain(&about, process.now);
    let partly = circle.partly(&about, process.now);
    let partly = partly.into_iter().map(|(only, paths)| Part {
        only: only.clone(),
        paths,
    });
    let partly: Vec<Part> = partly.collect();
    let against = circle.against(&about).map(|(by, since)| Against {
        by,
        since: since.date(),
    });
    let identities = &project.vouches.identities;
    let links = identities.links_of(&arguments.about, process.now);
    let exit = if found.is_ok() || partly.iter().any(|part| !part.paths.is_empty()) {
        Exit::Clean
    } else {
        Exit::Found
    };
    let report = Report {
        person: arguments.about.to_string(),
        accepted: found.is_ok(),
        paths: found.as_ref().ok().cloned().unwrap_or_default(),
        missing: found.err(),
        partly,
        against: against.collect(),
        links: links.iter().map(Entry::of).collect(),
    };
    let text = match arguments.format {
        Format::Json => json::pretty(&report)?,
        Format::Text => text(&report, &project) + &lines(&links),
    };
    answer(&text)?;
    Ok(exit)
}

/// The accounts of a person, a line for each.
fn lines(links: &[Link]) -> String {
    links.iter().fold(String::new(), |mut text, link| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "  {}", safe(&link.sentence()));
        text
    })
}

fn text(report: &Report, project: &Project) -> String {
    let mut text = String::new();
    let shown = |name: &str| safe(&project.vouches.circle.shown(name)).into_owned();
    // Writing to a text cannot fail.
    let _ = match &report.missing {
        None => writeln!(text, "{}: accepted", safe(&report.person)),
        Some(_) => writeln!(text, "{}: not accepted", safe(&report.person)),
    };
    for path in &report.paths {
        let _ = writeln!(text, "  {}", path.sentence(|name| safe(name).into_owned()));
    }
    for sentence in report
        .missing
        .iter()
        .flat_map(|missing| missing.sentences(shown))
    {
        let _ = writeln!(text, "  {sentence}");
    }
    for part in &report.partly {
        let stands = if part.paths.is_empty() {
            "not accepted"
        } else {
            "accepted"
        };
        let (package, since) = (&part.only.package, part.only.since.date());
        let _ = writeln!(text, "in {package}, published since {since}: {stands}");
        for path in &part.paths {
            let _ = writeln!(text, "  {}", path.sentence(|name| safe(name).into_owned()));
        }
    }
    for Against { by, since } in &report.against {
        let by = safe(by);
        let _ = writeln!(
            text,
            "{by} distrusts them since {since}; that takes nobody out"
        );
    }
    text
}
