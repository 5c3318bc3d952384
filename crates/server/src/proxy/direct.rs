//! A tarball that cannot be kept, on its way from the upstream to one client:
//! the disk may be full, which is no reason to answer nobody.

use super::ProxyError;
use super::integrity::{Digests, Expected};
use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use tenure_upstream::client::Download;

/// Reads a whole file that is small.
pub(super) async fn whole(
    mut download: Download,
    expected: &Expected,
    what: &str,
) -> Result<Bytes, ProxyError> {
    let mut digests = Digests::new();
    let mut bytes = BytesMut::new();
    while let Some(piece) = download.chunk().await? {
        digests.update(&piece);
        bytes.extend_from_slice(&piece);
    }
    digests.verify(expected, what)?;
    Ok(bytes.freeze())
}

/// The pieces of a file, the last one only if all of it is what it should be.
pub(super) fn pieces(
    download: Download,
    expected: Expected,
    what: String,
) -> impl Stream<Item = Result<Bytes, ProxyError>> + Send {
    let start = Passing {
        download,
        expected,
        what,
        digests: Some(Digests::new()),
        held: Bytes::new(),
    };
    futures_util::stream::try_unfold(start, |mut passing| async move {
        let piece = passing.next().await?;
        Ok((!piece.is_empty()).then_some((piece, passing)))
    })
}

struct Passing {
    download: Download,
    expected: Expected,
    what: String,
    /// Until the end.
    digests: Option<Digests>,
    /// The piece that is handed out when another one has come.
    held: Bytes,
}

impl Passing {
    /// The next piece; an empty one at the end.
    async fn next(&mut self) -> Result<Bytes, ProxyError> {
        while let Some(digests) = &mut self.digests {
            let Some(piece) = self.download.chunk().await? else {
                if let Some(digests) = self.digests.take() {
                    digests.verify(&self.expected, &self.what)?;
                }
                break;
            };
            digests.update(&piece);
            let before = std::mem::replace(&mut self.held, piece);
            if !before.is_empty() {
                return Ok(before);
            }
        }
        Ok(std::mem::take(&mut self.held))
    }
}
