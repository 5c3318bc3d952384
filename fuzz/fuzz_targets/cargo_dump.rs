//! A dump whose tables are whatever bytes come, split at NUL.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Write;
use tenure_domain::{DocumentKind, Source, fact};
use tenure_ecosystem::cargo::dump::{Dump, Limits};

const TABLES: [&str; 8] = [
    "crates",
    "versions",
    "users",
    "teams",
    "crate_owners",
    "crate_downloads",
    "default_versions",
    "dependencies",
];

fuzz_target!(|bytes: &[u8]| {
    let _ = Dump::read(bytes, Limits::default());
    let mut archive = tar::Builder::new(Vec::new());
    for (name, table) in TABLES.iter().zip(bytes.split(|byte| *byte == 0)) {
        let mut header = tar::Header::new_gnu();
        header.set_size(table.len() as u64);
        let path = format!("2026/data/{name}.csv");
        archive
            .append_data(&mut header, path, table)
            .expect("memory takes it");
    }
    let archive = archive.into_inner().expect("memory takes it");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    packed.write_all(&archive).expect("memory takes it");
    let packed = packed.finish().expect("memory takes it");
    if let Ok(dump) = Dump::read_with_dependencies(packed.as_slice(), Limits::default()) {
        let crates = dump.crates().count();
        let places = dump.dependencies().into_iter();
        assert!(
            places
                .flat_map(|(one, other)| [one, other])
                .all(|at| (at as usize) < crates)
        );
    }
    if let Ok(dump) = Dump::read(packed.as_slice(), Limits::default()) {
        let found = dump.crates().map(|of| of.versions.len()).sum::<usize>();
        assert!(found <= dump.versions());
        let source = Source {
            from: String::new(),
            seen: None,
            sha256: String::new(),
            kind: DocumentKind::CargoDump,
        };
        for history in dump.histories(&source) {
            assert!(history.is_consistent());
            assert_eq!(fact::first(&history), fact::write(&fact::diff(None, &history)));
        }
    }
});
