//! Documents of a Python index that say who owns and who published.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_domain::Party;
use tenure_ecosystem::pypi::facts::{Known, history, journal, read_project, read_provenance};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(project) = read_project(bytes) {
        let known = Known {
            project: Some(&project),
            publishers: None,
        };
        if let Ok(history) = history(&project.page, &known) {
            assert!(history.is_consistent());
        }
    }
    if let Ok(journal) = journal::read(bytes) {
        let lists = journal::between(&journal.entries, &[], &[]).unwrap_or_default();
        assert!(lists.len() <= journal.entries.len());
    }
    if let Some(party) = read_provenance(bytes)
        .ok()
        .and_then(|provenance| provenance.party())
    {
        let read: Party = party.to_string().parse().expect("what was written is read");
        assert_eq!(read, party);
    }
});
