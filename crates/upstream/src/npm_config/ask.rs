//! Asking an installed client which registry it uses.
//!
//! Starting `npm` takes 300 ms, so its answer is kept for a day, under a key
//! of everything that it depends on.

use super::Place;
use crate::{Environment, sealed};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tenure_domain::{Days, Time};

const KIND: sealed::Kind = *b"tnrASK01";
const KEPT_FOR: Days = Days(1.0);
const PATIENCE: Duration = Duration::from_secs(10);
const MAX_ANSWER: u64 = 16 * 1024;

/// The questions, in the order in which they are asked.
const QUESTIONS: [(&str, &[&str]); 4] = [
    ("npm", &["config", "get", "registry"]),
    ("pnpm", &["config", "get", "registry"]),
    ("yarn", &["config", "get", "npmRegistryServer"]),
    ("yarn", &["config", "get", "registry"]),
];

#[derive(Serialize, Deserialize)]
struct Answer {
    command: String,
    url: String,
    asked: Time,
}

/// What asking needs to know.
pub(super) struct Asker<'a> {
    pub(super) env: &'a Environment,
    pub(super) cache_dir: Option<&'a Path>,
    pub(super) now: Time,
    /// The files that the client's answer depends on.
    pub(super) files: &'a [PathBuf],
}

impl Asker<'_> {
    /// The address that the first client to answer gave, and the command.
    pub(super) fn registry(&self) -> Option<(String, Place)> {
        let path = self
            .cache_dir
            .map(|dir| dir.join("asked/v1").join(self.key()));
        let answer = match path.as_deref().and_then(|path| self.kept(path)) {
            Some(answer) => answer,
            None => self.ask()?,
        };
        if let Some(path) = path
            && answer.asked == self.now
        {
            // A cache that cannot be written costs time, not truth.
            let _ = sealed::write(&path, KIND, &answer);
        }
        Some((answer.url, Place::Command(answer.command)))
    }

    fn kept(&self, path: &Path) -> Option<Answer> {
        sealed::read::<Answer>(path, KIND).filter(|answer| self.is_fresh(answer.asked))
    }

    fn is_fresh(&self, asked: Time) -> bool {
        (0.0..KEPT_FOR.0).contains(&self.now.since(asked).0)
    }

    fn ask(&self) -> Option<Answer> {
        QUESTIONS.iter().find_map(|(program, arguments)| {
            let file = self.env.find_program(program)?;
            let text = run(&file, arguments, self.env)?;
            let url = text.lines().map(str::trim).find(|line| is_web(line))?;
            Some(Answer {
                command: format!("{program} {}", arguments.join(" ")),
                url: url.to_owned(),
                asked: self.now,
            })
        })
    }

    fn key(&self) -> String {
        let mut digest = Sha256::new();
        let mut add = |bytes: &[u8]| {
            digest.update((bytes.len() as u64).to_le_bytes());
            digest.update(bytes);
        };
        for (name, value) in self.env.variables().filter(|(name, _)| matters(name)) {
            add(name.as_encoded_bytes());
            add(value.as_encoded_bytes());
        }
        for file in self.files {
            add(file.as_os_str().as_encoded_bytes());
            let changed = file.metadata().and_then(|meta| meta.modified()).ok();
            let since = changed.and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
            add(&since.map_or(0, |t| t.as_nanos()).to_le_bytes());
        }
        crate::hex(&digest.finalize()[..16])
    }
}

/// Whether a client's answer may depend on this variable.
fn matters(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_lowercase();
    name == "path" || name == "home" || name.starts_with("npm_config_") || name.starts_with("yarn_")
}

fn is_web(line: &str) -> bool {
    line.starts_with("https://") || line.starts_with("http://")
}

/// Runs a client in the home folder: run in the project, it could be made to
/// execute what the project brought along (Yarn's `yarnPath`, for one).
fn run(program: &Path, arguments: &[&str], env: &Environment) -> Option<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(env.variables())
        .current_dir(env.home().unwrap_or(Path::new("/")))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => break,
            Ok(None) if started.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
    let mut text = String::new();
    let answer = child.stdout.take()?;
    answer.take(MAX_ANSWER).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    struct Machine {
        folder: tempfile::TempDir,
        env: Environment,
    }

    /// A machine with the given programs, each a shell script.
    fn machine(programs: &[(&str, &str)]) -> Machine {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        for (name, script) in programs {
            let file = bin.join(name);
            std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let env = Environment::empty(folder.path())
            .with_home(folder.path())
            .with_variable("PATH", bin.as_os_str());
        Machine { folder, env }
    }

    impl Machine {
        fn ask(&self, now: &str) -> Option<String> {
            let cache = self.folder.path().join("cache");
            let asker = Asker {
                env: &self.env,
                cache_dir: Some(&cache),
                now: now.parse().unwrap(),
                files: &[],
            };
            let (url, place) = asker.registry()?;
            Some(format!("{url} from {place}"))
        }
    }

    #[test]
    fn asks_once_a_day() {
        let script = "echo asked >> \"$HOME/count\"; echo https://registry.example/";
        let machine = machine(&[("npm", script)]);
        let said = "https://registry.example/ from `npm config get registry`";
        let count = || std::fs::read_to_string(machine.folder.path().join("count")).unwrap();
        assert_eq!(machine.ask("2026-11-22T10:00:00Z").as_deref(), Some(said));
        assert_eq!(machine.ask("2026-11-23T09:00:00Z").as_deref(), Some(said));
        assert_eq!(count().lines().count(), 1);
        assert_eq!(machine.ask("2026-11-23T11:00:00Z").as_deref(), Some(said));
        assert_eq!(count().lines().count(), 2);
    }

    #[test]
    fn goes_on_to_the_next_client() {
        let machine = machine(&[
            ("npm", "exit 1"),
            ("pnpm", "echo undefined"),
            (
                "yarn",
                "[ \"$3\" = registry ] && echo https://yarn.example/ || echo undefined",
            ),
        ]);
        assert_eq!(
            machine.ask("2026-11-22").as_deref(),
            Some("https://yarn.example/ from `yarn config get registry`")
        );
    }

    #[test]
    fn without_a_client_there_is_no_answer() {
        assert_eq!(machine(&[]).ask("2026-11-22"), None);
    }
}
