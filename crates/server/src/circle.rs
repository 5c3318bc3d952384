//! Whom a project follows, and what is said at its sources of vouches.

use std::collections::BTreeMap;
use tenure_ecosystem::vouch::ssh::SshError;
use tenure_ecosystem::vouch::{given, key_name, read_all};
use tenure_trust::acceptance::{Circle, NoKey, ProjectFile};

/// The circle of a project file. What the sources say is given by their names.
/// What cannot be read says nothing, which is on the safe side; `tenure` says so
/// where the files are.
pub(crate) fn of(
    file: &ProjectFile,
    texts: &BTreeMap<String, String>,
) -> Result<Circle, NoKey<SshError>> {
    let mut circle = Circle::of(file, key_name)?;
    let mut signed = Vec::new();
    for source in file.sources() {
        if let Some(text) = texts.get(source) {
            signed.extend(read_all(text.as_bytes()).0);
        }
    }
    for given in given(&signed) {
        circle.add(&given);
    }
    Ok(circle)
}
