//! Recorded publishers of crates: a line for each release that cargo-vet knows
//! of, with who published it and when.

use super::records::Record;
use serde::Deserialize;
use std::collections::BTreeMap;
use tenure_domain::{
    DocumentKind, Ecosystem, HistoryBuilder, NewRelease, PackageId, Party, ReleaseState, Source,
    Time,
};

/// A line.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Published {
    #[serde(rename = "crate")]
    name: String,
    version: String,
    when: Time,
    user_id: Option<u64>,
    user_login: Option<String>,
    /// Such as `github:owner/name`.
    trusted_publisher: Option<String>,
}

/// Crates, release by release.
#[derive(Default)]
pub(super) struct Publishers {
    by_crate: BTreeMap<String, Vec<Published>>,
}

impl Publishers {
    pub(super) fn add(&mut self, line: Published) {
        self.by_crate
            .entry(line.name.clone())
            .or_default()
            .push(line);
    }

    /// Their histories, as far as they are known: which other releases there
    /// were, who owned the crates and which repository they declared is not.
    pub(super) fn records(self, file: &str) -> anyhow::Result<Vec<Record>> {
        let records = self.by_crate.into_iter().map(|(name, lines)| {
            let package = PackageId::new(Ecosystem::Cargo, &name)?;
            let mut builder = HistoryBuilder::default();
            for line in lines {
                builder.push(NewRelease {
                    published: Some(line.when),
                    publisher: line.publisher(),
                    state: ReleaseState::Offered,
                    ..NewRelease::new(&line.version)
                });
            }
            let source = Source {
                from: file.to_owned(),
                seen: None,
                sha256: String::new(),
                kind: DocumentKind::Timeline,
            };
            Ok(Record {
                history: builder.build(package, source),
                popularity: None,
                again: false,
            })
        });
        records.collect()
    }
}

impl Published {
    fn publisher(&self) -> Option<Party> {
        if let Some(workflow) = &self.trusted_publisher {
            let (provider, repository) = workflow.split_once(':')?;
            let repository = repository.to_ascii_lowercase();
            return Some(Party::workflow(
                Ecosystem::Cargo,
                provider,
                Some(&repository),
            ));
        }
        let (id, login) = (self.user_id?, self.user_login.as_deref()?);
        Some(Party::account_with_id(
            Ecosystem::Cargo,
            login,
            &id.to_string(),
        ))
    }
}
