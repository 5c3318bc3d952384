//! One version of a packument: where its manifest lies in the document, and
//! the few parts of it that matter here.

use super::FileOf;
use crate::scan::{Damaged, Key, Scanner, unquote};
use std::borrow::Cow;
use std::ops::Range;

/// One version, and where it lies in the document.
pub(super) struct Release<'d> {
    pub(super) version: &'d str,
    /// Where the member before this one ends, or where the map begins.
    pub(super) after: usize,
    pub(super) manifest: Range<usize>,
    /// The value of `dist.tarball`.
    pub(super) tarball: Option<Range<usize>>,
    /// Which of [`Members`] are those of its abbreviated manifest.
    pub(super) members: Range<usize>,
    /// It runs a script when it is installed, and `hasInstallScript` is absent.
    pub(super) runs_untold: bool,
    /// Every client understands its manifest as this reader does.
    pub(super) readable: bool,
    pub(super) held: Held,
    /// The package's name in the manifest.
    name: Option<&'d [u8]>,
    /// The evidence of its origin, which facts are read from.
    attestations: Option<&'d [u8]>,
    file: File<'d>,
}

/// Whether a version is held back, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    No,
    Here,
    Upstream,
}

/// What `dist` says of the tarball, as it is written.
#[derive(Clone, Copy, Default)]
struct File<'d> {
    tarball: Option<&'d [u8]>,
    integrity: Option<&'d [u8]>,
    shasum: Option<&'d [u8]>,
}

/// Where the members of abbreviated manifests lie, those of one version after
/// those of another. Empty where nobody wants them.
#[derive(Default)]
pub(super) struct Members {
    pub(super) wanted: bool,
    pub(super) ranges: Vec<Range<usize>>,
}

impl<'d> Release<'d> {
    /// Reads the manifest of the version `key`, which comes next. `after` is
    /// where the member before it ends.
    pub(super) fn read(
        scanner: &mut Scanner<'d>,
        after: usize,
        key: Key<'d>,
        members: &mut Members,
    ) -> Result<Self, Damaged> {
        let version = std::str::from_utf8(key.written()).unwrap_or_default();
        let mut release = Self {
            version,
            after,
            manifest: scanner.at()..0,
            tarball: None,
            members: members.ranges.len()..0,
            runs_untold: false,
            readable: is_plain(version),
            held: Held::No,
            name: None,
            attestations: None,
            file: File::default(),
        };
        if scanner.enter()? {
            release.manifest.start = scanner.at() - 1;
            release.read_members(scanner, key, members)?;
        } else {
            release.readable = false;
        }
        release.manifest.end = scanner.at();
        release.members.end = members.ranges.len();
        Ok(release)
    }

    fn read_members(
        &mut self,
        scanner: &mut Scanner<'d>,
        version: Key<'d>,
        members: &mut Members,
    ) -> Result<(), Damaged> {
        let mut seen = Seen::default();
        loop {
            let start = scanner.at();
            let Some(key) = scanner.key()? else { break };
            let field = Field::named(key.written());
            match field {
                Field::Dist => {
                    seen.dists += 1;
                    self.read_dist(scanner)?;
                }
                Field::Scripts => seen.has_scripts = runs_at_install(scanner)?,
                _ => {
                    let raw = scanner.value()?;
                    self.read_value(field, key, raw, &mut seen);
                    if field == Field::Version {
                        seen.versions += 1;
                        self.readable &= raw == version.quoted();
                    }
                }
            }
            if members.wanted && field.is_abbreviated() {
                members.ranges.push(start..scanner.at());
            }
        }
        // npm takes for restricted what has the `version` of a restricted
        // manifest, so a manifest without one could be held and be installed.
        self.readable &= seen.versions == 1 && seen.dists <= 1;
        self.runs_untold = (seen.has_scripts || seen.is_built) && !seen.has_install_script;
        Ok(())
    }

    fn read_value(&mut self, field: Field, key: Key<'d>, raw: &'d [u8], seen: &mut Seen) {
        match field {
            Field::Name => self.readable &= self.name.replace(raw).is_none(),
            Field::HasInstallScript => seen.has_install_script = true,
            Field::Gypfile => seen.is_built = raw == b"true",
            Field::Other => self.readable &= !is_disguised(key, is_field),
            _ => {}
        }
    }

    fn read_dist(&mut self, scanner: &mut Scanner<'d>) -> Result<(), Damaged> {
        if !scanner.enter()? {
            self.readable = false;
            return Ok(());
        }
        while let Some(key) = scanner.key()? {
            let raw = scanner.value()?;
            let place = match key.written() {
                b"tarball" => {
                    self.tarball = Some(scanner.at() - raw.len()..scanner.at());
                    &mut self.file.tarball
                }
                b"integrity" => &mut self.file.integrity,
                b"shasum" => &mut self.file.shasum,
                b"attestations" => {
                    self.readable &= self.attestations.replace(raw).is_none();
                    continue;
                }
                _ => {
                    self.readable &= !is_disguised(key, is_field_of_dist);
                    continue;
                }
            };
            let once = place.replace(raw).is_none();
            self.readable &= once && (raw.starts_with(b"\"") || raw == b"null");
        }
        Ok(())
    }

    /// A manifest that gives another package's name cannot be understood.
    pub(super) fn belongs_to(&mut self, package: &str) {
        let same = |name: &[u8]| unquote(name).is_some_and(|name| name == package);
        self.readable &= self.name.is_none_or(same);
    }

    pub(super) fn is_offered(&self) -> bool {
        self.held == Held::No
    }

    pub(super) fn file(&self) -> FileOf {
        let readable = |raw: Option<&'d [u8]>| raw.filter(|_| self.readable);
        let text = |raw| readable(raw).and_then(unquote).map(Cow::into_owned);
        FileOf {
            version: self.version.to_owned(),
            readable: self.readable,
            tarball: text(self.file.tarball),
            integrity: text(self.file.integrity),
            shasum: text(self.file.shasum),
        }
    }
}

/// What has been found in a manifest.
#[derive(Default)]
struct Seen {
    versions: u32,
    dists: u32,
    /// There is a script that npm runs when it installs the package.
    has_scripts: bool,
    /// npm builds the package when it installs it.
    is_built: bool,
    has_install_script: bool,
}

/// What a field of a manifest is to this reader.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Version,
    Dist,
    Scripts,
    Gypfile,
    HasInstallScript,
    /// Part of an abbreviated manifest.
    Abbreviated,
    /// Facts are read from it.
    Fact,
    Other,
}

impl Field {
    /// npm's `package-metadata.md` lists the fields of an abbreviated manifest;
    /// its registry has added some since.
    fn named(name: &[u8]) -> Self {
        match name {
            b"name" => Self::Name,
            b"version" => Self::Version,
            b"dist" => Self::Dist,
            b"scripts" => Self::Scripts,
            b"gypfile" => Self::Gypfile,
            b"hasInstallScript" => Self::HasInstallScript,
            b"deprecated"
            | b"dependencies"
            | b"optionalDependencies"
            | b"devDependencies"
            | b"bundleDependencies"
            | b"peerDependencies"
            | b"peerDependenciesMeta"
            | b"acceptDependencies"
            | b"bin"
            | b"directories"
            | b"engines"
            | b"cpu"
            | b"os"
            | b"libc"
            | b"funding"
            | b"_hasShrinkwrap" => Self::Abbreviated,
            b"_npmUser" | b"maintainers" | b"repository" => Self::Fact,
            _ => Self::Other,
        }
    }

    fn is_abbreviated(self) -> bool {
        matches!(
            self,
            Self::Name | Self::Version | Self::Dist | Self::HasInstallScript | Self::Abbreviated
        )
    }
}

/// Whether the value that comes next, `scripts`, has one that npm runs when it
/// installs the package.
fn runs_at_install(scanner: &mut Scanner<'_>) -> Result<bool, Damaged> {
    let runs = |name: &[u8]| matches!(name, b"preinstall" | b"install" | b"postinstall");
    let mut found = false;
    if scanner.enter()? {
        while let Some(key) = scanner.key()? {
            found |= runs(key.written()) || is_disguised(key, runs);
            scanner.value()?;
        }
    }
    Ok(found)
}

/// Whether a key is written with escapes and means one that matters.
pub(super) fn is_disguised(key: Key<'_>, matters: impl Fn(&[u8]) -> bool) -> bool {
    memchr::memchr(b'\\', key.written()).is_some()
        && key.text().is_some_and(|text| matters(text.as_bytes()))
}

fn is_field(name: &[u8]) -> bool {
    Field::named(name) != Field::Other
}

fn is_field_of_dist(name: &[u8]) -> bool {
    matches!(
        name,
        b"tarball" | b"integrity" | b"shasum" | b"attestations"
    )
}

/// Whether a version can stand in an address as it is. All that npm's registry
/// takes can.
fn is_plain(version: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
    version.starts_with(|first: char| first.is_ascii_digit()) && version.bytes().all(plain)
}
