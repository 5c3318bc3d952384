//! Signing with keys of `OpenPGP`: the user's own `gpg` does it, so that keys in
//! its agent, on cards or behind a passphrase work as they do elsewhere.

use super::piped;
use anyhow::{Context as _, bail};
use std::path::Path;
use std::process::Command;
use tenure_domain::Time;
use tenure_ecosystem::vouch::Fingerprint;
use tenure_ecosystem::vouch::openpgp;
use tenure_upstream::Environment;

/// The signature of a text by a primary key, in its armor, and after it the
/// public key as far as checking needs it.
pub(crate) fn sign_openpgp(
    named: &Fingerprint,
    text: &str,
    now: Time,
    env: &Environment,
) -> anyhow::Result<String> {
    let program = env
        .find_program("gpg")
        .context("gpg is not in PATH; it comes with GnuPG (Debian: gpg)")?;
    let digits = named.as_str().trim_start_matches("openpgp:");
    let export = ["--armor", "--export-options", "export-minimal", "--export"];
    let key = run(&program, &[&export[..], &[digits]].concat(), "")
        .with_context(|| format!("gpg cannot export {named}"))?;
    if key.trim().is_empty() {
        bail!("gpg has no key {named}; `gpg --list-keys --fingerprint` lists those it has");
    }
    let read = openpgp::key(&key)?;
    if let Some(end) = read.until.filter(|end| *end <= now) {
        bail!("the key {named} expired on {}", end.date());
    }
    // With the mark, gpg takes this very key and no subkey of it.
    let exactly = format!("{digits}!");
    let sign = ["--armor", "--detach-sign", "--local-user", &exactly];
    let signature = run(&program, &sign, text).with_context(|| {
        format!(
            "gpg cannot sign with {named}; it must be a primary key that can sign, not a subkey"
        )
    })?;
    openpgp::verify(&signature, &key, named, text)?;
    Ok(signature + &key)
}

fn run(program: &Path, arguments: &[&str], text: &str) -> anyhow::Result<String> {
    let printed = piped::run(Command::new(program).args(arguments), text)?;
    Ok(printed.replace("\r\n", "\n"))
}
