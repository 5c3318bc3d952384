use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{Response, StatusCode};
use futures_util::stream;
use std::convert::Infallible;
use std::io;
use std::time::Duration;

/// Ways in which a registry misbehaves.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers with this status and an error in npm's shape.
    Status(u16),
    /// Answers with this status and `Retry-After`.
    RetryAfter(u16, String),
    /// Answers properly, but only after this long.
    Delay(Duration),
    /// Answers properly, at the pace of a registry that is elsewhere.
    Paced(Pace),
    /// Never answers.
    Silence,
    /// Sends half of the answer, then nothing more, and keeps the connection.
    Stall,
    /// Announces the whole answer, sends half of it and hangs up.
    Truncate,
    /// Announces half of the answer's length and sends that much.
    WrongLength,
    /// Sends the answer with its last byte changed.
    Spoil,
    /// Sends a document padded to this many bytes, without announcing it.
    Huge(u64),
    /// Answers with these bytes and says that they are compressed so.
    Compressed(String, Vec<u8>),
    /// Sends the client elsewhere.
    Redirect(String),
    /// Answers with this, whatever was asked.
    Body {
        /// The `Content-Type`.
        kind: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

/// How fast a registry answers that is elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// From the request to the first byte of the answer.
    pub first_byte: Duration,
    /// How much of a body comes within a second from then on.
    pub bytes_per_second: u32,
}

impl Fault {
    /// A page for people, as a captive portal shows it.
    pub fn html() -> Self {
        Self::Body {
            kind: "text/html".to_owned(),
            bytes: b"<html><body>Please log in</body></html>".to_vec(),
        }
    }

    /// An answer that does not depend on the proper one.
    pub(crate) async fn instead(&self) -> Option<Response<Body>> {
        match self {
            Self::Status(status) => Some(error(*status, "this registry misbehaves")),
            Self::RetryAfter(status, value) => {
                let mut answer = error(*status, "slow down");
                let value = value.parse().expect("a header value");
                answer.headers_mut().insert("retry-after", value);
                Some(answer)
            }
            Self::Silence => std::future::pending().await,
            Self::Huge(size) => Some(huge(*size)),
            Self::Redirect(to) => Some(redirect(to)),
            Self::Body { kind, bytes } => Some(with_type(kind, bytes.clone())),
            Self::Compressed(encoding, bytes) => {
                let mut answer = with_type("application/json", bytes.clone());
                let encoding = encoding.parse().expect("a header value");
                answer.headers_mut().insert(CONTENT_ENCODING, encoding);
                Some(answer)
            }
            Self::Delay(time) => {
                tokio::time::sleep(*time).await;
                None
            }
            Self::Paced(pace) => {
                tokio::time::sleep(pace.first_byte).await;
                None
            }
            Self::Stall | Self::Truncate | Self::WrongLength | Self::Spoil => None,
        }
    }

    /// The proper answer, spoiled.
    pub(crate) async fn spoil(&self, answer: Response<Body>) -> Response<Body> {
        let (mut parts, body) = answer.into_parts();
        let whole = axum::body::to_bytes(body, usize::MAX).await;
        let whole = whole.expect("answers are made in memory");
        let half = whole.slice(..whole.len() / 2);
        let (announced, body) = match self {
            Self::Stall => (whole.len(), stalling(half)),
            Self::Truncate => (whole.len(), breaking_off(half)),
            Self::Spoil => (whole.len(), spoiled(whole)),
            Self::WrongLength => (half.len(), Body::from(half)),
            Self::Paced(pace) => (whole.len(), paced(whole, pace.bytes_per_second)),
            _ => (whole.len(), Body::from(whole)),
        };
        parts.headers.insert(CONTENT_LENGTH, announced.into());
        Response::from_parts(parts, body)
    }
}

/// An error in the shape that npm prints.
pub(super) fn error(status: u16, message: &str) -> Response<Body> {
    let body = serde_json::json!({ "error": message }).to_string();
    let mut answer = with_type("application/json", body.into_bytes());
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    answer
}

/// An answer of that type.
pub(crate) fn with_type(kind: &str, bytes: Vec<u8>) -> Response<Body> {
    let mut answer = Response::new(Body::from(bytes));
    let kind = kind.parse().expect("a media type");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

fn redirect(to: &str) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let to = to.parse().expect("an address");
    answer.headers_mut().insert(LOCATION, to);
    answer
}

fn stalling(part: Bytes) -> Body {
    use futures_util::StreamExt as _;
    let part = stream::iter([Ok::<_, Infallible>(part)]);
    Body::from_stream(part.chain(stream::pending()))
}

fn spoiled(whole: Bytes) -> Body {
    let mut bytes = Vec::from(whole);
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    Body::from(bytes)
}

/// The bytes, each piece when a line of that width would have carried it.
fn paced(whole: Bytes, bytes_per_second: u32) -> Body {
    // What a line of 100 Mbit/s carries in about a millisecond, which is how
    // finely timers can be set; on a slow line less, but never nothing.
    const PIECE: u32 = 12 * 1024;
    let size = (bytes_per_second / 20).clamp(1, PIECE) as usize;
    let began = tokio::time::Instant::now();
    let pieces = stream::unfold(0, move |sent| {
        let piece = whole.slice(sent..whole.len().min(sent + size));
        let sent = sent + piece.len();
        async move {
            if piece.is_empty() {
                return None;
            }
            // From the beginning, so that late timers do not add up.
            let due = Duration::from_secs_f64(sent as f64 / f64::from(bytes_per_second));
            tokio::time::sleep_until(began + due).await;
            Some((Ok::<_, Infallible>(piece), sent))
        }
    });
    Body::from_stream(pieces)
}

fn breaking_off(part: Bytes) -> Body {
    use futures_util::StreamExt as _;
    let part = stream::iter([Ok(part)]);
    let cut = stream::once(async {
        // Hanging up at once would take the first half back.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(io::Error::other("broken off on purpose"))
    });
    Body::from_stream(part.chain(cut))
}

fn huge(size: u64) -> Response<Body> {
    const PIECE: u64 = 64 * 1024;
    let piece = Bytes::from(vec![b' '; PIECE as usize]);
    let pieces = (0..size.div_ceil(PIECE)).map(move |_| Ok::<_, Infallible>(piece.clone()));
    let mut answer = Response::new(Body::from_stream(stream::iter(pieces)));
    let kind = "application/json".parse().expect("a media type");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
