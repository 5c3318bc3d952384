//! `evidence-fell`: provenance or trusted publishing lost within a line.
//!
//! Only within the same release line: back-ports to old lines are often made
//! by hand and have never carried provenance.

use super::{Change, Fact, Kind, Meta, Scene};
use crate::past::is_attested;
use tenure_domain::release_line;

pub(super) const META: Meta = Meta {
    kind: Kind::EvidenceFell,
    id: "evidence-fell",
    line: "provenance or trusted publishing was lost within a release line that had it",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    let run = scene.past.attested_run(&scene.release.version);
    if is_attested(scene.history, scene.release) || run < scene.limits.attested_run {
        return None;
    }
    let line = release_line(&scene.release.version)?.to_owned();
    Some(scene.change(
        Kind::EvidenceFell,
        vec![Fact::AttestedRun {
            line,
            releases: run,
        }],
    ))
}
