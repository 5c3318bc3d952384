use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

/// Sees to it that a host is not asked more often than it wishes.
pub(super) struct Pace {
    pause: Duration,
    /// When each host may be asked next.
    next: Mutex<HashMap<String, Instant>>,
}

impl Pace {
    pub(super) fn new(pause: Duration) -> Self {
        Self {
            pause,
            next: Mutex::default(),
        }
    }

    /// Waits for the turn of a question to `url`.
    pub(super) async fn wait(&self, url: &Url) {
        let host = url.host_str().unwrap_or_default().to_owned();
        let turn = {
            let mut next = self.next.lock().await;
            let now = Instant::now();
            let turn = next.get(&host).copied().unwrap_or(now).max(now);
            next.insert(host, turn + self.pause);
            turn
        };
        tokio::time::sleep_until(turn).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_its_own_turns() {
        let pause = Duration::from_millis(100);
        let pace = Pace::new(pause);
        let url = |text: &str| -> Url { text.parse().unwrap() };
        let (one, other) = (url("https://a.example/x"), url("https://b.example/x"));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let start = Instant::now();
            pace.wait(&one).await;
            pace.wait(&other).await;
            pace.wait(&one).await;
            pace.wait(&one).await;
            assert!(start.elapsed() >= pause * 2);
            let turns = pace.next.lock().await;
            assert!(turns["b.example"] <= start + pause * 2);
        });
    }
}
