//! The servers, each started the way its own documentation says, with a warm
//! cache that stays warm.

mod nginx;
mod nora;
mod ours;
mod verdaccio;

pub(super) use nginx::Store;

use super::scenario::Scenario;
use crate::running::{Memory, Running};
use std::path::Path;
use std::time::Duration;

/// One of those that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Kind {
    /// Files that lie ready: the ceiling
    Nginx,
    /// This project's
    Tenure,
    /// The proxy in Rust that is closest
    Nora,
    /// The proxy that everybody knows
    Verdaccio,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Nginx, Self::Tenure, Self::Nora, Self::Verdaccio];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Tenure => "Tenure",
            Self::Nora => "NORA",
            Self::Verdaccio => "Verdaccio",
        }
    }

    /// Makes sure that it is installed.
    pub(super) fn install(self) -> anyhow::Result<()> {
        match self {
            Self::Nginx => crate::peers::nginx().map(drop),
            Self::Tenure => crate::peers::tenure().map(drop),
            Self::Nora => crate::peers::nora().map(drop),
            Self::Verdaccio => crate::peers::verdaccio().map(drop),
        }
    }

    /// Starts a proxy of the registry at `upstream` with nothing cached, its
    /// files in the folder `place`. nginx is none: [`Store`] starts it.
    pub(super) fn start(self, place: &Path, upstream: &str) -> anyhow::Result<Server> {
        crate::running::empty(place)?;
        match self {
            Self::Nginx => anyhow::bail!("nginx proxies nothing here"),
            Self::Tenure => ours::start(place, upstream),
            Self::Nora => nora::start(place, upstream),
            Self::Verdaccio => verdaccio::start(place, upstream),
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) kind: Kind,
    /// As the program says it.
    pub(super) version: String,
    /// The registry's address, with a slash at the end.
    base: String,
    running: Running,
}

impl Server {
    /// Where a package's document is.
    pub(super) fn package(&self, name: &str) -> String {
        format!("{}{name}", self.base)
    }

    /// The address of what `scenario` asks for.
    pub(super) fn url(&self, scenario: &Scenario, scratch: &Path) -> anyhow::Result<String> {
        if self.kind == Kind::Nginx {
            return Ok(format!("{}{}", self.base, nginx::path(scenario)));
        }
        scenario.url(&self.base, scratch)
    }

    /// Waits until it is done with what nobody waits for any more.
    pub(super) fn settle(&self) {
        self.running.settle();
    }

    /// The processor time that it has taken so far.
    pub(super) fn busy(&self) -> Duration {
        Duration::from_millis(self.running.busy() * 10)
    }

    pub(super) fn memory(&self) -> Memory {
        self.running.memory()
    }

    /// The last that it said, for the error of whoever got a wrong answer.
    pub(super) fn said(&self) -> String {
        self.running.said()
    }
}
