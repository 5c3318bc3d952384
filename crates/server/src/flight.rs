//! One run for all who ask for the same thing at the same time.

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

type Flight<V> = Shared<BoxFuture<'static, Option<V>>>;

/// Work that is under way, by what it is about.
///
/// The work runs as a task of its own: a client that hangs up does not take it
/// away from the others, nor from the cache.
pub(crate) struct Flights<K, V> {
    under_way: Arc<Mutex<HashMap<K, Flight<V>>>>,
}

/// Takes a flight off the list when it is over, however it ends.
struct Landing<K: Eq + Hash, V> {
    key: K,
    under_way: Arc<Mutex<HashMap<K, Flight<V>>>>,
}

impl<K: Eq + Hash, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        under_way.remove(&self.key);
    }
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(crate) fn new() -> Self {
        Self {
            under_way: Arc::default(),
        }
    }

    /// The result of the run about `key`, which is begun with `work` if none is
    /// under way. `None` if it broke down.
    pub(crate) async fn join<F>(&self, key: K, work: impl FnOnce() -> F) -> Option<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        self.board(key, work).await
    }

    /// As [`join`](Self::join), without waiting for it.
    pub(crate) fn begin<F>(&self, key: K, work: impl FnOnce() -> F)
    where
        F: Future<Output = V> + Send + 'static,
    {
        drop(self.board(key, work));
    }

    fn board<F>(&self, key: K, work: impl FnOnce() -> F) -> Flight<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = under_way.get(&key) {
            return flight.clone();
        }
        let landing = Landing {
            key: key.clone(),
            under_way: Arc::clone(&self.under_way),
        };
        let work = work();
        let task = tokio::spawn(async move {
            let _landing = landing;
            work.await
        });
        let flight: Flight<V> = task.map(Result::ok).boxed().shared();
        under_way.insert(key, flight.clone());
        flight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test]
    async fn a_crowd_runs_once_and_the_next_runs_again() {
        let flights = Arc::new(Flights::new());
        let runs = Arc::new(AtomicUsize::new(0));
        let ask = || {
            let runs = Arc::clone(&runs);
            flights.join("x", move || async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                runs.fetch_add(1, Ordering::SeqCst)
            })
        };
        let (a, b, c) = tokio::join!(ask(), ask(), ask());
        assert_eq!([a, b, c], [Some(0); 3]);
        assert_eq!(ask().await, Some(1));
    }

    #[tokio::test]
    async fn a_breakdown_is_told_to_all_and_ends_there() {
        let flights: Flights<&str, ()> = Flights::new();
        assert_eq!(
            flights.join("x", || async { panic!("on purpose") }).await,
            None
        );
        assert_eq!(flights.join("x", || async {}).await, Some(()));
    }
}
