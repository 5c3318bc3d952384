//! Public keys (RFC 9580, 5.5.2) of version 4, and checking with them.

use super::packet::{integer, u32_of};
use super::signature::integers;
use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters, UnparsedPublicKey,
    VerificationAlgorithm,
};

/// A public key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Public<'a> {
    /// The packet's body, which signatures are over.
    pub(super) body: &'a [u8],
    /// Seconds since 1970.
    pub(super) created: u32,
    pub(super) fingerprint: [u8; 20],
    material: Material<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Material<'a> {
    Rsa {
        n: &'a [u8],
        e: &'a [u8],
    },
    Ed25519(&'a [u8]),
    /// A point on the curve that is so many bytes wide.
    Ecdsa {
        width: usize,
        point: &'a [u8],
    },
    /// Of a kind that is not checked.
    Other,
}

/// What checking a signature found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    Good,
    Wrong,
    /// Its algorithms are none that are checked here.
    Unsupported,
}

const ED25519_LEGACY: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 0x0f, 1];
const CURVES: [(&[u8], usize); 3] = [
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7], 32),
    (&[0x2b, 0x81, 4, 0, 0x22], 48),
    (&[0x2b, 0x81, 4, 0, 0x23], 66),
];

impl<'a> Public<'a> {
    /// Reads one; `None` if it is of another version or cut short.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let [4, rest @ ..] = body else {
            return None;
        };
        let (created, rest) = u32_of(rest)?;
        let (algorithm, rest) = rest.split_first()?;
        // A key is shorter than its two octets of length allow.
        let length = u16::try_from(body.len()).ok()?;
        let mut whole = vec![0x99];
        whole.extend_from_slice(&length.to_be_bytes());
        whole.extend_from_slice(body);
        let mut fingerprint = [0; 20];
        fingerprint.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, &whole).as_ref());
        Some(Self {
            body,
            created,
            fingerprint,
            material: Material::read(*algorithm, rest)?,
        })
    }

    /// Checks a signature's value over a message.
    pub(super) fn verify(&self, algorithms: (u8, u8), message: &[u8], value: &[u8]) -> Checked {
        let good = match (self.material, algorithms.0) {
            (Material::Rsa { n, e }, 1 | 3) => {
                let Some(parameters) = rsa(algorithms.1) else {
                    return Checked::Unsupported;
                };
                // The library checks no shorter ones.
                if n.len() < 256 {
                    return Checked::Unsupported;
                }
                verify_rsa((n, e), parameters, message, value)
            }
            (Material::Ed25519(point), 22 | 27) => {
                let Some(hash) = hash(algorithms.1) else {
                    return Checked::Unsupported;
                };
                let message = digest(hash, message);
                verify_ed25519(point, message.as_ref(), value)
            }
            (Material::Ecdsa { width, point }, 19) => {
                let algorithm = match (width, algorithms.1) {
                    (32, 8) => &ECDSA_P256_SHA256_FIXED,
                    (48, 9) => &ECDSA_P384_SHA384_FIXED,
                    (66, 10) => &ECDSA_P521_SHA512_FIXED,
                    _ => return Checked::Unsupported,
                };
                verify_fixed((algorithm, width), point, message, value)
            }
            (Material::Other, _) => return Checked::Unsupported,
            _ => None,
        };
        good.map_or(Checked::Wrong, |()| Checked::Good)
    }
}

impl<'a> Material<'a> {
    fn read(algorithm: u8, rest: &'a [u8]) -> Option<Self> {
        Some(match algorithm {
            1 | 3 => {
                let (n, rest) = integer(rest)?;
                let (e, _) = integer(rest)?;
                Self::Rsa { n, e }
            }
            19 | 22 => {
                let (length, rest) = rest.split_first()?;
                let (curve, rest) = rest.split_at_checked(usize::from(*length))?;
                let (point, _) = integer(rest)?;
                let of_width = CURVES.iter().find(|(id, _)| *id == curve);
                match (algorithm, of_width, point) {
                    (19, Some((_, width)), point) => Self::Ecdsa {
                        width: *width,
                        point,
                    },
                    (22, _, [0x40, point @ ..]) if curve == ED25519_LEGACY => Self::Ed25519(point),
                    _ => Self::Other,
                }
            }
            27 => Self::Ed25519(rest.get(..32)?),
            _ => Self::Other,
        })
    }
}

fn rsa(hash: u8) -> Option<&'static RsaParameters> {
    match hash {
        2 => Some(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        8 => Some(&RSA_PKCS1_2048_8192_SHA256),
        9 => Some(&RSA_PKCS1_2048_8192_SHA384),
        10 => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

fn hash(hash: u8) -> Option<&'static Algorithm> {
    match hash {
        2 => Some(&SHA1_FOR_LEGACY_USE_ONLY),
        8 => Some(&SHA256),
        9 => Some(&SHA384),
        10 => Some(&SHA512),
        _ => None,
    }
}

fn verify_rsa(
    (n, e): (&[u8], &[u8]),
    parameters: &RsaParameters,
    message: &[u8],
    value: &[u8],
) -> Option<()> {
    let integers = integers(value)?;
    let [number] = integers.as_slice() else {
        return None;
    };
    let signature = padded(number, n.len())?;
    let key = PublicKeyComponents { n, e };
    key.verify(parameters, message, &signature).ok()
}

/// A number at its full width.
fn padded(number: &[u8], width: usize) -> Option<Vec<u8>> {
    let mut padded = vec![0; width.checked_sub(number.len())?];
    padded.extend_from_slice(number);
    Some(padded)
}

fn verify_ed25519(point: &[u8], message: &[u8], value: &[u8]) -> Option<()> {
    // Newer signatures are the bytes, older ones two numbers.
    if value.len() == 64 {
        let key = UnparsedPublicKey::new(&ED25519, point);
        if key.verify(message, value).is_ok() {
            return Some(());
        }
    }
    verify_fixed((&ED25519, 32), point, message, value)
}

fn verify_fixed<A: VerificationAlgorithm>(
    (algorithm, width): (&'static A, usize),
    point: &[u8],
    message: &[u8],
    value: &[u8],
) -> Option<()> {
    let integers = integers(value)?;
    let [r, s] = integers.as_slice() else {
        return None;
    };
    let signature = [padded(r, width)?, padded(s, width)?].concat();
    let key = UnparsedPublicKey::new(algorithm, point);
    key.verify(message, &signature).ok()
}
