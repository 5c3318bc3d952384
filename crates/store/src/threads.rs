//! Work that takes long.

/// Does work that others on this thread should not have to wait for: documents
/// reach many megabytes, histories thousands of releases.
pub(crate) async fn on_another_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
