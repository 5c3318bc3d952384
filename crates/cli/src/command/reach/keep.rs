//! Keeps what was counted, for those who judge.

use super::Found;
use crate::context::{Ledger, Process};
use crate::output;
use std::collections::BTreeSet;
use std::path::Path;
use tenure_domain::{Ecosystem, PackageId, Party, Reach};
use tenure_store::{OwnerReach, ReachRecord};
use tenure_trust::standing::plural;

impl Found {
    /// Keeps the reach of all packages that anything depends on.
    pub(super) fn keep(
        &self,
        ecosystem: Ecosystem,
        data: Option<&Path>,
        process: &Process,
    ) -> anyhow::Result<()> {
        let ledger = Ledger::open(data, process)?;
        let of = self.reach.len() as u64;
        let (mut records, mut strange) = (Vec::new(), 0_usize);
        for (number, reach) in self.reach.iter().enumerate() {
            if *reach == 0 {
                continue;
            }
            // No such package can be asked for.
            let Ok(package) = PackageId::new(ecosystem, self.packages.name(number as u32)) else {
                strange += 1;
                continue;
            };
            records.push(ReachRecord {
                package,
                dependents: self.direct[number].into(),
                reach: Reach {
                    packages: (*reach).into(),
                    of,
                },
            });
        }
        ledger.wait(ledger.store.keep_reach(process.now, &records))?;
        let owners = self.owner_records(ecosystem);
        ledger.wait(ledger.store.keep_owner_reach(process.now, &owners))?;
        let strange = match strange {
            0 => String::new(),
            count => format!(
                "; {} that no package there can have",
                plural(count, "name", "names")
            ),
        };
        let owners = match owners.len() {
            0 => String::new(),
            count => format!(" and of {}", plural(count, "owner", "owners")),
        };
        output::aside(&format!(
            "kept the reach of {}{owners} in {}{strange}",
            plural(records.len(), "package", "packages"),
            ledger.folder.display(),
        ));
        Ok(())
    }

    /// The reach of all owners of whom anything depends. A name that is no
    /// party is taken for an account of the ecosystem.
    fn owner_records(&self, ecosystem: Ecosystem) -> Vec<OwnerReach> {
        let Some(owners) = &self.owners else {
            return Vec::new();
        };
        let of = self.reach.len() as u64;
        let mut seen = BTreeSet::new();
        let record = |number: u32| {
            let reach = u64::from(owners.reach[number as usize]);
            let name = owners.names.name(number);
            let party = name.parse();
            let owner = party.unwrap_or_else(|_| Party::account(ecosystem, name));
            (reach > 0).then_some(OwnerReach {
                owner,
                packages: owners.held[number as usize].into(),
                reach: Reach {
                    packages: reach,
                    of,
                },
            })
        };
        let records = (0..owners.names.len() as u32).filter_map(record);
        records
            .filter(|record| seen.insert(record.owner.to_string()))
            .collect()
    }
}
