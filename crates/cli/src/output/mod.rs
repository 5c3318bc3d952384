//! What people and programs get to see.

pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod progress;
pub(crate) mod sarif;
pub(crate) mod style;
pub(crate) mod text;
pub(crate) mod timeline;

use crate::context::{AtHand, Facts, LockfileAt, UpstreamNote, Vouches};
use std::io::{self, Write as _};

/// Writes an answer to stdout. A reader that has gone away is no error.
pub(crate) fn answer(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Says something beside the answer, to people.
pub(crate) fn aside(text: &str) {
    let mut err = anstream::stderr().lock();
    // Nobody is left to tell when stderr is gone.
    let _ = writeln!(err, "{text}");
}

/// Says what lockfiles leave open: no release is known, so none is judged.
pub(crate) fn tell_open(lockfiles: &[LockfileAt]) {
    for at in lockfiles {
        for (line, what) in &at.lockfile.open {
            aside(&format!(
                "warning: {}:{line}: {}, so it is not judged",
                at.name,
                style::safe(what)
            ));
        }
    }
}

/// Says which vouches could not be taken into account.
pub(crate) fn tell_vouches(vouches: &Vouches) {
    for note in &vouches.notes {
        aside(&format!("warning: {}", style::safe(note)));
    }
}

/// Says which registries were asked, and what went wrong without stopping
/// anything.
pub(crate) fn tell_upstreams(upstreams: &[UpstreamNote], warnings: &[String]) {
    for upstream in upstreams {
        aside(&format!(
            "facts from {} ({})",
            upstream.from, upstream.found_in
        ));
    }
    for warning in warnings {
        aside(&format!("warning: {warning}"));
    }
}

/// Says where facts came from, and what went wrong on the way.
pub(crate) fn tell_source(facts: &Facts, at_hand: &AtHand) {
    tell_upstreams(&facts.upstreams(), &facts.warnings());
    if let Some((packages, why)) = at_hand.stale() {
        aside(&format!(
            "warning: older facts had to do for {packages} packages: {why}"
        ));
    }
}
