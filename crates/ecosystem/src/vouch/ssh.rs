//! Signatures that `ssh-keygen -Y sign` makes (OpenSSH, `PROTOCOL.sshsig`), and
//! the keys they are made with (RFC 4253, 5656, 8332, 8709).

pub use super::key::Fingerprint;
use aws_lc_rs::digest::{SHA256, SHA512, digest};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    VerificationAlgorithm,
};
use data_encoding::{BASE64, BASE64_NOPAD};

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
const MAGIC: &[u8] = b"SSHSIG";
/// Signatures with the largest keys have about three kilobytes.
const MAX_ARMOR: usize = 64 * 1024;

/// Why bytes are no signature that counts, or no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SshError {
    /// It is laid out otherwise.
    #[error("not an SSH signature: {0}")]
    Malformed(&'static str),
    /// It was made for something else.
    #[error("a signature for `{0}`, not for a statement of Tenure")]
    OtherNamespace(String),
    /// It is of a kind that is not taken.
    #[error("signatures of the kind `{0}` are not taken")]
    Unsupported(String),
    /// It is not one over these bytes with this key.
    #[error("the signature is not one over this text")]
    Wrong,
    /// The text names no key.
    #[error(
        "`{0}` names no key; expected SHA256:... (`ssh-keygen -l -f KEY` prints it), crev:..., minisign:... or openpgp: and a fingerprint of 40 digits"
    )]
    NoFingerprint(String),
    /// The text is no public key.
    #[error("not a public key of SSH, such as `ssh-ed25519 AAAA...`")]
    NoKey,
}

impl Fingerprint {
    /// Of a key as it is on the wire.
    fn of_wire(key: &[u8]) -> Self {
        let digest = BASE64_NOPAD.encode(digest(&SHA256, key).as_ref());
        Self::of(format!("SHA256:{digest}"))
    }

    /// Of a public key as a line of text, such as `ssh-ed25519 AAAA... comment`.
    ///
    /// # Errors
    /// When it is no such line.
    pub fn of_public_key(line: &str) -> Result<Self, SshError> {
        let mut words = line.split_ascii_whitespace();
        let (kind, key) = words.next().zip(words.next()).ok_or(SshError::NoKey)?;
        let key = BASE64.decode(key.as_bytes()).map_err(|_| SshError::NoKey)?;
        match Wire(&key).string() {
            Some(inside) if inside == kind.as_bytes() => Ok(Self::of_wire(&key)),
            _ => Err(SshError::NoKey),
        }
    }
}

/// Where in a text the first signature is, as the offsets of its first byte and
/// of the one after it; `None` if there is none.
pub(super) fn place(text: &str) -> Option<(usize, usize)> {
    let begin = match text.find(BEGIN)? {
        0 => 0,
        at if text.as_bytes()[at - 1] == b'\n' => at,
        _ => return None,
    };
    let end = begin + text[begin..].find(END)? + END.len();
    let rest = &text[end..];
    let line_end = if rest.starts_with("\r\n") {
        2
    } else {
        usize::from(rest.starts_with('\n'))
    };
    Some((begin, end + line_end))
}

/// Checks a signature in its armor over `message`, and tells the key.
///
/// # Errors
/// When it is none, or none over this message in this namespace.
pub fn verify(armor: &str, namespace: &str, message: &[u8]) -> Result<Fingerprint, SshError> {
    let malformed = SshError::Malformed;
    if armor.len() > MAX_ARMOR {
        return Err(malformed("it is too long"));
    }
    let inside = armor.trim().strip_prefix(BEGIN);
    let inside = inside.and_then(|inside| inside.strip_suffix(END));
    let inside = inside.ok_or(malformed("it lacks its first or its last line"))?;
    let base64: String = inside.split_ascii_whitespace().collect();
    let bytes = BASE64
        .decode(base64.as_bytes())
        .map_err(|_| malformed("it is no base64"))?;
    let parts = Parts::read(&bytes).ok_or(malformed("it is cut short or too long"))?;
    if parts.namespace != namespace.as_bytes() {
        return Err(SshError::OtherNamespace(shown(parts.namespace)));
    }
    let hash = match parts.hash {
        b"sha512" => digest(&SHA512, message),
        b"sha256" => digest(&SHA256, message),
        other => return Err(SshError::Unsupported(shown(other))),
    };
    let mut signed = MAGIC.to_vec();
    for part in [parts.namespace, parts.reserved, parts.hash, hash.as_ref()] {
        put(&mut signed, part);
    }
    check(parts.key, parts.signature, &signed)?;
    Ok(Fingerprint::of_wire(parts.key))
}

/// The parts of a signature.
struct Parts<'a> {
    key: &'a [u8],
    namespace: &'a [u8],
    reserved: &'a [u8],
    hash: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut wire = Wire(bytes.strip_prefix(MAGIC)?);
        if wire.number()? != 1 {
            return None;
        }
        let parts = Self {
            key: wire.string()?,
            namespace: wire.string()?,
            reserved: wire.string()?,
            hash: wire.string()?,
            signature: wire.string()?,
        };
        wire.is_empty().then_some(parts)
    }
}

fn check(key: &[u8], signature: &[u8], signed: &[u8]) -> Result<(), SshError> {
    let malformed = SshError::Malformed;
    let mut key = Wire(key);
    let mut wire = Wire(signature);
    let kind = key.string().ok_or(malformed("its key is cut short"))?;
    let method = wire.string().ok_or(malformed("it is cut short"))?;
    let value = wire.string().ok_or(malformed("it is cut short"))?;
    let checked = match (kind, method) {
        (b"ssh-ed25519", b"ssh-ed25519") => ed25519(key, value, signed),
        (b"sk-ssh-ed25519@openssh.com", b"sk-ssh-ed25519@openssh.com") => {
            security_key(key, wire, value, signed)
        }
        (b"ecdsa-sha2-nistp256", b"ecdsa-sha2-nistp256") => {
            ecdsa(key, value, signed, &ECDSA_P256_SHA256_FIXED, 32)
        }
        (b"ecdsa-sha2-nistp384", b"ecdsa-sha2-nistp384") => {
            ecdsa(key, value, signed, &ECDSA_P384_SHA384_FIXED, 48)
        }
        (b"ecdsa-sha2-nistp521", b"ecdsa-sha2-nistp521") => {
            ecdsa(key, value, signed, &ECDSA_P521_SHA512_FIXED, 66)
        }
        (b"ssh-rsa", b"rsa-sha2-512") => rsa(key, value, signed, true),
        (b"ssh-rsa", b"rsa-sha2-256") => rsa(key, value, signed, false),
        _ => return Err(SshError::Unsupported(shown(method))),
    };
    checked.ok_or(SshError::Wrong)
}

fn ed25519(mut key: Wire<'_>, signature: &[u8], signed: &[u8]) -> Option<()> {
    let point = key.string()?;
    let key = UnparsedPublicKey::new(&ED25519, point);
    key.verify(signed, signature).ok()
}

/// A key in hardware signs the digests of the application and of the message,
/// with a byte of flags and a counter between them (OpenSSH, `PROTOCOL.u2f`).
/// The flag that a person was present must be set.
fn security_key(
    mut key: Wire<'_>,
    mut rest: Wire<'_>,
    signature: &[u8],
    signed: &[u8],
) -> Option<()> {
    const PRESENT: u8 = 1;
    let (point, application) = (key.string()?, key.string()?);
    let (flags, counter) = (rest.bytes(1)?, rest.bytes(4)?);
    if flags[0] & PRESENT == 0 {
        return None;
    }
    let mut message = digest(&SHA256, application).as_ref().to_vec();
    message.extend_from_slice(flags);
    message.extend_from_slice(counter);
    message.extend_from_slice(digest(&SHA256, signed).as_ref());
    let key = UnparsedPublicKey::new(&ED25519, point);
    key.verify(&message, signature).ok()
}

fn ecdsa(
    mut key: Wire<'_>,
    signature: &[u8],
    signed: &[u8],
    algorithm: &'static dyn VerificationAlgorithm,
    width: usize,
) -> Option<()> {
    let (_curve, point) = (key.string()?, key.string()?);
    let mut wire = Wire(signature);
    let mut fixed = Vec::with_capacity(2 * width);
    for number in [wire.string()?, wire.string()?] {
        let number = without_zeros(number);
        fixed.resize(fixed.len() + width.checked_sub(number.len())?, 0);
        fixed.extend_from_slice(number);
    }
    let key = UnparsedPublicKey::new(algorithm, point);
    key.verify(signed, &fixed).ok()
}

fn rsa(mut key: Wire<'_>, signature: &[u8], signed: &[u8], sha512: bool) -> Option<()> {
    let (e, n) = (key.string()?, key.string()?);
    let (e, n) = (without_zeros(e), without_zeros(n));
    let parameters = if sha512 {
        &RSA_PKCS1_2048_8192_SHA512
    } else {
        &RSA_PKCS1_2048_8192_SHA256
    };
    let key = PublicKeyComponents { n, e };
    key.verify(parameters, signed, signature).ok()
}

/// A number on the wire begins with a zero where its first bit is set.
fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    // Every part is far below four gigabytes: the armor is bounded.
    let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(part);
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]);
    text.chars().filter(|c| !c.is_control()).collect()
}

/// What is left of bytes in SSH's encoding (RFC 4251, 5).
struct Wire<'a>(&'a [u8]);

impl<'a> Wire<'a> {
    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.bytes(4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.bytes(length)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
