//! A collection of advisories in the OSV format, made up, as large as one likes.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use serde_json::{Value, json};
use std::io::{self, Write};

/// A collection that is the same for the same fields: one archive, as
/// collections offer it for each ecosystem. Three of four documents are about
/// malicious code, the others about ordinary vulnerabilities.
#[derive(Clone, Copy, Debug)]
pub struct Advisories {
    /// What all that is made up follows from.
    pub seed: u64,
    /// How many documents it has.
    pub documents: u32,
}

impl Advisories {
    /// Writes the collection, a `.zip`, and says how many bytes its documents
    /// have.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, out: impl Write) -> io::Result<u64> {
        let mut random = fastrand::Rng::with_seed(self.seed);
        let mut size = 0;
        let documents = (1..=self.documents).map(|number| {
            let document = made(number, &mut random);
            let id = document["id"].as_str().unwrap_or_default().to_owned();
            let bytes = serde_json::to_vec_pretty(&document).unwrap_or_default();
            size += bytes.len() as u64;
            (format!("{id}.json"), bytes)
        });
        write_zip(out, documents)?;
        Ok(size)
    }
}

/// Writes an archive of files, each packed.
///
/// # Errors
/// When it cannot be written.
pub fn write_zip(
    out: impl Write,
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> io::Result<()> {
    let mut archive = ZipArchiveWriter::new(out);
    for (name, bytes) in files {
        let file = archive.new_file(name.as_str());
        let file = file.compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().map_err(io::Error::other)?;
        let packed = DeflateEncoder::new(&mut entry, Compression::fast());
        let mut packed = config.wrap(packed);
        packed.write_all(&bytes)?;
        let (packed, descriptor) = packed.finish().map_err(io::Error::other)?;
        packed.finish()?;
        entry.finish(descriptor).map_err(io::Error::other)?;
    }
    archive.finish().map_err(io::Error::other)?;
    Ok(())
}

/// As long as real ones are: most of a document is text for people and where it
/// came from.
fn made(number: u32, random: &mut fastrand::Rng) -> Value {
    let is_malice = !number.is_multiple_of(4);
    let package = format!("package-{number:07}");
    let id = if is_malice {
        format!("MAL-{}-{number}", 2020 + number % 6)
    } else {
        format!("GHSA-{number:04x}-aaaa-bbbb")
    };
    let digest: String = std::iter::repeat_with(|| random.digit(16))
        .take(64)
        .collect();
    let events = if random.u8(..4) == 0 {
        json!([{ "introduced": "1.0.0" }, { "fixed": "1.0.3" }])
    } else {
        json!([{ "introduced": "0" }])
    };
    let ranges = json!([{ "type": "SEMVER", "events": events }]);
    let versions: Vec<String> = (0..random.u32(0..6)).map(|n| format!("1.0.{n}")).collect();
    let weakness = if is_malice { "CWE-506" } else { "CWE-79" };
    json!({
        "schema_version": "1.7.4",
        "id": id,
        "modified": "2026-01-02T03:04:05.678901234Z",
        "published": format!("{}-01-01T00:00:00Z", 2020 + number % 6),
        "aliases": [format!("OTHER-{number}")],
        "summary": format!("Malicious code in {package} (npm)"),
        "details": format!("\n---\n## Source: somebody ({digest})\n{}", "It was found to \
            contain code that sends what it finds on the computer to somebody. ".repeat(8)),
        "affected": [{
            "package": { "ecosystem": "npm", "name": package },
            "versions": versions,
            "ranges": ranges,
            "database_specific": {
                "cwes": [{
                    "cweId": weakness,
                    "name": "What it is called",
                    "description": "What it is, in a sentence or two, as a list of weaknesses has it.",
                }],
            },
        }],
        "references": [{ "type": "WEB", "url": format!("https://reports.example/{number}") }],
        "credits": [{ "name": "Somebody", "type": "FINDER", "contact": ["https://finder.example"] }],
        "database_specific": {
            "malicious-packages-origins": [{
                "id": format!("OTHER-{number}"),
                "import_time": "2026-01-02T03:04:05.678901234Z",
                "modified_time": "2026-01-02T00:00:00Z",
                "ranges": ranges,
                "sha256": digest,
                "source": "somebody",
            }],
        },
    })
}
