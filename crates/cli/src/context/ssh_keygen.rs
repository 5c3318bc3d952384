//! Signing with SSH keys: `ssh-keygen` does it, so that keys in an agent, in
//! hardware or behind a passphrase work as they do elsewhere. Keys of minisign
//! have programs of their own.

use super::{Git, minisign, piped};
use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use tenure_ecosystem::vouch::NAMESPACE;
use tenure_ecosystem::vouch::ssh::{Fingerprint, verify};
use tenure_upstream::Environment;

/// Keys that `ssh` itself tries first, without those that cannot sign texts.
const USUAL: [&str; 4] = ["id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_rsa"];

/// A key to sign with.
pub(crate) struct SigningKey {
    program: PathBuf,
    /// The private key; or the public one, of which an agent has the private.
    path: PathBuf,
    /// The key's fingerprint.
    pub(crate) fingerprint: Fingerprint,
    /// The public key, as a line.
    pub(crate) public: String,
}

impl SigningKey {
    /// The named key, or the one that git signs with if that is an SSH key, or
    /// the first usual one in `~/.ssh`.
    pub(crate) fn find(named: Option<&Path>, env: &Environment) -> anyhow::Result<Self> {
        if let Some(path) = named.map(|path| env.current_dir().join(path))
            && minisign::is_key(&path)
        {
            let (fingerprint, public) = minisign::public(&path)?;
            return Ok(Self {
                program: minisign::program(env)?,
                path,
                fingerprint,
                public,
            });
        }
        let program = env
            .find_program("ssh-keygen")
            .context("ssh-keygen is not in PATH; it comes with OpenSSH (Debian: openssh-client)")?;
        let path = match named {
            Some(path) => env.current_dir().join(path),
            None => gits(env).or_else(|| usual(env)).context(
                "no SSH key found; name one with `--key FILE`, or make one with `ssh-keygen -t ed25519`",
            )?,
        };
        let public = if path.extension().is_some_and(|end| end == "pub") {
            path.clone()
        } else {
            let mut public = path.clone().into_os_string();
            public.push(".pub");
            public.into()
        };
        let line = std::fs::read_to_string(&public).with_context(|| {
            format!(
                "cannot read the public key `{}`; `ssh-keygen -y -f KEY` prints it",
                public.display()
            )
        })?;
        let fingerprint =
            Fingerprint::of_public_key(&line).with_context(|| format!("`{}`", public.display()))?;
        Ok(Self {
            program,
            path,
            fingerprint,
            public: line.trim().to_owned(),
        })
    }

    /// The signature of a text for a purpose, in its armor.
    pub(crate) fn sign(&self, text: &str, namespace: &str) -> anyhow::Result<String> {
        if self.fingerprint.as_str().starts_with("minisign:") {
            if namespace != NAMESPACE {
                bail!("a key of minisign signs vouches alone; name an SSH key with `--key FILE`");
            }
            return minisign::sign((&self.program, &self.path), &self.fingerprint, text);
        }
        let mut command = Command::new(&self.program);
        command
            .args(["-Y", "sign", "-n", namespace, "-f"])
            .arg(&self.path);
        let armor = piped::run(&mut command, text)
            .with_context(|| format!("ssh-keygen cannot sign with `{}`", self.path.display()))?;
        let key = verify(&armor, namespace, text.as_bytes())?;
        if key != self.fingerprint {
            bail!(
                "`{}` belongs to another key than its `.pub`",
                self.path.display()
            );
        }
        Ok(armor)
    }
}

fn gits(env: &Environment) -> Option<PathBuf> {
    let git = Git::new(env, env.current_dir()).ok()?;
    if git.setting("gpg.format").as_deref() != Some("ssh") {
        return None;
    }
    let key = git.setting("user.signingkey")?;
    let path = match key.strip_prefix("~/") {
        Some(rest) => env.home()?.join(rest),
        None => env.current_dir().join(&key),
    };
    // It may be the key itself instead of a file.
    path.is_file().then_some(path)
}

fn usual(env: &Environment) -> Option<PathBuf> {
    let folder = env.home()?.join(".ssh");
    let mut paths = USUAL.iter().map(|name| folder.join(name));
    paths.find(|path| path.is_file())
}
