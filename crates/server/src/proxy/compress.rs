//! Compressing answers.

use super::ProxyError;
use crate::negotiate::Encoding;
use bytes::Bytes;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::{self, Write as _};
use std::thread;

/// gzip's level: the default costs twice the time of this one for 6 % less.
const GZIP: Compression = Compression::new(4);
const BROTLI: i32 = 5;
const ZSTD: i32 = 3;

/// What a thread compresses is at least this long: the first client to ask for
/// a document of megabytes waits for this, and one of kilobytes is quickly
/// done.
const PART: usize = 512 * 1024;
/// Into how many parts at most. Not a question of the machine's processors:
/// every server gives the same bytes under an `ETag`.
const PARTS: usize = 4;

/// The bytes in an encoding.
pub(super) fn compressed(body: Vec<u8>, encoding: Encoding) -> Result<Bytes, ProxyError> {
    // Writing to memory does not fail.
    let broken = |_| ProxyError::Broken;
    match encoding {
        Encoding::Identity => Ok(body.into()),
        Encoding::Gzip => {
            let parts = (body.len() / PART).clamp(1, PARTS);
            Ok(gzip(&body, parts).map_err(broken)?.into())
        }
        Encoding::Zstd => Ok(zstd::bulk::compress(&body, ZSTD).map_err(broken)?.into()),
        Encoding::Brotli => {
            let mut out = Vec::with_capacity(body.len() / 6);
            let options = brotli::enc::BrotliEncoderParams {
                quality: BROTLI,
                size_hint: body.len(),
                ..Default::default()
            };
            brotli::BrotliCompress(&mut &*body, &mut out, &options).map_err(broken)?;
            Ok(out.into())
        }
    }
}

/// One gzip member (RFC 1952) whose parts are compressed at the same time:
/// blocks that end at a whole byte can be put one behind the other.
fn gzip(body: &[u8], parts: usize) -> io::Result<Vec<u8>> {
    /// Deflate, no name, no time, no operating system.
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let (others, last) = body.split_at(body.len() / parts * (parts - 1));
    let size = others.len() / (parts - 1).max(1);
    let done = thread::scope(|scope| {
        let others = others.chunks(size.max(1));
        let others: Vec<_> = others
            .map(|part| scope.spawn(|| deflated(part, false)))
            .collect();
        let last = deflated(last, true);
        let others = others.into_iter().map(|thread| {
            let done = thread.join();
            done.unwrap_or_else(|_| Err(io::Error::other("a thread broke down")))
        });
        others.chain([last]).collect::<io::Result<Vec<_>>>()
    })?;
    let mut out = HEADER.to_vec();
    let mut crc = Crc::new();
    for (bytes, sum) in done {
        out.extend_from_slice(&bytes);
        crc.combine(&sum);
    }
    out.extend_from_slice(&crc.sum().to_le_bytes());
    out.extend_from_slice(&crc.amount().to_le_bytes());
    Ok(out)
}

/// A part of a deflated stream, and the check sum of what is in it.
fn deflated(part: &[u8], is_last: bool) -> io::Result<(Vec<u8>, Crc)> {
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
        let text = "{\"name\":\"chalk\"}".repeat(1000).into_bytes();
        let gzip = compressed(text.clone(), Encoding::Gzip).unwrap();
        assert_eq!(gunzipped(&gzip), text);
        let zstd = compressed(text.clone(), Encoding::Zstd).unwrap();
        assert_eq!(zstd::bulk::decompress(&zstd, text.len()).unwrap(), text);
        let brotli = compressed(text.clone(), Encoding::Brotli).unwrap();
        let mut read = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli, &mut read).unwrap();
        assert_eq!(read, text);
    }

    #[test]
    fn parts_are_one_stream() {
        let mut random = fastrand::Rng::with_seed(7);
        for size in [0, 1, 2, 3, 1000, 300_001] {
            let text: Vec<u8> = (0..size).map(|_| random.u8(b'a'..b'f')).collect();
            for parts in 1..=PARTS {
                let gzip = gzip(&text, parts).unwrap();
                assert_eq!(gunzipped(&gzip), text, "{size} bytes in {parts} parts");
            }
        }
    }
}
