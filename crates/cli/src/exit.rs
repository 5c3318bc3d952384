//! Exit statuses, the same for every command.

/// What a run found, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Nothing held, blocked or unknown.
    Clean = 0,
    /// Something is held or blocked.
    Found = 1,
    /// The command or a file that people write is wrong.
    Usage = 2,
    /// It could not be found out.
    Unknown = 3,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
