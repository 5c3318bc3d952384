//! Which accounts are a key's: what people say of their own accounts, and the
//! record of the times that somebody looked whether the accounts say so, too.

use super::read_bounded;
use anyhow::Context as _;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use tenure_domain::{Claim, Outcome, Party, Person, Time};
use tenure_ecosystem::identity::record::{
    Looked, MAX_RECORD, PLACE, Record, Withdrawals, claim, claims,
};
use tenure_ecosystem::identity::{Account, Proof, Said, Signed};
use tenure_ecosystem::vouch::About;
use tenure_ecosystem::vouch::ssh::Fingerprint;
use tenure_trust::acceptance::ProjectFile;
use tenure_trust::identity::{IdentityRules, Standing, State};

/// What the record of looks is called that belongs to no project.
pub(crate) const RECORD: &str = "identities.jsonl";

/// A link between a key and an account, as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Whose account it is, by the key that says so.
    pub(crate) key: Fingerprint,
    /// The account, as the statement names it.
    pub(crate) account: Account,
    /// The account as one of a registry, by its number where that is known.
    pub(crate) party: Option<Party>,
    /// Where the statement says that the account shows the key.
    pub(crate) proof: Option<Proof>,
    /// The day on which it was said.
    pub(crate) said: Time,
    /// How it stands: confirmed, lapsed, never confirmed.
    pub(crate) state: State,
    /// When somebody looked last.
    pub(crate) last_checked: Option<Time>,
    /// Where the account showed the key when it did last.
    pub(crate) via: Option<String>,
    /// The account's number at its registry, as it was seen first.
    pub(crate) id: Option<String>,
    /// The SHA-256 of the statement: its name in the record.
    pub(crate) digest: String,
    /// Where the statement was found.
    pub(crate) found: String,
}

impl Link {
    /// The account and how the link stands, for people.
    pub(crate) fn sentence(&self) -> String {
        format!("{}: {}", self.account, self.state.sentence())
    }
}

/// All links that are known, and their record.
#[derive(Default)]
pub(crate) struct Identities {
    rules: IdentityRules,
    /// Each once.
    signed: Vec<Signed>,
    /// Where each was found, by digest.
    found: BTreeMap<String, String>,
    record: Record,
    /// Where the record lies.
    place: PathBuf,
}

impl Identities {
    /// The record of a project, and no statements yet.
    pub(super) fn of_project(file: &ProjectFile, root: &Path) -> anyhow::Result<Self> {
        Self::with_record(file.identity.clone(), root.join(PLACE))
    }

    /// A record, and no statements yet. It may not be there yet.
    pub(crate) fn with_record(rules: IdentityRules, place: PathBuf) -> anyhow::Result<Self> {
        let bytes = match std::fs::metadata(&place) {
            Ok(_) => read_bounded(&place, MAX_RECORD)?,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read `{}`", place.display()));
            }
        };
        Ok(Self {
            rules,
            record: Record::read(&bytes),
            place,
            ..Self::default()
        })
    }

    /// Adds a further record, to which looks are added from now on.
    pub(crate) fn recording_at(&mut self, place: PathBuf) -> anyhow::Result<()> {
        let more = Self::with_record(IdentityRules::default(), place)?;
        self.record.join(more.record);
        self.place = more.place;
        Ok(())
    }

    /// Adds statements that were found at a place.
    pub(crate) fn add(&mut self, signed: &[Signed], found: &str) {
        for one in signed {
            if !self.found.contains_key(&one.digest) {
                self.found.insert(one.digest.clone(), found.to_owned());
                self.signed.push(one.clone());
            }
        }
    }

    /// What people should know of the record.
    pub(super) fn notes(&self) -> Option<String> {
        (self.record.damaged > 0).then(|| {
            format!(
                "lines passed over in {}: {}, which are no looks at accounts",
                self.place.display(),
                self.record.damaged
            )
        })
    }

    /// How links are looked at.
    pub(crate) fn rules(&self) -> &IdentityRules {
        &self.rules
    }

    /// What is claimed, with all looks.
    pub(crate) fn claims(&self) -> Vec<Claim> {
        claims(&self.signed, &self.record)
    }

    /// All links as they stand at a moment, by key and account.
    pub(crate) fn links(&self, now: Time) -> Vec<Link> {
        let withdrawn = Withdrawals::among(&self.signed);
        let signed = self.signed.iter();
        let mut links: Vec<Link> = signed
            .filter_map(|signed| self.link(signed, &withdrawn, now))
            .collect();
        links.sort_by_cached_key(|link| {
            let account = link.account.to_string();
            (link.key.clone(), account, link.said, link.digest.clone())
        });
        links
    }

    /// The links of a person: of a key; or, for an account, of all keys that it
    /// was ever confirmed to show. What others merely say of an account is not
    /// among them.
    pub(crate) fn links_of(&self, about: &About, now: Time) -> Vec<Link> {
        let mut links = self.links(now);
        let keys: HashSet<Fingerprint> = match about {
            About::Key(key) => HashSet::from([key.clone()]),
            About::Account(party) => {
                let is_theirs = |link: &&Link| {
                    let shown = !matches!(link.state, State::Never { .. });
                    shown
                        && (link.party.as_ref() == Some(party)
                            || link.account.party() == Some(party))
                };
                let theirs = links.iter().filter(is_theirs);
                theirs.map(|link| link.key.clone()).collect()
            }
        };
        links.retain(|link| keys.contains(&link.key));
        links
    }

    fn link(&self, signed: &Signed, withdrawn: &Withdrawals<'_>, now: Time) -> Option<Link> {
        let Said::Link { account, proof, .. } = &signed.statement.said else {
            return None;
        };
        let claim = claim(signed, withdrawn, &self.record)?;
        let standing = Standing::of(&claim, &self.rules, now)?;
        let looks = claim.looks.iter().filter(|look| look.at <= now);
        let confirmed = looks.filter_map(|look| match &look.outcome {
            Outcome::Confirmed { via, .. } => Some((look.at, via)),
            _ => None,
        });
        let last = confirmed.max_by_key(|(at, _)| *at);
        Some(Link {
            key: signed.statement.by.clone(),
            account: account.clone(),
            party: match claim.account {
                Some(Person::Account(ref party)) => Some(party.clone()),
                _ => None,
            },
            proof: proof.clone(),
            said: claim.said,
            state: standing.state,
            last_checked: standing.last_checked,
            via: last.map(|(_, via)| via.clone()),
            id: self.record.id(&signed.digest).map(str::to_owned),
            digest: signed.digest.clone(),
            found: self.found.get(&signed.digest).cloned().unwrap_or_default(),
        })
    }

    /// Adds looks to the record, on disk and here.
    pub(crate) fn record(&mut self, looks: Vec<Looked>) -> anyhow::Result<()> {
        let mut text = String::new();
        for look in looks {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{}", serde_json::to_string(&look)?);
            self.record.add(look);
        }
        self.append(text)
    }

    fn append(&self, mut text: String) -> anyhow::Result<()> {
        let cannot = || format!("cannot write `{}`", self.place.display());
        if let Some(folder) = self.place.parent() {
            std::fs::create_dir_all(folder).with_context(cannot)?;
        }
        // A line that was cut short must not take the next one with it.
        let is_cut = std::fs::read(&self.place)
            .is_ok_and(|bytes| bytes.last().is_some_and(|last| *last != b'\n'));
        if is_cut {
            text.insert(0, '\n');
        }
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.place)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(cannot)
    }

    /// Where the record lies.
    pub(crate) fn place(&self) -> &Path {
        &self.place
    }
}
