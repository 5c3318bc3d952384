//! How often releases were taken, by project and day: who took what, should a
//! release turn out to be bad.

use crate::db::{all, execute};
use crate::{ProjectName, Store, StoreError};
use std::collections::BTreeMap;
use tenure_domain::{PackageId, Time};

/// A day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i64);

const MILLIS_PER_DAY: i64 = 86_400_000;

impl Day {
    /// The day in which `time` lies.
    pub fn of(time: Time) -> Self {
        Self(time.as_millis().div_euclid(MILLIS_PER_DAY))
    }

    /// The day of a number.
    pub(crate) fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Its number, counted from 1970.
    pub(crate) fn number(self) -> i64 {
        self.0
    }

    /// Its first moment.
    pub fn start(self) -> Time {
        Time::from_millis(self.0.saturating_mul(MILLIS_PER_DAY))
    }
}

/// How often a project took a release on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownloadCount {
    /// The project; `None` for clients without one.
    pub project: Option<ProjectName>,
    /// The package.
    pub package: PackageId,
    /// The version.
    pub version: String,
    /// The day.
    pub day: Day,
    /// How often.
    pub count: u64,
}

const COUNT: &str = "
    INSERT INTO download (project, package, version, day, count) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (project, package, version, day) DO UPDATE SET
        count = download.count + excluded.count";

const DOWNLOADS: &str = "
    SELECT project, version, day, count FROM download
    WHERE package = $1 AND day >= $2 ORDER BY day, version, project";

impl Store {
    /// Adds to the counts: all of them, or none. One of a version that no
    /// database takes as text is passed over, since nothing was ever kept of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_downloads(&self, counts: &[DownloadCount]) -> Result<(), StoreError> {
        // In one order everywhere, so that two that count never wait for each
        // other.
        let mut sums: BTreeMap<(&str, String, &str, Day), u64> = BTreeMap::new();
        let is_text = |count: &&DownloadCount| !count.version.contains('\0');
        for count in counts.iter().filter(is_text) {
            let project = count.project.as_ref().map_or("", ProjectName::as_str);
            let key = (
                project,
                count.package.to_string(),
                &*count.version,
                count.day,
            );
            let sum = sums.entry(key).or_default();
            *sum = sum.saturating_add(count.count);
        }
        if sums.is_empty() {
            return Ok(());
        }
        let failed = self.db().failed("counted downloads");
        let mut writing = self.db().write().await.map_err(&failed)?;
        for ((project, package, version, day), count) in sums {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let added = execute!(writing.on(), COUNT, project, package, version, day.0, count);
            added.map_err(&failed)?;
        }
        writing.commit().await.map_err(&failed)
    }

    /// How often the releases of `package` were taken since a day, which is
    /// included; oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn downloads(
        &self,
        package: &PackageId,
        since: Day,
    ) -> Result<Vec<DownloadCount>, StoreError> {
        let failed = self.db().failed("read the counts of downloads");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let rows = all!(
            reader.on(),
            (String, String, i64, i64),
            DOWNLOADS,
            package.to_string(),
            since.0
        );
        let rows = rows.map_err(&failed)?.into_iter();
        let counts = rows.map(|(project, version, day, count)| DownloadCount {
            project: project.parse().ok(),
            package: package.clone(),
            version,
            day: Day::from_number(day),
            count: u64::try_from(count).unwrap_or(0),
        });
        Ok(counts.collect())
    }
}
