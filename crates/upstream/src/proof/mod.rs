//! Whether an account shows a key: the half of an identity link that is not in
//! the statement. One file for each kind of account.
//!
//! Every address here was written by somebody else, so all are asked through
//! `Guarded`, but for registries of packages, which are those
//! that the user's own clients are configured for.

mod domain;
mod github;
mod guarded;
mod me;
mod names;
mod registry;

pub use names::{Allowed, AllowedError};

use crate::fetch::FetcherOptions;
use crate::npm_config::Transport;
use crate::{FetchError, fetch};
use guarded::Guarded;
use names::Names;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tenure_ecosystem::identity::{Account, Proof};
use tenure_ecosystem::vouch::ssh::Fingerprint;
use url::Url;

/// Where GitHub's API is, if nothing else is said.
pub const GITHUB: &str = "https://api.github.com";

/// What a [`Prover`] is made of.
#[derive(Clone)]
pub struct ProverOptions {
    /// Certificates and proxies.
    pub transport: Transport,
    /// Where GitHub's API is, if the user says so: such an address may be within
    /// the own network, and need not be `https`.
    pub github: Option<Url>,
    /// The DNS server to ask; the system's if none is named.
    pub dns: Option<SocketAddr>,
    /// Hosts within the own network that the user allows to be asked.
    pub allow: Vec<Allowed>,
    /// How long everything about one account may take.
    pub patience: Duration,
    /// How registries of packages are asked.
    pub registries: FetcherOptions,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The key.
    pub key: Fingerprint,
    /// The account that is to show it.
    pub account: Account,
    /// Where, if that does not follow from the account.
    pub proof: Option<Proof>,
    /// The account's number at its registry, as it was seen before.
    pub id: Option<String>,
    /// Where it was shown before.
    pub via: Option<String>,
}

/// What an account shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proved {
    /// The key.
    Confirmed {
        /// Where.
        via: String,
        /// The account's number at its registry, where it has one.
        id: Option<String>,
    },
    /// Something else, or nothing.
    Denied {
        /// What was found instead.
        why: String,
    },
}

/// Asks accounts for the keys that they show. Cheap to clone.
#[derive(Clone)]
pub struct Prover(Arc<Inner>);

struct Inner {
    web: Guarded,
    github: Url,
    patience: Duration,
    registries: fetch::RegistryClients,
}

impl Prover {
    /// Sets up the clients; nothing is connected yet.
    ///
    /// # Errors
    /// [`FetchError::Setup`] when a certificate or a proxy is unusable.
    pub fn new(options: ProverOptions) -> Result<Self, FetchError> {
        let names = Names::new(&options);
        let public = || {
            GITHUB.parse::<Url>().map_err(|error| FetchError::Setup {
                why: error.to_string(),
            })
        };
        let github = match &options.github {
            Some(given) => given.clone(),
            None => public()?,
        };
        Ok(Self(Arc::new(Inner {
            web: Guarded::new(&options, names)?,
            github,
            patience: options.patience,
            registries: fetch::RegistryClients::new(options.registries),
        })))
    }

    /// Asks whether an account shows a key.
    ///
    /// # Errors
    /// When nobody answers, or nothing that can be read: that says nothing about
    /// the account.
    pub async fn check(&self, question: &Question) -> Result<Proved, FetchError> {
        let longest = self.0.patience;
        let asked = tokio::time::timeout(longest, self.ask(question)).await;
        asked.unwrap_or_else(|_| {
            let url = question.account.to_string();
            Err(FetchError::Slow { url, longest })
        })
    }

    async fn ask(&self, question: &Question) -> Result<Proved, FetchError> {
        let inner = &*self.0;
        match (&question.account, &question.proof) {
            (Account::Github { login, id }, proof) => {
                let known = id.map(|id| id.to_string()).or_else(|| question.id.clone());
                let proof = proof.as_ref();
                inner
                    .github(login, known.as_deref(), proof, &question.key)
                    .await
            }
            (Account::Domain(name), _) => inner.domain(name, question).await,
            (Account::Web(profile), Some(Proof::Address(page))) => {
                inner.me(profile, page, question).await
            }
            (Account::Registry(party), proof) => {
                inner.registry(party, proof.as_ref(), question).await
            }
            // Its statement would have been refused.
            (Account::Web(_) | Account::Key(_), _) => Ok(Proved::Denied {
                why: "there is nothing to ask".to_owned(),
            }),
        }
    }
}

impl Proved {
    fn denied(why: impl Into<String>) -> Self {
        Self::Denied { why: why.into() }
    }
}
