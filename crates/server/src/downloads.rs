//! Counts who took what, so that after an incident there is an answer. Counts
//! are gathered for a moment before they are written; a crash loses as much.

use crate::observe;
use crate::view::View;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tenure_domain::{PackageId, Time};
use tenure_store::{Day, DownloadCount, ProjectName, Store};

type Key = (Option<ProjectName>, PackageId, String);

/// Downloads that are not written yet.
#[derive(Default)]
pub(crate) struct Downloads(Mutex<HashMap<Key, u64>>);

impl Downloads {
    pub(crate) fn count(&self, view: &View, package: &PackageId, version: &str) {
        let key = (view.project.clone(), package.clone(), version.to_owned());
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(key).or_default() += 1;
    }

    /// Writes what has been gathered.
    pub(crate) async fn write(&self, store: &Store, now: Time) {
        let counts = {
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *counts)
        };
        let counts: Vec<DownloadCount> = counts
            .into_iter()
            .map(|((project, package, version), count)| DownloadCount {
                project,
                package,
                version,
                day: Day::of(now),
                count,
            })
            .collect();
        if counts.is_empty() {
            return;
        }
        if let Err(error) = store.count_downloads(&counts).await {
            observe::store_failed("counting downloads", &error);
        }
    }
}
