//! From a page to the history of its releases.

use super::{File, Page, Status};
use crate::pypi::name::FileKind;
use crate::pypi::version;
use hashbrown::HashMap;
use tenure_domain::{
    DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageError, PackageId, Party,
    ReleaseState, Source,
};

impl Page {
    /// The releases that its files are of. A page says nothing of publishers
    /// and owners. The [`Source`] has an empty `from` and no digest: only the
    /// caller knows them.
    ///
    /// # Errors
    /// When the project's name is longer than any registry's.
    pub fn history(&self) -> Result<History, PackageError> {
        build(self, DocumentKind::SimplePage, None, &|_| None)
    }
}

/// As [`Page::history`], with who owns the project and who published each
/// file, as far as that is known.
pub(in crate::pypi) fn build(
    page: &Page,
    kind: DocumentKind,
    owners: Option<Vec<Party>>,
    publisher: &dyn Fn(&File) -> Option<Party>,
) -> Result<History, PackageError> {
    let package = PackageId::new(Ecosystem::Pypi, &page.project)?;
    let mut builder = HistoryBuilder::default();
    let mut releases = releases(page, publisher);
    if let Some(latest) = latest(&releases) {
        builder.set_latest(latest.into());
    }
    if page.status.as_ref().is_some_and(Status::speaks_against_use) {
        for release in &mut releases {
            release.deprecated = true;
        }
    }
    for release in releases {
        builder.push(release);
    }
    if let Some(owners) = owners {
        builder.set_owners_now(owners);
    }
    let source = Source {
        from: String::new(),
        seen: None,
        sha256: String::new(),
        kind,
    };
    Ok(builder.build(package, source))
}

/// In the page's order; those that it lists without a file come last.
fn releases(page: &Page, publisher: &dyn Fn(&File) -> Option<Party>) -> Vec<NewRelease> {
    let mut order: Vec<&str> = Vec::new();
    let mut files: HashMap<&str, Vec<&File>> = HashMap::new();
    for file in &page.files {
        if let Some(released) = &file.released {
            let of_it = files.entry(&*released.version).or_insert_with(|| {
                order.push(&released.version);
                Vec::new()
            });
            of_it.push(file);
        }
    }
    let mut releases: Vec<NewRelease> = order
        .iter()
        .map(|version| release(version, &files[version], publisher))
        .collect();
    let listed = page.versions.iter().flatten();
    let empty =
        listed.filter(|version| !files.contains_key(&***version) && version::is_valid(version));
    // A release whose files are all gone was taken back.
    releases.extend(empty.map(|version| NewRelease {
        state: ReleaseState::Removed,
        ..NewRelease::new(version)
    }));
    releases
}

fn release(
    version: &str,
    files: &[&File],
    publisher: &dyn Fn(&File) -> Option<Party>,
) -> NewRelease {
    let is_kind =
        |wanted| move |file: &&File| file.released.as_ref().is_some_and(|r| r.kind == wanted);
    let has = |wanted| files.iter().copied().any(|file| is_kind(wanted)(&file));
    let mut publishers = files.iter().map(|file| publisher(file));
    let first = publishers.next().flatten();
    let all_agree = publishers.all(|publisher| publisher == first);
    NewRelease {
        // A file that was added later does not make the release a later one.
        published: files.iter().filter_map(|file| file.uploaded_at()).min(),
        publisher: first.filter(|_| all_agree),
        provenance: files.iter().all(|file| file.provenance.is_some()),
        install_script: has(FileKind::Source) && !has(FileKind::Wheel),
        deprecated: files.iter().all(|file| file.yanked.is_some()),
        ..NewRelease::new(version)
    }
}

/// What an installer would choose that has nothing else to go by.
fn latest(releases: &[NewRelease]) -> Option<&str> {
    let offered = releases
        .iter()
        .filter(|release| release.state == ReleaseState::Offered && !release.deprecated);
    version::highest(offered.map(|release| &*release.version), "")
}
