//! Signed data as CMS has it (RFC 5652), as far as packages use it.
//!
//! Read by hand: `cms` refuses a certificate that is carried twice, which real
//! packages do, and `rasn-cms` does not keep the bytes that were signed.

use super::der::{DerError, Element, Kind, Reader, Result};
use asn1_rs::{Oid, oid};

const SIGNED_DATA: Oid<'static> = oid!(1.2.840.113549.1.7.2);

/// Real packages carry nine at most. Each may cost a check of a signature for
/// every other one.
const MAX_CERTIFICATES: usize = 32;
const MAX_SIGNERS: usize = 8;
const MAX_ATTRIBUTES: usize = 100;

/// What is signed, by whom, and the certificates that came with it.
pub(super) struct SignedData<'a> {
    pub(super) content_type: Oid<'a>,
    pub(super) content: &'a [u8],
    /// Certificates, each with all of its bytes.
    pub(super) certificates: Vec<&'a [u8]>,
    pub(super) signers: Vec<SignerInfo<'a>>,
}

/// One signature.
pub(super) struct SignerInfo<'a> {
    pub(super) signer: SignerId<'a>,
    pub(super) digest: Oid<'a>,
    pub(super) signed: Vec<Attribute<'a>>,
    /// The signed attributes as they are, with the tag of where they stand.
    pub(super) signed_bytes: &'a [u8],
    pub(super) algorithm: Oid<'a>,
    pub(super) signature: &'a [u8],
    pub(super) unsigned: Vec<Attribute<'a>>,
}

/// Which certificate made a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignerId<'a> {
    IssuerAndSerial {
        /// The issuer's name, with all of its bytes.
        issuer: &'a [u8],
        /// The number, without a header.
        serial: &'a [u8],
    },
    KeyId(&'a [u8]),
}

/// An attribute with its values.
pub(super) struct Attribute<'a> {
    pub(super) kind: Oid<'a>,
    pub(super) values: Vec<Element<'a>>,
}

impl<'a> SignedData<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        let what = "signature's frame";
        let mut outer = Reader::new(bytes);
        let mut info = outer.take(Kind::Sequence, what)?.within();
        outer.end(what)?;
        if info.take(Kind::Oid, what)?.oid() != SIGNED_DATA {
            return Err(DerError(what));
        }
        let mut wrapped = info.take(Kind::Context(0), what)?.within();
        let mut data = wrapped.take(Kind::Sequence, what)?.within();
        data.take(Kind::Integer, "signature's version")?;
        data.take(Kind::Set, "list of digest algorithms")?;
        let (content_type, content) = encapsulated(&mut data)?;
        let carried = data.take_if(Kind::Context(0), "list of certificates")?;
        let carried = carried.map_or(Ok(Vec::new()), |set| set.within().rest("certificates"))?;
        data.take_if(Kind::Context(1), "list of revocations")?;
        let signers = data.take(Kind::Set, "list of signers")?;
        let signers = signers.within().rest("list of signers")?;
        if carried.len() > MAX_CERTIFICATES || signers.len() > MAX_SIGNERS {
            return Err(DerError("number of certificates and signers"));
        }
        let signers = signers.iter().map(SignerInfo::read);
        Ok(Self {
            content_type,
            content,
            certificates: carried.iter().map(|one| one.raw).collect(),
            signers: signers.collect::<Result<_>>()?,
        })
    }
}

fn encapsulated<'a>(data: &mut Reader<'a>) -> Result<(Oid<'a>, &'a [u8])> {
    let what = "signed content";
    let mut content = data.take(Kind::Sequence, what)?.within();
    let kind = content.take(Kind::Oid, what)?.oid();
    let mut wrapped = content.take(Kind::Context(0), what)?.within();
    Ok((kind, wrapped.take(Kind::Octets, what)?.content))
}

impl<'a> SignerInfo<'a> {
    pub(super) fn read(element: &Element<'a>) -> Result<Self> {
        let what = "signer";
        let mut info = element.within();
        info.take(Kind::Integer, what)?;
        let signer = signer_id(&info.next(what)?)?;
        let digest = algorithm(&mut info)?;
        let signed = info.take_if(Kind::Context(0), what)?;
        let algorithm = algorithm(&mut info)?;
        let signature = info.take(Kind::Octets, what)?.content;
        let unsigned = info.take_if(Kind::Context(1), what)?;
        info.end(what)?;
        Ok(Self {
            signer,
            digest,
            signed_bytes: signed.map_or(&[], |set| set.raw),
            signed: signed.map_or(Ok(Vec::new()), |set| attributes(&set))?,
            algorithm,
            signature,
            unsigned: unsigned.map_or(Ok(Vec::new()), |set| attributes(&set))?,
        })
    }

    /// The signed attributes as the signature is made over them: a set (RFC
    /// 5652, 5.4).
    pub(super) fn signed_set(&self) -> Vec<u8> {
        let mut bytes = self.signed_bytes.to_vec();
        if let Some(tag) = bytes.first_mut() {
            *tag = 0x31;
        }
        bytes
    }

    /// The only value of a signed attribute; `None` if there is no such
    /// attribute, an error if there are several.
    pub(super) fn signed_value(&self, kind: &Oid<'_>) -> Result<Option<Element<'a>>> {
        let mut found = self.signed.iter().filter(|one| one.kind == *kind);
        let (first, second) = (found.next(), found.next());
        match first.map(|one| &*one.values) {
            None => Ok(None),
            Some([value]) if second.is_none() => Ok(Some(*value)),
            Some(_) => Err(DerError("number of values of a signed attribute")),
        }
    }

    /// All values of an attribute that is not signed.
    pub(super) fn unsigned_values(&self, kind: &Oid<'_>) -> impl Iterator<Item = &Element<'a>> {
        let found = self.unsigned.iter().filter(move |one| one.kind == *kind);
        found.flat_map(|one| &one.values)
    }
}

fn signer_id<'a>(element: &Element<'a>) -> Result<SignerId<'a>> {
    let what = "name of a signer";
    match element.kind {
        Kind::Context(0) => Ok(SignerId::KeyId(element.content)),
        Kind::Sequence => {
            let mut id = element.within();
            Ok(SignerId::IssuerAndSerial {
                issuer: id.take(Kind::Sequence, what)?.raw,
                serial: id.take(Kind::Integer, what)?.content,
            })
        }
        _ => Err(DerError(what)),
    }
}

fn attributes<'a>(set: &Element<'a>) -> Result<Vec<Attribute<'a>>> {
    let what = "list of attributes";
    let all = set.within().rest(what)?;
    if all.len() > MAX_ATTRIBUTES {
        return Err(DerError("number of attributes"));
    }
    let read = |element: &Element<'a>| {
        let mut attribute = match element.kind {
            Kind::Sequence => element.within(),
            _ => return Err(DerError(what)),
        };
        let kind = attribute.take(Kind::Oid, what)?.oid();
        let values = attribute.take(Kind::Set, what)?.within().rest(what)?;
        Ok(Attribute { kind, values })
    };
    all.iter().map(read).collect()
}

/// What an algorithm is called. Parameters say nothing for those used here.
pub(super) fn algorithm<'a>(reader: &mut Reader<'a>) -> Result<Oid<'a>> {
    let what = "name of an algorithm";
    let mut algorithm = reader.take(Kind::Sequence, what)?.within();
    Ok(algorithm.take(Kind::Oid, what)?.oid())
}
