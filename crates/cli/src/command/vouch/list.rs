//! `tenure vouch list`.

use super::folder;
use crate::args::Format;
use crate::context::{Process, read_files};
use crate::exit::Exit;
use crate::output::{answer, aside, json, style::safe};
use clap::Args;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;
use tenure_domain::{Days, Purpose, Time};
use tenure_ecosystem::vouch::{Said, Signed, revocations};

/// List the vouches in a folder or file, and how each stands
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder or file; yours by default
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A vouch. Fields may be added.
#[derive(Serialize)]
struct Entry {
    by: String,
    about: Vec<String>,
    #[serde(rename = "for")]
    purpose: Purpose,
    from: String,
    until: String,
    reason: String,
    /// `holds`, `not-yet`, `expired` or `revoked`.
    state: &'static str,
    revoked: Option<String>,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let place = folder(arguments.folder.as_deref(), process)?;
    let files = read_files(&place, None)?;
    let unread: usize = files.iter().map(|file| file.source.unread.len()).sum();
    let signed = files.into_iter().flat_map(|file| file.source.signed);
    let signed: Vec<Signed> = signed.collect();
    let entries = entries(&signed, process.now);
    let text = match arguments.format {
        Format::Json => json::pretty(&entries)?,
        Format::Text => entries.iter().fold(String::new(), |mut text, entry| {
            entry.write(&mut text);
            text
        }),
    };
    if entries.is_empty() {
        aside(&format!("no vouches in `{}`", place.display()));
    }
    if unread > 0 {
        aside(&format!(
            "warning: statements passed over: {unread}; `tenure vouch check {}` says why",
            place.display()
        ));
    }
    answer(&text)?;
    Ok(Exit::Clean)
}

fn entries(signed: &[Signed], now: Time) -> Vec<Entry> {
    let taken_back = revocations(signed);
    let entry = |one: &Signed| {
        let Said::Vouch {
            about,
            purpose,
            from,
            until,
        } = &one.statement.said
        else {
            return None;
        };
        let by = one.statement.by.as_str();
        let revoked = taken_back.get(&(by, &*one.digest));
        Some(Entry {
            by: by.to_owned(),
            about: about.iter().map(ToString::to_string).collect(),
            purpose: *purpose,
            from: from.date(),
            until: until.date(),
            reason: one.statement.reason.clone(),
            state: match revoked {
                Some(_) => "revoked",
                None if now < *from => "not-yet",
                None if now >= *until + Days(1.0) => "expired",
                None => "holds",
            },
            revoked: revoked.map(|on| on.date()),
        })
    };
    signed.iter().filter_map(entry).collect()
}

impl Entry {
    fn write(&self, text: &mut String) {
        let about = self.about.join(" and ");
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{}: {}", safe(&about), self.purpose);
        let _ = writeln!(text, "  by {}", self.by);
        let _ = writeln!(text, "  {} to {}: {}", self.from, self.until, self.stands());
        if !self.reason.is_empty() {
            let _ = writeln!(text, "  {}", safe(&self.reason));
        }
    }

    fn stands(&self) -> String {
        match &self.revoked {
            Some(on) => format!("taken back on {on}"),
            None => self.state.replace('-', " "),
        }
    }
}
