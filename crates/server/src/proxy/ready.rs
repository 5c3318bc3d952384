//! The bytes of answers, ready to be sent: filtered and compressed once.

use super::formats::{Form, Writing, unusable};
use super::{Document, Judged, Proxy, ProxyError};
use crate::negotiate::Encoding;
use axum::http::HeaderValue;
use bytes::Bytes;
use moka::future::Cache as Memory;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use tenure_ecosystem::npm::hold::{self, Manifest};
use tenure_store::Digest;

/// A finished answer.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    pub(crate) body: Bytes,
    /// Why the document has no versions, where all of them are held or
    /// blocked.
    pub(crate) nothing_left: Option<Arc<str>>,
}

/// How a document is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Manner {
    /// What the addresses in it begin with: the registry's in this view, with a
    /// slash at the end. Empty if there are none.
    pub(crate) base: Arc<str>,
    pub(crate) form: Form,
    pub(crate) encoding: Encoding,
}

/// What an answer depends on; all of it, so that equal keys mean equal bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    document: Digest,
    judged: [u8; 16],
    manner: Manner,
}

pub(super) type Cache = Memory<Key, Ready>;

pub(super) fn cache(memory: u64) -> Cache {
    Memory::builder()
        .weigher(|_, ready: &Ready| ready.body.len().try_into().unwrap_or(u32::MAX))
        .max_capacity(memory)
        .build()
}

/// Answers may be written another way by another version of this program.
const RENDERING: &str = concat!("1/", env!("CARGO_PKG_VERSION"));

impl Key {
    pub(crate) fn new(document: Digest, judged: &Judged, manner: Manner) -> Self {
        Self {
            document,
            judged: judged.digest,
            manner,
        }
    }

    /// The `ETag`: it names the bytes, since they follow from the key.
    pub(crate) fn etag(&self) -> HeaderValue {
        let mut digest = Sha256::new();
        digest.update(RENDERING);
        digest.update(self.document.as_bytes());
        digest.update(self.judged);
        digest.update([self.manner.form.number()]);
        digest.update(&*self.manner.base);
        let digest = digest.finalize();
        let mut text = String::with_capacity(48);
        text.push('"');
        for byte in &digest[..16] {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
            }
        }
        if self.manner.encoding != Encoding::Identity {
            text.push('-');
            text.push_str(self.manner.encoding.token());
        }
        text.push('"');
        // Hexadecimal and a word are a header's text.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"\""))
    }
}

impl Proxy {
    /// The bytes that a key names.
    pub(crate) async fn ready(
        self: &Arc<Self>,
        key: &Key,
        document: &Arc<Document>,
        judged: &Arc<Judged>,
        page: &str,
    ) -> Result<Ready, ProxyError> {
        if let Some(ready) = self.ready.get(key).await {
            return Ok(ready);
        }
        let make = self.make(key, document, judged, page);
        let made = self.ready.try_get_with_by_ref(key, make).await;
        made.map_err(|error: Arc<ProxyError>| (*error).clone())
    }

    async fn make(
        self: &Arc<Self>,
        key: &Key,
        document: &Arc<Document>,
        judged: &Arc<Judged>,
        page: &str,
    ) -> Result<Ready, ProxyError> {
        if let Some(early) = self.documents.keeping.early(document, key)
            && let Some(ready) = early.ready().await
        {
            return Ok(ready);
        }
        let raw = self.raw(document).await?;
        let of = Arc::clone(document);
        let encoding = key.manner.encoding;
        let (key, judged, page) = (key.clone(), Arc::clone(judged), page.to_owned());
        let made = self.work(move || {
            let writing = Writing {
                form: key.manner.form,
                base: &key.manner.base,
                document: &of,
                judged: &judged,
                page: &page,
            };
            writing.write(&raw)
        });
        let (body, nothing_left) = made.await??;
        tracing::debug!(package = %document.package, bytes = body.len(), "rendered");
        Ok(Ready {
            body: self.compressed(body.into(), encoding, Vec::new()).await?,
            nothing_left,
        })
    }
}

impl Proxy {
    /// The manifest that a version or a tag names.
    pub(crate) async fn manifest(
        self: &Arc<Self>,
        document: &Arc<Document>,
        judged: &Arc<Judged>,
        base: Arc<str>,
        wanted: &str,
    ) -> Result<Option<Manifest>, ProxyError> {
        let raw = self.raw(document).await?;
        let package = document.package.clone();
        let (document, judged, wanted) =
            (Arc::clone(document), Arc::clone(judged), wanted.to_owned());
        let found = self.work(move || {
            let restricted = Restricted::new(&document, &judged);
            let view = hold::View {
                form: hold::Form::Full,
                base: &base,
                is_restricted: &|version: &str| restricted.is(version),
                message: &|_: &hold::Restricted<'_>| String::new(),
            };
            hold::manifest(&raw, &wanted, &view)
        });
        found.await?.map_err(|error| unusable(&package, &error))
    }

    /// The tags, none of them at anything held.
    pub(crate) async fn tags(
        self: &Arc<Self>,
        document: &Arc<Document>,
        judged: &Arc<Judged>,
    ) -> Result<BTreeMap<String, String>, ProxyError> {
        let raw = self.raw(document).await?;
        let package = document.package.clone();
        let (document, judged) = (Arc::clone(document), Arc::clone(judged));
        let found = self.work(move || {
            let restricted = Restricted::new(&document, &judged);
            hold::dist_tags(&raw, &|version: &str| restricted.is(version))
        });
        found.await?.map_err(|error| unusable(&package, &error))
    }
}

/// Which versions are not offered. What the reader did not understand was not
/// judged, so it is not offered either.
pub(super) struct Restricted<'a> {
    judged: &'a Judged,
    read: HashSet<&'a str>,
}

impl<'a> Restricted<'a> {
    pub(super) fn new(document: &'a Document, judged: &'a Judged) -> Self {
        let releases = document.history.releases().iter();
        Self {
            judged,
            read: releases.map(|release| &*release.version).collect(),
        }
    }

    pub(super) fn is(&self, version: &str) -> bool {
        self.judged.of(version).is_some() || !self.read.contains(version)
    }
}
