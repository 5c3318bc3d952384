//! What every recorded decision has: a reason, somebody who decided, an end.

use crate::context::{Git, Process, Project};
use anyhow::{Context as _, bail};
use clap::Args;
use jiff::ToSpan as _;
use tenure_domain::Time;
use toml_edit::Datetime;

/// Who decides.
#[derive(Clone, Debug, Args)]
pub(crate) struct By {
    /// Who decides; git's user.email by default
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
}

impl By {
    /// The name to write down.
    pub(crate) fn name(&self, process: &Process, project: &Project) -> anyhow::Result<String> {
        let configured = || {
            let git = Git::new(&process.env, &project.root).ok()?;
            git.setting("user.email")
        };
        let name = self.by.clone().or_else(configured);
        name.filter(|name| !name.trim().is_empty())
            .context("who decides? Git has no user.email here; say `--by WHO`")
    }
}

/// A reason that says something.
pub(crate) fn reason(text: &str) -> anyhow::Result<&str> {
    let text = text.trim();
    if text.is_empty() || text == "..." {
        bail!("a decision needs a reason: say in `--reason` what was looked at");
    }
    Ok(text)
}

/// When a decision ends: a year from `now`, if nobody says.
pub(crate) fn expiry(given: Option<Time>, now: Time) -> anyhow::Result<Time> {
    let until = match given {
        Some(until) => until,
        None => in_a_year(now)?,
    };
    if until < now {
        bail!("`--until {}` is in the past", until.date());
    }
    Ok(until)
}

fn in_a_year(now: Time) -> anyhow::Result<Time> {
    let today: jiff::civil::Date = now.date().parse().context("the clock is wrong")?;
    let date = today.checked_add(1.year()).context("the clock is wrong")?;
    Ok(date.to_string().parse()?)
}

/// A moment as a date in TOML.
pub(crate) fn date(time: Time) -> anyhow::Result<Datetime> {
    time.date().parse().context("not a date")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_a_calendar_year() {
        let now = "2024-02-29T12:00:00Z".parse().unwrap();
        assert_eq!(expiry(None, now).unwrap().date(), "2025-02-28");
        assert!(expiry(Some("2024-02-28".parse().unwrap()), now).is_err());
    }

    #[test]
    fn an_empty_reason_is_none() {
        assert!(reason("  ").is_err());
        assert!(reason("...").is_err(), "the placeholder was accepted");
        assert_eq!(reason(" looked at it ").unwrap(), "looked at it");
    }
}
