//! The answer about a person, for people. Every line says where it was read, as
//! a number in the list at the end.

use super::incidents;
use super::person::Report;
use crate::context::MOST_OF_PEOPLE;
use crate::output::style::{Look, faint, safe, short, strong, thousands, wrap};
use std::cell::RefCell;
use std::fmt::Write as _;
use tenure_domain::Reach;
use tenure_trust::card::{Began, Invitation, Place, TakeOver};
use tenure_trust::standing::plural;

/// Everything that the text is made of.
pub(super) struct Page<'a> {
    pub(super) report: &'a Report,
    pub(super) all: bool,
    pub(super) look: Look,
}

/// Packages shown.
const PLACES: usize = 10;
/// Earlier publishers named of a package that was taken over.
const NAMED: usize = 3;

/// A page on its way.
struct Lines<'a> {
    look: Look,
    out: String,
    sources: RefCell<Vec<&'a str>>,
}

impl<'a> Lines<'a> {
    fn head(&mut self, text: &str) {
        let _ = writeln!(self.out, "\n{}", strong(text));
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "  {}", wrap(text, self.look.width, 4));
    }

    /// The mark of a source, a new one if it has none.
    fn mark(&self, source: &'a str) -> String {
        let mut sources = self.sources.borrow_mut();
        let known = sources.iter().position(|known| *known == source);
        let place = known.unwrap_or_else(|| {
            sources.push(source);
            sources.len() - 1
        });
        format!("[{}]", place + 1)
    }
}

impl Page<'_> {
    /// The page.
    pub(super) fn text(&self) -> String {
        let report = self.report;
        let mut lines = Lines {
            look: self.look,
            out: String::new(),
            sources: RefCell::default(),
        };
        let accounts: Vec<String> = report
            .card
            .accounts
            .iter()
            .map(ToString::to_string)
            .collect();
        let _ = writeln!(lines.out, "{}", strong(safe(&report.person)));
        let others: Vec<&String> = accounts
            .iter()
            .filter(|name| **name != report.person)
            .collect();
        let as_of = format!("as of {}", report.card.as_of.date());
        let also = others
            .iter()
            .fold(as_of, |text, name| format!("{text}, {}", safe(name)));
        let _ = writeln!(lines.out, "{}", faint(also));
        self.known(&mut lines);
        self.places(&mut lines);
        self.reach(&mut lines);
        self.took_over(&mut lines);
        self.invitations(&mut lines);
        self.incidents(&mut lines);
        self.links(&mut lines);
        self.vouches(&mut lines);
        let Lines {
            mut out, sources, ..
        } = lines;
        let _ = writeln!(out, "\n{}", faint(self.not_known()));
        for (number, source) in (1..).zip(sources.into_inner()) {
            let _ = writeln!(out, "{}", faint(format!("[{number}] {}", safe(source))));
        }
        out
    }

    fn known<'a>(&'a self, lines: &mut Lines<'a>) {
        let card = &self.report.card;
        lines.head("Known");
        let Some(first) = &card.since else {
            let looked = plural(card.histories, "history", "histories");
            lines.line(&format!("nothing: not in any of the {looked} at hand"));
            return;
        };
        let began = began(&first.began);
        let mark = lines.mark(&first.source);
        lines.line(&format!(
            "since {}: {began} of {} {mark}",
            first.at.date(),
            safe(&first.package)
        ));
        if let Some(continuity) = &card.continuously_since {
            let mark = lines.mark(&continuity.source);
            lines.line(&format!(
                "continuously since {}: from then on with an address at {}, before with another \
                 one {mark}",
                continuity.at.date(),
                safe(&continuity.domain),
            ));
        } else {
            lines.line("continuously: no other e-mail domain is known");
        }
    }

    fn places<'a>(&'a self, lines: &mut Lines<'a>) {
        let places = &self.report.card.places;
        if places.is_empty() {
            return;
        }
        let held = places.iter().filter(|place| place.held).count();
        let acts = plural(places.len(), "package", "packages");
        lines.head(&format!("Packages: acts in {acts} at hand, holds {held}"));
        if self.report.has_more {
            lines.line(&format!(
                "the ledger has more; read were the {} in which they were first known",
                thousands(MOST_OF_PEOPLE)
            ));
        }
        let shown = if self.all { places.len() } else { PLACES };
        for place in places.iter().take(shown) {
            let mark = lines.mark(&place.source);
            lines.line(&format!("{} {mark}", self.place(place)));
        }
        if places.len() > shown {
            lines.line(&format!(
                "and {} more; --all lists them",
                places.len() - shown
            ));
        }
    }

    fn place(&self, place: &Place) -> String {
        let mut facts = vec![format!(
            "since {} ({})",
            place.since.date(),
            began(&place.began)
        )];
        if let Some((version, at)) = &place.last {
            let releases = plural(place.releases, "release", "releases");
            facts.push(format!(
                "{releases}, last {} on {}",
                safe(version),
                at.date()
            ));
        }
        facts.push(match (place.owner_now, place.held) {
            (Some(true), _) => "owner now".to_owned(),
            (Some(false), _) => "no owner now".to_owned(),
            (None, true) => "published last; owners are not known".to_owned(),
            (None, false) => "others published since; owners are not known".to_owned(),
        });
        facts.push(format!("{}: {}", place.tier.tier, place.tier.because));
        let dot = format!(" {} ", self.look.dot());
        format!("{}  {}", safe(&place.package.to_string()), facts.join(&dot))
    }

    fn reach<'a>(&'a self, lines: &mut Lines<'a>) {
        lines.head("Reach");
        match &self.report.reach_now {
            Some(now) => lines.line(&format!(
                "now: {} depend on the {} of {}, as counted on {}",
                share(now.reach),
                plural(now.packages as usize, "package", "packages"),
                safe(&now.account),
                now.counted.date()
            )),
            None => lines.line("now: nobody counted; `tenure reach --keep` does"),
        }
        match &self.report.card.proven {
            Some(proven) => lines.line(&format!(
                "proven: {} at least, of {}, held since {}",
                share(proven.reach),
                safe(&proven.package),
                proven.since.date()
            )),
            None if self.report.card.incidents.is_empty() => {
                lines.line("proven: none known that was held for a year");
            }
            None => lines.line("proven: none known that was held for a year without an incident"),
        }
    }

    fn took_over<'a>(&'a self, lines: &mut Lines<'a>) {
        lines.head("Took over from others");
        if self.report.card.took_over.is_empty() {
            lines.line("nothing that is known");
        }
        for taken in &self.report.card.took_over {
            let mark = lines.mark(&taken.source);
            lines.line(&format!("{} {mark}", sentence(taken)));
        }
    }

    fn invitations<'a>(&'a self, lines: &mut Lines<'a>) {
        lines.head("Made an owner");
        let all = &self.report.card.invitations;
        if all.is_empty() {
            lines.line("not known; only the dumps of cargo registries say who made whom an owner");
        }
        let shown = if self.all { all.len() } else { PLACES };
        for one in all.iter().take(shown) {
            let mark = lines.mark(&one.source);
            lines.line(&format!("{} {mark}", invited(one)));
        }
        if all.len() > shown {
            lines.line(&format!("and {} more; --all lists them", all.len() - shown));
        }
    }

    fn incidents<'a>(&'a self, lines: &mut Lines<'a>) {
        lines.head("Incidents");
        let places = &self.report.card.places;
        let gone: Vec<&Place> = places
            .iter()
            .filter(|place| !place.removed.is_empty())
            .collect();
        if gone.is_empty() {
            let releases: usize = places.iter().map(|place| place.releases).sum();
            let releases = plural(releases, "release", "releases");
            lines.line(&format!(
                "none of {releases} by them was taken off the registry"
            ));
        }
        for place in gone {
            let mark = lines.mark(&place.source);
            lines.line(&format!(
                "{}: {} of {} no longer offered ({}); by whom and why, registries do not say {mark}",
                safe(&place.package.to_string()),
                place.removed.len(),
                plural(place.releases, "release", "releases"),
                safe(&place.removed.join(", ")),
            ));
        }
        for (said, source) in incidents::said(self.report) {
            let mark = lines.mark(source);
            lines.line(&format!("{said} {mark}"));
        }
        for looked_at in incidents::looked_at(self.report) {
            lines.line(&looked_at);
        }
    }

    fn links(&self, lines: &mut Lines<'_>) {
        lines.head("Identity links");
        if self.report.links.is_empty() {
            lines.line("none at hand");
        }
        for link in &self.report.links {
            lines.line(&safe(&link.sentence));
        }
    }

    fn vouches(&self, lines: &mut Lines<'_>) {
        let report = self.report;
        lines.head("Vouches");
        if report.trusted {
            lines.line("`tenure.toml` says that this person needs no question");
        }
        for vouch in &report.vouches {
            let (from, until) = (vouch.from.date(), vouch.until.date());
            let followed = if vouch.followed {
                ", whom this project follows"
            } else {
                ""
            };
            let only = vouch
                .only
                .as_ref()
                .map_or(String::new(), |only| format!(" in {only}"));
            let revoked = vouch
                .revoked
                .map_or(String::new(), |on| format!("; taken back on {}", on.date()));
            lines.line(&format!(
                "{}{followed}: {}{only}, from {from} until {until}{revoked}",
                safe(&vouch.by),
                vouch.purpose,
            ));
        }
        if report.vouches.is_empty() {
            lines.line("none at hand");
        }
        for path in &report.paths {
            let path = match path.steps.as_slice() {
                [] => "this project follows them".to_owned(),
                _ => format!("path: {}", path.sentence(|name| safe(name).into_owned())),
            };
            lines.line(&path);
        }
        match &report.missing {
            _ if report.follows == 0 => lines.line("no path: this project follows nobody"),
            Some(missing) => {
                for sentence in missing.sentences(|name| safe(name).into_owned()) {
                    lines.line(&format!("no path: {sentence}"));
                }
            }
            None => {}
        }
    }

    fn not_known(&self) -> String {
        let text = "Not to be had: whether an account was recovered, or has second factors; \
                    registries do not publish that.";
        wrap(text, self.look.width, 0)
    }
}

fn began(began: &Began) -> String {
    match began {
        Began::Published { version } => format!("published {}", safe(version)),
        Began::Listed {
            version,
            by: Some(by),
        } => {
            format!(
                "listed as an owner at {}, which {} published",
                safe(version),
                short(by)
            )
        }
        Began::Listed { version, by: None } => format!("listed as an owner at {}", safe(version)),
        Began::Joined { by: Some(by) } => format!("made an owner by {}", short(by)),
        Began::Joined { by: None } => "became an owner".to_owned(),
        Began::Seen {} => "listed as an owner when somebody looked".to_owned(),
    }
}

fn invited(one: &Invitation) -> String {
    let (package, at) = (one.package.to_string(), one.at.date());
    let package = safe(&package);
    if one.received {
        format!("of {package} on {at}: by {}", short(&one.by))
    } else {
        format!("of {package} on {at}: they made {} one", short(&one.owner))
    }
}

fn share(reach: Reach) -> String {
    format!(
        "{} of {} packages ({:.2} %)",
        thousands(reach.packages as usize),
        thousands(reach.of as usize),
        reach.share() * 100.0
    )
}

fn sentence(taken: &TakeOver) -> String {
    let from: Vec<String> = taken.from.iter().take(NAMED).map(short).collect();
    let from = match from.as_slice() {
        [] => "hands not known".to_owned(),
        from => from.join(", "),
    };
    let releases = plural(taken.releases, "release", "releases");
    let removed = match taken.removed {
        0 => "none taken off the registry".to_owned(),
        count => format!("{count} taken off the registry"),
    };
    let reported = match taken.reported {
        0 => String::new(),
        count => format!(", {count} with malicious code, as advisories say"),
    };
    let until = taken.until.map_or("still there".to_owned(), |until| {
        format!("handed on, or lost, on {}", until.date())
    });
    format!(
        "{} on {} with {}, after {from}: {releases} since, {removed}{reported}; {until}",
        safe(&taken.package.to_string()),
        taken.at.date(),
        safe(&taken.version),
    )
}
