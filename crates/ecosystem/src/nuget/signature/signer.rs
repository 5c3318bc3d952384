//! One signer: who it was, what it says, and what of that holds.

use super::algorithm::{Algorithm, is_signed, of_signer};
use super::certificate::{Bag, Carried, Certificate, Usage, describe, is_for, key};
use super::check::{Check, Checks, Flaw};
use super::cms::SignerInfo;
use super::der::{DerError, Element, Kind, Result, time};
use super::timestamp::Timestamp;
use asn1_rs::{Oid, oid};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tenure_domain::Time;

const CONTENT_TYPE: Oid<'static> = oid!(1.2.840.113549.1.9.3);
const MESSAGE_DIGEST: Oid<'static> = oid!(1.2.840.113549.1.9.4);
const SIGNING_TIME: Oid<'static> = oid!(1.2.840.113549.1.9.5);
const SIGNING_CERTIFICATE: Oid<'static> = oid!(1.2.840.113549.1.9.16.2.12);
const TIME_STAMP: Oid<'static> = oid!(1.2.840.113549.1.9.16.2.14);
const COMMITMENT: Oid<'static> = oid!(1.2.840.113549.1.9.16.2.16);
const SIGNING_CERTIFICATE_V2: Oid<'static> = oid!(1.2.840.113549.1.9.16.2.47);
const PROOF_OF_ORIGIN: Oid<'static> = oid!(1.2.840.113549.1.9.16.6.1);
const PROOF_OF_RECEIPT: Oid<'static> = oid!(1.2.840.113549.1.9.16.6.2);
const SERVICE_INDEX: Oid<'static> = oid!(1.3.6.1.4.1.311.84.2.1.1.1);
const OWNERS: Oid<'static> = oid!(1.3.6.1.4.1.311.84.2.1.1.2);

/// Longer names and addresses are nobody's.
const MAX_TEXT: usize = 2_000;
/// Ten times the package with the most owners.
const MAX_OWNERS: usize = 1_000;

/// What somebody signs for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Having made the package.
    Author,
    /// Having received it, as a registry.
    Repository,
    /// It does not say.
    Unknown,
}

/// Who signed, what they say, and what of that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// What they sign for.
    pub role: Role,
    /// Their certificate; `None` if it is not in the package.
    pub certificate: Option<Certificate>,
    /// A repository's service index, as it says.
    pub service_index: Option<Box<str>>,
    /// The owners of the package when the repository received it, as it says,
    /// in its order. Names mean something only together with the repository's
    /// certificate.
    pub owners: Option<Vec<Box<str>>>,
    /// When it was signed, as the signer says.
    pub signing_time: Option<Time>,
    /// When it was there at the latest, as a time stamp says.
    pub timestamp: Option<Timestamp>,
    /// What was checked.
    pub checks: Checks,
}

/// What a signature is made over.
pub(super) struct Signed<'a> {
    pub(super) bytes: &'a [u8],
    /// What it is, where that must be signed, too.
    pub(super) content_type: Option<&'a Oid<'a>>,
}

impl Signer {
    pub(super) fn read<'a>(
        info: &SignerInfo<'a>,
        bag: &Bag<'a>,
        signed: &Signed<'_>,
    ) -> Result<Self> {
        let token = info.unsigned_values(&TIME_STAMP).next();
        let timestamp = token.map(|token| Timestamp::read(token.raw, info.signature));
        let moment = timestamp.as_ref().and_then(Timestamp::moment);
        let (certificate, checks) = attest(info, bag, signed, Usage::CodeSigning, moment)?;
        let signing_time = info.signed_value(&SIGNING_TIME)?;
        Ok(Self {
            role: role(info)?,
            certificate,
            service_index: service_index(info)?,
            owners: owners(info)?,
            signing_time: signing_time.and_then(|value| time(&value)),
            timestamp,
            checks,
        })
    }

    /// Whether what they say is as they said it.
    pub fn is_intact(&self) -> bool {
        self.checks.is_intact()
    }
}

/// Which carried certificate signed, and what of the signature holds. Of
/// several that the signer may have meant, the one whose key made it.
pub(super) fn attest<'a>(
    info: &SignerInfo<'a>,
    bag: &Bag<'a>,
    signed: &Signed<'_>,
    usage: Usage,
    moment: Option<Time>,
) -> Result<(Option<Certificate>, Checks)> {
    let algorithm = Algorithm::of_oid(&info.digest);
    let rsa = algorithm.and_then(|digest| of_signer(&info.algorithm, digest));
    let bytes = info.signed_set();
    let is_by = |one: Carried<'_, 'a>| {
        rsa.is_some_and(|rsa| is_signed(rsa, key(one), &bytes, info.signature))
    };
    let found = bag.named(info.signer).find(|one| is_by(one));
    let is_signed = found.is_some();
    let certificate = found.or_else(|| bag.named(info.signer).next());
    let described = certificate.map(describe);
    let with = |check: &dyn Fn(Carried<'_, 'a>) -> Check| {
        certificate.map_or(Check::Failed(Flaw::NoCertificate), check)
    };
    let checks = Checks {
        digest: digest_check(info, algorithm, signed)?,
        signature: match rsa {
            None => Check::Failed(Flaw::Algorithm),
            Some(_) => with(&|_| Check::that(is_signed, Flaw::Signature)),
        },
        certificate: certificate_check(info, certificate)?,
        usage: with(&|one| Check::that(is_for(one, usage), Flaw::Usage)),
        validity: match (&described, moment) {
            (Some(one), Some(at)) => Check::that(
                (one.not_before..=one.not_after).contains(&at),
                Flaw::Validity,
            ),
            _ => Check::Absent,
        },
        chain: certificate.map(|certificate| bag.chain(certificate)),
    };
    Ok((described, checks))
}

fn digest_check(
    info: &SignerInfo<'_>,
    algorithm: Option<Algorithm>,
    signed: &Signed<'_>,
) -> Result<Check> {
    let what = "signed digest";
    let digest = info.signed_value(&MESSAGE_DIGEST)?.ok_or(DerError(what))?;
    if digest.kind != Kind::Octets {
        return Err(DerError(what));
    }
    if let Some(wanted) = signed.content_type {
        let told = info.signed_value(&CONTENT_TYPE)?;
        if told.is_none_or(|told| told.kind != Kind::Oid || told.oid() != *wanted) {
            return Ok(Check::Failed(Flaw::Changed));
        }
    }
    Ok(match algorithm {
        None => Check::Failed(Flaw::Algorithm),
        Some(one) => Check::that(one.matches(signed.bytes, digest.content), Flaw::Changed),
    })
}

/// Compares with the digest of the certificate that is signed (RFC 5035, and
/// RFC 2634 for the older form).
fn certificate_check(info: &SignerInfo<'_>, found: Option<Carried<'_, '_>>) -> Result<Check> {
    let newer = info.signed_value(&SIGNING_CERTIFICATE_V2)?;
    let older = info.signed_value(&SIGNING_CERTIFICATE)?;
    let (Some(named), is_newer) = (newer.or(older), newer.is_some()) else {
        return Ok(Check::Absent);
    };
    let Some(found) = found else {
        return Ok(Check::Failed(Flaw::NoCertificate));
    };
    let what = "name of the signing certificate";
    let mut ids = named.within().take(Kind::Sequence, what)?.within();
    let mut id = ids.take(Kind::Sequence, what)?.within();
    let told = id.take_if(Kind::Sequence, what)?;
    let hash = id.take(Kind::Octets, what)?.content;
    let algorithm = match told {
        Some(told) => Algorithm::of_oid(&told.within().take(Kind::Oid, what)?.oid()),
        None => Some(Algorithm::Sha256),
    };
    let bytes = found.as_raw();
    let is_it = if is_newer {
        algorithm.is_some_and(|algorithm| algorithm.matches(bytes, hash))
    } else {
        digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref() == hash
    };
    Ok(Check::that(is_it, Flaw::OtherCertificate))
}

fn role(info: &SignerInfo<'_>) -> Result<Role> {
    let what = "signed role";
    let mut role = Role::Unknown;
    let told = info.signed.iter().filter(|one| one.kind == COMMITMENT);
    for value in told.flat_map(|one| &one.values) {
        let kind = value.within().take(Kind::Oid, what)?.oid();
        let told = match kind {
            kind if kind == PROOF_OF_ORIGIN => Role::Author,
            kind if kind == PROOF_OF_RECEIPT => Role::Repository,
            _ => continue,
        };
        if role != Role::Unknown && role != told {
            return Err(DerError(what));
        }
        role = told;
    }
    Ok(role)
}

fn service_index(info: &SignerInfo<'_>) -> Result<Option<Box<str>>> {
    let value = info.signed_value(&SERVICE_INDEX)?;
    value
        .map(|value| text(&value, Kind::Ia5, "signed service index"))
        .transpose()
}

fn owners(info: &SignerInfo<'_>) -> Result<Option<Vec<Box<str>>>> {
    let what = "signed list of owners";
    let Some(value) = info.signed_value(&OWNERS)? else {
        return Ok(None);
    };
    let owners = value.within().rest(what)?;
    let is_list = value.kind == Kind::Sequence && (1..=MAX_OWNERS).contains(&owners.len());
    is_list.then_some(()).ok_or(DerError(what))?;
    let owners = owners.iter().map(|owner| text(owner, Kind::Utf8, what));
    owners.collect::<Result<_>>().map(Some)
}

fn text(element: &Element<'_>, kind: Kind, what: &'static str) -> Result<Box<str>> {
    let text = std::str::from_utf8(element.content).map_err(|_| DerError(what))?;
    let is_text = element.kind == kind && text.len() <= MAX_TEXT && !text.trim().is_empty();
    let is_usable = is_text && !text.contains(char::is_control);
    is_usable.then(|| text.into()).ok_or(DerError(what))
}
