//! What cargo-vet keeps beside a `Cargo.lock`: whom the project, or those whose
//! audits it imports, trust to publish a crate, and who published what.

use super::read_if_there;
use std::path::Path;
use tenure_ecosystem::cargo::vet::{
    Published, TrustStatement, VetError, Vetted, read_audits, read_imports,
};
use tenure_trust::acceptance::TrustedPublisher;

/// What a dependency of a build is vetted for, by default.
const CRITERIA: &str = "safe-to-deploy";

type Read = fn(&[u8]) -> Result<Vetted, VetError>;

/// The files, and how each is read.
const FILES: [(&str, Read); 2] = [
    ("supply-chain/audits.toml", read_audits),
    ("supply-chain/imports.lock", read_imports),
];

/// Who is trusted, and who published what as far as the files below `root`
/// remember it; nothing where there are none.
pub(super) fn read(root: &Path) -> anyhow::Result<(Vec<TrustedPublisher>, Vec<Published>)> {
    let (mut publishers, mut published) = (Vec::new(), Vec::new());
    for (name, read) in FILES {
        let Some(text) = read_if_there(&root.join(name))? else {
            continue;
        };
        let vetted = read(text.as_bytes()).map_err(|error| anyhow::anyhow!("`{name}`: {error}"))?;
        published.extend(vetted.publishers);
        let counts = |statement: &TrustStatement| {
            let mut criteria = statement.criteria.iter();
            criteria.any(|criteria| &**criteria == CRITERIA)
        };
        let trusted = vetted.trusted.into_iter().filter(counts);
        publishers.extend(trusted.map(|statement| TrustedPublisher {
            package: statement.package,
            person: statement.party,
            from: statement.start,
            to: statement.end,
        }));
    }
    Ok((publishers, published))
}
