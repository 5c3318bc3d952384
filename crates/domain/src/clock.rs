use crate::Time;
use std::fmt;
use std::sync::Arc;

/// Tells the time to what lives long. Cheap to clone.
///
/// Nothing in this crate reads a clock: whoever runs the program makes one out
/// of the system's, a test makes one of its own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Time + Send + Sync>);

impl Clock {
    /// A clock that asks `read` each time.
    pub fn new(read: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// A clock that stands still: for one run of a command, and for tests.
    pub fn fixed(time: Time) -> Self {
        Self::new(move || time)
    }

    /// The current time.
    pub fn now(&self) -> Time {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn it_is_asked_each_time() {
        let millis = AtomicI64::new(0);
        let clock = Clock::new(move || Time::from_millis(millis.fetch_add(1, Ordering::Relaxed)));
        assert_eq!(clock.now().as_millis(), 0);
        assert_eq!(clock.clone().now().as_millis(), 1);
        let still = Clock::fixed(clock.now());
        assert_eq!(still.now(), still.now());
    }
}
