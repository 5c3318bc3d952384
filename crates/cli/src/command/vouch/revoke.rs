//! `tenure vouch revoke`.

use super::{Desk, put};
use crate::context::{Process, read_files};
use crate::exit::Exit;
use crate::output::answer;
use anyhow::bail;
use clap::Args;
use tenure_domain::{Days, Purpose, Time};
use tenure_ecosystem::vouch::{About, Said, Signed, Statement, revocations};

/// Take your vouches for a person back
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The person, by any of the accounts and keys that the vouch names
    #[arg(value_name = "PERSON")]
    about: About,

    /// Only vouches for this
    #[arg(long = "for", value_name = "PURPOSE")]
    purpose: Option<Purpose>,

    /// Why, in a line that everybody can read
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,

    #[command(flatten)]
    desk: Desk,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let key = arguments.desk.key(process)?;
    let folder = arguments.desk.folder(process)?;
    let files = read_files(&folder, None)?;
    let signed = files.into_iter().flat_map(|file| file.source.signed);
    let signed: Vec<Signed> = signed.collect();
    let taken_back = revocations(&signed);
    let live: Vec<&Signed> = signed
        .iter()
        .filter(|one| one.statement.by == key.fingerprint && arguments.means(one, process.now))
        .filter(|one| !taken_back.contains_key(&(key.fingerprint.as_str(), &*one.digest)))
        .collect();
    if live.is_empty() {
        bail!(
            "no vouch of yours for `{}` holds in `{}`",
            arguments.about,
            folder.display()
        );
    }
    for one in live {
        let today: Time = process.now.date().parse()?;
        let statement = Statement {
            by: key.fingerprint.clone(),
            said: Said::Revocation {
                of: one.digest.clone(),
                on: today,
            },
            reason: arguments.reason.trim().to_owned(),
        };
        let name = format!("revoked-{}-{}", arguments.about, today.date());
        let path = put(&arguments.desk, &key, &statement, &name, process)?;
        answer(&format!(
            "taken back; written to {}\nKeep both files: others may have the vouch already.\n",
            path.display()
        ))?;
    }
    Ok(Exit::Clean)
}

impl Arguments {
    fn means(&self, one: &Signed, now: Time) -> bool {
        match &one.statement.said {
            Said::Vouch {
                about,
                purpose,
                until,
                ..
            } => {
                about.contains(&self.about)
                    && self.purpose.is_none_or(|asked| asked == *purpose)
                    && now < *until + Days(1.0)
            }
            Said::Revocation { .. } => false,
        }
    }
}
