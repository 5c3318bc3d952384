//! Recorded publishers of crates: a line for each release that cargo-vet knows
//! of, with who published it and when.

use super::records::Record;
use anyhow::{Context as _, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use tenure_domain::{
    DocumentKind, Ecosystem, HistoryBuilder, NewRelease, PackageId, Party, ReleaseState, Source,
    Time,
};
use tenure_ecosystem::repository;

/// The repositories that crates declare, as `host/owner/name`.
#[derive(Default)]
pub(super) struct Repositories(HashMap<String, Box<str>>);

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
    /// were and who owned the crates is not.
    pub(super) fn records(
        self,
        file: &str,
        repositories: &Repositories,
    ) -> anyhow::Result<Vec<Record>> {
        let records = self.by_crate.into_iter().map(|(name, lines)| {
            let package = PackageId::new(Ecosystem::Cargo, &name)?;
            let mut builder = HistoryBuilder::default();
            let repository = repositories.0.get(&name);
            for line in lines {
                builder.push(NewRelease {
                    published: Some(line.when),
                    publisher: line.publisher(),
                    repository: repository.cloned(),
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

impl Repositories {
    /// Reads a file with a crate, a version of it and the repository that it
    /// declared on each line, with tabs between.
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file)?;
        let mut declared = HashMap::new();
        let lines = text.lines().zip(1..);
        for (line, number) in lines.filter(|(line, _)| !line.starts_with('#')) {
            let [name, _, address] = line.split('\t').collect::<Vec<_>>()[..] else {
                bail!("line {number} is not a crate, a version and a repository with tabs between");
            };
            let normal = repository::normalise(address)
                .with_context(|| format!("line {number}: `{address}` is no repository"))?;
            declared.insert(name.to_owned(), normal);
        }
        Ok(Self(declared))
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
