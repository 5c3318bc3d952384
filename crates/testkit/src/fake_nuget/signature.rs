//! Signatures of packages as a registry adds them: CMS (RFC 5652), by a
//! certificate that nobody vouches for.

use crate::zip::{Entry, zip};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, PKCS_RSA_SHA256, RsaKeySize,
    SigningKey as _,
};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::OnceLock;

/// A registry's key and its certificate.
pub(super) struct Signer {
    key: KeyPair,
    certificate: Vec<u8>,
    id: Vec<u8>,
}

impl Signer {
    /// One for all registries of a process: making a key takes long.
    pub(super) fn of_registry() -> &'static Self {
        static SIGNER: OnceLock<Signer> = OnceLock::new();
        SIGNER.get_or_init(Self::new)
    }

    /// One that no registry has.
    pub(super) fn of_somebody() -> &'static Self {
        static SIGNER: OnceLock<Signer> = OnceLock::new();
        SIGNER.get_or_init(Self::new)
    }

    fn new() -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048);
        let key = key.expect("a key can be made");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::ExplicitNoCa;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
        let certificate = params.self_signed(&key).expect("a certificate can be made");
        Self {
            id: params.key_identifier(&key),
            certificate: certificate.der().to_vec(),
            key,
        }
    }

    /// The digest of the certificate, in hexadecimal.
    pub(super) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.certificate);
        digest.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("text can be written");
            text
        })
    }

    /// The package with the signature of whoever received it, which names a
    /// service and the owners; of its author, if nobody did.
    pub(super) fn signed(
        &self,
        files: &[(String, Vec<u8>)],
        received: Option<(&str, &[String])>,
    ) -> Vec<u8> {
        let entries = |files: &'_ [(String, Vec<u8>)]| -> Vec<u8> {
            let entries: Vec<_> = files
                .iter()
                .map(|(path, bytes)| Entry::bare(path, bytes))
                .collect();
            zip(&entries)
        };
        let content = STANDARD.encode(Sha256::digest(entries(files)));
        let content = format!("Version:1\n\n2.16.840.1.101.3.4.2.1-Hash:{content}\n\n");
        let signature = self.signature(content.as_bytes(), received);
        let last = (".signature.p7s".to_owned(), signature);
        entries(&[files, &[last]].concat())
    }

    fn signature(&self, content: &[u8], received: Option<(&str, &[String])>) -> Vec<u8> {
        // The digest of the certificate, by SHA-256 where none is named.
        let certificate = der(OCTETS, &Sha256::digest(&self.certificate));
        let certificate = der(SEQUENCE, &der(SEQUENCE, &der(SEQUENCE, &certificate)));
        let proof = match received {
            Some(_) => PROOF_OF_RECEIPT,
            None => PROOF_OF_ORIGIN,
        };
        let mut attributes = vec![
            attribute(CONTENT_TYPE, &oid(DATA)),
            attribute(MESSAGE_DIGEST, &der(OCTETS, &Sha256::digest(content))),
            attribute(COMMITMENT, &der(SEQUENCE, &oid(proof))),
            attribute(SIGNING_CERTIFICATE, &certificate),
        ];
        if let Some((service, owners)) = received {
            let owners = owners.iter().flat_map(|owner| der(UTF8, owner.as_bytes()));
            let owners: Vec<u8> = owners.collect();
            attributes.push(attribute(SERVICE_INDEX, &der(IA5, service.as_bytes())));
            attributes.push(attribute(OWNERS, &der(SEQUENCE, &owners)));
        }
        attributes.sort();
        let attributes = attributes.concat();
        let signature = self.key.sign(&der(SET, &attributes)).expect("a signature");
        let digest = der(SEQUENCE, &oid(SHA256));
        let one = der(INTEGER, &[1]);
        let signer = [
            der(INTEGER, &[3]),
            der(CONTEXT_0_PLAIN, &self.id),
            digest.clone(),
            der(CONTEXT_0, &attributes),
            der(SEQUENCE, &oid(RSA)),
            der(OCTETS, &signature),
        ];
        let data = [
            one,
            der(SET, &digest),
            der(
                SEQUENCE,
                &[oid(DATA), der(CONTEXT_0, &der(OCTETS, content))].concat(),
            ),
            der(CONTEXT_0, &self.certificate),
            der(SET, &der(SEQUENCE, &signer.concat())),
        ];
        let data = der(CONTEXT_0, &der(SEQUENCE, &data.concat()));
        der(SEQUENCE, &[oid(SIGNED_DATA), data].concat())
    }
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const UTF8: u8 = 0x0c;
const IA5: u8 = 0x16;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT_0_PLAIN: u8 = 0x80;
const CONTEXT_0: u8 = 0xa0;

/// 1.2.840.113549.1, from where most of these are.
const PKCS: [u8; 7] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01];
const RSA: &[u8] = &[1, 1];
const DATA: &[u8] = &[7, 1];
const SIGNED_DATA: &[u8] = &[7, 2];
const CONTENT_TYPE: &[u8] = &[9, 3];
const MESSAGE_DIGEST: &[u8] = &[9, 4];
const COMMITMENT: &[u8] = &[9, 16, 2, 16];
const SIGNING_CERTIFICATE: &[u8] = &[9, 16, 2, 47];
const PROOF_OF_ORIGIN: &[u8] = &[9, 16, 6, 1];
const PROOF_OF_RECEIPT: &[u8] = &[9, 16, 6, 2];
/// 1.3.6.1.4.1.311.84.2.1.1.1, whole.
const SERVICE_INDEX: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 0x54, 2, 1, 1, 1];
const OWNERS: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 0x54, 2, 1, 1, 2];
/// 2.16.840.1.101.3.4.2.1, whole.
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];

/// The name of something: whole, or below [`PKCS`].
fn oid(name: &[u8]) -> Vec<u8> {
    if matches!(name[0], 0x2b | 0x60) {
        return der(OID, name);
    }
    der(OID, &[&PKCS, name].concat())
}

fn attribute(name: &[u8], value: &[u8]) -> Vec<u8> {
    der(SEQUENCE, &[oid(name), der(SET, value)].concat())
}

/// An element with its length.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a small element");
    let mut bytes = vec![tag];
    let digits: Vec<u8> = length
        .to_be_bytes()
        .into_iter()
        .skip_while(|byte| *byte == 0)
        .collect();
    if length < 0x80 {
        bytes.push(length as u8);
    } else {
        bytes.push(0x80 | digits.len() as u8);
        bytes.extend(digits);
    }
    bytes.extend(content);
    bytes
}
