//! Writes the dependencies of a made-up registry, to measure with.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use tenure_testkit::DependencyGraph;

const USAGE: &str = "usage: dependency-graph S|D|L|X FILE [SEED]

Writes lines of a package, a tab and one that it depends on, to FILE.";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (size, file) = (arguments.next(), arguments.next());
    let mut model = size
        .as_deref()
        .and_then(DependencyGraph::named)
        .ok_or(USAGE)?;
    let file = file.ok_or(USAGE)?;
    if let Some(seed) = arguments.next() {
        model.seed = seed.parse().map_err(|_| USAGE)?;
    }
    let edges = model.edges();
    DependencyGraph::write(&edges, BufWriter::new(File::create(&file)?))?;
    let (packages, count) = (model.packages, edges.len());
    writeln!(
        std::io::stdout(),
        "{file}: {packages} packages, {count} dependencies"
    )?;
    Ok(())
}
