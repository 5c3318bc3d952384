//! The certificates that a signature carries.

use super::algorithm::{is_signed, of_certificate};
use super::cms::SignerId;
use crate::digest::sha256_hex;
use tenure_domain::Time;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;
use x509_parser::x509::X509Name;

/// Longer chains exist nowhere.
const MAX_CHAIN: usize = 10;

/// A certificate, as far as it says who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whom it is for, as a whole: `CN=..., O=...`.
    pub subject: Box<str>,
    /// The name that people are shown.
    pub common_name: Option<Box<str>>,
    /// The organisation.
    pub organization: Option<Box<str>>,
    /// Who issued it, as a whole.
    pub issuer: Box<str>,
    /// The SHA-256 of its bytes, in hex: what clients trust it by.
    pub sha256: Box<str>,
    /// The first moment at which it is valid.
    pub not_before: Time,
    /// The last one.
    pub not_after: Time,
}

/// How far the certificates lead that are carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The SHA-256 of each, in hex, from the signer's up. Each is signed with
    /// the key of the next.
    pub fingerprints: Vec<Box<str>>,
    /// Why it ends.
    pub end: ChainEnd,
}

/// Why a chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainEnd {
    /// With one that is signed with its own key. Whether anybody trusts that
    /// one is not known here.
    SelfSigned,
    /// The next one is not carried.
    NotCarried,
    /// The next one is carried, and did not sign this one, or in a way that is
    /// not known here.
    NotSigned,
    /// It is longer than any.
    TooLong,
}

impl Certificate {
    fn new(certificate: &X509Certificate<'_>) -> Self {
        let subject = certificate.subject();
        let text = |name: Option<&str>| name.map(Into::into);
        let common = subject.iter_common_name().next();
        let organization = subject.iter_organization().next();
        Self {
            subject: subject.to_string().into(),
            common_name: text(common.and_then(|name| name.as_str().ok())),
            organization: text(organization.and_then(|name| name.as_str().ok())),
            issuer: certificate.issuer().to_string().into(),
            sha256: fingerprint(certificate),
            not_before: time(certificate.validity().not_before),
            not_after: time(certificate.validity().not_after),
        }
    }
}

/// A carried certificate.
pub(super) type Carried<'c, 'a> = &'c X509Certificate<'a>;

/// All certificates that are carried; those that cannot be read are not there.
pub(super) struct Bag<'a>(Vec<X509Certificate<'a>>);

impl<'a> Bag<'a> {
    pub(super) fn read(certificates: &[&'a [u8]]) -> Self {
        let mut all: Vec<X509Certificate<'a>> = Vec::new();
        for bytes in certificates {
            let read = X509Certificate::from_der(bytes).ok();
            let whole = read.filter(|(rest, _)| rest.is_empty());
            all.extend(whole.map(|(_, certificate)| certificate));
        }
        Self(all)
    }

    /// Those that a signer may have meant.
    pub(super) fn named(&self, signer: SignerId<'a>) -> impl Iterator<Item = Carried<'_, 'a>> {
        self.0.iter().filter(move |one| match signer {
            SignerId::KeyId(wanted) => key_id(one) == Some(wanted),
            SignerId::IssuerAndSerial { issuer, serial } => {
                one.issuer().as_raw() == issuer && one.raw_serial() == serial
            }
        })
    }

    /// From a certificate up as far as issuers are carried.
    pub(super) fn chain(&self, from: Carried<'_, 'a>) -> Chain {
        let mut fingerprints = vec![fingerprint(from)];
        let mut current = from;
        let end = loop {
            if is_issued(current, current) {
                break ChainEnd::SelfSigned;
            }
            if fingerprints.len() >= MAX_CHAIN {
                break ChainEnd::TooLong;
            }
            let mut issuers = self
                .0
                .iter()
                .filter(|one| is_name(one.subject(), current.issuer()));
            let Some(first) = issuers.clone().next() else {
                break ChainEnd::NotCarried;
            };
            let issuer = issuers.find(|issuer| is_issued(current, issuer));
            current = match issuer {
                Some(issuer) => issuer,
                None if is_name(first.subject(), current.subject()) => break ChainEnd::NotCarried,
                None => break ChainEnd::NotSigned,
            };
            fingerprints.push(fingerprint(current));
        };
        Chain { fingerprints, end }
    }
}

pub(super) fn describe(certificate: Carried<'_, '_>) -> Certificate {
    Certificate::new(certificate)
}

/// The key, as its algorithm writes it.
pub(super) fn key<'c>(certificate: Carried<'c, '_>) -> &'c [u8] {
    &certificate.public_key().subject_public_key.data
}

/// What a signer's certificate must be for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Usage {
    CodeSigning,
    TimeStamping,
}

/// Whether it says that it is for this.
pub(super) fn is_for(certificate: Carried<'_, '_>, usage: Usage) -> bool {
    let extension = certificate.extended_key_usage().ok().flatten();
    extension.is_some_and(|extension| match usage {
        Usage::CodeSigning => extension.value.code_signing,
        Usage::TimeStamping => extension.value.time_stamping,
    })
}

fn is_issued(certificate: &X509Certificate<'_>, issuer: &X509Certificate<'_>) -> bool {
    let algorithm = of_certificate(&certificate.signature_algorithm.algorithm);
    let signature = &certificate.signature_value.data;
    let bytes = certificate.tbs_certificate.as_ref();
    is_name(certificate.issuer(), issuer.subject())
        && algorithm.is_some_and(|algorithm| is_signed(algorithm, key(issuer), bytes, signature))
}

fn is_name(one: &X509Name<'_>, other: &X509Name<'_>) -> bool {
    one.as_raw() == other.as_raw()
}

fn key_id<'a>(certificate: &X509Certificate<'a>) -> Option<&'a [u8]> {
    let mut extensions = certificate.extensions().iter();
    extensions.find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0),
        _ => None,
    })
}

fn fingerprint(certificate: &X509Certificate<'_>) -> Box<str> {
    sha256_hex(certificate.as_raw()).into()
}

fn time(time: ASN1Time) -> Time {
    Time::from_millis(time.timestamp().saturating_mul(1000))
}
