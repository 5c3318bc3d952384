//! What else came with a release: raises the weight of a change, and is never
//! a finding alone.

use crate::change::Scene;
use crate::standing::plural;
use serde::Serialize;
use tenure_domain::{Days, ReleaseState, release_line};

/// Something that came with a release.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "came_with", rename_all = "kebab-case")]
pub enum CameWith {
    /// It runs a script at installation; the release before did not.
    InstallScript,
    /// A dependency that the release before did not have.
    NewDependency {
        /// Its name.
        name: String,
        /// How old the dependency's first release was; `None` if its history
        /// is not at hand.
        age: Option<Days>,
    },
    /// The same party released in several lines within a day.
    SeveralLines {
        /// The lines.
        lines: Vec<String>,
    },
    /// Releases of the package are gone.
    RemovedReleases {
        /// How many.
        releases: usize,
    },
    /// The same account published in many packages within a day.
    Burst {
        /// In how many.
        packages: usize,
    },
}

impl CameWith {
    /// As a short sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::InstallScript => "a new install script".to_owned(),
            Self::NewDependency {
                name,
                age: Some(age),
            } => {
                format!("a new dependency, {name}, first released {age} before")
            }
            Self::NewDependency { name, age: None } => {
                format!("a new dependency, {name}, whose history is not at hand")
            }
            Self::SeveralLines { lines } => {
                format!("releases in lines {} within a day", lines.join(", "))
            }
            Self::RemovedReleases { releases } => {
                format!(
                    "{} gone from the registry",
                    plural(*releases, "earlier release", "earlier releases")
                )
            }
            Self::Burst { packages } => {
                format!("releases of {packages} packages by the same party within a day")
            }
        }
    }
}

/// How many packages within a day are a burst.
const BURST: usize = 5;

/// What came with the release of a scene.
pub(crate) fn of(scene: &Scene<'_>) -> Vec<CameWith> {
    let mut found = Vec::new();
    let before = scene.past.predecessor(&scene.release.version);
    if scene.release.install_script && before.is_some_and(|before| !before.install_script) {
        found.push(CameWith::InstallScript);
    }
    found.extend(new_dependencies(scene));
    found.extend(several_lines(scene));
    let removed = |release: &&tenure_domain::Release| release.state == ReleaseState::Removed;
    let releases = scene.history.releases()[..scene.index]
        .iter()
        .filter(removed)
        .count();
    if releases > 0 {
        found.push(CameWith::RemovedReleases { releases });
    }
    let package = scene.history.package().name();
    let packages = 1 + scene
        .people
        .packages_within(scene.party(), package, Days(1.0), scene.at);
    if packages >= BURST {
        found.push(CameWith::Burst { packages });
    }
    found
}

fn new_dependencies(scene: &Scene<'_>) -> Vec<CameWith> {
    let Some(before) = scene.past.predecessor(&scene.release.version) else {
        return Vec::new();
    };
    let before = scene.history.dependencies(before.dependencies);
    let ecosystem = scene.history.package().ecosystem();
    let now = scene.history.dependencies(scene.release.dependencies);
    now.iter()
        .filter(|name| before.binary_search(name).is_err())
        .map(|name| CameWith::NewDependency {
            name: name.to_string(),
            age: scene
                .people
                .package_began(ecosystem, name)
                .map(|began| scene.at.since(began)),
        })
        .collect()
}

fn several_lines(scene: &Scene<'_>) -> Option<CameWith> {
    let person = scene.past.person(scene.publisher);
    let mut lines: Vec<&str> = scene.history.releases()[..=scene.index]
        .iter()
        .rev()
        .take_while(|release| {
            release
                .published
                .is_none_or(|published| scene.at.since(published) < Days(1.0))
        })
        .filter(|release| {
            release
                .publisher
                .is_some_and(|party| scene.past.person(party) == person)
        })
        .filter_map(|release| release_line(&release.version))
        .collect();
    // There can be thousands of releases, and hardly ever two lines by turns.
    lines.dedup();
    lines.sort_unstable();
    lines.dedup();
    (lines.len() > 1).then(|| CameWith::SeveralLines {
        lines: lines.into_iter().map(str::to_owned).collect(),
    })
}
