//! Keeps what was counted, for those who judge.

use super::Found;
use crate::context::{Ledger, Process};
use crate::output;
use std::path::Path;
use tenure_domain::{Ecosystem, PackageId, Reach};
use tenure_store::ReachRecord;
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
        let strange = match strange {
            0 => String::new(),
            count => format!(
                "; {} that no package there can have",
                plural(count, "name", "names")
            ),
        };
        output::aside(&format!(
            "kept the reach of {} in {}{strange}",
            plural(records.len(), "package", "packages"),
            ledger.folder.display(),
        ));
        Ok(())
    }
}
