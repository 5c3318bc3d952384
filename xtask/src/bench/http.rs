//! Single requests, made by curl: it measures what its own start does not
//! spoil, and speaks all that servers do.

use crate::process;
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// A header of a request.
pub(super) type Header = (&'static str, String);

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    /// The body as it came, which may be compressed.
    pub(super) bytes: Vec<u8>,
    /// To the last byte.
    pub(super) seconds: f64,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The body, decompressed if need be.
    pub(super) fn plain(&self, scratch: &Path) -> anyhow::Result<Vec<u8>> {
        match self.header("content-encoding") {
            None | Some("identity") => Ok(self.bytes.clone()),
            Some("gzip") => gunzip(&self.bytes, scratch),
            Some(other) => bail!("nobody asked for `{other}`"),
        }
    }

    /// The same as JSON.
    pub(super) fn json(&self, scratch: &Path) -> anyhow::Result<Value> {
        let plain = self.plain(scratch)?;
        serde_json::from_slice(&plain).context("the answer is no JSON")
    }
}

/// Asks for `url`. Files for it are written into the folder `scratch`.
pub(super) fn get(url: &str, headers: &[Header], scratch: &Path) -> anyhow::Result<Answer> {
    let (body, head) = (scratch.join("curl-body"), scratch.join("curl-head"));
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--max-time", "300"]);
    command.args(["--noproxy", "127.0.0.1,localhost"]);
    command.args(["--write-out", "%{http_code} %{time_total}"]);
    command.arg("--output").arg(&body);
    command.arg("--dump-header").arg(&head);
    for (name, value) in headers {
        command.arg("--header").arg(format!("{name}: {value}"));
    }
    // curl writes no file for an empty body.
    std::fs::write(&body, "")?;
    let printed = process::output(command.arg(url))?;
    let (status, seconds) = printed.split_once(' ').context("curl printed no time")?;
    Ok(Answer {
        status: status.parse()?,
        headers: parse(&std::fs::read_to_string(&head)?),
        bytes: std::fs::read(&body)?,
        seconds: seconds.trim().parse()?,
    })
}

fn parse(head: &str) -> Vec<(String, String)> {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    lines
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect()
}

fn gunzip(bytes: &[u8], scratch: &Path) -> anyhow::Result<Vec<u8>> {
    let file = scratch.join("curl-body.gz");
    std::fs::write(&file, bytes)?;
    let output = Command::new("gzip").args(["-dc"]).arg(&file).output()?;
    if !output.status.success() {
        bail!("the answer says gzip and is damaged");
    }
    Ok(output.stdout)
}
