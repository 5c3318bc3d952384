//! Packages to keep.

use tenure_domain::fact;
use tenure_domain::{
    Contact, DocumentKind, Ecosystem, History, HistoryBuilder, NewRelease, PackageId, Party,
    Source, Time,
};

pub(crate) fn time(text: &str) -> Time {
    text.parse().unwrap()
}

pub(crate) fn package(name: &str) -> PackageId {
    PackageId::new(Ecosystem::Npm, name).unwrap()
}

pub(crate) fn account(login: &str) -> Party {
    Party::account(Ecosystem::Npm, login)
}

/// A release of `publisher`, with every other fact there is.
pub(crate) fn release(version: &str, published: &str, publisher: &str) -> NewRelease {
    NewRelease {
        published: Some(time(published)),
        publisher: Some(account(publisher)),
        approver: Some(account("approver")),
        contact: Some(Contact {
            digest: u64::MAX,
            domain: "mail.example".into(),
        }),
        owners: Some(vec![account(publisher), account("owner")]),
        dependencies: vec!["left-pad".into()],
        repository: Some("git+https://code.example/x.git".into()),
        provenance: true,
        install_script: true,
        deprecated: true,
        ..NewRelease::new(version)
    }
}

pub(crate) fn history(package: &PackageId, releases: Vec<NewRelease>) -> History {
    let mut builder = HistoryBuilder::default();
    if let Some(last) = releases.last() {
        builder.set_latest(last.version.clone());
        builder.set_owners_now(last.owners.clone().unwrap_or_default());
    }
    for release in releases {
        builder.push(release);
    }
    let source = Source {
        from: format!("https://registry.example/{}", package.name()),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::FullPackument,
    };
    builder.build(package.clone(), source)
}

/// Both say the same, from the same document; their tables may stand in another
/// order.
pub(crate) fn assert_same(one: &History, other: &History) {
    assert_eq!(fact::diff(Some(one), other), []);
    assert_eq!(one.source(), other.source());
    assert_eq!(one.releases().len(), other.releases().len());
}
