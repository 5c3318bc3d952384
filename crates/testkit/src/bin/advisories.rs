//! Writes a made-up collection of advisories, to measure with.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use tenure_testkit::Advisories;

const USAGE: &str = "usage: advisories FILE [DOCUMENTS [SEED]]

Writes an archive of so many documents in the OSV format (250000) to FILE.";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or(USAGE)?;
    let mut number = |default: u32| -> Result<u32, Box<dyn Error>> {
        Ok(match arguments.next() {
            Some(text) => text.parse().map_err(|_| USAGE)?,
            None => default,
        })
    };
    let (documents, seed) = (number(250_000)?, number(7)?);
    let seed = seed.into();
    let size = Advisories { seed, documents }.write(BufWriter::new(File::create(&file)?))?;
    writeln!(
        std::io::stdout(),
        "{file}: {documents} documents, {size} bytes"
    )?;
    Ok(())
}
