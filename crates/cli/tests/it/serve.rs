//! What `tenure serve` serves with what it finds.

use crate::serving::Site;
use tenure_testkit::FakeCargo;

#[test]
fn without_an_npm_registry_the_others_are_served() {
    let (site, cargo) = (Site::new(""), FakeCargo::start());
    let (serving, said) = site.serve_for(&format!("cargo={}", cargo.url()));
    let npm = "  npm       no registry is known; `--upstream npm=URL` gives one\n";
    assert!(said.contains(npm), "{said}");
    assert!(
        said.contains("  cargo            in .cargo/config.toml"),
        "{said}"
    );
    assert!(!said.contains(".npmrc"), "{said}");
    assert_eq!(serving.ask("cargo/config.json", &[]).status, 200);
    let refused = serving.ask("npm/chalk", &[]);
    assert_eq!(refused.status, 404);
    assert!(
        refused.reason.contains("`--upstream npm=URL`"),
        "{}",
        refused.reason
    );
}
