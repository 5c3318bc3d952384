//! Files that a person can read in one sitting.

use crate::tracked::{assert_none, rust};

/// From here on a file fails the check.
const TOO_LONG: usize = 500;

/// From here on a file is worth a thought.
const LONG: usize = 400;

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for file in rust() {
        let lines = file.text.lines().count();
        if lines > TOO_LONG {
            wrong.push(format!("{}: {lines} lines", file.path));
        } else if lines > LONG {
            eprintln!("long: {}: {lines} lines", file.path);
        }
    }
    assert_none(&wrong, "a file is longer than 500 lines");
}
