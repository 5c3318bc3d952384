//! Serves a folder of recorded packuments as an npm registry on a loopback
//! port, and prints its address.

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use tenure_testkit::{FakeNpm, Keep};

const USAGE: &str = "usage: fake-npm [--port PORT] [--oldest] FOLDER...

Serves the packuments in each FOLDER, prints the address of the registry, and
goes on until it is ended. Of several packuments of the same package the one
that was changed last is served, with --oldest the one changed first.";

struct Arguments {
    port: u16,
    keep: Keep,
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
        folders: Vec::new(),
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--port" => arguments.port = words.next().ok_or(USAGE)?.parse()?,
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
