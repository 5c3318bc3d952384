//! One history, walked release by release: what was known just before each.

use crate::people::People;
use std::collections::HashMap;
use tenure_domain::{
    ContactIx, Days, History, Joined, OwnerSetIx, OwnersSeen, Party, PartyIx, Release,
    RepositoryIx, Time, release_line,
};

/// What an earlier publisher did here.
#[derive(Clone, Debug)]
pub struct Hand {
    /// The party; where links make several ids one person, the first of them
    /// that was seen here.
    pub party: PartyIx,
    /// How many releases it published.
    pub releases: usize,
    /// Its first release.
    pub first: Time,
    /// Its last release.
    pub last: Time,
    /// The addresses it used, in order; the last one is current.
    pub contacts: Vec<ContactIx>,
    /// How many releases the package had, by anybody, at its last one.
    pub position: usize,
}

/// What was known of a package just before one of its releases.
#[derive(Debug)]
pub struct Past<'h> {
    history: &'h History,
    /// For each party of the history, the one that stands for the person.
    person: Vec<PartyIx>,
    hands: Vec<Hand>,
    /// For each party, its place in `hands`.
    hand_of: Vec<Option<usize>>,
    /// Since when each party was listed as an owner.
    listed: Vec<Option<Time>>,
    releases: usize,
    last: Option<Time>,
    attested: HashMap<&'h str, usize>,
    repository: Option<RepositoryIx>,
    owners: Option<OwnerSetIx>,
    /// The list of the first look at the owners, until that is past.
    first_look: Option<OwnersSeen>,
    /// The latest release of each line, by time.
    latest_of_line: HashMap<&'h str, usize>,
    previous: Option<usize>,
}

impl<'h> Past<'h> {
    /// Before the first release.
    pub fn new(history: &'h History, people: &People) -> Self {
        let parties = history.parties();
        let mut seen: Vec<Option<PartyIx>> = vec![None; parties.len()];
        let mut first: HashMap<&Party, PartyIx> = HashMap::new();
        let mut meet = |ix: &PartyIx| {
            let party = people.canonical(&parties[ix.index()]);
            seen[ix.index()] = Some(*first.entry(party).or_insert(*ix));
        };
        for release in history.releases() {
            let owners = release.owners.map_or(&[][..], |set| history.owner_set(set));
            let publisher = release.publisher.iter();
            publisher
                .chain(owners)
                .chain(&release.approver)
                .for_each(&mut meet);
        }
        let first_look = history.owners_seen().first().copied();
        if let Some(list) = first_look {
            history.owner_set(list.owners).iter().for_each(&mut meet);
        }
        (history.joined().iter()).for_each(|joined| meet(&joined.owner));
        Self {
            history,
            // A party that appears only among the present owners never acts
            // in a release, so its place is never asked for.
            person: seen.into_iter().map(Option::unwrap_or_default).collect(),
            hands: Vec::new(),
            hand_of: vec![None; parties.len()],
            listed: vec![None; parties.len()],
            releases: 0,
            last: None,
            attested: HashMap::new(),
            repository: None,
            owners: None,
            first_look,
            latest_of_line: HashMap::new(),
            previous: None,
        }
    }

    /// The history that it is the past of.
    pub fn history(&self) -> &'h History {
        self.history
    }

    /// The party that stands for the person behind `party`.
    pub fn person(&self, party: PartyIx) -> PartyIx {
        self.person[party.index()]
    }

    /// Earlier publishers, in the order of their first release here.
    pub fn hands(&self) -> &[Hand] {
        &self.hands
    }

    /// What the person behind `party` did here before.
    pub fn hand(&self, party: PartyIx) -> Option<&Hand> {
        self.hand_of[self.person(party).index()].map(|at| &self.hands[at])
    }

    /// Since when `party` has been listed as an owner, as of the release
    /// before.
    pub fn listed_since(&self, party: PartyIx) -> Option<Time> {
        self.listed[self.person(party).index()]
    }

    /// What the release before depends on, at run time; nothing before the first.
    pub fn dependencies(&self) -> &'h [Box<str>] {
        let before = self.previous.map(|at| &self.history.releases()[at]);
        before.map_or(&[], |before| self.history.dependencies(before.dependencies))
    }

    /// How many releases there were.
    pub fn releases(&self) -> usize {
        self.releases
    }

    /// How long the package was silent before `at`.
    pub fn silence(&self, at: Time) -> Option<Days> {
        self.last.map(|last| at.since(last))
    }

    /// How many attested releases in a row the line of `version` has seen.
    pub fn attested_run(&self, version: &str) -> usize {
        release_line(version)
            .and_then(|line| self.attested.get(line))
            .copied()
            .unwrap_or(0)
    }

    /// The repository that the latest release with one declared.
    pub fn repository(&self) -> Option<RepositoryIx> {
        self.repository
    }

    /// The owners listed at the latest release that lists any, or when somebody
    /// first looked.
    pub fn owners(&self) -> Option<OwnerSetIx> {
        self.owners
    }

    /// The release that a user of `version`'s line would have had before: the
    /// latest of the line, else the latest of all.
    pub fn predecessor(&self, version: &str) -> Option<&'h Release> {
        let of_line = release_line(version)
            .and_then(|line| self.latest_of_line.get(line))
            .copied();
        of_line
            .or(self.previous)
            .map(|at| &self.history.releases()[at])
    }

    /// Lets time pass until a release at `at`. Where the lists of owners are
    /// known from looks alone, the first look is where knowledge begins, and
    /// counts as if there had been a release.
    pub fn reach(&mut self, at: Time) {
        let Some(first) = self.first_look.take_if(|first| first.first < at) else {
            return;
        };
        if self.owners.is_none() {
            self.list(first.owners, first.first);
        }
    }

    /// Takes the release at `index` into the past.
    pub fn advance(&mut self, index: usize) {
        let release = &self.history.releases()[index];
        self.take_publisher(release);
        self.take_owners(release);
        self.take_joined(release);
        self.take_line(release, index);
        self.repository = release.repository.or(self.repository);
        self.releases += 1;
        self.last = release.published.or(self.last);
    }

    fn take_publisher(&mut self, release: &Release) {
        let (Some(publisher), Some(published)) = (release.publisher, release.published) else {
            return;
        };
        let party = self.person(publisher);
        let position = self.releases + 1;
        let at = *self.hand_of[party.index()].get_or_insert_with(|| {
            let contacts = Vec::new();
            self.hands.push(Hand {
                party,
                releases: 0,
                first: published,
                last: published,
                contacts,
                position,
            });
            self.hands.len() - 1
        });
        let hand = &mut self.hands[at];
        hand.releases += 1;
        hand.last = published;
        hand.position = position;
        if let Some(contact) = release.contact {
            hand.contacts.retain(|known| *known != contact);
            hand.contacts.push(contact);
        }
    }

    fn take_owners(&mut self, release: &Release) {
        let (Some(owners), Some(published)) = (release.owners, release.published) else {
            return;
        };
        self.list(owners, published);
    }

    /// Some registries say who joined the owners when: whoever had done so by
    /// this release is listed at it.
    fn take_joined(&mut self, release: &Release) {
        let until = |joined: &&Joined| Some(joined.at) <= release.published;
        for joined in self.history.joined().iter().take_while(until) {
            let person = self.person(joined.owner);
            self.listed[person.index()].get_or_insert(joined.at);
        }
    }

    /// When the person behind `party` was made an owner, and by whom, the last
    /// time until `at`.
    pub fn joined(&self, party: PartyIx, at: Time) -> Option<&'h Joined> {
        let person = self.person(party);
        let until = self.history.joined().iter().rev();
        let mut until = until.filter(|joined| joined.at <= at);
        until.find(|joined| self.person(joined.owner) == person)
    }

    fn list(&mut self, owners: OwnerSetIx, at: Time) {
        self.owners = Some(owners);
        for party in self.history.owner_set(owners) {
            let person = self.person(*party);
            self.listed[person.index()].get_or_insert(at);
        }
    }

    fn take_line(&mut self, release: &'h Release, index: usize) {
        // A release without a publisher has no manifest at hand, so nothing can
        // be compared with it.
        if release.publisher.is_none() {
            return;
        }
        self.previous = Some(index);
        let Some(line) = release_line(&release.version) else {
            return;
        };
        self.latest_of_line.insert(line, index);
        let run = self.attested.entry(line).or_default();
        *run = if is_attested(self.history, release) {
            *run + 1
        } else {
            0
        };
    }
}

/// Whether a release carries evidence of how it was made: provenance, or a
/// workflow as its publisher.
pub fn is_attested(history: &History, release: &Release) -> bool {
    release.provenance || history.publisher(release).is_some_and(Party::is_workflow)
}
