//! Dependency graphs of whole registries, made up, as large as one likes.
//!
//! The model grows a registry package by package, as one grows: a newcomer
//! depends on nothing, or on so many packages as a log-normal distribution
//! gives. What it depends on is mostly what others took lately (so few packages
//! have most dependents, by a power law), else some library. A few packages
//! take each other, and a few families take each other in a ring: real
//! registries have cycles.

use std::io::{self, Write};

/// A registry that is the same for the same fields.
#[derive(Clone, Copy, Debug)]
pub struct DependencyGraph {
    /// How many packages it has, from 0.
    pub packages: u32,
    /// The share of packages that depend on nothing.
    pub without: f64,
    /// The share of packages that somebody may take without having seen others
    /// do so.
    pub libraries: f64,
    /// The mean of the logarithm of the number of dependencies.
    pub mu: f64,
    /// The standard deviation of the same.
    pub sigma: f64,
    /// How often a dependency is one that another package took lately.
    pub copied: f64,
    /// The share of all dependencies so far, the newest, that are "lately".
    pub lately: f64,
    /// The share of libraries that depend on anything.
    pub building: f64,
    /// The share of packages that one of their dependencies takes, too.
    pub mutual: f64,
    /// The most dependencies of a package.
    pub most: u32,
    /// What all that is made up follows from.
    pub seed: u64,
}

/// A dependent, and what it depends on.
pub type Edge = (u32, u32);

/// The share of packages that begin a family of 2 to 32, in a ring.
const FAMILIES: f64 = 0.002;

impl DependencyGraph {
    const SMALL: Self = Self {
        packages: 676_538,
        without: 0.33,
        libraries: 0.27,
        mu: 0.95,
        sigma: 1.0,
        copied: 0.78,
        lately: 0.45,
        building: 0.15,
        mutual: 0.001,
        most: 300,
        seed: 1,
    };

    /// One of the named sizes: `S` (0.68 M packages, 1.8 M dependencies, shaped
    /// like npm in 2018), `D` (1 M, 8.8 M), `L` (4 M, 12 M) and `X` (4 M, 49 M).
    pub fn named(name: &str) -> Option<Self> {
        let dense = Self {
            packages: 1_000_000,
            libraries: 0.26,
            mu: 2.1,
            copied: 0.85,
            lately: 0.5,
            building: 0.3,
            most: 1000,
            ..Self::SMALL
        };
        match name {
            "S" => Some(Self::SMALL),
            "D" => Some(dense),
            "L" => Some(Self {
                packages: 4_000_000,
                libraries: 0.25,
                mu: 1.05,
                most: 400,
                seed: 7,
                ..Self::SMALL
            }),
            "X" => Some(Self {
                packages: 4_000_000,
                libraries: 0.25,
                mu: 2.45,
                seed: 3,
                ..dense
            }),
            _ => None,
        }
    }

    /// How likely it is that a package depends on anything. Over all packages
    /// the share of those that do not is `without`.
    fn depends(&self, is_library: bool) -> f64 {
        if is_library {
            return self.building;
        }
        let of_libraries = self.libraries * self.building;
        (1.0 - self.without - of_libraries) / (1.0 - self.libraries)
    }

    /// All dependencies, each once, in the order in which they came up.
    pub fn edges(&self) -> Vec<Edge> {
        let mut growth = Growth::new(self);
        for package in 0..self.packages {
            growth.add(package);
        }
        growth.edges
    }

    /// Writes lines of a dependent, a tab and what it depends on.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(edges: &[Edge], mut out: impl Write) -> io::Result<()> {
        for (dependent, dependency) in edges {
            writeln!(out, "{dependent}\t{dependency}")?;
        }
        out.flush()
    }
}

struct Growth<'a> {
    model: &'a DependencyGraph,
    random: fastrand::Rng,
    edges: Vec<Edge>,
    /// What was taken, one by one, without cycles: what is taken because of its
    /// family is no example.
    examples: Vec<u32>,
    libraries: Vec<u32>,
    /// The last package that took this one, plus one: so that none is taken
    /// twice.
    taken: Vec<u32>,
}

impl<'a> Growth<'a> {
    fn new(model: &'a DependencyGraph) -> Self {
        Self {
            model,
            random: fastrand::Rng::with_seed(model.seed),
            edges: Vec::new(),
            examples: Vec::new(),
            libraries: Vec::new(),
            taken: vec![0; model.packages as usize],
        }
    }

    fn add(&mut self, package: u32) {
        let model = self.model;
        let first = self.edges.len();
        let is_library = self.random.f64() < model.libraries;
        if self.random.f64() < model.depends(is_library) {
            self.depend(package);
        }
        if self.edges.len() > first && self.random.f64() < model.mutual {
            let taken = self.edges[first..].iter().map(|edge| edge.1).max();
            self.edges.extend(taken.map(|taken| (taken, package)));
        }
        if self.random.f64() < FAMILIES {
            self.ring(package);
        }
        if is_library {
            self.libraries.push(package);
        }
    }

    fn depend(&mut self, package: u32) {
        let model = self.model;
        let count = (model.mu + model.sigma * self.normal()).exp();
        let count = (count as u32).clamp(1, model.most);
        for _ in 0..count {
            let Some(target) = self.target() else {
                return;
            };
            let is_new = self.taken[target as usize] != package + 1;
            if target != package && is_new {
                self.taken[target as usize] = package + 1;
                self.edges.push((package, target));
                self.examples.push(target);
            }
        }
    }

    fn target(&mut self) -> Option<u32> {
        let model = self.model;
        if !self.examples.is_empty() && self.random.f64() < model.copied {
            let all = self.examples.len();
            let lately = ((all as f64 * model.lately) as usize).max(1);
            return Some(self.examples[self.random.usize(all - lately..all)]);
        }
        let all = self.libraries.len();
        (all > 0).then(|| self.libraries[self.random.usize(..all)])
    }

    /// A package and the next few, each of which takes the one before it; the
    /// first takes the last.
    fn ring(&mut self, package: u32) {
        let last = (package + self.random.u32(1..32)).min(self.model.packages - 1);
        if last == package {
            return;
        }
        for member in package..last {
            self.edges.push((member + 1, member));
        }
        self.edges.push((package, last));
    }

    /// A number of the standard normal distribution (Box and Muller's way).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.random.f64()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.random.f64()).cos()
    }
}
