//! `tenure serve`, as a process of its own.

use crate::project::{Project, Run, run};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenure_testkit::FakeNpm;
use tenure_testkit::http::{self, Answer};
use tenure_upstream::Environment;

/// Where servers keep their things, and what they are told.
#[derive(Clone)]
pub(crate) struct Site {
    folder: Arc<TempDir>,
    database: Option<String>,
}

/// A running server. It ends when this is dropped.
pub(crate) struct Serving {
    child: Child,
    url: String,
}

/// How long a test waits for what has to happen within 2 seconds, on a machine
/// that has other things to do.
const PATIENCE: Duration = Duration::from_secs(10);

impl Site {
    /// An empty place, with a configuration.
    pub(crate) fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("config.toml"), config).expect("a writable folder");
        Self {
            folder: Arc::new(folder),
            database: None,
        }
    }

    /// Uses a PostgreSQL database.
    pub(crate) fn on(mut self, database: String) -> Self {
        self.database = Some(database);
        self
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The program, with the flags that name this place.
    fn command(&self, arguments: &[&str]) -> Command {
        let path = Environment::from_process();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenure"));
        command
            .args(arguments)
            .args(["--data", "data", "--config", "config.toml"])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", path.os_variable("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .envs(self.database.iter().map(|url| ("TENURE_DATABASE", url)));
        command
    }

    /// `tenure project ...` on this machine.
    pub(crate) fn project(&self, arguments: &[&str]) -> Run {
        run(self.command(&[&["project"], arguments].concat()))
    }

    /// Makes a project and gives its token.
    pub(crate) fn create(&self, name: &str) -> String {
        let made = self.project(&["create", name]);
        assert_eq!(made.status, 0, "{}", made.shown());
        made.out.trim().to_owned()
    }

    /// A server here, in front of a registry.
    pub(crate) fn serve(&self, npm: &FakeNpm) -> Serving {
        self.serve_for(&format!("npm={}", npm.url())).0
    }

    /// A server in front of what `--upstream` names, and what it says before
    /// it answers.
    pub(crate) fn serve_for(&self, upstream: &str) -> (Serving, String) {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--upstream", upstream];
        let mut child = self
            .command(&serve)
            // No client is there that could be asked for a registry.
            .env("PATH", "")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a program that starts");
        let out = child.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let url = lines.find_map(|line| Some(line.strip_prefix("Tenure is at ")?.to_owned()));
        let said = lines.by_ref().take_while(|line| line != "Ctrl-C ends it.");
        let said = said.collect::<Vec<_>>().join("\n");
        // It may have more to say, and must not wait for somebody to read it.
        std::thread::spawn(move || lines.for_each(drop));
        let url = url.unwrap_or_else(|| panic!("no server: {:?}", child.wait()));
        (Serving { child, url }, said)
    }
}

impl Serving {
    /// Its address, with a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, &[])
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let url = format!("{}{path}", self.url);
        http::request(method, &url, headers, body).expect("an answer")
    }

    /// Whether a registry, such as `p/web/npm`, offers a release.
    pub(crate) fn offers(&self, registry: &str, package: &str, version: &str) -> bool {
        let answer = self.ask(&format!("{registry}/{package}"), &[]);
        let document = answer.json();
        assert_eq!(answer.status, 200, "{document}");
        document["versions"].get(version).is_some()
    }

    /// Puts files where `tenure push` puts them.
    pub(crate) fn put(&self, project: &str, token: &str, body: &[u8]) -> Answer {
        let path = format!("-/api/v1/projects/{project}/files");
        let bearer = format!("Bearer {token}");
        self.send("PUT", &path, &[("authorization", &bearer)], body)
    }

    /// The `[server]` table of a project of this server.
    pub(crate) fn table(&self, project: &str) -> String {
        format!(
            "[server]\nurl = \"{}\"\nproject = \"{project}\"\n",
            self.url
        )
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Both fail only if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for what another process has to notice.
pub(crate) fn soon(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "not yet: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The body of a push.
pub(crate) fn files(project_file: &str, baseline: &str) -> Vec<u8> {
    let files = serde_json::json!({ "project_file": project_file, "baseline": baseline });
    Value::to_string(&files).into_bytes()
}

/// The fixtures as a registry, and a project that takes its facts from there.
pub(crate) fn project_and_registry() -> (Project, FakeNpm) {
    let project = Project::new();
    let npm = FakeNpm::start();
    let facts = project.root().join("../facts");
    npm.load(facts).expect("readable facts");
    project.write(".npmrc", &format!("registry={}\n", npm.url()));
    (project, npm)
}

/// A text without what differs from run to run.
pub(crate) fn steady(text: &str, names: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (name, word) in names {
        text = text.replace(name, word);
    }
    undated(&text)
}

/// A text with the days of today and later as `DATE`: fixtures are older.
fn undated(text: &str) -> String {
    let is_date = |word: &[u8]| {
        let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        word.len() == 10
            && &word[..2] == b"20"
            && word > b"2021".as_slice()
            && digits(&word[..4])
            && word[4] == b'-'
            && digits(&word[5..7])
            && word[7] == b'-'
            && digits(&word[8..])
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.as_bytes().get(..10).is_some_and(is_date) {
            out.push_str("DATE");
            rest = &rest[10..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}
