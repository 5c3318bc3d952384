//! What tasks say goes to standard error, in order with what the commands
//! they start say there; standard output is for results.

use std::io::Write as _;

/// Prints a line on standard error.
pub(crate) fn line(text: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}
