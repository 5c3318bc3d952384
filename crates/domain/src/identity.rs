use crate::{Person, Time};
use serde::{Deserialize, Serialize};

/// What a look at an account brought: whether it shows the key that speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It shows the key.
    Confirmed {
        /// Where.
        via: String,
        /// The account's number there, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// It answered, and does not show the key.
    Denied {
        /// What it shows instead.
        why: String,
    },
    /// Nobody answered, or nothing that could be read.
    Unanswered {
        /// What was in the way.
        why: String,
    },
}

/// A look at an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// When.
    pub at: Time,
    /// What it brought.
    pub outcome: Outcome,
}

/// That an account is the same person's as a key: what the key says, and what
/// was seen at the account.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The text that names the key and no other.
    pub key: Box<str>,
    /// The account of a registry, or the other key; `None` for what nobody is
    /// vouched for by, such as a domain.
    pub account: Option<Person>,
    /// The first day on which it is said.
    pub said: Time,
    /// Whether the other key has said so itself, so that nobody needs to look.
    pub is_mutual: bool,
    /// When the other key ends by itself, if it does.
    pub ends: Option<Time>,
    /// When it was taken back, if it was.
    pub withdrawn: Option<Time>,
    /// The looks at the account, in whatever order.
    pub looks: Vec<Look>,
}
