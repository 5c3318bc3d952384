//! The vouches that a project takes into account, and who is accepted by them.

use super::{PROJECT_FILE, read_bounded};
use anyhow::{Context as _, anyhow};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use tenure_domain::{Days, Party, Time};
use tenure_ecosystem::vouch::ssh::Fingerprint;
use tenure_ecosystem::vouch::{About, MAX_BYTES, Said, Signed, Unread, read_all};
use tenure_trust::acceptance::{ProjectFile, Vouched};
use tenure_trust::web::{self, Acceptance, Member, Missing, Rules, Vouch, Web, accept};

/// What files of vouches are called.
pub(crate) const EXTENSION: &str = "vouch";
/// Where `tenure vouch fetch` puts what it gets, below the project.
pub(crate) const FETCHED: &str = "tenure-vouches";
/// The most files of one folder that are read.
const MAX_FILES: usize = 10_000;

/// A file of vouches.
pub(crate) struct VouchFile {
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// Statements with a good signature.
    pub(crate) signed: Vec<Signed>,
    /// The others.
    pub(crate) unread: Vec<Unread>,
}

/// Reads a folder of vouches, or a single file.
pub(crate) fn read_files(place: &Path) -> anyhow::Result<Vec<VouchFile>> {
    let cannot = || format!("cannot read the vouches in `{}`", place.display());
    let mut paths = vec![place.to_owned()];
    if place.is_dir() {
        paths.clear();
        for entry in place.read_dir().with_context(cannot)? {
            let path = entry.with_context(cannot)?.path();
            if path.extension().is_some_and(|end| end == EXTENSION) {
                paths.push(path);
            }
        }
        paths.sort();
        if paths.len() > MAX_FILES {
            return Err(anyhow!("more than {MAX_FILES} files").context(cannot()));
        }
    }
    let read = |path: PathBuf| {
        let bytes = read_bounded(&path, MAX_BYTES)?;
        let (signed, unread) = read_all(&bytes);
        Ok(VouchFile {
            path,
            signed,
            unread,
        })
    };
    paths.into_iter().map(read).collect()
}

/// Whether a place is an address rather than a folder or a file.
pub(crate) fn is_address(place: &str) -> bool {
    place.starts_with("https://") || place.starts_with("http://")
}

/// Where a place of a `tenure.toml` lies on this machine: what was fetched, for
/// an address. The name of its file says which address it is of.
pub(crate) fn on_disk(place: &str, root: &Path) -> PathBuf {
    if !is_address(place) {
        return root.join(place);
    }
    let digest = tenure_ecosystem::digest::address_digest(place);
    root.join(FETCHED)
        .join(format!("{digest:016x}.{EXTENSION}"))
}

/// The places that a `tenure.toml` names.
pub(crate) fn places(file: &ProjectFile) -> impl Iterator<Item = &str> {
    let followed = file
        .follow
        .iter()
        .filter_map(|follow| follow.vouches.as_deref());
    followed.chain(file.vouches.iter().map(|vouches| &*vouches.from))
}

/// All vouches that a project takes into account.
#[derive(Default)]
pub(crate) struct Vouches {
    web: Web,
    followed: Vec<Member>,
    rules: Rules,
    /// What people call a key.
    labels: HashMap<String, String>,
    accounts: BTreeMap<String, Party>,
    /// What could not be taken into account, for people.
    pub(crate) notes: Vec<String>,
}

impl Vouches {
    /// Reads what a project names; nothing where it follows nobody.
    pub(super) fn load(file: &ProjectFile, root: &Path) -> anyhow::Result<Self> {
        let mut vouches = Self {
            rules: file.vouching.clone(),
            ..Self::default()
        };
        for follow in &file.follow {
            let key: Fingerprint = follow
                .key
                .parse()
                .with_context(|| format!("{PROJECT_FILE}: [[follow]] `{}`", follow.name))?;
            vouches.followed.push(vouches.web.member(key.as_str()));
            vouches
                .labels
                .insert(key.as_str().to_owned(), follow.name.clone());
        }
        let mut signed = Vec::new();
        for place in places(file) {
            let path = on_disk(place, root);
            if is_address(place) && !path.exists() {
                vouches.notes.push(format!(
                    "the vouches at {place} are not at hand; `tenure vouch fetch` gets them"
                ));
                continue;
            }
            let mut unread = 0;
            for file in read_files(&path)? {
                unread += file.unread.len();
                signed.extend(file.signed);
            }
            if unread > 0 {
                vouches.notes.push(format!(
                    "statements passed over in {place}: {unread}; `tenure vouch check {}` says why",
                    path.display()
                ));
            }
        }
        vouches.add_all(&signed);
        Ok(vouches)
    }

    fn add_all(&mut self, signed: &[Signed]) {
        let revocations = revocations(signed);
        let mut seen = std::collections::HashSet::new();
        for one in signed.iter().filter(|one| seen.insert(&*one.digest)) {
            let Said::Vouch {
                about,
                purpose,
                from,
                until,
            } = &one.statement.said
            else {
                continue;
            };
            let by = one.statement.by.as_str();
            let revoked = revocations.get(&(by, &*one.digest)).copied();
            for about in about {
                let name = self.name_of(about);
                let vouch = Vouch {
                    by: self.web.member(by),
                    about: self.web.member(&name),
                    purpose: *purpose,
                    from: *from,
                    until: *until + Days(1.0),
                    revoked,
                };
                self.web.add(vouch);
            }
        }
    }

    /// The name by which an account or key is the same wherever it is meant.
    fn name_of(&mut self, about: &About) -> String {
        let About::Account(party) = about else {
            return about.to_string();
        };
        let name = name_of_account(party);
        self.accounts
            .entry(name.clone())
            .or_insert_with(|| party.clone());
        name
    }

    /// Who is accepted at a moment.
    pub(crate) fn accepted(&self, now: Time) -> Vec<Vouched> {
        let acceptance = self.acceptance(now);
        let accounts = self.accounts.iter();
        accounts
            .filter_map(|(name, party)| {
                let member = self.web.find(name)?;
                let paths = self.paths(&acceptance, member);
                // Its last day is the one before that on which it holds no more.
                let until = paths.iter().filter_map(web::Path::until).min()? - Days(1.0);
                Some(Vouched {
                    person: party.clone(),
                    until,
                    paths,
                })
            })
            .collect()
    }

    /// The paths to somebody, or what is missing.
    pub(crate) fn explain(&self, about: &About, now: Time) -> Result<Vec<web::Path>, Missing> {
        let acceptance = self.acceptance(now);
        let name = match about {
            About::Account(party) => name_of_account(party),
            About::Key(key) => key.to_string(),
        };
        let nothing = Missing {
            have: 0,
            needed: self.rules.needed,
            not_counting: Vec::new(),
        };
        let Some(member) = self.web.find(&name) else {
            return Err(nothing);
        };
        match acceptance.missing(&self.web, member, &self.rules, now) {
            Some(missing) => Err(missing),
            None => Ok(self.paths(&acceptance, member)),
        }
    }

    fn acceptance(&self, now: Time) -> Acceptance {
        accept(&self.web, &self.followed, &self.rules, now)
    }

    /// With the names by which the project calls people.
    fn paths(&self, acceptance: &Acceptance, member: Member) -> Vec<web::Path> {
        let mut paths = acceptance.paths(&self.web, member);
        for step in paths.iter_mut().flat_map(|path| &mut path.steps) {
            for name in [&mut step.by, &mut step.about] {
                *name = self.shown(name);
            }
        }
        paths
    }

    /// A name as people know it.
    pub(crate) fn shown(&self, name: &str) -> String {
        if let Some(label) = self.labels.get(name) {
            return label.clone();
        }
        match self.accounts.get(name) {
            Some(party) => party.to_string(),
            None => name.to_owned(),
        }
    }
}

/// Who took back which vouch, and when.
pub(crate) fn revocations(signed: &[Signed]) -> HashMap<(&str, &str), Time> {
    let mut revocations: HashMap<(&str, &str), Time> = HashMap::new();
    for one in signed {
        if let Said::Revocation { of, on } = &one.statement.said {
            let entry = revocations.entry((one.statement.by.as_str(), of));
            let first = entry.or_insert(*on);
            *first = (*first).min(*on);
        }
    }
    revocations
}

/// An account with a number is that number, whatever it is called now.
fn name_of_account(party: &Party) -> String {
    match party {
        Party::Account {
            ecosystem,
            id: Some(id),
            ..
        } => format!("{ecosystem}:#{id}"),
        _ => party.to_string(),
    }
}
