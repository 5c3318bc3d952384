//! What differs at a release against the package's own history.
//!
//! One file per kind, each with its id, one line of explanation and a page of
//! the same name in `docs/changes/`. Detectors look only at what was known
//! before the release, so that a replay sees what a user would have seen.

mod automation;
mod automation_moved;
mod co_maintainer;
mod contact_changed;
mod evidence_fell;
mod fact;
mod handover;
mod new_publisher;
mod owners_changed;
mod repository_moved;
mod returning_publisher;

pub use fact::{Fact, WorkflowRepository};

use crate::came_with::{self, CameWith};
use crate::past::{Hand, Past};
use crate::people::People;
use crate::policy::{ChangeLimits, StandingLimits};
use crate::standing::{self, Standing};
use serde::{Deserialize, Serialize};
use std::fmt;
use tenure_domain::{Days, History, Party, PartyIx, Release, Time};

/// The kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// First release by a party that was already a listed owner.
    CoMaintainer,
    /// First release by a party that was not.
    NewPublisher,
    /// A new publisher where the earlier hands are gone, silent, or were one.
    Handover,
    /// An old hand after long absence.
    ReturningPublisher,
    /// Releases begin to come from a workflow.
    Automation,
    /// The workflow is another one.
    AutomationMoved,
    /// Evidence lost within a release line that had it.
    EvidenceFell,
    /// Same login, another e-mail domain.
    ContactChanged,
    /// The owner list changed.
    OwnersChanged,
    /// The declared repository changed hands.
    RepositoryMoved,
}

/// A kind's id and its one line of explanation.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// The kind.
    pub kind: Kind,
    /// The id, as it stands in policies, SARIF and the names of the pages.
    pub id: &'static str,
    /// One line for people.
    pub line: &'static str,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::CoMaintainer,
        Self::NewPublisher,
        Self::Handover,
        Self::ReturningPublisher,
        Self::Automation,
        Self::AutomationMoved,
        Self::EvidenceFell,
        Self::ContactChanged,
        Self::OwnersChanged,
        Self::RepositoryMoved,
    ];

    /// Its id and explanation.
    pub fn meta(self) -> &'static Meta {
        match self {
            Self::CoMaintainer => &co_maintainer::META,
            Self::NewPublisher => &new_publisher::META,
            Self::Handover => &handover::META,
            Self::ReturningPublisher => &returning_publisher::META,
            Self::Automation => &automation::META,
            Self::AutomationMoved => &automation_moved::META,
            Self::EvidenceFell => &evidence_fell::META,
            Self::ContactChanged => &contact_changed::META,
            Self::OwnersChanged => &owners_changed::META,
            Self::RepositoryMoved => &repository_moved::META,
        }
    }

    /// Whether it is about who publishes, rather than about what surrounds a
    /// release.
    pub fn is_of_hands(self) -> bool {
        use Kind::{
            Automation, AutomationMoved, CoMaintainer, Handover, NewPublisher, ReturningPublisher,
        };
        matches!(
            self,
            CoMaintainer
                | NewPublisher
                | Handover
                | ReturningPublisher
                | Automation
                | AutomationMoved
        )
    }

    /// Whether it ends a tenure.
    pub fn ends_tenure(self) -> bool {
        matches!(self, Self::Handover | Self::AutomationMoved)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.meta().id)
    }
}

/// A change, with the facts that make it one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What kind of change.
    pub kind: Kind,
    /// The release at which it shows, as a place in the history.
    #[serde(skip)]
    pub index: usize,
    /// That release's version.
    pub since: String,
    /// When it was published.
    pub at: Time,
    /// The earlier publishers, the latest first. Empty if none is known.
    pub from: Vec<Party>,
    /// The party that published the release.
    pub to: Party,
    /// Why it is this kind.
    pub facts: Vec<Fact>,
    /// What is known of a newcomer.
    pub standing: Option<Standing>,
    /// What came with it.
    pub came_with: Vec<CameWith>,
    /// What came with the next releases by the same hands, where anything did:
    /// a payload seldom comes with the first.
    pub followed_by: Vec<FollowedBy>,
}

/// A later release by the hands of a change, and what came with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FollowedBy {
    /// The release, as a place in the history.
    #[serde(skip)]
    pub index: usize,
    /// Which release by these hands it is; the one of the change is the first.
    pub nth: usize,
    /// Its version.
    pub version: String,
    /// What came with it.
    pub came_with: Vec<CameWith>,
}

/// How many earlier publishers a change names, the latest first: enough to
/// tell the story, bounded for packages with thousands.
const MOST_HANDS: usize = 32;

/// One release and what was known before it.
pub struct Scene<'a> {
    pub(crate) history: &'a History,
    pub(crate) release: &'a Release,
    pub(crate) index: usize,
    /// When the release was published.
    pub(crate) at: Time,
    /// Who published it.
    pub(crate) publisher: PartyIx,
    pub(crate) past: &'a Past<'a>,
    pub(crate) people: &'a People,
    pub(crate) limits: &'a ChangeLimits,
    pub(crate) standing: &'a StandingLimits,
}

impl<'a> Scene<'a> {
    pub(crate) fn party(&self) -> &'a Party {
        self.history.party(self.publisher)
    }

    /// What the publisher did here before; `None` for a newcomer.
    pub(crate) fn own_hand(&self) -> Option<&Hand> {
        self.past.hand(self.publisher)
    }

    /// Earlier publishers, the one who published last first.
    pub(crate) fn earlier(&self) -> Vec<&'a Party> {
        let mut hands: Vec<&Hand> = self.past.hands().iter().collect();
        hands.sort_by_key(|hand| std::cmp::Reverse(hand.last));
        hands.truncate(MOST_HANDS);
        hands
            .into_iter()
            .map(|hand| self.history.party(hand.party))
            .collect()
    }

    /// When the publisher was made an owner, where that is known.
    pub(crate) fn made_owner(&self) -> Option<Fact> {
        let joined = self.past.joined(self.publisher, self.at)?;
        Some(Fact::MadeOwner {
            at: joined.at,
            by: joined.by.map(|by| self.history.party(by).clone()),
        })
    }

    /// What is known of a newcomer's rights before: nothing where no list is.
    pub(crate) fn not_listed(&self) -> Fact {
        if let Some(made) = self.made_owner() {
            return made;
        }
        match self.past.owners() {
            Some(_) => Fact::NotListedBefore,
            None => Fact::EarlierOwnersNotKnown,
        }
    }

    /// Whether there is enough history for a newcomer to be news.
    pub(crate) fn is_established(&self) -> bool {
        !self.past.hands().is_empty() && self.past.releases() >= self.limits.established_releases
    }

    /// Whether none of the earlier publishers is listed as an owner of this
    /// release. `false` where the list is not known.
    pub(crate) fn earlier_hands_are_gone(&self) -> bool {
        let Some(owners) = self.release.owners else {
            return false;
        };
        let owners = self.history.owner_set(owners);
        let listed = |hand: &Hand| {
            owners
                .iter()
                .any(|owner| self.past.person(*owner) == hand.party)
        };
        // A workflow is never in the list of owners.
        let mut accounts = self
            .past
            .hands()
            .iter()
            .filter(|hand| !self.history.party(hand.party).is_workflow());
        !owners.is_empty() && accounts.clone().next().is_some() && !accounts.any(listed)
    }

    /// Whether the publisher's address is one that an earlier hand used.
    fn shares_contact(&self) -> bool {
        let person = self.past.person(self.publisher);
        let used = |hand: &Hand| {
            hand.party != person
                && self
                    .release
                    .contact
                    .is_some_and(|contact| hand.contacts.contains(&contact))
        };
        self.past.hands().iter().any(used)
    }

    pub(crate) fn silence(&self) -> Days {
        self.past.silence(self.at).unwrap_or_default()
    }

    fn standing(&self) -> Standing {
        standing::of(
            self.people,
            self.standing,
            standing::Question {
                party: self.people.canonical(self.party()),
                package: self.history.package().name(),
                earlier: &self.earlier(),
                dependencies: self.past.dependencies(),
                at: self.at,
                same_contact: self.shares_contact(),
            },
        )
    }

    /// A change of `kind` at this release.
    pub(crate) fn change(&self, kind: Kind, facts: Vec<Fact>) -> Change {
        Change {
            kind,
            index: self.index,
            since: self.release.version.to_string(),
            at: self.at,
            from: self.earlier().into_iter().cloned().collect(),
            to: self.party().clone(),
            facts,
            standing: kind.is_of_hands().then(|| self.standing()),
            came_with: came_with::of(self),
            followed_by: Vec::new(),
        }
    }
}

/// Every change in a history, in the order of the releases at which they show.
pub fn detect(
    history: &History,
    people: &People,
    limits: &ChangeLimits,
    standing: &StandingLimits,
) -> Vec<Change> {
    let mut past = Past::new(history, people);
    let mut changes = Vec::new();
    let mut on_probation: Vec<Probation> = Vec::new();
    for (index, release) in history.releases().iter().enumerate() {
        if let Some(at) = release.published {
            past.reach(at);
        }
        let scene = |at, publisher| Scene {
            history,
            release,
            index,
            at,
            publisher,
            past: &past,
            people,
            limits,
            standing,
        };
        if let (Some(at), Some(publisher)) = (release.published, release.publisher) {
            let scene = scene(at, publisher);
            follow(&scene, &mut on_probation, &mut changes);
            for change in detect_at(&scene) {
                if change.kind.is_of_hands() {
                    let person = past.person(publisher);
                    on_probation.push(Probation {
                        person,
                        change: changes.len(),
                        releases: 1,
                    });
                }
                changes.push(change);
            }
        } else if let Some(at) = release.published {
            changes.extend(owners_changed::unsigned(&past, release, |to| scene(at, to)));
        }
        past.advance(index);
    }
    changes
}

/// How many of a newcomer's releases are looked at for what came with them.
pub const FOLLOWED: usize = 10;

/// A newcomer whose next releases are looked at.
struct Probation {
    person: PartyIx,
    /// Where the change stands in the list of changes.
    change: usize,
    /// How many releases it has made, the one of the change included.
    releases: usize,
}

/// Notes what comes with a release by somebody who is new.
fn follow(scene: &Scene<'_>, on_probation: &mut Vec<Probation>, changes: &mut [Change]) {
    let person = scene.past.person(scene.publisher);
    // Most releases are by nobody who is new: only then is it worth looking.
    let mut theirs = on_probation
        .iter_mut()
        .filter(|probation| probation.person == person)
        .peekable();
    if theirs.peek().is_none() {
        return;
    }
    let came_with = came_with::of(scene);
    for probation in theirs {
        probation.releases += 1;
        if !came_with.is_empty() {
            changes[probation.change].followed_by.push(FollowedBy {
                index: scene.index,
                nth: probation.releases,
                version: scene.release.version.to_string(),
                came_with: came_with.clone(),
            });
        }
    }
    on_probation.retain(|probation| probation.releases < FOLLOWED);
}

/// What differs at one release: at most one change of hands, and what else
/// changed.
fn detect_at(scene: &Scene<'_>) -> Vec<Change> {
    let hands = automation_moved::detect(scene)
        .or_else(|| automation::detect(scene))
        .or_else(|| co_maintainer::detect(scene))
        .or_else(|| handover::detect(scene))
        .or_else(|| new_publisher::detect(scene))
        .or_else(|| returning_publisher::detect(scene));
    let around = [
        evidence_fell::detect(scene),
        contact_changed::detect(scene),
        repository_moved::detect(scene),
        owners_changed::detect(scene),
    ];
    hands
        .into_iter()
        .chain(around.into_iter().flatten())
        .collect()
}
