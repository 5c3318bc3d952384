//! Several servers on one store.

use super::{ACCEPTED, HELD};
use crate::serving::{Site, project_and_registry, soon};

/// What one is handed, the other knows soon.
fn both_know(site: &Site) {
    let (project, npm) = project_and_registry();
    let (one, other) = (site.serve(&npm), site.serve(&npm));
    let token = site.create("web");
    let (package, version) = HELD;
    let offered = || [&one, &other].map(|serving| serving.offers("p/web/npm", package, version));
    assert_eq!(offered(), [false, false]);
    project.write("tenure.toml", &(one.table("web") + ACCEPTED));
    let push = project.with_token(&token, &["push"]);
    assert_eq!(push.status, 0, "{}", push.shown());
    assert!(offered()[0]);
    soon("the other server offers it", || offered()[1]);
    // And back, by the other one.
    project.write("tenure.toml", &other.table("web"));
    let push = project.with_token(&token, &["push"]);
    assert!(push.out.contains("revision 2"), "{}", push.shown());
    assert!(!offered()[1]);
    soon("the first server holds it again", || !offered()[0]);

    assert_eq!(site.project(&["revoke", "web", "token-1"]).status, 0);
    for serving in [&one, &other] {
        let refused = || serving.put("web", &token, b"").status == 401;
        soon("the token stops", refused);
    }
}

#[test]
fn on_one_folder() {
    both_know(&Site::new(""));
}

#[cfg(unix)]
#[test]
fn on_postgresql() {
    let Some(postgres) = tenure_testkit::Postgres::start() else {
        return;
    };
    both_know(&Site::new("").on(postgres.database()));
}
