//! `tenure identity withdraw`.

use crate::command::desk::Desk;
use crate::context::{IDENTITY_EXTENSION, Identities, Process, read_files};
use crate::exit::Exit;
use crate::output::answer;
use anyhow::bail;
use clap::Args;
use std::path::PathBuf;
use tenure_domain::Time;
use tenure_ecosystem::identity::{Account, NAMESPACE, Said, Statement};
use tenure_trust::identity::{IdentityRules, State};

/// Take back that an account is yours
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The account, as you linked it
    #[arg(value_name = "ACCOUNT")]
    account: Account,

    #[command(flatten)]
    desk: Desk,
}

pub(super) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    let key = arguments.desk.key(process)?;
    let folder = arguments.desk.folder(process)?;
    let mut all = Identities::with_record(IdentityRules::default(), PathBuf::new())?;
    for file in read_files(&folder, None)? {
        all.add(&file.source.links, "");
    }
    let account = &arguments.account;
    let mut links = all.links(process.now);
    links.retain(|link| {
        let by_other = link.account == Account::Key(key.fingerprint.clone());
        let is_open = !matches!(link.state, State::Withdrawn { .. });
        is_open && link.account == *account && (link.key == key.fingerprint || by_other)
    });
    if links.is_empty() {
        bail!(
            "no statement of yours about `{account}` stands in `{}`",
            folder.display()
        );
    }
    let today: Time = process.now.date().parse()?;
    for link in links {
        let statement = Statement {
            by: key.fingerprint.clone(),
            said: Said::Withdrawal {
                of: link.digest,
                on: today,
            },
        };
        let text = statement.to_string();
        let signed = text.clone() + &key.sign(&text, NAMESPACE)?;
        let name = format!("withdrawn-{account}-{}", today.date());
        let path = arguments
            .desk
            .put(&signed, &name, IDENTITY_EXTENSION, process)?;
        answer(&format!(
            "taken back; written to {}\nKeep both files: others may have the statement already.\n",
            path.display()
        ))?;
    }
    Ok(Exit::Clean)
}
