//! What the end-to-end tests share: the built `tenure`, and a server of it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod server;

pub use server::Server;

use std::path::PathBuf;
use tenure_upstream::Environment;

/// The environment of the test run.
pub fn process() -> Environment {
    Environment::from_process()
}

/// The built program, which lies beside the folder of the built tests. A run of
/// the whole workspace's tests builds it.
///
/// # Panics
/// When it is not there.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("tenure");
    assert!(
        program.is_file(),
        "`{}` is not there: run `cargo build` first",
        program.display()
    );
    program
}
