//! Recorded answers of search.

use serde_json::Value;
use tenure_ecosystem::nuget::{search, service::Service};
use tenure_testkit::corpus;

#[test]
fn every_recorded_answer_says_who_owns_its_packages() {
    let Some(members) = corpus::documents("nuget/answers.tar.gz") else {
        return;
    };
    let (mut packages, mut owned, mut indexes) = (0, 0, 0);
    for (name, bytes) in members {
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        // Some are recordings of several requests.
        let bundled = document["items"].as_array().into_iter().flatten();
        let bundled = bundled.map(|item| item["contentJson"].clone());
        for document in bundled.chain([document.clone()]) {
            let bytes = document.to_string().into_bytes();
            indexes += usize::from(Service::read(&bytes).is_ok());
            for package in document["data"].as_array().into_iter().flatten() {
                let Some(id) = package["id"].as_str() else {
                    continue;
                };
                let found = search::find(&bytes, id).unwrap();
                let found = found.unwrap_or_else(|| panic!("{name}: {id}"));
                packages += 1;
                owned += usize::from(found.owners.is_some());
            }
        }
    }
    assert!(packages >= 20, "{packages} packages");
    assert!(owned >= 5, "{owned} with owners, of {packages}");
    assert!(indexes >= 4, "{indexes} service indexes");
}
