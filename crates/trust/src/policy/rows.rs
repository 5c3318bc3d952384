//! The rows of the policy's table, and which row a change falls under.

use crate::change::{Change, Fact, Kind, WorkflowRepository};
use crate::policy::ChangeLimits;
use crate::verdict::Action;
use serde::{Deserialize, Serialize};

macro_rules! rows {
    ($($(#[$doc:meta])* $variant:ident $field:ident $id:literal = $default:expr;)*) => {
        /// A row of the table: a kind of change, split where standing or
        /// circumstances change what it deserves.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Row {
            $($(#[$doc])* $variant,)*
        }

        /// What each row deserves, at T0 to T4.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub struct Verdicts {
            $($(#[$doc])* pub $field: [Action; 5],)*
        }

        impl Default for Verdicts {
            fn default() -> Self {
                use Action::{Ask, Note, Pass, Wait};
                Self { $($field: $default,)* }
            }
        }

        impl Verdicts {
            /// The actions of a row, at T0 to T4.
            pub fn of(&self, row: Row) -> &[Action; 5] {
                match row { $(Row::$variant => &self.$field,)* }
            }
        }

        impl Row {
            /// Every row.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its key in a policy.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }
        }
    };
}

rows! {
    /// An owner of record publishes for the first time.
    CoMaintainer co_maintainer "co-maintainer" = [Pass, Pass, Pass, Note, Note];
    /// ... after a long silence of the package: a right that was never used.
    CoMaintainerAfterSilence co_maintainer_after_silence "co-maintainer-after-silence" = [Pass, Note, Wait, Wait, Wait];
    /// A newcomer with a record elsewhere.
    NewPublisherKnown new_publisher_known "new-publisher-known" = [Pass, Pass, Note, Note, Note];
    /// A newcomer without one.
    NewPublisherStranger new_publisher_stranger "new-publisher-stranger" = [Note, Note, Wait, Wait, Wait];
    /// A hand-over to somebody with a record elsewhere.
    HandoverKnown handover_known "handover-known" = [Pass, Note, Note, Note, Note];
    /// A hand-over to somebody without one.
    HandoverStranger handover_stranger "handover-stranger" = [Note, Note, Wait, Wait, Wait];
    /// ... where the earlier hands are gone or long silent.
    HandoverColdStranger handover_cold_stranger "handover-cold-stranger" = [Wait, Wait, Ask, Ask, Ask];
    /// An old hand returns that was active elsewhere, or to its own package.
    ReturningPublisher returning_publisher "returning-publisher" = [Pass, Pass, Note, Note, Note];
    /// An old hand returns that was seen nowhere, or whom others had replaced.
    ReturningPublisherDormant returning_publisher_dormant "returning-publisher-dormant" = [Pass, Note, Wait, Wait, Wait];
    /// A workflow of the linked repository.
    AutomationLinked automation_linked "automation-linked" = [Pass, Pass, Pass, Note, Note];
    /// A workflow of which that is not confirmed.
    Automation automation "automation" = [Pass, Note, Wait, Wait, Wait];
    /// Another workflow than before.
    AutomationMoved automation_moved "automation-moved" = [Wait, Wait, Ask, Ask, Ask];
    /// Evidence lost within a line.
    EvidenceFell evidence_fell "evidence-fell" = [Note, Note, Wait, Wait, Wait];
    /// Another e-mail domain.
    ContactChanged contact_changed "contact-changed" = [Pass, Note, Wait, Wait, Wait];
    /// Another e-mail domain and evidence lost in one release.
    ContactChangedEvidenceFell contact_changed_evidence_fell "contact-changed-evidence-fell" = [Wait, Wait, Ask, Ask, Ask];
    /// Another list of owners.
    OwnersChanged owners_changed "owners-changed" = [Pass, Pass, Pass, Note, Note];
    /// Another holder of the declared repository.
    RepositoryMoved repository_moved "repository-moved" = [Pass, Note, Note, Note, Note];
}

/// The row that `change` falls under; `together` are all changes at the same
/// release.
pub fn row(change: &Change, together: &[Change], limits: &ChangeLimits) -> Row {
    let stranger = change
        .standing
        .as_ref()
        .is_none_or(crate::standing::Standing::is_stranger);
    let has = |wanted: fn(&Fact) -> bool| change.facts.iter().any(wanted);
    let cold = change.facts.iter().any(|fact| match fact {
        Fact::EarlierHandsGone => true,
        Fact::Silence { days } => days.0 >= limits.cold_days,
        _ => false,
    });
    match change.kind {
        Kind::CoMaintainer if cold => Row::CoMaintainerAfterSilence,
        Kind::CoMaintainer => Row::CoMaintainer,
        Kind::NewPublisher if stranger => Row::NewPublisherStranger,
        Kind::NewPublisher => Row::NewPublisherKnown,
        Kind::Handover if stranger && cold => Row::HandoverColdStranger,
        Kind::Handover if stranger => Row::HandoverStranger,
        Kind::Handover => Row::HandoverKnown,
        Kind::ReturningPublisher
            if has(|fact| matches!(fact, Fact::UnseenFor { .. } | Fact::OthersReleased { .. })) =>
        {
            Row::ReturningPublisherDormant
        }
        Kind::ReturningPublisher => Row::ReturningPublisher,
        Kind::Automation
            if has(|fact| {
                matches!(
                    fact,
                    Fact::Repository {
                        relation: WorkflowRepository::Linked
                    }
                )
            }) =>
        {
            Row::AutomationLinked
        }
        Kind::Automation => Row::Automation,
        Kind::AutomationMoved => Row::AutomationMoved,
        Kind::EvidenceFell => Row::EvidenceFell,
        Kind::ContactChanged
            if together
                .iter()
                .any(|other| other.kind == Kind::EvidenceFell) =>
        {
            Row::ContactChangedEvidenceFell
        }
        Kind::ContactChanged => Row::ContactChanged,
        Kind::OwnersChanged => Row::OwnersChanged,
        Kind::RepositoryMoved => Row::RepositoryMoved,
    }
}
