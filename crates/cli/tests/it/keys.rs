//! SSH keys of people, beside a project, made by the real `ssh-keygen`.

use crate::project::Project;
use std::process::{Command, Stdio};
use tenure_testkit::skipped;

/// Makes a key for each person; false, and said, where there is no `ssh-keygen`.
pub(crate) fn make(project: &Project, people: &[&str]) -> bool {
    people.iter().all(|person| {
        let made = Command::new("ssh-keygen")
            .args(["-q", "-N", "", "-t", "ed25519", "-C", person, "-f"])
            .arg(project.root().join(format!("../{person}")))
            .stdin(Stdio::null())
            .status();
        if made.is_err() {
            skipped("no ssh-keygen");
        }
        made.is_ok()
    })
}

/// Somebody's public key, a line.
pub(crate) fn public(project: &Project, person: &str) -> String {
    let line = project.read(&format!("../{person}.pub"));
    line.trim().to_owned()
}

/// What a `tenure.toml` says of people whom a project follows.
pub(crate) fn follow(project: &Project, people: &[&str]) -> String {
    let follow = |person: &&str| {
        let key = public(project, person);
        format!("[[follow]]\nname = \"{person}\"\nkey = \"{key}\"\n\n")
    };
    people.iter().map(follow).collect()
}
