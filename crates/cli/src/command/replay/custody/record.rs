//! Reads recorded maintainers, and the keys and certifications of the same
//! people.

use super::super::lines::each_line;
use anyhow::bail;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use tenure_domain::Time;

/// A moment at which it was recorded who maintains what.
pub(super) struct Moment {
    /// The suite's name in the recording.
    suite: &'static str,
    /// The day on which the suite was released, or looked at, in milliseconds
    /// since 1970.
    millis: i64,
    /// The recorded state of the keyrings that is nearest.
    keyring: &'static str,
    keyring_millis: i64,
}

const DAY: i64 = 86_400_000;

/// The releases of the recorded distribution, by its own announcements.
pub(super) const MOMENTS: [Moment; 4] = [
    Moment::new("bullseye", 18_853, "2021.07.26", 18_834),
    Moment::new("bookworm", 19_518, "2022.12.24", 19_350),
    Moment::new("trixie", 20_309, "2025.07.26", 20_295),
    Moment::new("sid", 20_631, "2026.06.27", 20_631),
];

impl Moment {
    /// With days since 1970.
    const fn new(suite: &'static str, day: i64, keyring: &'static str, keyring_day: i64) -> Self {
        Self {
            suite,
            millis: day * DAY,
            keyring,
            keyring_millis: keyring_day * DAY,
        }
    }

    /// When.
    pub(super) fn time(&self) -> Time {
        Time::from_millis(self.millis)
    }

    /// When the keyrings were recorded.
    pub(super) fn keys(&self) -> Time {
        Time::from_millis(self.keyring_millis)
    }
}

#[derive(Deserialize)]
struct Package {
    package: String,
    suites: BTreeMap<String, Suite>,
}

#[derive(Deserialize)]
struct Suite {
    maintainer: String,
    #[serde(default)]
    uploaders: Vec<String>,
}

/// Somebody who maintains a package.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Owner {
    /// In lower case.
    pub(super) name: String,
    /// In lower case, the part before the `@` hashed.
    pub(super) address: String,
}

/// What stands in names of teams, and in their addresses.
const TEAMS: [&str; 6] = [
    "team",
    "maintainers",
    "group",
    "packagers",
    "developers",
    "packages@",
];
const LISTS: [&str; 4] = ["lists.", "tracker.", "alioth", "qa."];

impl Owner {
    fn read(text: &str) -> Self {
        let text = text.to_lowercase();
        let (name, rest) = text.split_once('<').unwrap_or((&text, ""));
        let name = name.trim();
        let address = rest.split('>').next().unwrap_or_default();
        Self {
            name: if name.is_empty() { address } else { name }.to_owned(),
            address: address.to_owned(),
        }
    }

    /// Whether it is not a team, a list or the group that looks after packages
    /// without a maintainer.
    pub(super) fn is_person(&self) -> bool {
        let domain = self.address.split('@').next_back().unwrap_or_default();
        !TEAMS.iter().any(|word| self.name.contains(word))
            && !LISTS.iter().any(|word| domain.contains(word))
    }
}

/// The owners of a package at each moment; `None` where it was not there.
type Owners = [Option<Vec<Owner>>; MOMENTS.len()];

/// Who maintained what.
pub(super) struct Recording {
    packages: Vec<(String, Owners)>,
    /// By moment and name.
    held: [HashMap<String, HashSet<String>>; MOMENTS.len()],
    addresses: [HashMap<String, HashSet<String>>; MOMENTS.len()],
    nothing: HashSet<String>,
}

/// Reads a file of maintainers.
pub(super) fn read(path: &Path) -> anyhow::Result<Recording> {
    let mut recording = Recording {
        packages: Vec::new(),
        held: Default::default(),
        addresses: Default::default(),
        nothing: HashSet::new(),
    };
    each_line(path, "no package", |package: Package| {
        recording.add(&package);
    })?;
    if recording.packages.is_empty() {
        bail!("no packages: name a file with a line per package");
    }
    Ok(recording)
}

impl Recording {
    fn add(&mut self, package: &Package) {
        let mut owners = Owners::default();
        for (at, moment) in MOMENTS.iter().enumerate() {
            let Some(suite) = package.suites.get(moment.suite) else {
                continue;
            };
            let names = std::iter::once(&suite.maintainer).chain(&suite.uploaders);
            let here: Vec<Owner> = names.map(|name| Owner::read(name)).collect();
            for owner in &here {
                let held = self.held[at].entry(owner.name.clone()).or_default();
                held.insert(package.package.clone());
                let used = self.addresses[at].entry(owner.name.clone()).or_default();
                used.insert(owner.address.clone());
            }
            owners[at] = Some(here);
        }
        self.packages.push((package.package.clone(), owners));
    }

    /// How many packages there are.
    pub(super) fn packages(&self) -> usize {
        self.packages.len()
    }

    /// Every package, with its owners at each moment.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Owners)> {
        let packages = self.packages.iter();
        packages.map(|(name, owners)| (name.as_str(), owners))
    }

    /// The packages that somebody had at a moment.
    pub(super) fn held(&self, name: &str, at: usize) -> &HashSet<String> {
        self.held[at].get(name).unwrap_or(&self.nothing)
    }

    /// The addresses that somebody used at a moment.
    pub(super) fn addresses(&self, name: &str, at: usize) -> &HashSet<String> {
        self.addresses[at].get(name).unwrap_or(&self.nothing)
    }
}

#[derive(Deserialize)]
struct RecordedKey {
    snapshot: String,
    uids: Vec<String>,
    created: i64,
    #[serde(default)]
    certified_by: BTreeMap<String, i64>,
}

/// A key at one moment.
pub(super) struct Key {
    pub(super) created: Time,
    /// One of its addresses is the distribution's own.
    pub(super) is_member: bool,
    pub(super) certified_by: Vec<(String, Time)>,
}

/// Keys by address, at each moment.
#[derive(Default)]
pub(super) struct Web {
    keys: Vec<Key>,
    by_address: [HashMap<String, usize>; MOMENTS.len()],
}

/// The domain of members' own addresses.
const MEMBERS: &str = "@debian.org";

/// Reads a file of keys.
pub(super) fn read_web(path: &Path) -> anyhow::Result<Web> {
    let mut web = Web::default();
    each_line(path, "no key", |key: RecordedKey| {
        let seconds = |seconds: i64| Time::from_millis(seconds.saturating_mul(1000));
        let Some(at) = MOMENTS
            .iter()
            .position(|moment| moment.keyring == key.snapshot)
        else {
            return;
        };
        let place = web.keys.len();
        let addresses = key.uids.iter().map(|uid| Owner::read(uid).address);
        let addresses: Vec<String> = addresses.collect();
        web.keys.push(Key {
            created: seconds(key.created),
            is_member: addresses.iter().any(|address| address.ends_with(MEMBERS)),
            certified_by: key
                .certified_by
                .into_iter()
                .map(|(by, at)| (by, seconds(at)))
                .collect(),
        });
        for address in addresses {
            web.by_address[at].entry(address).or_insert(place);
        }
    })?;
    Ok(web)
}

impl Web {
    /// The key of somebody with these addresses.
    pub(super) fn key(&self, at: usize, addresses: &HashSet<&String>) -> Option<&Key> {
        let mut places: Vec<usize> = addresses
            .iter()
            .filter_map(|address| self.by_address[at].get(*address).copied())
            .collect();
        places.sort_unstable();
        self.keys.get(*places.first()?)
    }
}
