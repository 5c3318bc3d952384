//! One byte flipped, anywhere.

use super::{packages, signature};
use std::io::Cursor;
use tenure_ecosystem::nuget::signature::{Check, PackageSignature, Signer, Verified, verify};

/// The smallest package, and the smallest that two signed, with how many bytes
/// to go from one that is tried to the next.
fn small() -> Vec<(super::Package, usize)> {
    let mut packages = packages().unwrap_or_default();
    packages.sort_by_key(|package| package.bytes.len());
    let two = packages
        .iter()
        .position(|package| package.signatures.len() == 2);
    let two = two.map(|at| (packages.remove(at), 7));
    packages
        .into_iter()
        .take(1)
        .map(|package| (package, 1))
        .chain(two)
        .collect()
}

#[test]
fn a_byte_of_the_package() {
    for (package, step) in small() {
        let own = signature(&package.bytes).unwrap();
        let read = PackageSignature::read(&own).unwrap();
        let place = package
            .bytes
            .windows(own.len())
            .position(|bytes| bytes == own);
        let place = place.unwrap()..place.unwrap() + own.len();
        for at in (0..package.bytes.len())
            .step_by(step)
            .filter(|at| !place.contains(at))
        {
            let mut bytes = package.bytes.clone();
            bytes[at] ^= 0x10;
            let check = read.content.check(&mut Cursor::new(&bytes));
            let is_seen = check.is_err() || check.is_ok_and(|check| check != Check::Passed);
            // What belongs to the signature's own entry is not signed.
            assert!(
                is_seen || is_own(&package.bytes, at),
                "{} {at}",
                package.name
            );
        }
    }
}

/// Whether a byte is part of the signature's entry in the archive, or of its
/// record in the central directory.
fn is_own(package: &[u8], at: usize) -> bool {
    let name = b".signature.p7s";
    let mut places = package.windows(name.len()).enumerate();
    places.any(|(place, bytes)| bytes == name && (place - 46..place + name.len()).contains(&at))
}

#[test]
fn a_byte_of_the_signature() {
    for (package, step) in small() {
        let own = signature(&package.bytes).unwrap();
        let read = PackageSignature::read(&own).unwrap();
        for at in (0..own.len()).step_by(step) {
            let mut bytes = own.clone();
            bytes[at] ^= 0x01;
            let Ok(changed) = PackageSignature::read(&bytes) else {
                continue;
            };
            if !changed.signers().all(Signer::is_intact) {
                continue;
            }
            // Nothing of what the signers say may differ.
            assert_eq!(changed.content, read.content, "{} {at}", package.name);
            for (now, before) in changed.signers().zip(read.signers()) {
                assert_eq!(now.owners, before.owners, "{} {at}", package.name);
                assert_eq!(
                    now.service_index, before.service_index,
                    "{} {at}",
                    package.name
                );
                assert_eq!(now.role, before.role, "{} {at}", package.name);
                assert_eq!(
                    now.signing_time, before.signing_time,
                    "{} {at}",
                    package.name
                );
                let who =
                    |signer: &Signer| signer.certificate.as_ref().map(|one| one.sha256.clone());
                assert_eq!(who(now), who(before), "{} {at}", package.name);
            }
        }
    }
}

#[test]
fn a_whole_package_is_compared_with_its_signature() {
    let packages = packages().unwrap_or_default();
    for package in &packages {
        let verified = verify(&mut Cursor::new(&package.bytes));
        // As it was found: the signature is whole, the package is another.
        if package.name.contains("12.0.3--dbbab368") {
            assert!(verified.is_err(), "{verified:?}");
            continue;
        }
        assert_eq!(verified, Ok(Verified::AsSigned), "{}", package.name);
        // In the data of the first entry, behind its record.
        let mut tampered = package.bytes.clone();
        tampered[200] ^= 1;
        let verified = verify(&mut Cursor::new(&tampered));
        assert!(verified.is_err(), "{}: {verified:?}", package.name);
    }
    let text = verify(&mut Cursor::new(b"no archive"));
    assert!(matches!(text, Ok(Verified::NotKnown(_))), "{text:?}");
}
