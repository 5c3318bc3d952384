//! A thread that serves, and ends with what it serves for.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A loopback port that is listened at, and not served yet.
pub(crate) struct Port {
    listener: TcpListener,
    number: u16,
}

impl Port {
    /// A port of choice, 0 for any free one.
    pub(crate) fn bind(number: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, number))?;
        listener.set_nonblocking(true)?;
        let number = listener.local_addr()?.port();
        Ok(Self { listener, number })
    }

    pub(crate) fn number(&self) -> u16 {
        self.number
    }

    /// Serves these routes on a thread of its own.
    pub(crate) fn serve_router(self, router: axum::Router) -> io::Result<Serving> {
        self.serve(async |listener| {
            let served = axum::serve(listener, router).await;
            served.expect("a listener that was bound");
        })
    }

    /// Does this work on a thread of its own.
    pub(crate) fn serve<F>(
        self,
        work: impl FnOnce(tokio::net::TcpListener) -> F + Send + 'static,
    ) -> io::Result<Serving>
    where
        F: Future<Output = ()>,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(self.listener);
                let listener = listener.expect("within a runtime");
                tokio::select! {
                    () = work(listener) => {}
                    // Dropping the runtime ends what still runs.
                    _ = stopped => {}
                }
            });
        });
        Ok(Serving {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

/// A thread that serves. It stops when this is dropped, whatever clients are
/// doing.
pub(crate) struct Serving {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It fails only if the thread has ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
