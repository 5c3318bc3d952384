//! Why releases of a package are held, and how to accept them.

use crate::proxy::{AMBIGUOUS, Document, Judged, some_of};
use crate::text::short;
use crate::view::View;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use tenure_domain::Ecosystem;
use tenure_store::ProjectName;
use tenure_trust::change::Kind;
use tenure_trust::tenures::Tenure;

/// The page; `unreadable` are the versions that were not judged, for their
/// manifests can be understood in more than one way.
pub(super) fn page(
    document: &Document,
    judged: &Judged,
    unreadable: &[Box<str>],
    view: &View,
    address: &str,
) -> Markup {
    let offered = document.history.releases().len();
    html! {
        p {
            (offered) " releases seen at " (document.upstream.url())
            ", last confirmed " (document.checked.to_string()) "."
        }
        @if let Some(why) = &document.stale {
            p { strong { "Older than it should be." } " The registry could not be asked: " (short(why)) }
        }
        h2 { "Held" }
        @if judged.restrictions.is_empty() && unreadable.is_empty() {
            p { "Nothing is held." }
        } @else {
            (held(document, judged, unreadable))
            (words(judged))
            (how_to_accept(document, judged, view, address))
        }
        @if let Some(facts) = &document.facts {
            p { "Who published is asked of the registry's API; last asked " (facts.checked.to_string()) "." }
        } @else if document.package.ecosystem() != Ecosystem::Npm {
            p { "Who published is asked of the registry's API, which has not answered yet." }
        }
        @if !judged.unknown.is_empty() { (not_known(document, judged)) }
        h2 { "Tenures" }
        table {
            tr { th { "from" } th { "to" } th { "hands" } th { "releases" } }
            @for tenure in judged.tenures.iter().rev() { (row(tenure)) }
        }
    }
}

/// What is held, the newest first.
fn held(document: &Document, judged: &Judged, unreadable: &[Box<str>]) -> Markup {
    let releases = document.history.releases().iter().rev();
    let held = releases.filter_map(|release| Some((release, judged.of(&release.version)?)));
    html! {
        table {
            tr { th { "release" } th { "why" } }
            @for (release, restriction) in held {
                tr { td { code { (short(&release.version)) } } td { (restriction.line) } }
            }
            @for version in unreadable {
                tr { td { code { (short(version)) } } td { "held, for " (AMBIGUOUS) } }
            }
        }
    }
}

/// What the kinds of change mean that the page names.
fn words(judged: &Judged) -> Markup {
    let restrictions = judged.restrictions.values();
    let named: Vec<Kind> = restrictions.filter_map(|held| held.kind).collect();
    let kinds = Kind::ALL.into_iter().filter(|kind| named.contains(kind));
    html! {
        @if !named.is_empty() {
            dl {
                @for kind in kinds { dt { (kind.meta().id) } dd { (kind.meta().line) } }
            }
        }
    }
}

fn how_to_accept(document: &Document, judged: &Judged, view: &View, address: &str) -> Markup {
    let ecosystem = document.package.ecosystem();
    let restrictions = judged.restrictions.values();
    let commands = restrictions.flat_map(|restriction| &restriction.commands);
    let commands: BTreeSet<&String> = commands.collect();
    let project = view.project.as_ref().map_or("NAME", ProjectName::as_str);
    let push = format!("tenure push --server {address} --project {project}");
    html! {
        @if !commands.is_empty() {
            h2 { "To accept, after a look at it" }
            pre { @for command in commands { (short(command)) "\n" } (push) }
            p { "The last line is not needed where the project's tenure.toml names this server." }
            @if view.project.is_none() {
                p { "Decisions belong to a project: its registry is " code { (address) "/p/NAME/" (ecosystem.as_str()) "/" (below(ecosystem)) } "." }
            }
        }
    }
}

/// What follows in the address that clients are given.
fn below(ecosystem: Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::Pypi => "simple/",
        Ecosystem::Nuget => "v3/index.json",
        _ => "",
    }
}

/// What passes because nothing can be said of it.
fn not_known(document: &Document, judged: &Judged) -> Markup {
    let mut by_missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for release in document.history.releases().iter().rev() {
        if let Some(missing) = judged.unknown.get(&release.version) {
            let versions = by_missing.entry(missing.phrase()).or_default();
            versions.push(&release.version);
        }
    }
    html! {
        h2 { "Not known" }
        p { "These are offered, and nothing can be said about their hands." }
        ul {
            @for (phrase, versions) in by_missing {
                li { (some_of(versions.into_iter())) ": the registry does not say " (phrase) }
            }
        }
    }
}

/// People named in a row.
const NAMED: usize = 4;

fn row(tenure: &Tenure) -> Markup {
    let hands = tenure
        .hands
        .iter()
        .take(NAMED)
        .map(|(party, _)| party.to_string());
    let mut hands = short(&hands.collect::<Vec<_>>().join(", "));
    if tenure.hands.len() > NAMED {
        hands = format!("{hands} and {} more", tenure.hands.len() - NAMED);
    }
    if hands.is_empty() {
        "not known".clone_into(&mut hands);
    }
    let date =
        |at: Option<tenure_domain::Time>| at.map_or(String::new(), tenure_domain::Time::date);
    html! {
        tr {
            td { (date(tenure.from)) " " code { (short(&tenure.first)) } }
            td { (date(tenure.to)) " " code { (short(&tenure.last)) } }
            td { (hands) }
            td { (tenure.releases) }
        }
    }
}
