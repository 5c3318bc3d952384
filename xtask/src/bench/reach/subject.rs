//! Those that are compared, and the graphs that they get.

use crate::test::python::install_apart;
use crate::{peers, process, say, workspace};
use anyhow::{Context as _, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A graph, by the name that its generator knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Size {
    /// 0.68 M packages and 1.8 M dependencies
    S,
    /// 1 M and 8.7 M
    D,
    /// 4 M and 12 M
    L,
    /// 4 M and 50 M
    X,
}

/// A library that others use for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    Networkit,
    Igraph,
    Rustworkx,
}

/// What a run took.
#[derive(Debug, Deserialize)]
pub(super) struct Run<T> {
    /// Seconds from beginning to end.
    pub(super) wall: f64,
    /// Processor seconds, of the user and of the system.
    pub(super) processor: f64,
    /// Bytes of memory at most.
    pub(super) peak: u64,
    pub(super) said: T,
}

/// What `tenure reach --json` says.
#[derive(Debug, Deserialize)]
pub(super) struct Ours {
    pub(super) packages: u64,
    pub(super) dependencies: u64,
    pub(super) nodes: u64,
    pub(super) largest_cycle: u64,
    pub(super) edge_operations: u64,
    pub(super) processor_seconds: BTreeMap<String, f64>,
}

/// What `peers.py` says.
#[derive(Debug, Deserialize)]
pub(super) struct Theirs {
    /// Of the reach of all packages.
    pub(super) sum: u64,
    /// Processor seconds until the graph was there, and from then on.
    pub(super) read: f64,
    pub(super) count: f64,
}

/// What the table of `tenure reach` says of a graph.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) reached: u64,
    pub(super) sum: u64,
    pub(super) most: u64,
}

/// The programs and scripts that measure.
pub(super) struct Tools {
    tenure: PathBuf,
    python: PathBuf,
    place: PathBuf,
}

impl Size {
    pub(super) const ALL: [Self; 4] = [Self::S, Self::D, Self::L, Self::X];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::D => "D",
            Self::L => "L",
            Self::X => "X",
        }
    }

    /// Who takes part. The others would take hours on the larger ones.
    pub(super) fn peers(self) -> &'static [Peer] {
        match self {
            Self::S => &[Peer::Networkit, Peer::Igraph, Peer::Rustworkx],
            Self::D => &[Peer::Networkit],
            Self::L | Self::X => &[],
        }
    }
}

impl Peer {
    /// Its name and the version that it is compared in.
    pub(super) fn package(self) -> (&'static str, &'static str) {
        match self {
            Self::Networkit => ("networkit", "11.2.2"),
            Self::Igraph => ("igraph", "1.0.0"),
            Self::Rustworkx => ("rustworkx", "0.18.1"),
        }
    }
}

impl Tools {
    /// Builds and installs what is missing. Everything is kept in `place`.
    pub(super) fn install(place: &Path, with_peers: bool) -> anyhow::Result<Self> {
        std::fs::create_dir_all(place)
            .with_context(|| format!("cannot create {}", place.display()))?;
        let mut python = PathBuf::from("python3");
        if with_peers {
            let folder = peers::folder().join("graphs");
            let packages = [Peer::Networkit, Peer::Igraph, Peer::Rustworkx].map(|peer| {
                let (name, version) = peer.package();
                format!("{name}=={version}")
            });
            install_apart(&folder, &packages.each_ref().map(String::as_str))?;
            python = folder.join("bin/python");
        }
        std::fs::write(place.join("measure.py"), include_str!("measure.py"))?;
        std::fs::write(place.join("peers.py"), include_str!("peers.py"))?;
        Ok(Self {
            tenure: peers::tenure()?,
            python,
            place: place.to_owned(),
        })
    }

    /// The file of a graph, made unless it is there.
    pub(super) fn graph(&self, size: Size) -> anyhow::Result<PathBuf> {
        let file = self.place.join(format!("{}.tsv", size.name()));
        if file.is_file() {
            return Ok(file);
        }
        say::line(&format!("growing the graph {}", size.name()));
        let mut grow = Command::new(workspace::cargo());
        grow.args(["run", "--release", "--quiet", "--package=tenure-testkit"]);
        grow.args(["--bin=dependency-graph", "--", size.name()]);
        process::run(grow.arg(&file).current_dir(workspace::root()))?;
        Ok(file)
    }

    /// Ours, from the file of a graph to the table.
    pub(super) fn ours(&self, graph: &Path) -> anyhow::Result<(Run<Ours>, Table)> {
        let out = self.place.join("reach.tsv");
        let mut command = self.measure();
        command
            .arg(&self.tenure)
            .args(["reach", "--json", "--edges"]);
        command.arg(graph).arg("--out").arg(&out);
        let run = serde_json::from_str(&process::output(&mut command)?)?;
        Ok((run, table(&out)?))
    }

    /// A peer on the same file; it has to come to the same sum.
    pub(super) fn peer(&self, peer: Peer, graph: &Path, sum: u64) -> anyhow::Result<Run<Theirs>> {
        let (name, _) = peer.package();
        let mut command = self.measure();
        command.arg(&self.python).arg(self.place.join("peers.py"));
        let printed = process::output(command.arg(name).arg(graph))?;
        let run: Run<Theirs> = serde_json::from_str(&printed)?;
        if run.said.sum != sum {
            bail!("{name} comes to {}, not to {sum}", run.said.sum);
        }
        Ok(run)
    }

    fn measure(&self) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(self.place.join("measure.py"));
        command
    }
}

fn table(file: &Path) -> anyhow::Result<Table> {
    let opened = std::fs::File::open(file)?;
    let mut table = Table {
        reached: 0,
        sum: 0,
        most: 0,
    };
    for line in BufReader::new(opened).lines() {
        let line = line?;
        let reach = line.rsplit('\t').next().and_then(|text| text.parse().ok());
        let reach: u64 = reach.with_context(|| format!("`{line}` has no reach"))?;
        table.reached += u64::from(reach > 0);
        table.sum += reach;
        table.most = table.most.max(reach);
    }
    Ok(table)
}
