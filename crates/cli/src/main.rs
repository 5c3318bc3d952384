//! The `tenure` command: knows who holds a package.

mod args;
mod command;
mod exit;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    match command::run(arguments) {
        Ok(exit) => exit.into(),
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            exit::Exit::Usage.into()
        }
    }
}
