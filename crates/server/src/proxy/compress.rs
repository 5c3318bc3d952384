//! Compressing answers.

use super::{Proxy, ProxyError};
use crate::negotiate::Encoding;
use bytes::Bytes;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use futures_util::future::try_join_all;
use std::io::{self, Write as _};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// gzip's level. Of react's 4.5 MB this one makes 468 kB in 11 ms; level 2 makes
/// 498 kB in 8 ms, and the default 452 kB in 14 ms. The first client to ask
/// waits for the last part of it.
const GZIP: Compression = Compression::new(4);
const BROTLI: i32 = 5;
const ZSTD: i32 = 3;

/// Large bodies are compressed in parts of so many bytes, each on its own
/// thread, and while others still come. Not a question of the machine's
/// processors: every server gives the same bytes under an `ETag`.
pub(super) const PART: usize = 1024 * 1024;

/// A part that is being compressed, or was.
pub(super) struct Compressed {
    text: Bytes,
    done: JoinHandle<Result<Deflated, ProxyError>>,
}

/// A part of a deflated stream, and the check sum of what is in it.
type Deflated = (Vec<u8>, Crc);

impl Proxy {
    /// The bytes in an encoding. Some of its parts may have been compressed
    /// `early`; those that are others in the end are not used.
    pub(super) async fn compressed(
        self: &Arc<Self>,
        body: Bytes,
        encoding: Encoding,
        early: Vec<Compressed>,
    ) -> Result<Bytes, ProxyError> {
        // Writing to memory does not fail.
        let done = match encoding {
            Encoding::Identity => return Ok(body),
            Encoding::Gzip => {
                let mut early = early.into_iter();
                let parts = parts(&body).into_iter().map(|(part, is_last)| {
                    let same = early.next().filter(|early| !is_last && early.text == part);
                    let of = same.unwrap_or_else(|| self.compress_part(part, is_last));
                    async { of.done.await.map_err(|_| ProxyError::Broken)? }
                });
                return Ok(member(&try_join_all(parts).await?).into());
            }
            Encoding::Zstd => self.work(move || zstd::bulk::compress(&body, ZSTD)).await?,
            Encoding::Brotli => self.work(move || brotli(&body)).await?,
        };
        done.map(Bytes::from).map_err(|_| ProxyError::Broken)
    }
}

impl Proxy {
    /// Begins to compress a part.
    pub(super) fn compress_part(self: &Arc<Self>, text: Bytes, is_last: bool) -> Compressed {
        let (proxy, part) = (Arc::clone(self), text.clone());
        let done = tokio::spawn(async move {
            let done = proxy.work(move || deflated(&part, is_last)).await?;
            // Writing to memory does not fail.
            done.map_err(|_| ProxyError::Broken)
        });
        Compressed { text, done }
    }
}

fn brotli(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len() / 6);
    let options = brotli::enc::BrotliEncoderParams {
        quality: BROTLI,
        size_hint: body.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*body, &mut out, &options)?;
    Ok(out)
}

/// The body in parts, and which is the last. That one has what is left, too.
fn parts(body: &Bytes) -> Vec<(Bytes, bool)> {
    let count = (body.len() / PART).max(1);
    let part = |number| {
        let is_last = number + 1 == count;
        let end = if is_last {
            body.len()
        } else {
            (number + 1) * PART
        };
        (body.slice(number * PART..end), is_last)
    };
    (0..count).map(part).collect()
}

/// One gzip member (RFC 1952) of parts that were compressed at the same time:
/// blocks that end at a whole byte can be put one behind the other.
fn member(parts: &[Deflated]) -> Vec<u8> {
    /// Deflate, no name, no time, no operating system.
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let size: usize = parts.iter().map(|(bytes, _)| bytes.len()).sum();
    let mut out = Vec::with_capacity(size + HEADER.len() + 8);
    out.extend_from_slice(&HEADER);
    let mut crc = Crc::new();
    for (bytes, sum) in parts {
        out.extend_from_slice(bytes);
        crc.combine(sum);
    }
    out.extend_from_slice(&crc.sum().to_le_bytes());
    out.extend_from_slice(&crc.amount().to_le_bytes());
    out
}

/// A part of a stream.
fn deflated(part: &[u8], is_last: bool) -> io::Result<Deflated> {
    let mut crc = Crc::new();
    crc.update(part);
    let room = Vec::with_capacity(part.len() / 6);
    let mut encoder = DeflateEncoder::new(room, GZIP);
    encoder.write_all(part)?;
    if is_last {
        return Ok((encoder.finish()?, crc));
    }
    // Ends at a whole byte, and leaves the stream open.
    encoder.flush()?;
    Ok((std::mem::take(encoder.get_mut()), crc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn gunzipped(bytes: &[u8]) -> Vec<u8> {
        let mut read = Vec::new();
        // Reads one member and no more, as clients do.
        let mut decoder = flate2::read::GzDecoder::new(bytes);
        decoder.read_to_end(&mut read).unwrap();
        read
    }

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let text = "{\"name\":\"chalk\"}".repeat(1000);
        let brotli = brotli(text.as_bytes()).unwrap();
        let mut read = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli, &mut read).unwrap();
        assert_eq!(read, text.as_bytes());
    }

    #[test]
    fn parts_are_one_stream() {
        let mut random = fastrand::Rng::with_seed(7);
        for size in [0, 1, 2, 3, 1000, PART - 1, PART, 2 * PART, 4 * PART - 1] {
            let text: Bytes = (0..size).map(|_| random.u8(b'a'..b'f')).collect();
            let parts = parts(&text).into_iter();
            let done = parts.map(|(part, is_last)| deflated(&part, is_last).unwrap());
            let gzip = member(&done.collect::<Vec<_>>());
            assert!(gunzipped(&gzip) == text, "{size} bytes");
        }
    }
}
