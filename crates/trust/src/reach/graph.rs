//! Who depends on whom.

use super::rows::Rows;

/// The dependencies of all packages of a registry, each package a number.
///
/// What is given twice counts once, and what depends on itself does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    pub(super) rows: Rows,
    direct: Vec<u32>,
}

/// Why there is no graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// More than can be numbered.
    #[error("a graph of {packages} packages and {edges} dependencies is larger than any registry")]
    TooLarge {
        /// How many packages.
        packages: usize,
        /// How many dependencies.
        edges: usize,
    },
    /// A package has a number that none can have.
    #[error("a dependency names package {0}, of which there are fewer")]
    NoSuchPackage(u32),
}

/// The most packages: components are counted down from the top.
const MOST: usize = 1 << 31;

impl Graph {
    /// From pairs of a package and one that it depends on, both below
    /// `packages`.
    ///
    /// # Errors
    /// When a number is too large, or there are more than 2³¹ packages or 2³²
    /// dependencies.
    pub fn new(packages: usize, mut edges: Vec<(u32, u32)>) -> Result<Self, GraphError> {
        if packages > MOST || edges.len() >= u32::MAX as usize {
            return Err(GraphError::TooLarge {
                packages,
                edges: edges.len(),
            });
        }
        let largest = edges.iter().map(|(one, other)| *one.max(other)).max();
        if let Some(largest) = largest.filter(|largest| *largest as usize >= packages) {
            return Err(GraphError::NoSuchPackage(largest));
        }
        edges.retain(|(dependent, dependency)| dependent != dependency);
        Ok(Self::of(Rows::from_pairs(packages, &edges)))
    }

    /// From what each package depends on: ascending, each once, not itself.
    pub(super) fn from_dependencies(of: &[Vec<u32>]) -> Self {
        let mut rows = Rows::with_capacity(of.len(), of.iter().map(Vec::len).sum());
        for row in of {
            rows.extend(row);
            rows.end();
        }
        Self::of(rows)
    }

    fn of(rows: Rows) -> Self {
        let mut direct = vec![0; rows.len()];
        for dependency in rows.values() {
            direct[*dependency as usize] += 1;
        }
        Self { rows, direct }
    }

    /// How many packages there are.
    pub fn packages(&self) -> usize {
        self.rows.len()
    }

    /// How many dependencies there are, each once.
    pub fn edges(&self) -> usize {
        self.rows.values().len()
    }

    /// What a package depends on, ascending.
    pub fn dependencies(&self, package: u32) -> &[u32] {
        self.rows.row(package as usize)
    }

    /// By package: how many depend on it directly.
    pub fn direct(&self) -> &[u32] {
        &self.direct
    }
}
