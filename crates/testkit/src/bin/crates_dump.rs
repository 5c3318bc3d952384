//! Writes a made-up dump of a cargo registry's database, to measure with.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use tenure_testkit::CratesDump;

const USAGE: &str = "usage: crates-dump FILE [CRATES [DAY [SEED]]]

Writes a dump of so many crates (200000), with ten times as many versions, as
of that day of January 2026 (1), to FILE.";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or(USAGE)?;
    let mut number = |default: u32| -> Result<u32, Box<dyn Error>> {
        Ok(match arguments.next() {
            Some(text) => text.parse().map_err(|_| USAGE)?,
            None => default,
        })
    };
    let (crates, day, seed) = (number(200_000)?, number(1)?, number(7)?);
    let dump = CratesDump {
        seed: seed.into(),
        crates,
        day,
    };
    let versions = dump.write(BufWriter::new(File::create(&file)?))?;
    writeln!(
        std::io::stdout(),
        "{file}: {crates} crates, {versions} versions"
    )?;
    Ok(())
}
