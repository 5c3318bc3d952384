//! Servers that this task starts, and ends: these processes and no others.

use anyhow::{Context as _, bail};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a server may take until it listens.
const START: Duration = Duration::from_mins(1);

/// How long a server may take to end when it is asked to.
const END: Duration = Duration::from_secs(10);

/// How long a server may take until it is done with what nobody waits for.
const SETTLE: Duration = Duration::from_secs(90);

/// A process, ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    log: PathBuf,
}

/// Memory of a process and those that it started, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// Resident now (`VmRSS`).
    pub(crate) now: u64,
    /// The most that was ever resident (`VmHWM`).
    pub(crate) most: u64,
}

impl Running {
    /// Starts a server whose output goes to the file `log`, and waits until it
    /// listens on `port`.
    pub(crate) fn start(command: &mut Command, log: PathBuf, port: u16) -> anyhow::Result<Self> {
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut running = Self { child, log };
        running.wait_for(port)?;
        Ok(running)
    }

    fn wait_for(&mut self, port: u16) -> anyhow::Result<()> {
        let began = Instant::now();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        while TcpStream::connect(address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended at once ({status}):\n{}", self.said());
            }
            if began.elapsed() > START {
                bail!("it does not listen:\n{}", self.said());
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Waits until its output contains `text`.
    pub(crate) fn wait_until_said(&self, text: &str) -> anyhow::Result<()> {
        let began = Instant::now();
        while !self.said().contains(text) {
            if began.elapsed() > START {
                bail!("it has not said `{text}`:\n{}", self.said());
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// The last that it said.
    pub(crate) fn said(&self) -> String {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = said.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Waits until it does nothing: a server goes on with the requests of a
    /// load that has ended, and would do so at the cost of the next one.
    pub(crate) fn settle(&self) {
        let began = Instant::now();
        let mut before = self.busy();
        while began.elapsed() < SETTLE {
            sleep(Duration::from_millis(250));
            let now = self.busy();
            // Hundredths of a second: timers and the like take one at most.
            if now <= before + 1 {
                return;
            }
            before = now;
        }
    }

    /// The processor time of it and its children so far, in the kernel's
    /// ticks, of which there are a hundred a second.
    pub(crate) fn busy(&self) -> u64 {
        let stats = family(self.child.id(), "stat");
        stats.iter().filter_map(|stat| ticks(stat)).sum()
    }

    /// What it and the processes that it started occupy.
    pub(crate) fn memory(&self) -> Memory {
        let mut sum = Memory::default();
        for status in family(self.child.id(), "status") {
            sum.now += kilobytes(&status, "VmRSS:") * 1024;
            sum.most += kilobytes(&status, "VmHWM:") * 1024;
        }
        sum
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Asked first: nginx ends its workers only then. The shell knows
        // `kill` where no program of that name is installed.
        let ask = format!("kill -TERM {}", self.child.id());
        let asked = Command::new("sh").args(["-c", &ask]).status();
        let began = Instant::now();
        while asked.is_ok() && began.elapsed() < END {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        // Nobody is left to tell if these fail.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The file `/proc/PID/NAME` of a process and of its children.
fn family(parent: u32, name: &str) -> Vec<String> {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let files = processes.filter_map(|entry| {
        let entry = entry.ok()?;
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let above = number(&status, "PPid:")?;
        let is_family = pid == parent || above == u64::from(parent);
        is_family.then(|| std::fs::read_to_string(entry.path().join(name)).ok())?
    });
    files.collect()
}

/// User and system time in `/proc/PID/stat`, whose second field is a name in
/// parentheses that may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn kilobytes(status: &str, key: &str) -> u64 {
    number(status, key).unwrap_or_default()
}

/// The number behind a key in `/proc/PID/status`.
fn number(status: &str, key: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A loopback port that is free now.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// An empty folder, whatever was there.
pub(crate) fn empty(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_says_of_a_process() {
        let status = "Name:\tx\nPPid:\t7\nVmHWM:\t    4096 kB\n";
        assert_eq!(number(status, "PPid:"), Some(7));
        assert_eq!(kilobytes(status, "VmHWM:"), 4096);
        assert_eq!(kilobytes(status, "VmRSS:"), 0);
        let stat = "1 (a ) b) S 2 3 4 5 6 7 8 9 10 11 120 30 0 0 20";
        assert_eq!(ticks(stat), Some(150));
    }
}
