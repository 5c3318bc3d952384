//! Reads recorded histories: timelines, and packuments as registries serve
//! them, plain, compressed or in an archive.

use super::publishers::{Published, Publishers, Repositories};
use anyhow::{Context, bail};
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use tenure_domain::{
    Contact, DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, Party,
    Popularity, ReleaseState, Source, Time,
};
use tenure_ecosystem::npm::packument;

/// The longest document or line that is read, in bytes.
const MAX_DOCUMENT: u64 = 256 << 20;

/// A history and how much its package is used.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) history: History,
    pub(super) popularity: Option<Popularity>,
    /// Another file gave the package first: it serves incidents and does not
    /// count a second time.
    pub(super) again: bool,
}

/// Reads all files, the first record of a package counting.
pub(super) fn read(
    files: &[std::path::PathBuf],
    repositories: &Repositories,
) -> anyhow::Result<Vec<Record>> {
    let mut records = Vec::new();
    for path in files {
        read_file(path, repositories, &mut records)
            .with_context(|| format!("cannot read the histories in {}", path.display()))?;
    }
    let mut seen = HashSet::new();
    for record in &mut records {
        record.again = !seen.insert(record.history.package().clone());
    }
    if records.is_empty() {
        bail!(
            "no histories: name files of timelines (JSON lines) or packuments, plain, .gz or .tar.gz"
        );
    }
    Ok(records)
}

fn read_file(
    path: &Path,
    repositories: &Repositories,
    records: &mut Vec<Record>,
) -> anyhow::Result<()> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let file = File::open(path)?;
    if name.ends_with(".tar.gz") || name.ends_with(".tgz") {
        return read_archive(GzDecoder::new(file), &name, records);
    }
    if name.ends_with(".gz") {
        return read_documents(GzDecoder::new(file), &name, repositories, records);
    }
    read_documents(file, &name, repositories, records)
}

fn read_archive(reader: impl Read, name: &str, records: &mut Vec<Record>) -> anyhow::Result<()> {
    for entry in tar::Archive::new(reader).entries()? {
        let entry = entry?;
        let inside = entry.path()?.to_string_lossy().into_owned();
        if entry.header().entry_type().is_file() && inside.ends_with(".json") {
            let mut bytes = Vec::new();
            entry.take(MAX_DOCUMENT).read_to_end(&mut bytes)?;
            records.push(packument_record(&bytes, &format!("{name}/{inside}"))?);
        }
    }
    Ok(())
}

/// A document is one packument, a line per timeline, or a line per release of a
/// crate; the first line tells.
fn read_documents(
    reader: impl Read,
    name: &str,
    repositories: &Repositories,
    records: &mut Vec<Record>,
) -> anyhow::Result<()> {
    let mut reader = BufReader::new(reader);
    let mut line = String::new();
    let mut number = 0;
    loop {
        line.clear();
        if reader.by_ref().take(MAX_DOCUMENT).read_line(&mut line)? == 0 {
            return Ok(());
        }
        number += 1;
        if line.trim().is_empty() {
            continue;
        }
        if number == 1 && serde_json::from_str::<Published>(&line).is_ok() {
            records.extend(read_publishers(line, reader)?.records(name, repositories)?);
            return Ok(());
        }
        if number == 1 && serde_json::from_str::<Timeline>(&line).is_err() {
            reader.take(MAX_DOCUMENT).read_to_string(&mut line)?;
            records.push(packument_record(line.as_bytes(), name)?);
            return Ok(());
        }
        let timeline: Timeline =
            serde_json::from_str(&line).with_context(|| format!("line {number} is no timeline"))?;
        records.push(
            timeline
                .into_record(name)
                .with_context(|| format!("line {number}"))?,
        );
    }
}

fn read_publishers(mut line: String, mut reader: impl BufRead) -> anyhow::Result<Publishers> {
    let mut publishers = Publishers::default();
    let mut number = 0;
    while !line.is_empty() {
        number += 1;
        if !line.trim().is_empty() {
            let published = serde_json::from_str(&line);
            publishers.add(published.with_context(|| format!("line {number} names no release"))?);
        }
        line.clear();
        reader.by_ref().take(MAX_DOCUMENT).read_line(&mut line)?;
    }
    Ok(publishers)
}

fn packument_record(bytes: &[u8], name: &str) -> anyhow::Result<Record> {
    let mut history = packument::read(bytes).with_context(|| name.to_owned())?;
    let source = Source {
        from: name.to_owned(),
        ..history.source().clone()
    };
    history.set_source(source);
    // What was removed later was there then: a replay must not know.
    let source = history.source().clone();
    let package = history.package().clone();
    let mut builder = HistoryBuilder::default();
    for release in history.releases() {
        builder.push(NewRelease {
            state: ReleaseState::Offered,
            ..NewRelease::from_history(&history, release)
        });
    }
    Ok(Record {
        history: builder.build(package, source),
        popularity: None,
        again: false,
    })
}

/// A line of a timeline file.
#[derive(Deserialize)]
struct Timeline {
    name: String,
    #[serde(default)]
    downloads_per_month: Option<f64>,
    #[serde(default)]
    snapshots: Vec<Snapshot>,
    maintainer_sets: Vec<Vec<String>>,
    versions: Vec<TimelineVersion>,
}

#[derive(Deserialize)]
struct Snapshot {
    at: Option<Time>,
}

#[derive(Deserialize)]
struct TimelineVersion {
    v: String,
    t: Option<Time>,
    p: Option<String>,
    e: Option<String>,
    ed: Option<String>,
    m: Option<usize>,
    #[serde(default)]
    tp: bool,
    #[serde(default)]
    att: bool,
    #[serde(default)]
    ins: bool,
    #[serde(default)]
    deps: Vec<String>,
}

/// Days in a month, for downloads a month to downloads a week.
const WEEKS_PER_MONTH: f64 = 365.25 / 12.0 / 7.0;

impl Timeline {
    fn into_record(self, file: &str) -> anyhow::Result<Record> {
        let package = PackageId::new(Ecosystem::Npm, &self.name)?;
        let seen = self
            .snapshots
            .iter()
            .filter_map(|snapshot| snapshot.at)
            .max();
        let popularity = self.downloads_per_month.map(|downloads| Popularity {
            downloads_per_week: Some((downloads / WEEKS_PER_MONTH) as u64),
            dependents: None,
            source: file.to_owned(),
            seen: seen.unwrap_or(Time::from_millis(0)),
            highest: None,
        });
        let mut builder = HistoryBuilder::default();
        for version in &self.versions {
            builder.push(version.release(&self.maintainer_sets));
        }
        let source = Source {
            from: file.to_owned(),
            seen,
            sha256: String::new(),
            kind: DocumentKind::Timeline,
        };
        Ok(Record {
            history: builder.build(package, source),
            popularity,
            again: false,
        })
    }
}

impl TimelineVersion {
    fn release(&self, sets: &[Vec<String>]) -> NewRelease {
        let publisher = match (&self.p, self.tp) {
            (Some(_), true) => Some(Party::workflow(Ecosystem::Npm, "github", None)),
            (Some(login), false) => packument::party_named(login),
            (None, _) => None,
        };
        let owners = self.m.and_then(|m| sets.get(m));
        NewRelease {
            published: self.t,
            contact: self.contact().filter(|_| !self.tp),
            publisher,
            owners: owners.map(|set| {
                set.iter()
                    .filter_map(|login| packument::party_named(login))
                    .collect()
            }),
            dependencies: self.deps.iter().map(|name| name.as_str().into()).collect(),
            provenance: self.att,
            install_script: self.ins,
            ..NewRelease::new(&self.v)
        }
    }

    fn contact(&self) -> Option<Contact> {
        let digest = u64::from_str_radix(self.e.as_deref()?, 16).ok()?;
        Some(Contact {
            digest,
            domain: self.ed.as_deref()?.into(),
        })
    }
}
