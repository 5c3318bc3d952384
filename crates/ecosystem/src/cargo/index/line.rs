//! One line of an index file: one version of a crate.

use crate::scan::{Damaged, Key, Scanner, unquote};
use semver::Version;
use serde_json::Value;
use std::ops::Range;

/// The fields that some cargo reads (its `IndexPackage`). None of them may be
/// written twice, or in a way that not every reader recognises.
const FIELDS: [&[u8]; 11] = [
    b"name",
    b"vers",
    b"deps",
    b"cksum",
    b"features",
    b"features2",
    b"yanked",
    b"links",
    b"rust_version",
    b"v",
    b"pubtime",
];

/// A line that every cargo understands alike.
pub(super) struct Line<'d> {
    /// The number of the line in its file, from 1.
    pub(super) number: usize,
    /// Where it is in the file, without its line feed.
    pub(super) range: Range<usize>,
    pub(super) name: &'d str,
    pub(super) text: &'d str,
    pub(super) version: Version,
    pub(super) checksum: &'d str,
    pub(super) yanked: Yanked,
    pub(super) published: Option<&'d [u8]>,
    pub(super) dependencies: &'d [u8],
}

/// What a line says of `yanked`, and where in the file.
#[derive(Clone)]
pub(super) enum Yanked {
    /// It is `true`.
    Yes,
    /// It is `false` or `null`, here.
    No(Range<usize>),
    /// It is not there. A member can be put in here, before the others.
    Absent(usize),
}

#[derive(Default)]
struct Fields<'d> {
    seen: Vec<&'d [u8]>,
    name: Option<&'d [u8]>,
    version: Option<&'d [u8]>,
    checksum: Option<&'d [u8]>,
    yanked: Option<(&'d [u8], Range<usize>)>,
    published: Option<&'d [u8]>,
    dependencies: &'d [u8],
    begins: usize,
}

impl<'d> Line<'d> {
    /// Reads the line that is at `range` of its file; an error says why it
    /// cannot be judged.
    pub(super) fn read(file: &'d [u8], range: Range<usize>, number: usize) -> Result<Self, String> {
        let bytes = &file[range.clone()];
        std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        let fields = Fields::read(bytes)?;
        let plain = |raw: Option<&'d [u8]>, what: &str| {
            let raw = raw.ok_or_else(|| format!("it has no `{what}`"))?;
            plain(raw).ok_or_else(|| format!("its `{what}` is no plain text"))
        };
        let text = plain(fields.version, "vers")?;
        let version = Version::parse(text).map_err(|_| "its `vers` is no version".to_owned())?;
        let checksum = plain(fields.checksum, "cksum")?;
        if checksum.len() != 64 || !checksum.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("its `cksum` is no SHA-256".to_owned());
        }
        Ok(Self {
            number,
            name: plain(fields.name, "name")?,
            text,
            version,
            checksum,
            yanked: fields.yanked(range.start)?,
            published: fields.published,
            dependencies: fields.dependencies,
            range,
        })
    }

    /// The names of what is built with it: not of what only its own tests need.
    pub(super) fn dependencies(&self) -> Vec<Box<str>> {
        let list: Value = serde_json::from_slice(self.dependencies).unwrap_or(Value::Null);
        let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let built = list.iter().filter(|one| one["kind"] != "dev");
        // A renamed dependency has its real name in `package`.
        let names = built.filter_map(|one| one["package"].as_str().or(one["name"].as_str()));
        names
            .filter(|name| super::is_name(name))
            .map(Into::into)
            .collect()
    }
}

impl<'d> Fields<'d> {
    fn read(bytes: &'d [u8]) -> Result<Self, String> {
        let mut scanner = Scanner::new(bytes);
        let walked = Self::walk(&mut scanner);
        walked.map_err(|Damaged| format!("it is no JSON: {}", scanner.damage()))?
    }

    fn walk(scanner: &mut Scanner<'d>) -> Result<Result<Self, String>, Damaged> {
        let mut fields = Self::default();
        if !scanner.enter()? {
            scanner.finish()?;
            return Ok(Err("it is no object".to_owned()));
        }
        fields.begins = scanner.at();
        let mut ambiguous = None;
        while let Some(key) = scanner.key()? {
            let raw = scanner.value()?;
            if let Err(why) = fields.keep(key, raw, scanner.at()) {
                ambiguous.get_or_insert(why);
            }
        }
        scanner.finish()?;
        Ok(ambiguous.map_or(Ok(fields), Err))
    }

    fn keep(&mut self, key: Key<'d>, raw: &'d [u8], end: usize) -> Result<(), String> {
        let written = key.written();
        if memchr::memchr(b'\\', written).is_some() {
            // An old and a new reader may differ in what such a key means.
            return Err("a key is written with escapes".to_owned());
        }
        if !FIELDS.contains(&written) {
            return Ok(());
        }
        if self.seen.contains(&written) {
            let name = String::from_utf8_lossy(written);
            return Err(format!("it has `{name}` twice"));
        }
        self.seen.push(written);
        match written {
            b"name" => self.name = Some(raw),
            b"vers" => self.version = Some(raw),
            b"cksum" => self.checksum = Some(raw),
            b"yanked" => self.yanked = Some((raw, end - raw.len()..end)),
            b"pubtime" => self.published = Some(raw),
            b"deps" => self.dependencies = raw,
            _ => {}
        }
        Ok(())
    }

    /// What it says of `yanked`, for a line that begins at `start`.
    fn yanked(&self, start: usize) -> Result<Yanked, String> {
        match &self.yanked {
            None => Ok(Yanked::Absent(start + self.begins)),
            Some((b"true", _)) => Ok(Yanked::Yes),
            Some((b"false" | b"null", at)) => Ok(Yanked::No(start + at.start..start + at.end)),
            Some(_) => Err("its `yanked` is neither true nor false".to_owned()),
        }
    }
}

/// A text without escapes.
fn plain(raw: &[u8]) -> Option<&str> {
    if memchr::memchr(b'\\', raw).is_some() {
        return None;
    }
    unquote(raw)?;
    std::str::from_utf8(raw.get(1..raw.len() - 1)?).ok()
}
