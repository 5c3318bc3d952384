//! Time stamps (RFC 3161): somebody else says that a signature was there at a
//! moment.

use super::Algorithm;
use super::certificate::{Bag, Certificate, Usage};
use super::check::{Check, Checks, Flaw};
use super::cms::{SignedData, algorithm};
use super::der::{DerError, Kind, Reader, Result, time};
use super::signer::{Signed, attest};
use asn1_rs::{Oid, oid};
use tenure_domain::Time;

const TST_INFO: Oid<'static> = oid!(1.2.840.113549.1.9.16.1.4);

/// A time stamp of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// The moment that it says; `None` if it cannot be read.
    pub at: Option<Time>,
    /// The certificate of who says so.
    pub authority: Option<Certificate>,
    /// Whether it is of this very signature.
    pub imprint: Check,
    /// Whether it is as the authority made it; `None` if it cannot be read.
    pub checks: Option<Checks>,
}

impl Timestamp {
    /// The moment, if the stamp is of this signature and as it was made.
    pub fn moment(&self) -> Option<Time> {
        let is_intact = self.checks.as_ref().is_some_and(Checks::is_intact);
        self.at.filter(|_| is_intact && self.imprint.is_passed())
    }

    /// Reads the stamp of `signature`.
    pub(super) fn read(token: &[u8], signature: &[u8]) -> Self {
        read(token, signature).unwrap_or(Self {
            at: None,
            authority: None,
            imprint: Check::Failed(Flaw::Damaged),
            checks: None,
        })
    }
}

fn read(token: &[u8], signature: &[u8]) -> Result<Timestamp> {
    let what = "time stamp";
    let data = SignedData::read(token)?;
    let [signer] = &*data.signers else {
        return Err(DerError(what));
    };
    if data.content_type != TST_INFO {
        return Err(DerError(what));
    }
    let info = Info::read(data.content)?;
    let bag = Bag::read(&data.certificates);
    let signed = Signed {
        bytes: data.content,
        content_type: Some(&data.content_type),
    };
    let (authority, checks) = attest(signer, &bag, &signed, Usage::TimeStamping, info.at)?;
    Ok(Timestamp {
        at: info.at,
        authority,
        imprint: match info.algorithm {
            None => Check::Failed(Flaw::Algorithm),
            Some(algorithm) => {
                Check::that(algorithm.matches(signature, info.imprint), Flaw::Changed)
            }
        },
        checks: Some(checks),
    })
}

/// What is stamped, and when.
struct Info<'a> {
    algorithm: Option<Algorithm>,
    imprint: &'a [u8],
    at: Option<Time>,
}

impl<'a> Info<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self> {
        let what = "time stamp";
        let mut info = Reader::new(bytes).take(Kind::Sequence, what)?.within();
        info.take(Kind::Integer, what)?;
        info.take(Kind::Oid, what)?;
        let mut imprint = info.take(Kind::Sequence, what)?.within();
        let algorithm = Algorithm::of_oid(&algorithm(&mut imprint)?);
        let imprint = imprint.take(Kind::Octets, what)?.content;
        info.take(Kind::Integer, what)?;
        let at = time(&info.take(Kind::GeneralizedTime, what)?);
        Ok(Self {
            algorithm,
            imprint,
            at,
        })
    }
}
