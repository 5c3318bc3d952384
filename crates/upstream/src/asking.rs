//! Asking an installed client which registry it uses.
//!
//! Starting `npm` takes 300 ms, so its answer is kept for a day, under a key
//! of everything that it depends on.

use crate::npm_config::Place;
use crate::{Environment, sealed};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tenure_domain::{Days, Time};

const KIND: sealed::Kind = *b"tnrASK01";
const KEPT_FOR: Days = Days(1.0);
const PATIENCE: Duration = Duration::from_secs(10);
/// As much as a pipe holds: more would keep the client waiting for a reader.
const MAX_ANSWER: u64 = 64 * 1024;

/// What can be asked of a client.
pub(crate) struct Question {
    /// The program.
    pub(crate) program: &'static str,
    /// What it is called with.
    pub(crate) arguments: &'static [&'static str],
    /// Variables that it gets besides those of this process; an empty one is
    /// taken away.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    /// How its answer is to be read.
    pub(crate) read: Reader,
}

/// Finds the address in what a client says.
pub(crate) enum Reader {
    /// In its answer.
    Answer(fn(&str) -> Option<String>),
    /// In its complaint, for it is asked for something that must fail.
    Complaint(fn(&str) -> Option<String>),
}

impl Question {
    /// A question whose answer has the address on a line of its own.
    pub(crate) const fn plain(program: &'static str, arguments: &'static [&'static str]) -> Self {
        Self {
            program,
            arguments,
            variables: &[],
            read: Reader::Answer(line_of_its_own),
        }
    }

    /// What people would type, but for the variables.
    fn command(&self) -> String {
        [&[self.program], self.arguments].concat().join(" ")
    }
}

#[derive(Serialize, Deserialize)]
struct Answer {
    command: String,
    url: String,
    asked: Time,
}

/// What asking needs to know.
pub(crate) struct Asker<'a> {
    pub(crate) env: &'a Environment,
    pub(crate) cache_dir: Option<&'a Path>,
    pub(crate) now: Time,
    /// The files that the client's answer depends on.
    pub(crate) files: &'a [PathBuf],
    /// The questions, in the order in which they are asked.
    pub(crate) questions: &'a [Question],
}

impl Asker<'_> {
    /// The address that the first client to answer gave, and the command.
    pub(crate) fn registry(&self) -> Option<(String, Place)> {
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
        self.questions.iter().find_map(|question| {
            let file = self.env.find_program(question.program)?;
            Some(Answer {
                command: question.command(),
                url: run(&file, question, self.env)?,
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
        for question in self.questions {
            add(question.command().as_bytes());
        }
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
    const STARTS: [&str; 8] = [
        "npm_config_",
        "yarn_",
        "cargo_",
        "rustup_",
        "pip_",
        "uv_",
        "xdg_config_",
        "virtual_env",
    ];
    let name = name.to_string_lossy().to_ascii_lowercase();
    name == "path" || name == "home" || STARTS.iter().any(|start| name.starts_with(start))
}

fn line_of_its_own(text: &str) -> Option<String> {
    let is_web = |line: &&str| line.starts_with("https://") || line.starts_with("http://");
    text.lines().map(str::trim).find(is_web).map(str::to_owned)
}

/// The first address in a text of words.
pub(crate) fn address_in(text: &str) -> Option<String> {
    let start = text.find("https://").or_else(|| text.find("http://"))?;
    let is_end = |c: char| c.is_whitespace() || "`'\"()<>[],".contains(c);
    let rest = &text[start..];
    let end = rest.find(is_end).unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

/// Runs a client in the home folder: run in the project, it could be made to
/// execute what the project brought along (Yarn's `yarnPath`, for one).
fn run(program: &Path, question: &Question, env: &Environment) -> Option<String> {
    let (heard, unheard) = (Stdio::piped(), Stdio::null());
    let (stdout, stderr) = match question.read {
        Reader::Answer(_) => (heard, unheard),
        Reader::Complaint(_) => (unheard, heard),
    };
    let mut command = Command::new(program);
    command
        .args(question.arguments)
        .env_clear()
        .envs(env.variables())
        .current_dir(env.home().unwrap_or(Path::new("/")))
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr);
    for (name, value) in question.variables {
        match *value {
            "" => command.env_remove(name),
            value => command.env(name, value),
        };
    }
    let mut child = command.spawn().ok()?;
    let succeeded = ended(&mut child)?;
    let mut text = String::new();
    let read = match question.read {
        Reader::Answer(read) => {
            let answer = child.stdout.take().filter(|_| succeeded)?;
            answer.take(MAX_ANSWER).read_to_string(&mut text).ok()?;
            read
        }
        Reader::Complaint(read) => {
            let complaint = child.stderr.take()?;
            complaint.take(MAX_ANSWER).read_to_string(&mut text).ok()?;
            read
        }
    };
    read(&text)
}

/// Whether it succeeded; `None` if it did not come to an end in time.
fn ended(child: &mut Child) -> Option<bool> {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
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
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const QUESTIONS: [Question; 4] = [
        Question::plain("npm", &["config", "get", "registry"]),
        Question::plain("yarn", &["config", "get", "registry"]),
        Question {
            program: "words",
            arguments: &[],
            variables: &[("SAID", "in words"), ("HIDDEN", "")],
            read: Reader::Answer(address_in),
        },
        Question {
            program: "complains",
            arguments: &["about"],
            variables: &[],
            read: Reader::Complaint(address_in),
        },
    ];

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
                questions: &QUESTIONS,
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
    fn an_address_may_stand_in_a_sentence_or_in_a_complaint() {
        let words = machine(&[(
            "words",
            "[ -z \"$HIDDEN\" ] && echo \"$SAID: (default\n https://pip.example/simple).\"",
        )]);
        let said = words.ask("2026-11-22");
        assert_eq!(
            said.as_deref(),
            Some("https://pip.example/simple from `words`")
        );
        let complains = machine(&[(
            "complains",
            "echo nothing here; echo 'failed at `http://cargo.example/x`' >&2; exit 101",
        )]);
        let said = complains.ask("2026-11-22");
        assert_eq!(
            said.as_deref(),
            Some("http://cargo.example/x from `complains about`")
        );
    }

    #[test]
    fn without_a_client_there_is_no_answer() {
        assert_eq!(machine(&[]).ask("2026-11-22"), None);
    }
}
