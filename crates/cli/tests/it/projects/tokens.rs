//! Tokens open what they are for, as long as they are not revoked.

use super::{ACCEPTED, HELD};
use crate::project::Project;
use crate::serving::{Serving, Site, files, project_and_registry, soon, steady};
use insta::assert_snapshot;
use tenure_testkit::FakeNpm;

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(text)
}

fn server(config: &str) -> (Project, FakeNpm, Site, Serving) {
    let (project, npm) = project_and_registry();
    let site = Site::new(config);
    let serving = site.serve(&npm);
    (project, npm, site, serving)
}

#[test]
fn a_wrong_token_opens_nothing() {
    let (project, _npm, site, serving) = server("");
    let (web, api) = (site.create("web"), site.create("api"));
    assert_ne!(web, api);
    project.write("tenure.toml", &(serving.table("web") + ACCEPTED));
    let names = [(serving.url(), "SERVER/")];
    let wrong = web.replace("tenure_", "tenure_0");
    let said = [&*wrong, &*api, "two words"].map(|token| {
        let push = project.with_token(token, &["push"]);
        assert_eq!(push.status, 2, "{}", push.shown());
        steady(&push.err, &names)
    });
    assert_snapshot!("refused", said.join("\n"));
    let mut nowhere = project.tenure(&["push", "--project", "nobodys"]);
    assert!(nowhere.err.contains("no token"), "{}", nowhere.err);
    nowhere = project.with_token(&web, &["push", "--project", "nobodys"]);
    assert!(nowhere.err.contains("not of `nobodys`"), "{}", nowhere.err);
    assert!(!serving.offers("p/web/npm", HELD.0, HELD.1));
}

#[test]
fn a_revoked_token_stops() {
    let (project, _npm, site, serving) = server("");
    let first = site.create("web");
    let made = site.project(&["token", "web", "--label", "ci"]);
    assert_eq!(made.err, "token `ci` of project `web`, shown this once:\n");
    let second = made.out.trim();
    let works = |token: &str| serving.put("web", token, &files("", "")).status == 200;
    assert!(works(&first) && works(second));

    let revoked = site.project(&["revoke", "web", "ci"]);
    assert_snapshot!("revoke", revoked.shown());
    soon("the token stops", || !works(second));
    assert!(works(&first));
    let push = ["push", "--server", serving.url(), "--project", "web"];
    project.write("tenure.toml", "");
    let push = project.with_token(second, &push);
    assert!(push.err.contains("or was revoked"), "{}", push.shown());

    // Its label is free again; one that is in use is not.
    let again = site.project(&["token", "web", "--label", "ci"]);
    assert_eq!(again.status, 0, "{}", again.shown());
    let taken = site.project(&["token", "web", "--label", "ci"]);
    let unknown = site.project(&["revoke", "web", "cd"]);
    let nobodys = site.project(&["revoke", "wob", "ci"]);
    let twice = site.project(&["create", "web"]);
    let place = site.path().display().to_string();
    let said = [taken, unknown, nobodys, twice].map(|run| {
        assert_eq!(run.status, 2, "{}", run.shown());
        steady(&run.err, &[(&place, "SITE")])
    });
    assert_snapshot!("no_such_token", said.join("\n"));
    let unlabelled = site.project(&["token", "web"]);
    assert!(unlabelled.err.contains("`token-4`"), "{}", unlabelled.err);
    assert_snapshot!("list_of_tokens", steady(&site.project(&["list"]).out, &[]));
}

#[test]
fn a_token_may_lie_in_a_file() {
    let (project, _npm, site, serving) = server("");
    let token = site.create("web");
    project.write("tenure.toml", &serving.table("web"));
    project.write("../token", &format!("{token}\n"));
    let push = project.tenure(&["push", "--token-file", "../token"]);
    assert_eq!(push.status, 0, "{}", push.shown());
    let missing = project.tenure(&["push", "--token-file", "../tokens"]);
    assert!(missing.err.contains("`../tokens`"), "{}", missing.err);
    // A command line is read by others.
    let shown = project.tenure(&["push", "--token", &token]);
    assert_eq!(shown.status, 2);
}

#[test]
fn a_private_server_is_read_with_a_token() {
    let (_project, _npm, site, serving) = server("[server]\nprivate = true\n");
    let made = site.project(&["create", "web"]);
    let (web, api) = (made.out.trim().to_owned(), site.create("api"));
    let (_, for_readers) = made.err.split_once("This server wants").unwrap();
    assert_snapshot!("for_readers", for_readers);
    let status = |path: &str, authorization: &str| {
        let header = ("authorization", authorization);
        let headers = if authorization.is_empty() {
            &[][..]
        } else {
            &[header]
        };
        serving.ask(path, headers).status
    };
    let bearer = format!("Bearer {web}");
    // What npm, pnpm and yarn send for `_auth`, or a user and a password.
    let basic = format!("Basic {}", base64(&format!("ada:{web}")));
    let others = format!("Bearer {api}");
    for path in [
        "p/web/npm/quiet-stream",
        "p/web/npm/quiet-stream/-/quiet-stream-2.2.0.tgz",
        "p/web/npm/-/whoami",
        "p/web/-/package/npm/quiet-stream",
    ] {
        let got = ["", &bearer, &basic, &others, "Bearer tenure_0"];
        let got = got.map(|authorization| status(path, authorization));
        assert_eq!(got, [401, 200, 200, 403, 401], "{path}");
    }
    for path in ["npm/quiet-stream", "-/package/npm/quiet-stream"] {
        let got = ["", &bearer, &others].map(|authorization| status(path, authorization));
        assert_eq!(got, [401, 200, 200], "{path}");
    }
    assert_eq!(status("-/health", ""), 200);
    assert_eq!(status("p/nobodys/npm/quiet-stream", ""), 401);

    let refused = serving.ask("p/web/npm/quiet-stream", &[]);
    let challenge = refused.header("www-authenticate").unwrap();
    assert!(
        challenge.contains("tenure project token web"),
        "{challenge}"
    );
    let page = serving.ask("p/web/-/package/npm/quiet-stream", &[]);
    let challenge = page.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Basic "), "{challenge}");
}
