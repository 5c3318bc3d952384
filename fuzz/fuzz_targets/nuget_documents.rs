//! Documents of a NuGet feed: what is held is not offered in what is written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::nuget::registration::{Held, Hive, Known, Registration, View, assembled};
use tenure_ecosystem::nuget::service::{Resource, Service};
use tenure_ecosystem::nuget::versions::Versions;
use tenure_ecosystem::nuget::{search, signers, vulnerability};

fn is_held(version: &str) -> bool {
    version.ends_with('1')
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(service) = Service::read(bytes) {
        let _ = service.find(Resource::Registrations);
    }
    let _ = search::find(bytes, "a");
    let _ = search::packages(bytes);
    let _ = signers::read(bytes);
    let page: &[u8] = br#"{"items":[]}"#;
    let whole = assembled(bytes, &[page]);
    if let Ok(Ok(whole)) = whole.map(|whole| Registration::read("a", &whole)) {
        assert!(whole.missing().is_empty());
    }
    let _ = search::render_versions(bytes, &is_held);
    let held = |_: &str, version: &str| is_held(version);
    if let Ok(shown) = search::render(bytes, "https://proxy.example/r", &held) {
        let again = search::render(&shown, "https://proxy.example/r", &held);
        assert_eq!(again.as_deref(), Ok(&*shown));
    }
    if let Ok(pages) = vulnerability::read_index(bytes) {
        let again = vulnerability::read_index(&vulnerability::render_index(&pages));
        assert_eq!(again, Ok(pages));
    }
    if let Ok(versions) = Versions::read(bytes) {
        let again = Versions::read(&versions.render(&is_held).bytes).expect("a list");
        assert!(!again.versions.iter().any(|version| is_held(version)));
    }
    if let Ok(registration) = Registration::read("a", bytes) {
        assert!(registration.history(&Known::default()).is_consistent());
        let rendered = registration.render(&View {
            hive: Hive::All,
            registrations: "https://proxy.example/r",
            packages: "https://proxy.example/p",
            held: &|version| is_held(version).then_some(Held::Block),
        });
        let again = Registration::read("a", &rendered.bytes).expect("a registration");
        let history = again.history(&Known::default());
        assert_eq!(history.releases().len(), rendered.offered);
    }
});
