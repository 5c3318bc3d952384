use crate::{FetchError, Upstream};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use url::Url;

/// So many packages in a row that a registry could not be asked for, and it is
/// not asked for the rest: with a thousand packages to go, waiting for each
/// would take an hour.
const GIVE_UP_AFTER: u32 = 24;

/// Knows which registries there is no point in asking any more.
#[derive(Default)]
pub(super) struct Patience {
    by_registry: Mutex<HashMap<Url, Run>>,
}

/// Failures of one registry since its last answer.
struct Run {
    length: u32,
    last: FetchError,
}

impl Patience {
    /// The error of a registry that has failed too often in a row.
    pub(super) fn exhausted(&self, upstream: &Upstream) -> Option<FetchError> {
        let runs = self.runs();
        let run = runs.get(upstream.url())?;
        (run.length >= GIVE_UP_AFTER).then(|| run.last.clone())
    }

    /// Takes notice of how asking went.
    pub(super) fn note<T>(&self, upstream: &Upstream, result: &Result<T, FetchError>) {
        let mut runs = self.runs();
        match result {
            Err(error) if is_outage(error) => {
                let run = runs.entry(upstream.url().clone()).or_insert_with(|| Run {
                    length: 0,
                    last: error.clone(),
                });
                run.length += 1;
                run.last = error.clone();
            }
            _ => {
                runs.remove(upstream.url());
            }
        }
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<Url, Run>> {
        self.by_registry
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it is the registry that fails, rather than one document.
fn is_outage(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::Unreachable { .. } | FetchError::Stalled { .. } | FetchError::Status { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    #[test]
    fn ends_after_a_run_of_failures_of_one_registry() {
        let upstream = |url: &str| Upstream::parse(url, Place::Flag).unwrap().0;
        let (one, other) = (
            upstream("https://registry.example/"),
            upstream("https://other.example/"),
        );
        let failure = Err::<(), _>(FetchError::Unreachable {
            url: "https://registry.example/x".to_owned(),
            why: "refused".to_owned(),
        });
        let patience = Patience::default();
        for _ in 1..GIVE_UP_AFTER {
            patience.note(&one, &failure);
        }
        assert_eq!(patience.exhausted(&one), None);
        patience.note(&one, &Ok(()));
        for _ in 1..=GIVE_UP_AFTER {
            assert_eq!(patience.exhausted(&one), None);
            patience.note(&one, &failure);
        }
        assert_eq!(patience.exhausted(&one), failure.err());
        assert_eq!(patience.exhausted(&other), None);
    }
}
