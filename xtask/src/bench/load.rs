//! The load: wrk, the same for all servers.

use super::http::Header;
use crate::process;
use anyhow::Context as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How the load is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) connections: u32,
    pub(super) seconds: u32,
}

/// What one run showed.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    requests: u64,
    /// Requests a second.
    pub(super) rate: f64,
    pub(super) median: Duration,
    /// Ninety-nine of a hundred took no longer.
    pub(super) p99: Duration,
    /// Processor time of the server for an answer: that does not depend on
    /// what else runs on the machine.
    pub(super) processor: Duration,
    /// Answers of 400 and above, and connections that broke.
    pub(super) errors: u64,
}

impl Measured {
    /// With the processor time that the server took for all of it.
    pub(super) fn taking(self, processor: Duration) -> Self {
        let answers = u32::try_from(self.requests.max(1)).unwrap_or(u32::MAX);
        let processor = processor / answers;
        Self { processor, ..self }
    }

    /// Whether there were so few answers that chance has a part in it.
    pub(super) fn is_slow(&self) -> bool {
        self.requests < 100
    }

    /// Whether it is the one to keep. Errors count, whenever they came.
    pub(super) fn beats(&self, other: &Self) -> bool {
        self.errors > other.errors || (self.errors == other.errors && self.rate > other.rate)
    }
}

/// What wrk runs when it is done: one line that needs no guessing.
const SCRIPT: &str = r#"done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("tenure %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"#;

impl Load {
    /// The command, as the documentation shows it.
    pub(super) fn shown(self) -> String {
        let Self {
            connections,
            seconds,
        } = self;
        format!("wrk -t1 -c{connections} -d{seconds}s")
    }

    /// The same for longer.
    pub(super) fn longer(self) -> Self {
        let seconds = self.seconds * 6;
        Self { seconds, ..self }
    }

    /// Asks for `url` again and again.
    pub(super) fn run(
        self,
        url: &str,
        headers: &[Header],
        scratch: &Path,
    ) -> anyhow::Result<Measured> {
        let script = scratch.join("done.lua");
        std::fs::write(&script, SCRIPT)?;
        let mut command = Command::new("wrk");
        command.args(["-t1", "--timeout=60s"]);
        command.arg(format!("-c{}", self.connections));
        command.arg(format!("-d{}s", self.seconds));
        command.arg("-s").arg(&script);
        for (name, value) in headers {
            command.arg("-H").arg(format!("{name}: {value}"));
        }
        let printed = process::output(command.arg(url))?;
        read(&printed).with_context(|| format!("wrk printed something else:\n{printed}"))
    }
}

/// The line of [`SCRIPT`]. Times are microseconds.
fn read(printed: &str) -> Option<Measured> {
    let line = printed
        .lines()
        .find_map(|line| line.strip_prefix("tenure "))?;
    let numbers: Vec<u64> = line
        .split_whitespace()
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()?;
    let [requests, duration, median, p99, errors] = numbers[..] else {
        return None;
    };
    Some(Measured {
        requests,
        rate: requests as f64 / (duration as f64 / 1e6),
        median: Duration::from_micros(median),
        p99: Duration::from_micros(p99),
        processor: Duration::ZERO,
        errors,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_wrk_says() {
        let measured = read("Running 2s test\ntenure 5000 2500000 310 900 2\n").unwrap();
        assert!((measured.rate - 2000.0).abs() < 0.1);
        assert_eq!(measured.p99, Duration::from_micros(900));
        assert_eq!(measured.errors, 2);
        assert!(read("tenure 1 2").is_none());
    }
}
