use super::{Client, Limits};
use crate::FetchError;
use std::time::Duration;
use tenure_domain::Time;

/// An attempt that led to nothing.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: FetchError,
    /// Another attempt may help.
    pub(super) again: bool,
    /// How long the registry wants to be left alone.
    pub(super) after: Option<Duration>,
}

impl Failure {
    /// One that another attempt would not change.
    pub(super) fn lasting(error: FetchError) -> Self {
        Self {
            error,
            again: false,
            after: None,
        }
    }

    /// One that may pass by itself.
    pub(super) fn passing(error: FetchError) -> Self {
        Self {
            error,
            again: true,
            after: None,
        }
    }
}

impl Client {
    /// Makes attempts until one leads somewhere or the limits are reached.
    pub(super) async fn retrying<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, FetchError>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let mut made = 0;
        loop {
            let failure = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let Some(pause) = pause(&failure, made, &self.limits) else {
                return Err(failure.error);
            };
            tokio::time::sleep(pause).await;
            made += 1;
        }
    }
}

/// How long to wait before the next attempt; `None` if there is to be none.
fn pause(failure: &Failure, made: u32, limits: &Limits) -> Option<Duration> {
    if !failure.again || made >= limits.retries {
        return None;
    }
    if let Some(asked) = failure.after {
        // A registry that wants longer than anybody would wait gets its peace.
        return (asked <= limits.longest_pause).then_some(asked);
    }
    let grown = limits.first_pause.saturating_mul(1 << made.min(16));
    // Half of it at random, so that many clients do not come back at once.
    let jitter = grown.mul_f64(fastrand::f64() / 2.0);
    Some((grown / 2 + jitter).min(limits.longest_pause))
}

/// Reads `Retry-After`: seconds, or a date.
pub(super) fn retry_after(value: &str, now: Time) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let date = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    let now = u64::try_from(now.as_millis()).ok()?;
    Some(date.saturating_sub(Duration::from_millis(now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(again: bool, after: Option<u64>) -> Failure {
        Failure {
            error: FetchError::NotFound { url: String::new() },
            again,
            after: after.map(Duration::from_secs),
        }
    }

    #[test]
    fn pauses_grow_and_end() {
        let limits = Limits::default();
        let lasting = failure(false, None);
        assert_eq!(pause(&lasting, 0, &limits), None);
        let passing = failure(true, None);
        for made in 0..3 {
            let full = limits.first_pause * (1 << made);
            let pause = pause(&passing, made, &limits).unwrap();
            assert!(pause >= full / 2 && pause <= full, "{made}: {pause:?}");
        }
        assert_eq!(pause(&passing, 3, &limits), None);
    }

    #[test]
    fn the_registry_decides_within_limits() {
        let limits = Limits::default();
        let seconds = |n| pause(&failure(true, Some(n)), 0, &limits);
        assert_eq!(seconds(7), Some(Duration::from_secs(7)));
        assert_eq!(seconds(3600), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let read = |value| retry_after(value, now);
        assert_eq!(read("120"), Some(Duration::from_mins(2)));
        assert_eq!(
            read("Sun, 22 Nov 2026 10:00:30 GMT"),
            Some(Duration::from_secs(30))
        );
        assert_eq!(read("Sun, 22 Nov 2020 10:00:30 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
    }
}
