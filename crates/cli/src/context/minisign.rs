//! Signing with keys of minisign: `minisign` or `rsign` does it, and asks for the
//! password itself.

use anyhow::{Context as _, bail};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tenure_ecosystem::vouch::Fingerprint;
use tenure_ecosystem::vouch::minisign::{key_in, verify};
use tenure_upstream::Environment;

/// Whether a file is a secret key of minisign.
pub(super) fn is_key(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.starts_with("untrusted comment:")
}

/// The program that signs.
pub(super) fn program(env: &Environment) -> anyhow::Result<PathBuf> {
    let programs = ["minisign", "rsign"].into_iter();
    let mut found = programs.filter_map(|name| env.find_program(name));
    found
        .next()
        .context("neither minisign nor rsign is in PATH (Debian: minisign)")
}

/// The public key beside a secret one, and its file's text.
pub(super) fn public(path: &Path) -> anyhow::Result<(Fingerprint, String)> {
    let public = path.with_extension("pub");
    let text = std::fs::read_to_string(&public).with_context(|| {
        format!(
            "cannot read the public key `{}`; `minisign -R -s KEY -p FILE` writes it",
            public.display()
        )
    })?;
    let key = key_in(&text).with_context(|| format!("`{}`", public.display()))?;
    Ok((key, text))
}

/// The signature of a text, four lines.
pub(super) fn sign(
    (program, path): (&Path, &Path),
    by: &Fingerprint,
    text: &str,
) -> anyhow::Result<String> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Beside the key, where its owner alone writes; both programs sign files.
    let message = folder.join(format!("tenure-vouch-{}", std::process::id()));
    let signature = message.with_extension("minisig");
    let signed = write_and_sign((program, path), (&message, &signature), text);
    let read = signed.and_then(|()| Ok(std::fs::read_to_string(&signature)?));
    for file in [&message, &signature] {
        // What was not written needs no removing.
        let _ = std::fs::remove_file(file);
    }
    let signature = read?;
    verify(&signature, by, text.as_bytes()).with_context(|| {
        let public = path.with_extension("pub");
        let (path, public) = (path.display(), public.display());
        format!("`{path}` belongs to another key than `{public}`")
    })?;
    Ok(signature)
}

fn write_and_sign(
    (program, path): (&Path, &Path),
    (message, signature): (&Path, &Path),
    text: &str,
) -> anyhow::Result<()> {
    std::fs::File::create_new(message)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write `{}`", message.display()))?;
    let mut command = Command::new(program);
    if program.file_stem().is_some_and(|name| name == "rsign") {
        command
            .arg("sign")
            .arg("-s")
            .arg(path)
            .arg("-x")
            .arg(signature)
            .arg(message);
    } else {
        command
            .arg("-S")
            .arg("-s")
            .arg(path)
            .arg("-x")
            .arg(signature)
            .arg("-m")
            .arg(message);
    }
    let status = command
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("cannot run `{}`", program.display()))?;
    if !status.success() {
        bail!(
            "`{}` cannot sign with `{}`",
            program.display(),
            path.display()
        );
    }
    Ok(())
}
