//! What was learnt of people, kept apart from the registration: it is asked for
//! at another time, and of other addresses.

use tenure_domain::{
    Certificate, DocumentKind, History, HistoryBuilder, NewRelease, PackageId, Party, Source,
};

/// A version with the owners that the registry signed for it, and the
/// certificate that its author signed it with, as far as its package has such
/// signatures.
pub type Signed = (Box<str>, Option<Vec<Party>>, Option<Certificate>);

/// What was learnt of versions, and who owns the package now.
pub fn observed(
    package: &PackageId,
    signed: &[Signed],
    owners_now: Option<Vec<Party>>,
    source: Source,
) -> History {
    let mut builder = HistoryBuilder::default();
    for (version, owners, author) in signed {
        builder.push(NewRelease {
            owners: owners.clone(),
            signed_with: author.clone(),
            ..NewRelease::new(version)
        });
    }
    if let Some(owners) = owners_now {
        builder.set_owners_now(owners);
    }
    builder.build(package.clone(), source)
}

/// The history of a registration with what was kept beside it.
///
/// A registry lets nobody but owners publish. So where it signed that a version
/// had one owner only, that one published it; of several it is not told who.
#[must_use]
pub fn merge_kept(registration: &History, kept: &History, source: Source) -> History {
    let mut builder = HistoryBuilder::default();
    for release in registration.releases() {
        let release = NewRelease::from_history(registration, release);
        let known = kept.position(&release.version);
        let known = known.map(|at| NewRelease::from_history(kept, &kept.releases()[at]));
        let (owners, author) = known.map(|known| (known.owners, known.signed_with)).unzip();
        let owners = owners.flatten().or(release.owners);
        let only = owners.as_deref().and_then(|owners| match owners {
            [only] => Some(only.clone()),
            _ => None,
        });
        builder.push(NewRelease {
            publisher: release.publisher.or(only),
            owners,
            signed_with: author.flatten().or(release.signed_with),
            ..release
        });
    }
    if let Some(owners) = kept.owners_now() {
        let owners = owners.iter().map(|owner| kept.party(*owner).clone());
        builder.set_owners_now(owners.collect());
    }
    if let Some(latest) = registration.latest() {
        builder.set_latest(latest.into());
    }
    let kind = DocumentKind::NugetOwners;
    builder.build(registration.package().clone(), Source { kind, ..source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nuget::name;
    use tenure_domain::Ecosystem;

    fn source(kind: DocumentKind) -> Source {
        Source {
            from: "https://registry.example/v3/".to_owned(),
            seen: None,
            sha256: String::new(),
            kind,
        }
    }

    #[test]
    fn a_single_owner_is_who_published() {
        let package = name::package("Demo").unwrap();
        let mut registration = HistoryBuilder::default();
        for version in ["1.0.0", "1.1.0", "2.0.0"] {
            registration.push(NewRelease::new(version));
        }
        let registration =
            registration.build(package.clone(), source(DocumentKind::NugetRegistration));
        let party = |name: &str| Party::account(Ecosystem::Nuget, name);
        let both = vec![party("ada"), party("bob")];
        let author = Certificate {
            subject: "CN=Ada".into(),
            sha256: "00".into(),
        };
        let signed: [Signed; 2] = [
            ("1.0.0".into(), Some(vec![party("ada")]), None),
            ("1.1.0".into(), Some(both.clone()), Some(author.clone())),
        ];
        let from = source(DocumentKind::NugetOwners);
        let kept = observed(&package, &signed, Some(both), from.clone());
        let whole = merge_kept(&registration, &kept, from);
        let releases = whole.releases().iter();
        let told: Vec<_> = releases
            .map(|release| {
                let owners = release.owners.map(|set| whole.owner_set(set).len());
                (whole.publisher(release).map(ToString::to_string), owners)
            })
            .collect();
        assert_eq!(
            told,
            [
                (Some("nuget:ada".to_owned()), Some(1)),
                (None, Some(2)),
                (None, None)
            ]
        );
        assert_eq!(whole.owners_now().map(<[_]>::len), Some(2));
        let signed = whole.releases()[1].signed_with.unwrap();
        assert_eq!(whole.certificate(signed), &author);
    }
}
