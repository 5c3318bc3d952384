//! `tenure who`: who held a package, or what is known of a person.

mod incidents;
mod package;
mod package_text;
mod person;
mod person_text;

use crate::args::{FactArgs, Format};
use crate::context::{Process, Subject};
use crate::exit::Exit;
use clap::Args;
use std::str::FromStr;
use tenure_ecosystem::vouch::About;

/// Show who held a package and when it changed hands, or what is known of a
/// person
///
/// A person is named by an account with its registry, or by a key.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A package, or one of its releases: chalk, @babel/core@7.0.0,
    /// pkg:npm/chalk; or a person: npm:ada, cargo:ada#189, SHA256:...
    #[arg(value_name = "PACKAGE[@VERSION]|PERSON")]
    subject: Named,

    /// List everything: every change of a package, those that the policy passes
    /// included; every package of a person
    #[arg(long)]
    all: bool,

    /// How to answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    #[command(flatten)]
    facts: FactArgs,
}

/// What a user asks about.
#[derive(Clone, Debug)]
enum Named {
    Package(Subject),
    Person(About),
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // No package has a colon in its name, or is called like a public key.
        let is_account_or_key = text.contains(':') && !text.starts_with("pkg:");
        let is_public_key = ["ssh-", "ecdsa-", "sk-"]
            .iter()
            .any(|kind| text.starts_with(kind))
            && text.contains(' ');
        if is_account_or_key || is_public_key {
            let person = text.parse().map_err(|error| format!("{error}"));
            return person.map(Self::Person);
        }
        text.parse().map(Self::Package)
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, process: &Process) -> anyhow::Result<Exit> {
    match &arguments.subject {
        Named::Package(subject) => package::run(subject, arguments, process),
        Named::Person(person) => person::run(person, arguments, process),
    }
}
