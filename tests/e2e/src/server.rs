use crate::{process, program};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A `tenure serve` of its own, on a free loopback port and with an empty data
/// folder. It ends when this is dropped.
pub struct Server {
    folder: TempDir,
    child: Child,
    url: String,
}

impl Server {
    /// A server in front of the npm registry at `upstream`, with `config` as
    /// its configuration file.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start(upstream: &str, config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.toml"), config).unwrap();
        let (child, url) = launch(folder.path(), upstream);
        Self { folder, child, url }
    }

    /// Its address, with a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the program and waits until it says where it listens.
fn launch(folder: &Path, upstream: &str) -> (Child, String) {
    let mut child = Command::new(program())
        .args(["serve", "--listen", "127.0.0.1:0", "--data", "data"])
        .args(["--config", "config.toml", "--upstream"])
        .arg(format!("npm={upstream}"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", process().os_variable("PATH").unwrap_or_default())
        .env("HOME", folder)
        // Asking pip takes long, and nobody wants anything of its index.
        .env("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| address(&line));
    // It may have more to say, and must not wait for somebody to read it.
    std::thread::spawn(move || lines.for_each(drop));
    let url = url.unwrap_or_else(|| {
        let _ = child.kill();
        panic!(
            "`tenure serve` did not say where it listens: {:?}",
            child.wait()
        )
    });
    (child, url)
}

/// The server's own address in a line that names it or one below it.
fn address(line: &str) -> Option<String> {
    let rest = &line[line.find("http://127.0.0.1:")?..];
    let (host, _) = rest["http://".len()..].split_once('/')?;
    Some(format!("http://{host}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_address() {
        let line = "npm config set registry http://127.0.0.1:4874/npm/";
        assert_eq!(address(line).unwrap(), "http://127.0.0.1:4874/");
        assert_eq!(address("starting"), None);
    }
}
