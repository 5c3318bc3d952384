//! The built program, serving.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenure_e2e::{process, program};
use tenure_testkit::http::{self, Answer};

/// A server that can be ended and started again with the same data.
pub(crate) struct Serving {
    folder: TempDir,
    data: PathBuf,
    upstream: String,
    port: u16,
    prefix: Vec<String>,
    process: Option<Child>,
}

impl Serving {
    /// A server before a registry. It asks it each time, so that there is
    /// always something to write.
    pub(crate) fn before(upstream: &str) -> Self {
        let mut serving = Self::prepared(upstream);
        serving.start();
        serving
    }

    /// As [`before`](Self::before), but not started yet.
    pub(crate) fn prepared(upstream: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = "[server]\nfresh = 0\n";
        std::fs::write(folder.path().join("tenure.toml"), config).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            data: folder.path().join("data"),
            folder,
            upstream: format!("npm={upstream}"),
            port: free.local_addr().unwrap().port(),
            prefix: Vec::new(),
            process: None,
        }
    }

    /// A command that starts the program given to it.
    pub(crate) fn through(mut self, prefix: &[&str]) -> Self {
        self.prefix = prefix.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// Where it is to keep everything.
    pub(crate) fn keep_data_in(mut self, folder: PathBuf) -> Self {
        self.data = folder;
        self
    }

    /// Its folder, which is deleted in the end.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it and waits until it is ready.
    pub(crate) fn start(&mut self) {
        let program = program();
        let mut words = self.prefix.iter().map(String::as_str).collect::<Vec<_>>();
        words.push(program.to_str().unwrap());
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder().join("log"))
            .unwrap();
        let child = Command::new(words[0])
            .args(&words[1..])
            .args(["serve", "--upstream", &self.upstream])
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .args(["--config", "tenure.toml", "--data"])
            .arg(&self.data)
            .current_dir(self.folder())
            .env_clear()
            .env("PATH", process().variable("PATH").unwrap_or_default())
            .env("HOME", self.folder())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.process = Some(child);
        let began = Instant::now();
        while self
            .ask("-/ready")
            .is_none_or(|answer| answer.status != 200)
        {
            let ended = self.process.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "it ended: {}", self.log());
            assert!(began.elapsed() < Duration::from_mins(1), "{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it without warning (`SIGKILL`).
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// What it wrote to its log.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder().join("log")).unwrap_or_default()
    }

    fn ask(&self, path: &str) -> Option<Answer> {
        http::get(&format!("http://127.0.0.1:{}/{path}", self.port)).ok()
    }

    /// Asks the npm registry; `None` if there is nobody.
    pub(crate) fn try_get(&self, path: &str) -> Option<Answer> {
        self.ask(&format!("npm/{path}"))
    }

    /// Asks the npm registry.
    pub(crate) fn get(&self, path: &str) -> Answer {
        let answer = self.try_get(path);
        answer.unwrap_or_else(|| panic!("no answer; it says:\n{}", self.log()))
    }

    /// The address of the npm registry.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/npm/", self.port)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}
