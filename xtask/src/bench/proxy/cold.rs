//! Cold answers: what a proxy adds when it has to ask the upstream first.

use super::documents::{Documents, cold_name};
use super::http::{self, Header};
use super::server::{Kind, Server};
use super::upstream::Upstream;
use crate::running::Memory;
use crate::say;
use anyhow::{Context as _, bail};
use std::path::Path;

/// Times to the last byte, in seconds, over an upstream at one pace.
#[derive(Debug)]
pub(super) struct Cold {
    /// Milliseconds to the first byte and megabits a second; `None`: as fast
    /// as it can.
    pub(super) pace: Option<(u32, u32)>,
    /// Of the document, and of what crosses the wire.
    pub(super) bytes: (usize, usize),
    /// The median, asked for at the upstream itself.
    pub(super) direct: f64,
    pub(super) proxies: Vec<Proxied>,
}

/// What a proxy made of it.
#[derive(Debug)]
pub(super) struct Proxied {
    pub(super) kind: Kind,
    /// The median, or why there is none.
    pub(super) seconds: Result<f64, String>,
    /// After all of the cold answers, and at most.
    pub(super) memory: Memory,
}

/// A proxy with the times so far.
struct Asked {
    server: Server,
    times: anyhow::Result<Vec<f64>>,
}

/// Asks for every one of `times` documents once, through each of `kinds`, and
/// at the upstream itself.
pub(super) fn run(
    documents: &Documents,
    kinds: &[Kind],
    times: usize,
    pace: Option<(u32, u32)>,
    place: &Path,
) -> anyhow::Result<Cold> {
    let log = place.join("upstream-cold.log");
    let upstream = Upstream::start(&[&documents.cold], pace, &log)?;
    let mut asked = Vec::new();
    for &kind in kinds.iter().filter(|kind| **kind != Kind::Nginx) {
        let folder = place.join("cold").join(kind.name());
        match kind.start(&folder, &upstream.url) {
            Ok(server) => asked.push(start(server, place)),
            Err(error) => say::line(&format!("left out: {}: {error:#}", kind.name())),
        }
    }
    let mut direct = Vec::new();
    let mut bytes = (0, 0);
    for number in 0..times {
        let name = cold_name(number);
        let url = format!("{}{name}", upstream.url);
        // The fake registry makes its answer when it is asked for the first
        // time; a real one has it.
        let plain = http::get(&url, &[], place)?;
        http::get(&url, &headers(), place)?;
        let answer = http::get(&url, &headers(), place)?;
        bytes = (plain.bytes.len(), answer.bytes.len());
        direct.push(answer.seconds);
        for proxy in &mut asked {
            proxy.ask(&name, plain.bytes.len(), place);
        }
    }
    Ok(Cold {
        pace,
        bytes,
        direct: median(direct).context("no document was asked for")?,
        proxies: asked.into_iter().map(Asked::into_result).collect(),
    })
}

/// Something small first, so that what is measured is not a server's own
/// beginning.
fn start(server: Server, scratch: &Path) -> Asked {
    let first = http::get(&server.package("first"), &headers(), scratch);
    let times = first.map(|_| Vec::new());
    Asked { server, times }
}

impl Asked {
    /// Asks for a document; after a wrong answer never again.
    fn ask(&mut self, name: &str, size: usize, scratch: &Path) {
        let Ok(times) = &mut self.times else {
            return;
        };
        match time(&self.server, name, size, scratch) {
            Ok(seconds) => times.push(seconds),
            Err(error) => self.times = Err(error.context(self.server.said())),
        }
    }

    fn into_result(self) -> Proxied {
        let times = self.times.map_err(|error| format!("{error:#}"));
        Proxied {
            kind: self.server.kind,
            memory: self.server.memory(),
            seconds: times.and_then(|times| median(times).ok_or("not asked".to_owned())),
        }
    }
}

fn time(server: &Server, name: &str, size: usize, scratch: &Path) -> anyhow::Result<f64> {
    let answer = http::get(&server.package(name), &headers(), scratch)?;
    if answer.status != 200 {
        bail!("it answers {}", answer.status);
    }
    // Addresses within it differ; a document without its versions would be
    // much smaller.
    let plain = answer.json(scratch)?.to_string().len();
    if plain < size / 10 * 8 {
        bail!("the answer is {plain} bytes, the upstream's {size}");
    }
    Ok(answer.seconds)
}

/// As npm asks.
fn headers() -> [Header; 2] {
    [
        ("Accept", "application/json".to_owned()),
        ("Accept-Encoding", "gzip".to_owned()),
    ]
}

fn median(mut times: Vec<f64>) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(Vec::new()), None);
    }
}
