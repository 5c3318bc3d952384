//! The server's log, on standard error.

use super::LogFormat;
use anyhow::anyhow;
use std::io::IsTerminal as _;
use tenure_upstream::Environment;
use tracing_subscriber::EnvFilter;

/// What is written where nothing else is asked for.
const DEFAULT: &str = "info";

/// Starts the log. `TENURE_LOG` says how much is written, such as `debug` or
/// `warn,tenure_server=debug`.
pub(super) fn start(format: LogFormat, env: &Environment) -> anyhow::Result<()> {
    let wanted = env.variable("TENURE_LOG").unwrap_or(DEFAULT);
    let filter = EnvFilter::try_new(wanted)
        .map_err(|error| anyhow!("`TENURE_LOG` is `{wanted}`, which says no level: {error}"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    let started = match format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder
            .with_ansi(std::io::stderr().is_terminal())
            .try_init(),
    };
    started.map_err(|error| anyhow!("the log cannot be started: {error}"))
}
