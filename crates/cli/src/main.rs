//! The `tenure` command: knows who holds a package.

mod args;
mod command;
mod context;
mod exit;
mod output;
mod settings;

use anyhow::Context as _;
use clap::Parser;
use context::{Process, Unavailable};
use exit::Exit;
use std::process::ExitCode;
use tenure_domain::Time;
use tenure_upstream::Environment;

/// A server makes and drops answers of many megabytes; this allocator gives
/// their memory back sooner than the system's. Huge pages are left alone: each
/// thread would fill one with zeros for a few kilobytes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    let process = Process {
        env: Environment::from_process(),
        now: now(),
        secret,
    };
    match command::run(arguments, &process) {
        Ok(exit) => exit.into(),
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            let unavailable = error.downcast_ref::<Unavailable>().is_some();
            let exit = if unavailable {
                Exit::Unknown
            } else {
                Exit::Usage
            };
            exit.into()
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the clock is read here, once, and passed down"
)]
pub(crate) fn now() -> Time {
    Time::from_millis(jiff::Timestamp::now().as_millisecond())
}

/// What tokens are made of, from the operating system's own randomness. It is
/// read here and nowhere else.
fn secret() -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
    Ok(bytes)
}
