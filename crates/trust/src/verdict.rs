//! Verdicts and what led to them.

use crate::change::Change;
use crate::tier::TierReason;
use crate::web::Path;
use serde::{Deserialize, Serialize};
use std::fmt;
use tenure_domain::{Days, Missing, PackageId, Party, Time};

/// What is to be done with a release. Ordered from harmless to serious, with
/// `unknown` between a note and a hold: it must be seen, and it stops nothing
/// by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing to say.
    Pass,
    /// Worth a line, nothing to do.
    Note,
    /// A fact that is needed is missing.
    Unknown,
    /// Not taken by itself; taken when somebody chooses it.
    Hold,
    /// Must not be used.
    Block,
}

impl Verdict {
    /// All verdicts, in their order.
    pub const ALL: [Self; 5] = [
        Self::Pass,
        Self::Note,
        Self::Unknown,
        Self::Hold,
        Self::Block,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Note => "note",
            Self::Unknown => "unknown",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a change deserves, as a policy says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Nothing.
    Pass,
    /// A line.
    Note,
    /// A hold that ends by itself when the new hands have seasoned.
    Wait,
    /// A hold that waits for a person.
    Ask,
    /// A block.
    Block,
}

impl Action {
    /// The verdict while the change is in force.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Pass => Verdict::Pass,
            Self::Note => Verdict::Note,
            Self::Wait | Self::Ask => Verdict::Hold,
            Self::Block => Verdict::Block,
        }
    }

    /// The word for it in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Note => "note",
            Self::Wait => "wait",
            Self::Ask => "ask",
            Self::Block => "block",
        }
    }
}

/// How a change stands at the moment of judging.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// It counts.
    InForce {
        /// When it stops counting by itself, if nothing is reported until
        /// then; `None` if only a person can end it.
        until: Option<Time>,
    },
    /// The hands have seasoned: enough days and releases without report.
    Seasoned {
        /// How long ago the change was.
        age: Days,
    },
    /// It is part of the baseline in `tenure.lock`.
    Baseline,
    /// Somebody accepted this very change.
    Accepted {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// Somebody trusts the person.
    Trusted {
        /// Who is trusted.
        person: Party,
    },
    /// People that the project follows vouch for the person.
    Vouched {
        /// Who is vouched for.
        person: Party,
        /// The day on which the first of those vouches ends.
        until: Time,
        /// The paths from the people who are followed.
        paths: Vec<Path>,
    },
}

impl State {
    /// What a change of which the policy says `action` contributes to the
    /// verdict.
    pub fn verdict(&self, action: Action) -> Verdict {
        match self {
            Self::InForce { .. } => action.verdict(),
            // What has been settled stays in the findings, so that `explain`
            // can tell the whole story, and says no more than that.
            _ => Verdict::Pass,
        }
    }
}

/// A change, what the policy says of it, and how it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The change.
    pub change: Change,
    /// The rule: the row of the policy that applied.
    pub rule: &'static str,
    /// What the policy says of it at this tier.
    pub action: Action,
    /// How it stands now.
    pub state: State,
}

impl Finding {
    /// What it contributes to the verdict.
    pub fn verdict(&self) -> Verdict {
        self.state.verdict(self.action)
    }

    /// When a hold ends by itself; `None` if it is no hold or only a person
    /// can end it.
    pub fn until(&self) -> Option<Time> {
        match self.state {
            State::InForce { until } if self.verdict() == Verdict::Hold => until,
            _ => None,
        }
    }

    /// Whether it holds and waits for a person.
    pub fn asks(&self) -> bool {
        self.action == Action::Ask && self.verdict() == Verdict::Hold
    }
}

/// The verdict on one release with everything it rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// The package.
    pub package: PackageId,
    /// The version.
    pub version: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Who published the release, where known.
    pub publisher: Option<Party>,
    /// When, where known.
    pub published: Option<Time>,
    /// The package's tier and why.
    pub tier: TierReason,
    /// What spoke, the most serious first.
    pub findings: Vec<Finding>,
    /// What was missing.
    pub missing: Vec<Missing>,
    /// A person's block that applies, with its reason.
    pub blocked: Option<String>,
}

impl Judgement {
    /// The finding that decided, if one did.
    pub fn decisive(&self) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|finding| finding.verdict() == self.verdict && self.verdict > Verdict::Pass)
    }

    /// Whether it is held and waits for a person.
    pub fn asks(&self) -> bool {
        self.verdict == Verdict::Hold && self.findings.iter().any(Finding::asks)
    }
}
