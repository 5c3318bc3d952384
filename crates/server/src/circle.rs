//! Whom a project follows, and what is said at its sources of vouches.

use std::collections::BTreeMap;
use tenure_ecosystem::identity::record::{PLACE, Record, claims};
use tenure_ecosystem::vouch::ssh::SshError;
use tenure_ecosystem::vouch::{Heard, Source, key_name};
use tenure_trust::acceptance::{Circle, NoKey, ProjectFile};

/// The circle of a project file. What the sources say is given by their names.
/// What cannot be read says nothing, which is on the safe side; `tenure` says so
/// where the files are.
pub(crate) fn of(
    file: &ProjectFile,
    texts: &BTreeMap<String, Vec<String>>,
) -> Result<Circle, NoKey<SshError>> {
    let mut circle = Circle::of(file, key_name)?;
    let mut heard = Heard::default();
    for (source, speaker) in circle.sources() {
        for text in texts.get(&source).into_iter().flatten() {
            heard.add(Source::read(text.as_bytes(), speaker.as_deref()));
        }
    }
    let record = texts.get(PLACE).and_then(|texts| texts.first());
    let record = record.map(String::as_bytes).unwrap_or_default();
    circle.set_claims(claims(heard.links(), &Record::read(record)));
    let (given, against) = heard.vouches();
    circle.hear(&given, against);
    Ok(circle)
}
