//! A registry that stops in the middle of a file until it is told to go on.

use base64::Engine as _;
use sha2::{Digest as _, Sha512};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// Serves one package, `big`, with one file.
pub(crate) struct Halting {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    file: Vec<u8>,
    /// How much of it is sent before the stop.
    first: usize,
    document: String,
    may_go_on: Mutex<bool>,
    told: Condvar,
    sent: AtomicUsize,
}

impl Halting {
    pub(crate) fn start(size: usize, first: usize) -> Self {
        let file: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha512::digest(&file));
        let document = serde_json::json!({
            "name": "big",
            "dist-tags": { "latest": "1.0.0" },
            "time": { "1.0.0": "2024-01-10T10:00:00.000Z" },
            "versions": { "1.0.0": {
                "name": "big", "version": "1.0.0", "_npmUser": { "name": "ada" },
                "dist": {
                    "tarball": format!("{url}big/-/big-1.0.0.tgz"),
                    "integrity": format!("sha512-{digest}"),
                },
            } },
        });
        let shared = Arc::new(Shared {
            file,
            first,
            document: document.to_string(),
            may_go_on: Mutex::new(false),
            told: Condvar::new(),
            sent: AtomicUsize::new(0),
        });
        let served = Arc::clone(&shared);
        // It ends with the test's process.
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (shared, connection) = (Arc::clone(&served), connection.unwrap());
                std::thread::spawn(move || shared.serve(connection));
            }
        });
        Self { url, shared }
    }

    pub(crate) fn go_on(&self) {
        *self.shared.may_go_on.lock().unwrap() = true;
        self.shared.told.notify_all();
    }

    /// The last ten bytes of the file.
    pub(crate) fn last(&self) -> &[u8] {
        &self.shared.file[self.shared.file.len() - 10..]
    }

    /// How often the file was asked for.
    pub(crate) fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn serve(&self, mut connection: TcpStream) {
        let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
        let asked = lines.next().unwrap().unwrap();
        lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
        let (document, file) = (self.document.as_bytes(), &self.file[..]);
        let body = if asked.contains(".tgz") {
            file
        } else {
            document
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        connection.write_all(head.as_bytes()).unwrap();
        if !asked.contains(".tgz") {
            return connection.write_all(body).unwrap();
        }
        self.sent.fetch_add(1, Ordering::SeqCst);
        connection.write_all(&body[..self.first]).unwrap();
        let may_go_on = self.may_go_on.lock().unwrap();
        drop(self.told.wait_while(may_go_on, |may| !*may).unwrap());
        connection.write_all(&body[self.first..]).unwrap();
    }
}
