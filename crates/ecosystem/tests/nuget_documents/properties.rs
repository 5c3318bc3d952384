//! Whatever a feed says, no held version is offered.

use proptest::prelude::*;
use serde_json::{Value, json};
use tenure_ecosystem::nuget::registration::{Held, Hive, Registration, View};
use tenure_ecosystem::nuget::version::normalised;
use tenure_ecosystem::nuget::versions::Versions;

fn version() -> impl Strategy<Value = String> {
    "[0-3](\\.[0-2]){0,3}(-(a|B|rc\\.1))?(\\+m)?|x"
}

fn is_held(version: &str) -> bool {
    version.starts_with('1')
}

proptest! {
    #[test]
    fn of_a_list(versions in prop::collection::vec(version(), 0..12)) {
        let document = json!({ "versions": versions }).to_string();
        let rendered = Versions::read(document.as_bytes()).unwrap().render(&is_held);
        let again = Versions::read(&rendered.bytes).unwrap();
        prop_assert_eq!(again.versions.len(), rendered.offered);
        prop_assert!(again.unreadable.is_empty());
        prop_assert!(!again.versions.iter().any(|version| is_held(version)));
    }

    #[test]
    fn of_a_registration(
        versions in prop::collection::vec((version(), any::<bool>(), "[aA]b?"), 0..12)
    ) {
        let entry = |(version, listed, id): &(String, bool, String)| {
            json!({ "catalogEntry": { "id": id, "version": version, "listed": listed } })
        };
        let items: Vec<Value> = versions.iter().map(entry).collect();
        let document = json!({ "items": [{ "items": items }] }).to_string();
        let registration = Registration::read("a", document.as_bytes()).unwrap();
        let rendered = registration.render(&View {
            hive: Hive::All,
            registrations: "https://proxy.example/r",
            packages: "https://proxy.example/p",
            held: &|version| is_held(version).then(|| Held::Hold("why".to_owned())),
        });
        let again: Value = serde_json::from_slice(&rendered.bytes).unwrap();
        let leaves = again["items"][0]["items"].as_array().cloned().unwrap_or_default();
        prop_assert_eq!(leaves.len(), rendered.offered);
        for leaf in leaves {
            let said = &leaf["catalogEntry"];
            let version = normalised(said["version"].as_str().unwrap()).unwrap();
            prop_assert!(!is_held(&version));
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (Registration::read("a", &bytes), Versions::read(&bytes));
    }
}
