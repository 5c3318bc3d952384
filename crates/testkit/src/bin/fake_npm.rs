//! Serves a folder of recorded packuments as an npm registry on a loopback
//! port, and prints its address.

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;
use tenure_testkit::{FakeNpm, Fault, Keep, Pace};

const USAGE: &str =
    "usage: fake-npm [--port PORT] [--oldest] [--pace MILLISECONDS,MEGABITS] FOLDER...

Serves the packuments in each FOLDER, prints the address of the registry, and
goes on until it is ended. Of several packuments of the same package the one
that was changed last is served, with --oldest the one changed first. With
--pace, the first byte of an answer comes after so many milliseconds, and its
body at so many megabits a second.";

struct Arguments {
    port: u16,
    keep: Keep,
    pace: Option<Pace>,
    folders: Vec<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = read(std::env::args().skip(1))?;
    let npm = FakeNpm::start_at(arguments.port, "/")?;
    let mut packages = 0;
    for folder in &arguments.folders {
        packages = npm
            .load_keeping(folder, arguments.keep)
            .map_err(|error| format!("`{}`: {error}", folder.display()))?;
    }
    if packages == 0 {
        return Err("there is no packument in any of the folders".into());
    }
    if let Some(pace) = arguments.pace {
        npm.fail("*", Fault::Paced(pace));
    }
    let mut out = std::io::stdout();
    writeln!(out, "{}", npm.url())?;
    out.flush()?;
    loop {
        std::thread::park();
    }
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Arguments, Box<dyn Error>> {
    let mut arguments = Arguments {
        port: 0,
        keep: Keep::Newest,
        pace: None,
        folders: Vec::new(),
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--port" => arguments.port = words.next().ok_or(USAGE)?.parse()?,
            "--pace" => arguments.pace = Some(pace(&words.next().ok_or(USAGE)?)?),
            "--oldest" => arguments.keep = Keep::Oldest,
            option if option.starts_with('-') => return Err(USAGE.into()),
            folder => arguments.folders.push(folder.into()),
        }
    }
    if arguments.folders.is_empty() {
        return Err(USAGE.into());
    }
    Ok(arguments)
}

fn pace(text: &str) -> Result<Pace, Box<dyn Error>> {
    let (milliseconds, megabits) = text.split_once(',').ok_or(USAGE)?;
    let bytes = megabits.parse::<u32>()?.checked_mul(1_000_000 / 8);
    Ok(Pace {
        first_byte: Duration::from_millis(milliseconds.parse()?),
        bytes_per_second: bytes.filter(|bytes| *bytes > 0).ok_or(USAGE)?,
    })
}
