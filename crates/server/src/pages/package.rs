//! Why releases of a package are held, and how to accept them.

use crate::proxy::{Document, Judged, Restriction};
use crate::view::View;
use maud::{Markup, html};
use tenure_trust::tenures::Tenure;

pub(super) fn page(document: &Document, judged: &Judged, view: &View) -> Markup {
    let offered = document.history.releases().len();
    html! {
        p {
            (offered) " releases seen at " (document.upstream.url())
            ", last confirmed " (document.checked.to_string()) "."
            @if let Some(why) = &document.stale { " Older than it should be: " (why) }
        }
        @if judged.unknown > 0 {
            p { "Of " (judged.unknown) " releases the registry does not say who published them, so nothing can be said about their hands." }
        }
        h2 { "Held" }
        @if judged.restrictions.is_empty() {
            p { "Nothing is held." }
        } @else {
            table {
                tr { th { "release" } th { "why" } }
                @for (version, restriction) in judged.restrictions.iter().rev() {
                    tr { td { code { (version) } } td { (why(restriction)) } }
                }
            }
            (how_to_accept(judged, view))
        }
        h2 { "Tenures" }
        table {
            tr { th { "from" } th { "to" } th { "hands" } th { "releases" } }
            @for tenure in judged.tenures.iter().rev() { (row(tenure)) }
        }
    }
}

fn why(restriction: &Restriction) -> Markup {
    html! {
        (restriction.line)
        @if let Some(until) = restriction.until { br; "ends by itself on " (until.date()) }
    }
}

fn how_to_accept(judged: &Judged, view: &View) -> Markup {
    let mut commands: Vec<&str> = judged
        .restrictions
        .values()
        .filter_map(|restriction| restriction.command.as_deref())
        .collect();
    commands.sort_unstable();
    commands.dedup();
    let then = match &view.project {
        Some(project) => format!("tenure push --project {project}"),
        None => "tenure push".to_owned(),
    };
    html! {
        @if !commands.is_empty() {
            h2 { "To accept, after a look at it" }
            pre { @for command in &commands { (command) "\n" } (then) }
            @if view.project.is_none() {
                p { "Decisions belong to a project: its registry is " code { "/p/PROJECT/npm/" } "." }
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
    let mut hands = hands.collect::<Vec<_>>().join(", ");
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
            td { (date(tenure.from)) " " code { (tenure.first) } }
            td { (date(tenure.to)) " " code { (tenure.last) } }
            td { (hands) }
            td { (tenure.releases) }
        }
    }
}
