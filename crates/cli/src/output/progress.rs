//! A bar for what takes longer than a second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::OnceCell;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// Shows nothing in the first second, and nothing where no terminal is.
pub(crate) struct Bar {
    what: &'static str,
    since: Instant,
    drawn: OnceCell<ProgressBar>,
}

const PATIENCE: Duration = Duration::from_secs(1);

impl Bar {
    /// A bar for `what` is done.
    pub(crate) fn new(what: &'static str) -> Self {
        Self {
            what,
            since: Instant::now(),
            drawn: OnceCell::new(),
        }
    }

    /// So much of so much is done, `last` being the latest.
    pub(crate) fn at(&self, done: usize, total: usize, last: &str) {
        if self.since.elapsed() < PATIENCE || !std::io::stderr().is_terminal() {
            return;
        }
        let bar = self.drawn.get_or_init(|| self.start(total));
        bar.set_position(done as u64);
        bar.set_message(last.to_owned());
    }

    fn start(&self, total: usize) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(self.what);
        bar
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.drawn.get() {
            bar.finish_and_clear();
        }
    }
}
