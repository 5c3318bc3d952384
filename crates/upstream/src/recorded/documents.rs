use super::RecordedError;
use super::walk::unreadable;
use memchr::memmem;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use tenure_domain::{Days, Ecosystem, History, PackageId, Popularity, Source, Time};
use tenure_ecosystem::npm::packument;

/// What a file turned out to be.
pub(super) enum Document {
    /// A packument that could be read.
    Packument(Box<History>),
    /// npm's answer about downloads.
    Downloads(PackageId, Popularity),
    /// Something that was a packument once, and why it no longer is.
    Damaged(String),
    /// None of our business.
    Other,
}

/// As much as the largest packuments have, several times over.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// Enough to see whether a file begins like a JSON object.
const GLANCE: u64 = 64;

/// Reads a file, all of it only if it begins like a JSON object.
pub(super) fn read(path: &Path) -> Result<Document, RecordedError> {
    let bytes = object(path).map_err(|why| unreadable(path, why))?;
    let Some(bytes) = bytes else {
        return Ok(Document::Other);
    };
    if bytes.len() as u64 > MAX_BYTES {
        return Ok(Document::Damaged(format!(
            "is larger than {MAX_BYTES} bytes"
        )));
    }
    let from = path.display().to_string();
    if looks_like_packument(&bytes) {
        return Ok(read_packument(&bytes, from));
    }
    let downloads = read_downloads(&bytes, from);
    Ok(downloads.map_or(Document::Other, |(package, popularity)| {
        Document::Downloads(package, popularity)
    }))
}

fn object(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    (&mut file).take(GLANCE).read_to_end(&mut bytes)?;
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Ok(None);
    }
    file.take(MAX_BYTES + 1 - GLANCE).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Whether the words of a packument are there; whether it is one, the reader
/// decides.
fn looks_like_packument(bytes: &[u8]) -> bool {
    let has = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    has("\"name\"") && has("\"versions\"")
}

fn read_packument(bytes: &[u8], from: String) -> Document {
    match packument::read(bytes) {
        Ok(mut history) => {
            let source = Source {
                from,
                ..history.source().clone()
            };
            history.set_source(source);
            Document::Packument(Box::new(history))
        }
        // Whole JSON that merely uses the same words.
        Err(packument::PackumentError::NotAPackument(_)) => Document::Other,
        Err(error) => Document::Damaged(error.to_string()),
    }
}

/// npm's count of downloads over some days.
#[derive(Deserialize)]
struct DownloadCount {
    downloads: u64,
    start: String,
    end: String,
    package: String,
}

fn read_downloads(bytes: &[u8], source: String) -> Option<(PackageId, Popularity)> {
    let answer: DownloadCount = serde_json::from_slice(bytes).ok()?;
    let package = PackageId::new(Ecosystem::Npm, &answer.package).ok()?;
    let start: Time = answer.start.parse().ok()?;
    let end: Time = answer.end.parse().ok()?;
    // Both days count.
    let days = end.since(start).0.floor() + 1.0;
    let weekly = (days >= 1.0).then(|| (answer.downloads as f64 * 7.0 / days).round() as u64)?;
    let popularity = Popularity {
        downloads_per_week: Some(weekly),
        dependents: None,
        source,
        seen: end + Days(1.0),
        highest: None,
    };
    Some((package, popularity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downloads_are_counted_per_week() {
        let read = |text: &str| read_downloads(text.as_bytes(), "file".into());
        let text = r#"{"downloads":3000,"start":"2026-10-01","end":"2026-10-30","package":"@a/b"}"#;
        let (package, popularity) = read(text).unwrap();
        assert_eq!(package.name(), "@a/b");
        assert_eq!(popularity.downloads_per_week, Some(700));
        assert_eq!(popularity.seen.date(), "2026-10-31");
        let backwards = r#"{"downloads":1,"start":"2026-10-02","end":"2026-09-01","package":"x"}"#;
        assert!(read(backwards).is_none());
        assert!(read(r#"{"error":"package x not found"}"#).is_none());
    }
}
