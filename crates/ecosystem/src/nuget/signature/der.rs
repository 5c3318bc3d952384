//! Walking through DER. Every element keeps its bytes as they are: digests and
//! fingerprints are of those, not of what a library would write.

use asn1_rs::{Any, Class, FromDer, Oid};
use tenure_domain::Time;

/// Why bytes are not the structure that they should be: which part is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {0} is not what it should be")]
pub struct DerError(pub(super) &'static str);

pub(super) type Result<T> = std::result::Result<T, DerError>;

/// What kind an element is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Octets,
    Oid,
    Utf8,
    Ia5,
    GeneralizedTime,
    UtcTime,
    Sequence,
    Set,
    /// `[n]`, whose meaning hangs on its place.
    Context(u32),
    Other,
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    pub(super) kind: Kind,
    /// All of its bytes.
    pub(super) raw: &'a [u8],
    /// Its bytes without the header.
    pub(super) content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements within it.
    pub(super) fn within(&self) -> Reader<'a> {
        Reader(self.content)
    }

    pub(super) fn oid(&self) -> Oid<'a> {
        Oid::new(self.content.into())
    }
}

/// A run of elements.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next element.
    pub(super) fn next(&mut self, what: &'static str) -> Result<Element<'a>> {
        let (rest, any) = Any::from_der(self.0).map_err(|_| DerError(what))?;
        let raw = &self.0[..self.0.len() - rest.len()];
        self.0 = rest;
        let (kind, content) = (kind(&any), any.data);
        Ok(Element { kind, raw, content })
    }

    /// The next element, which must be of this kind.
    pub(super) fn take(&mut self, kind: Kind, what: &'static str) -> Result<Element<'a>> {
        let element = self.next(what)?;
        (element.kind == kind)
            .then_some(element)
            .ok_or(DerError(what))
    }

    /// The next element, if it is of this kind.
    pub(super) fn take_if(
        &mut self,
        kind: Kind,
        what: &'static str,
    ) -> Result<Option<Element<'a>>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let before = *self;
        let element = self.next(what)?;
        if element.kind == kind {
            return Ok(Some(element));
        }
        *self = before;
        Ok(None)
    }

    /// All that is left.
    pub(super) fn rest(mut self, what: &'static str) -> Result<Vec<Element<'a>>> {
        let mut all = Vec::new();
        while !self.0.is_empty() {
            all.push(self.next(what)?);
        }
        Ok(all)
    }

    /// Nothing may be left.
    pub(super) fn end(self, what: &'static str) -> Result<()> {
        self.0.is_empty().then_some(()).ok_or(DerError(what))
    }
}

fn kind(any: &Any<'_>) -> Kind {
    let (header, number) = (&any.header, any.header.tag().0);
    match (header.class(), number, header.is_constructed()) {
        (Class::ContextSpecific, number, _) => Kind::Context(number),
        (Class::Universal, 2, false) => Kind::Integer,
        (Class::Universal, 4, false) => Kind::Octets,
        (Class::Universal, 6, false) => Kind::Oid,
        (Class::Universal, 12, false) => Kind::Utf8,
        (Class::Universal, 16, true) => Kind::Sequence,
        (Class::Universal, 17, true) => Kind::Set,
        (Class::Universal, 22, false) => Kind::Ia5,
        (Class::Universal, 23, false) => Kind::UtcTime,
        (Class::Universal, 24, false) => Kind::GeneralizedTime,
        _ => Kind::Other,
    }
}

/// A moment. RFC 5280 lets no time stand but UTC; time stamps have fractions.
pub(super) fn time(element: &Element<'_>) -> Option<Time> {
    let text = std::str::from_utf8(element.content)
        .ok()?
        .strip_suffix('Z')?;
    let full;
    let text = match element.kind {
        Kind::GeneralizedTime => text,
        // RFC 5280: two digits of a year from 1950 on.
        Kind::UtcTime if text.len() == 12 => {
            let century = if text < "5" { "20" } else { "19" };
            full = format!("{century}{text}");
            &full
        }
        _ => return None,
    };
    let (whole, fraction) = text.split_at_checked(14)?;
    whole
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(())?;
    let part = |at: usize| &whole[at..at + 2];
    let date = format!("{}-{}-{}", &whole[..4], part(4), part(6));
    let clock = format!("{}:{}:{}{fraction}", part(8), part(10), part(12));
    format!("{date}T{clock}Z").parse().ok()
}
