//! The formats in TOML, which all have a list of packages: `uv.lock`,
//! `poetry.lock`, `pdm.lock` and `pylock.toml`.

use super::collect::{Collector, Found, elsewhere, is_file_of, registry};
use super::{Format, Lockfile, LockfileError};
use crate::lockfile::text::shown;
use crate::lockfile::{Lines, Origin, line_at, malformed};
use serde::Deserialize;
use toml::{Spanned, Table, Value};

#[derive(Deserialize)]
struct File {
    version: Option<Value>,
    #[serde(rename = "lock-version")]
    lock_version: Option<Value>,
    #[serde(default)]
    package: Vec<Spanned<Table>>,
    /// `pylock.toml`.
    #[serde(default)]
    packages: Vec<Spanned<Table>>,
    #[serde(default)]
    metadata: Table,
}

pub(super) fn read(format: Format, text: &str) -> Result<Lockfile, LockfileError> {
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        malformed(format, line_at(text.as_bytes(), at), error.message())
    })?;
    check_version(format, &file)?;
    let packages = match format {
        Format::Pylock => &file.packages,
        _ => &file.package,
    };
    let mut found = Collector::new(format);
    let mut lines = Lines::new(text.as_bytes());
    for package in packages {
        let entry = Entry {
            format,
            table: package.get_ref(),
            line: lines.at(package.span().start),
        };
        entry.keep(&file.metadata, &mut found)?;
    }
    Ok(found.finish())
}

/// Each tool counts the major version up when older readers would go wrong.
fn check_version(format: Format, file: &File) -> Result<(), LockfileError> {
    let (found, known, supported): (_, &[&str], _) = match format {
        Format::Uv => (file.version.as_ref(), &["1"], "version 1"),
        Format::Pylock => (file.lock_version.as_ref(), &["1"], "lock-version 1"),
        Format::Poetry => (
            file.metadata.get("lock-version"),
            &["1", "2"],
            "lock-version 1 and 2",
        ),
        _ => (
            file.metadata.get("lock_version"),
            &["3", "4"],
            "lock_version 3 and 4",
        ),
    };
    let found = match found {
        None => return Err(malformed(format, 1, "it does not say its version")),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Integer(number)) => number.to_string(),
        Some(_) => return Err(malformed(format, 1, "its version is no number")),
    };
    if known.contains(&found.split('.').next().unwrap_or_default()) {
        return Ok(());
    }
    Err(LockfileError::UnsupportedVersion {
        format,
        found: format!("version {}", shown(&found)).into(),
        supported,
    })
}

/// An entry of the list of packages.
struct Entry<'t> {
    format: Format,
    table: &'t Table,
    line: u32,
}

impl<'t> Entry<'t> {
    fn keep(&self, metadata: &'t Table, found: &mut Collector) -> Result<(), LockfileError> {
        let name = self.text("name");
        let name =
            name.ok_or_else(|| malformed(self.format, self.line, "a package has no name"))?;
        let version = self.text("version").unwrap_or_default();
        let origin = match self.format {
            Format::Uv => self.of_uv(),
            Format::Poetry => self.of_poetry(),
            Format::Pdm => self.of_pdm(),
            _ => self.of_pylock(),
        };
        let Some(mut origin) = origin else {
            return Ok(());
        };
        let files = self.files(metadata, name);
        if matches!(origin, Origin::Registry { .. })
            && let Some(other) = files
                .iter()
                .filter_map(|file| text(file, "url"))
                .find(|address| !is_file_of(address, name, version))
        {
            origin = elsewhere("the address", other);
        }
        let integrity: Vec<String> = files.iter().flat_map(|file| digests(file)).collect();
        found.package(Found {
            name,
            version,
            line: self.line,
            origin,
            integrity: integrity.join(" "),
        })
    }

    fn text(&self, key: &str) -> Option<&'t str> {
        text(self.table, key)
    }

    fn table(&self, key: &str) -> Option<&'t Table> {
        self.table.get(key)?.as_table()
    }

    /// `None` for folders of the project.
    fn of_uv(&self) -> Option<Origin> {
        let Some(source) = self.table("source") else {
            return Some(registry(None));
        };
        if ["editable", "virtual", "directory"]
            .iter()
            .any(|key| source.contains_key(*key))
        {
            return None;
        }
        Some(if let Some(address) = text(source, "registry") {
            registry(Some(address))
        } else {
            placed(source)
        })
    }

    fn of_poetry(&self) -> Option<Origin> {
        let Some(source) = self.table("source") else {
            return Some(registry(None));
        };
        let address = text(source, "url").unwrap_or_default();
        match text(source, "type").unwrap_or("legacy") {
            "directory" => None,
            "legacy" => Some(registry(Some(address))),
            "git" => Some(elsewhere("the git repository", address)),
            "file" => Some(elsewhere("the local file", address)),
            _ => Some(elsewhere("the address", address)),
        }
    }

    fn of_pdm(&self) -> Option<Origin> {
        let is_folder = self.table.get("editable").and_then(Value::as_bool) == Some(true);
        let place = ["git", "hg", "svn", "url", "path"]
            .iter()
            .any(|key| self.text(key).is_some());
        match (is_folder, place) {
            (true, _) => None,
            (_, true) => Some(placed(self.table)),
            _ => Some(registry(None)),
        }
    }

    fn of_pylock(&self) -> Option<Origin> {
        if self.table.contains_key("directory") {
            return None;
        }
        let vcs = self.table("vcs").map(|vcs| {
            let address = text(vcs, "url").or_else(|| text(vcs, "path"));
            elsewhere("the repository", address.unwrap_or_default())
        });
        let archive = || self.table("archive").map(placed);
        Some(
            vcs.or_else(archive)
                .unwrap_or_else(|| registry(self.text("index"))),
        )
    }

    /// The files of the release, as each format lists them; Poetry's first
    /// lock version had those of all packages at its end.
    fn files(&self, metadata: &'t Table, name: &str) -> Vec<&'t Table> {
        let lists = ["wheels", "files"].map(|key| self.table.get(key));
        let old = metadata.get("files").and_then(|files| files.get(name));
        let lists = lists.into_iter().flatten().chain(old);
        let listed = lists
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_table);
        let single = ["sdist", "archive"].map(|key| self.table(key));
        single.into_iter().flatten().chain(listed).collect()
    }
}

/// What is fetched from a place and not by its name.
fn placed(table: &Table) -> Origin {
    const PLACES: [(&str, &str); 5] = [
        ("git", "the git repository"),
        ("hg", "the repository"),
        ("svn", "the repository"),
        ("url", "the address"),
        ("path", "the local file"),
    ];
    let mut places = PLACES.iter();
    let place = places.find_map(|(key, what)| Some(elsewhere(what, text(table, key)?)));
    place.unwrap_or_else(|| Origin::Elsewhere("a place that the lockfile does not say".into()))
}

/// `hash = "sha256:..."`, or `hashes = { sha256 = "..." }`.
fn digests(file: &Table) -> Vec<String> {
    let several = file.get("hashes").and_then(Value::as_table);
    let several = several.into_iter().flatten();
    let several = several.filter_map(|(name, digest)| Some(format!("{name}:{}", digest.as_str()?)));
    let single = text(file, "hash").map(str::to_owned);
    single.into_iter().chain(several).collect()
}

fn text<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.get(key)?.as_str().filter(|text| !text.is_empty())
}
