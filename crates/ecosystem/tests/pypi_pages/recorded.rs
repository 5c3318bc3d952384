//! Recorded documents of the JSON API.

use tenure_ecosystem::pypi::facts::{Known, history, read_project};
use tenure_testkit::corpus;

#[test]
fn every_recorded_project_has_a_history() {
    let Some(members) = corpus::documents("pypi.tar.gz") else {
        return;
    };
    let mut releases = 0;
    let mut owned = 0;
    for (name, bytes) in members {
        let Ok(project) = read_project(&bytes) else {
            // Some recordings hold several answers in one file.
            assert!(name.contains("mock_data"), "{name} is not read");
            continue;
        };
        let known = Known {
            project: Some(&project),
            publishers: None,
        };
        let history = history(&project.page, &known).unwrap();
        assert!(history.is_consistent());
        releases += history.releases().len();
        owned += usize::from(history.owners_now().is_some());
    }
    assert!(releases > 1_000, "{releases} releases");
    assert!(owned >= 7, "{owned} with owners");
}
