//! Who published what, over all histories at hand.
//!
//! Standing is only as good as the histories that are loaded: a person who
//! publishes elsewhere, in packages that nobody loaded, looks like a stranger.
//! That errs on the side of asking.

use std::collections::HashMap;
use tenure_domain::{Contact, Days, Ecosystem, History, Party, Time};

/// An index of publishers over many histories.
#[derive(Debug, Default)]
pub struct People {
    packages: HashMap<(Ecosystem, Box<str>), usize>,
    names: Vec<Box<str>>,
    /// When the first release of each package came out.
    began: Vec<Option<Time>>,
    /// For each party, where it published and when, by package.
    activity: HashMap<Party, Vec<Activity>>,
    /// For each party, the packages that listed it as an owner, and since when.
    listings: HashMap<Party, Vec<(usize, Time)>>,
    links: HashMap<Party, Party>,
}

/// What one party published in one package.
#[derive(Debug)]
struct Activity {
    package: usize,
    /// Oldest first.
    times: Vec<Time>,
    contacts: Vec<(Contact, Time)>,
}

/// A package in which a party acted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere<'p> {
    /// The package's name.
    pub package: &'p str,
    /// When the party first published there or was first listed as an owner.
    pub since: Time,
    /// Whether it published there, rather than only being an owner.
    pub published: bool,
}

impl People {
    /// An index that takes each group of `links` for one person.
    pub fn with_links(links: &[Vec<Party>]) -> Self {
        let mut people = Self::default();
        for group in links {
            let Some((first, others)) = group.split_first() else {
                continue;
            };
            people
                .links
                .extend(others.iter().map(|party| (party.clone(), first.clone())));
        }
        people
    }

    /// The party that stands for a person known under several ids.
    pub fn canonical<'a>(&'a self, party: &'a Party) -> &'a Party {
        self.links.get(party).unwrap_or(party)
    }

    /// Adds a history. A package that is already known is left as it is.
    pub fn add(&mut self, history: &History) {
        let key = (
            history.package().ecosystem(),
            Box::from(history.package().name()),
        );
        if self.packages.contains_key(&key) {
            return;
        }
        let package = self.names.len();
        self.names.push(key.1.clone());
        self.packages.insert(key, package);
        self.began.push(
            history
                .releases()
                .first()
                .and_then(|release| release.published),
        );
        for (party, activity) in activities(history, package) {
            let party = self.canonical(&party).clone();
            self.activity.entry(party).or_default().push(activity);
        }
        for (party, since) in first_listings(history) {
            let party = self.canonical(party).clone();
            self.listings
                .entry(party)
                .or_default()
                .push((package, since));
        }
    }

    /// When the first known release of an npm package came out; `None` if its
    /// history is not at hand.
    pub fn package_began(&self, ecosystem: Ecosystem, name: &str) -> Option<Time> {
        let package = self.packages.get(&(ecosystem, Box::from(name)))?;
        self.began[*package]
    }

    /// Packages in which `party` published or was listed as an owner before
    /// `before`, leaving out `except`.
    pub fn elsewhere<'a>(
        &'a self,
        party: &'a Party,
        except: &'a str,
        before: Time,
    ) -> impl Iterator<Item = Elsewhere<'a>> + 'a {
        let published = self.activities_of(party).filter_map(|activity| {
            let since = *activity.times.first()?;
            Some(Elsewhere {
                package: &self.names[activity.package],
                since,
                published: true,
            })
        });
        let listings = self
            .listings
            .get(self.canonical(party))
            .into_iter()
            .flatten();
        let listed = listings.map(|(package, since)| Elsewhere {
            package: &self.names[*package],
            since: *since,
            published: false,
        });
        published
            .chain(listed)
            .filter(move |place| place.since < before && place.package != except)
    }

    /// Whether `party` published in `package` before `before`.
    pub fn published_in(&self, party: &Party, package: &str, before: Time) -> bool {
        self.activities_of(party)
            .filter(|activity| &*self.names[activity.package] == package)
            .any(|activity| activity.times.first().is_some_and(|first| *first < before))
    }

    /// When `party` last published anything but `except` before `before`.
    pub fn last_seen_elsewhere(&self, party: &Party, except: &str, before: Time) -> Option<Time> {
        self.activities_elsewhere(party, except)
            .filter_map(|activity| activity.times.iter().rev().find(|time| **time < before))
            .max()
            .copied()
    }

    /// Whether `party` used an address of `domain` before `before`, in any
    /// package but `except`.
    pub fn used_domain_elsewhere(
        &self,
        party: &Party,
        domain: &str,
        except: &str,
        before: Time,
    ) -> bool {
        self.activities_elsewhere(party, except)
            .flat_map(|activity| &activity.contacts)
            .any(|(contact, time)| &*contact.domain == domain && *time < before)
    }

    /// How many packages but `except` `party` published in during the `window`
    /// that ends at `until`.
    pub fn packages_within(&self, party: &Party, except: &str, window: Days, until: Time) -> usize {
        let from = until - window;
        self.activities_elsewhere(party, except)
            .filter(|activity| {
                activity
                    .times
                    .iter()
                    .any(|time| *time > from && *time <= until)
            })
            .count()
    }

    /// The package that is being judged is left out everywhere: its own history
    /// says what happened there, cut at the right moment.
    fn activities_elsewhere<'a>(
        &'a self,
        party: &'a Party,
        except: &'a str,
    ) -> impl Iterator<Item = &'a Activity> {
        self.activities_of(party)
            .filter(move |activity| &*self.names[activity.package] != except)
    }

    fn activities_of(&self, party: &Party) -> impl Iterator<Item = &Activity> {
        self.activity
            .get(self.canonical(party))
            .into_iter()
            .flatten()
    }
}

/// When each owner of record was first listed. Lists repeat from release to
/// release, so each distinct one is looked at once.
fn first_listings(history: &History) -> impl Iterator<Item = (&Party, Time)> {
    let mut first: Vec<Option<Time>> = vec![None; history.parties().len()];
    let mut last = None;
    for release in history.releases() {
        let (Some(owners), Some(published)) = (release.owners, release.published) else {
            continue;
        };
        if last.replace(owners) == Some(owners) {
            continue;
        }
        for party in history.owner_set(owners) {
            first[party.index()].get_or_insert(published);
        }
    }
    for joined in history.joined() {
        let first = first[joined.owner.index()].get_or_insert(joined.at);
        *first = joined.at.min(*first);
    }
    history
        .parties()
        .iter()
        .zip(first)
        .filter_map(|(party, first)| Some((party, first?)))
}

fn activities(history: &History, package: usize) -> impl Iterator<Item = (Party, Activity)> {
    let mut by_party: Vec<Option<Activity>> = history.parties().iter().map(|_| None).collect();
    for release in history.releases() {
        let (Some(publisher), Some(published)) = (release.publisher, release.published) else {
            continue;
        };
        let activity = by_party[publisher.index()].get_or_insert_with(|| Activity {
            package,
            times: Vec::new(),
            contacts: Vec::new(),
        });
        activity.times.push(published);
        if let Some(contact) = release.contact.map(|ix| history.contact(ix))
            && activity
                .contacts
                .last()
                .is_none_or(|(last, _)| last != contact)
        {
            activity.contacts.push((contact.clone(), published));
        }
    }
    let parties = history.parties().iter().cloned();
    // A workflow without its id is a name shared by everybody: it is nobody's
    // record elsewhere.
    let has_id = |party: &Party| !matches!(party, Party::Workflow { config: None, .. });
    parties
        .zip(by_party)
        .filter(move |(party, _)| has_id(party))
        .filter_map(|(party, activity)| Some((party, activity?)))
}
