//! What crates need at run time.

use super::DumpError;
use super::rows::{CrateRow, Rows, VersionRow, check_count, columns};
use super::table::Table;
use hashbrown::HashMap;
use std::io::Read;

/// The table of dependencies.
pub(super) const TABLE: &str = "dependencies";
/// How the dump writes that a dependency is needed at run time; 1 is one of the
/// build, 2 of tests.
const RUNTIME: &str = "0";
/// A version has so many dependencies, at most in the mean.
const OF_A_VERSION: usize = 20;

impl Rows {
    pub(super) fn read_dependencies(
        &mut self,
        table: Table<'_, impl Read>,
    ) -> Result<(), DumpError> {
        let [version, needed, kind] = columns(&table, TABLE, ["version_id", "crate_id", "kind"])?;
        let limit = self.limit.saturating_mul(OF_A_VERSION);
        let dependencies = self.dependencies.get_or_insert_default();
        table.rows(TABLE, |row| {
            check_count(TABLE, dependencies.len(), limit)?;
            if row.text(kind) == RUNTIME {
                dependencies.push((row.number(version)?, row.number(needed)?));
            }
            Ok(())
        })
    }

    /// Pairs of places in the list of crates; the tables are read to their end.
    pub(super) fn newest_dependencies(&self) -> Vec<(u32, u32)> {
        let places: HashMap<u32, u32> = (0..)
            .zip(&self.crates)
            .map(|(place, row)| (row.id, place))
            .collect();
        // Of the versions that count: the place of the crate.
        let newest: HashMap<u32, u32> = (0..)
            .zip(&self.crates)
            .filter_map(|(place, row)| Some((self.newest(row)?, place)))
            .collect();
        let all = self.dependencies.iter().flatten();
        all.filter_map(|(version, needed)| Some((*newest.get(version)?, *places.get(needed)?)))
            .collect()
    }

    fn newest(&self, row: &CrateRow) -> Option<u32> {
        if let Some(version) = self.defaults.get(&row.id) {
            return Some(*version);
        }
        let versions = self.versions_of(row);
        let id = |version: &VersionRow| version.id;
        let kept = versions.iter().rfind(|version| !version.yanked);
        kept.or(versions.last()).map(id)
    }
}
