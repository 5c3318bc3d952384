//! All packages of the corpus against what its manifest says.

use super::{packages, signature};
use serde_json::Value;
use std::io::Cursor;
use tenure_domain::Time;
use tenure_ecosystem::nuget::signature::{
    Check, Flaw, Locator, PackageSignature, Role, Signer, Step,
};

#[test]
fn say_their_signers_and_owners() {
    let Some(packages) = packages() else {
        return;
    };
    assert_eq!(packages.len(), 50);
    let mut owned = 0;
    for package in &packages {
        let signature = signature(&package.bytes).expect("all of them are signed");
        let read = PackageSignature::read(&signature);
        let read = read.unwrap_or_else(|error| panic!("{}: {error}", package.name));
        let signers: Vec<&Signer> = read.signers().collect();
        assert_eq!(signers.len(), package.signatures.len(), "{}", package.name);
        for (signer, told) in signers.iter().zip(&package.signatures) {
            compare(&package.name, signer, told);
        }
        owned += usize::from(read.owners().is_some());
    }
    // All but the test packages of the client's authors.
    assert_eq!(owned, 46);
}

fn compare(name: &str, signer: &Signer, told: &Value) {
    let certificate = signer.certificate.as_ref().expect("it is carried");
    let text = |field: &str| told[field].as_str();
    let time = |field: &str| -> Time { text(field).unwrap().replace(' ', "T").parse().unwrap() };
    let role = match signer.role {
        Role::Author => "author",
        Role::Repository => "repository",
        Role::Unknown => "unknown",
    };
    assert_eq!(Some(role), text("kind"), "{name}");
    assert_eq!(
        certificate.common_name.as_deref(),
        text("subject"),
        "{name}"
    );
    assert_eq!(
        certificate.organization.as_deref(),
        text("organization"),
        "{name}"
    );
    assert_eq!(Some(&*certificate.sha256), text("sha256_fpr"), "{name}");
    assert_eq!(certificate.not_before, time("not_before"), "{name}");
    assert_eq!(certificate.not_after, time("not_after"), "{name}");
    assert_eq!(signer.signing_time, Some(time("signing_time")), "{name}");
    assert_eq!(
        signer.service_index.as_deref(),
        text("service_index"),
        "{name}"
    );
    let owners: Option<Vec<&str>> = told["owners"]
        .as_array()
        .map(|owners| owners.iter().filter_map(Value::as_str).collect());
    let read = signer.owners.as_ref();
    let read: Option<Vec<&str>> = read.map(|owners| owners.iter().map(|one| &**one).collect());
    assert_eq!(read, owners, "{name}");
}

#[test]
fn hold() {
    let Some(packages) = packages() else {
        return;
    };
    let (mut stamped, mut changed) = (0, Vec::new());
    for package in &packages {
        let read = PackageSignature::read(&signature(&package.bytes).unwrap()).unwrap();
        for signer in read.signers() {
            let checks = &signer.checks;
            assert!(signer.is_intact(), "{}: {checks:?}", package.name);
            assert_eq!(checks.certificate, Check::Passed, "{}", package.name);
            if let Some(stamp) = &signer.timestamp {
                let moment = stamp.moment();
                assert!(moment.is_some(), "{}: {stamp:?}", package.name);
                stamped += 1;
            }
        }
        match read
            .content
            .check(&mut Cursor::new(&package.bytes))
            .unwrap()
        {
            Check::Passed => {}
            Check::Failed(Flaw::Changed) => changed.push(&*package.name),
            other => panic!("{}: {other:?}", package.name),
        }
    }
    assert!(stamped > 70, "{stamped} time stamps");
    // As it was found: the signature is whole, the package is another.
    assert_eq!(
        changed,
        ["nuget/nupkg/Newtonsoft.Json.12.0.3--dbbab368.nupkg"]
    );
}

#[test]
fn need_their_end_only() {
    let Some(packages) = packages() else {
        return;
    };
    let (mut reads, mut bytes, mut size) = (0, 0, 0);
    for package in &packages {
        let mut locator = Locator::new(package.bytes.len() as u64);
        let mut own = 0;
        while let Step::Need(range) = locator.step().unwrap() {
            let part = &package.bytes[range.start as usize..range.end as usize];
            own += 1;
            bytes += part.len();
            locator.give(range.start, part.to_vec());
        }
        assert!(own <= 2, "{} needs {own} reads", package.name);
        reads += own;
        size += package.bytes.len();
    }
    assert!(
        bytes * 100 < size * 30,
        "{bytes} of {size} bytes in {reads} reads"
    );
}
