//! What is known of a person: dated facts, each with where it was read.

use super::Arguments;
use super::incidents;
use super::person_text::Page;
use crate::args::Format;
use crate::command::identity::{Entry, facts as facts_of};
use crate::context::{
    AtHand, Facts, Link, LockfileAt, Process, Project, Unavailable, UpstreamNote, find, is_project,
};
use crate::exit::Exit;
use crate::output::{self, json, style::Look};
use anyhow::anyhow;
use serde::Serialize;
use std::collections::BTreeSet;
use tenure_domain::{Ecosystem, History, Party, Person, Reach, Time};
use tenure_ecosystem::vouch::About;
use tenure_trust::acceptance::SaidVouch;
use tenure_trust::card::{Card, card};
use tenure_trust::web::{Missing, Path};

/// The answer as data. Fields may be added; when one changes its meaning or
/// goes, the number in `schema` is counted up.
#[derive(Serialize)]
pub(super) struct Report {
    /// The form of this document: `tenure.person/1`.
    schema: &'static str,
    /// The person, as was asked.
    pub(super) person: String,
    /// Where facts came from.
    upstreams: Vec<UpstreamNote>,
    /// What the histories at hand say.
    #[serde(flatten)]
    pub(super) card: Card,
    /// Whether the ledger has more packages in which the person acts than the
    /// 2,000 that are read, those in which the person was first known.
    pub(super) has_more: bool,
    /// How many packages depend on what the person owns, each counted once;
    /// `null` where nobody counted.
    pub(super) reach_now: Option<ReachNow>,
    /// The advisories at hand about the ecosystems of the accounts.
    pub(super) advisories: Vec<incidents::AtHand>,
    /// The accounts and keys that are tied to the person, and how each link
    /// stands.
    pub(super) links: Vec<Tie>,
    /// Who vouches, or did.
    pub(super) vouches: Vec<SaidVouch>,
    /// The paths from the people that this project follows.
    pub(super) paths: Vec<Path>,
    /// What is missing where there is none.
    pub(super) missing: Option<Missing>,
    /// Whether `tenure.toml` says that this person needs no question.
    pub(super) trusted: bool,
    /// How many people the project follows.
    pub(super) follows: usize,
}

/// A link, as `tenure identity list` has it.
#[derive(Serialize)]
pub(super) struct Tie {
    #[serde(flatten)]
    entry: Entry,
    /// The same for people.
    #[serde(skip)]
    pub(super) sentence: String,
}

impl Tie {
    fn of(link: &Link) -> Self {
        let (account, key, state) = (&link.account, &link.key, link.state.sentence());
        Self {
            entry: Entry::of(link),
            sentence: format!("{account} and the key {key}: {state}; {}", facts_of(link)),
        }
    }
}

/// The reach of all that somebody owns.
#[derive(Serialize)]
pub(super) struct ReachNow {
    /// Of which account.
    pub(super) account: String,
    /// How many packages it owns.
    pub(super) packages: u64,
    /// How many depend on any of them.
    pub(super) reach: Reach,
    /// The day of the count.
    pub(super) counted: Time,
}

pub(super) fn run(
    person: &About,
    arguments: &Arguments,
    process: &Process,
) -> anyhow::Result<Exit> {
    let args = &arguments.facts;
    let now = args.now(process);
    let project = Project::load(&args.project, process)?.judged_at(now);
    output::tell_vouches(&project.vouches);
    let lockfiles = if is_project(&project.root) {
        find(&project.root, process.env.current_dir(), &[]).unwrap_or_default()
    } else {
        Vec::new()
    };
    let links = project.vouches.identities.links_of(person, now);
    let named = accounts_of(person, &links, &project);
    let ecosystems: BTreeSet<Ecosystem> = named.iter().map(Party::ecosystem).collect();
    let ecosystems: Vec<Ecosystem> = ecosystems.into_iter().collect();
    let facts = Facts::open_for((&ecosystems, None), args, &project, &lockfiles, process)?;
    let (accounts, at_hand) = find_out(named, &facts, &project, &lockfiles)?;
    let report = report(
        (person, &links),
        (accounts, &at_hand),
        &facts,
        &project,
        now,
    );
    output::tell_upstreams(&facts.upstreams(), &facts.warnings());
    let text = match arguments.format {
        Format::Json => json::pretty(&report)?,
        Format::Text => {
            let look = Look::of(&process.env);
            let all = arguments.all;
            Page {
                report: &report,
                all,
                look,
            }
            .text()
        }
    };
    output::answer(&text)?;
    Ok(Exit::Clean)
}

/// The accounts that are one person's: those that a project puts together, and
/// those that are linked to the same key and were confirmed.
fn accounts_of(person: &About, links: &[Link], project: &Project) -> Vec<Party> {
    let mut accounts = match person {
        About::Key(_) => Vec::new(),
        About::Account(party) => {
            let mut groups = project.file.links().into_iter();
            let group = groups.find(|group| group.contains(party));
            group.unwrap_or_else(|| vec![party.clone()])
        }
    };
    let confirmed = links.iter().filter(|link| link.state.counts());
    for party in confirmed.filter_map(|link| link.party.as_ref()) {
        if !accounts.contains(party) {
            accounts.push(party.clone());
        }
    }
    accounts
}

/// Finds the registry's numbers of accounts that were named without, and what
/// is at hand of all of them.
fn find_out(
    named: Vec<Party>,
    facts: &Facts,
    project: &Project,
    lockfiles: &[LockfileAt],
) -> anyhow::Result<(Vec<Party>, AtHand)> {
    let mut accounts = Vec::new();
    let at_hand = AtHand::of_people(facts, project, lockfiles, &named);
    let mut has_found = false;
    for party in named {
        let mut called = facts
            .ledger()
            .map_or(Vec::new(), |ledger| ledger.accounts_called(&party));
        called.extend(at_hand.all().flat_map(|history| numbered(&party, history)));
        called.sort();
        called.dedup();
        match called.as_slice() {
            [] => accounts.push(party),
            [one] => {
                has_found = true;
                accounts.push(one.clone());
            }
            several => {
                let several: Vec<String> = several.iter().map(|one| format!("`{one}`")).collect();
                return Err(anyhow!(Unavailable(format!(
                    "`{party}` was the name of several accounts, which only their numbers tell \
                     apart; name one of {}",
                    several.join(", ")
                ))));
            }
        }
    }
    if !has_found {
        return Ok((accounts, at_hand));
    }
    // What the ledger has, it has under the numbers.
    let at_hand = AtHand::of_people(facts, project, lockfiles, &accounts);
    Ok((accounts, at_hand))
}

/// The accounts of a history that have the login of one without a number, and a
/// number.
fn numbered(party: &Party, history: &History) -> Vec<Party> {
    let Party::Account {
        ecosystem,
        login,
        id: None,
    } = party
    else {
        return Vec::new();
    };
    let is_it = |other: &&Party| match other {
        Party::Account {
            ecosystem: family,
            login: name,
            id: Some(_),
        } => family == ecosystem && name == login,
        _ => false,
    };
    history.parties().iter().filter(is_it).cloned().collect()
}

fn report(
    (person, links): (&About, &[Link]),
    (accounts, at_hand): (Vec<Party>, &AtHand),
    facts: &Facts,
    project: &Project,
    now: Time,
) -> Report {
    let judge = project.judge(&at_hand.people, now);
    let ledger = facts.ledger();
    let acts = |history: &&History| {
        history
            .parties()
            .iter()
            .any(|party| accounts.contains(party))
    };
    let cases = at_hand.all().filter(acts).map(|history| {
        let package = history.package();
        let popularity = facts.known_popularity(package);
        let counted = ledger.and_then(|ledger| ledger.counted(package, now));
        let reported = incidents::reported(ledger, history);
        (judge.open(history, popularity.as_ref()), counted, reported)
    });
    let mut card = card(accounts.clone(), cases, now);
    card.histories = at_hand.histories();
    let circle = &project.vouches.circle;
    let meant: Vec<Person> = match person {
        About::Key(_) => vec![person.person()],
        About::Account(_) => accounts.iter().cloned().map(Person::Account).collect(),
    };
    let explained: Vec<_> = (meant.iter())
        .map(|about| circle.explain(about, now))
        .collect();
    let missing = explained.iter().find_map(|found| found.clone().err());
    let paths: Vec<Path> = explained.into_iter().flatten().flatten().collect();
    Report {
        schema: "tenure.person/1",
        person: person.to_string(),
        upstreams: facts.upstreams(),
        has_more: at_hand.has_more,
        reach_now: accounts
            .iter()
            .find_map(|account| reach_now(account, facts, now)),
        advisories: incidents::at_hand(ledger, &accounts),
        links: links.iter().map(Tie::of).collect(),
        vouches: meant
            .iter()
            .flat_map(|about| circle.said_of(about))
            .collect(),
        missing: missing.filter(|_| paths.is_empty()),
        paths,
        trusted: accounts
            .iter()
            .any(|party| project.decisions.trusts(party, now)),
        follows: project.file.follow.len(),
        card,
    }
}

fn reach_now(account: &Party, facts: &Facts, now: Time) -> Option<ReachNow> {
    let (counted, found) = facts.ledger()?.owner_reach(account, now)?;
    Some(ReachNow {
        account: account.to_string(),
        packages: found.packages,
        reach: found.reach,
        counted,
    })
}
