//! The same test once more in a process of its own, which can be killed and
//! given a small disk.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// What lies in the folder in which the other process runs.
const MARKER: &str = "this-is-the-other-process";

/// Whether this is the process that a test started, rather than the test.
pub(crate) fn is_the_other() -> bool {
    Path::new(MARKER).exists()
}

/// Tells the test that started this process.
#[expect(clippy::print_stdout, reason = "the test reads it")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Starts a test in another process, in `folder`.
pub(crate) fn start(test: &str, folder: &Path) -> Running {
    std::fs::write(folder.join(MARKER), "").unwrap();
    let mut command = itself(test);
    Running::of(command.current_dir(folder))
}

/// As [`start`], in a folder that takes `size`, as `mount` writes sizes; `None`
/// where the machine does not let us make one.
pub(crate) fn start_on_a_small_disk(test: &str, folder: &Path, size: &str) -> Option<Running> {
    let script = format!(
        "mount -t tmpfs -o size={size} tmpfs \"$0\" && cd \"$0\" && touch {MARKER} && exec \"$@\""
    );
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", script]);
        command.arg(folder);
        command
    };
    let mut trial = unshare("mount -t tmpfs tmpfs \"$0\"");
    let trial = trial.stderr(Stdio::null()).status();
    if !trial.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut command = unshare(&script);
    let test = itself(test);
    command.arg(test.get_program()).args(test.get_args());
    Some(Running::of(&mut command))
}

fn itself(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    command
}

/// A test in a process of its own.
pub(crate) struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line that it printed and that begins with `word`, without it;
    /// `None` when it has ended.
    pub(crate) fn next(&mut self, word: &str) -> Option<String> {
        let mut lines = self.lines.by_ref().map_while(Result::ok);
        lines.find_map(|line| Some(line.strip_prefix(word)?.trim().to_owned()))
    }

    /// Ends it as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end; whether it passed.
    pub(crate) fn passes(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}
