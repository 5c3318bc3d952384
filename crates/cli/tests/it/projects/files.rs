//! What a server takes, and what it says of the rest.

use super::ACCEPTED;
use crate::serving::{Site, files, project_and_registry};
use insta::assert_snapshot;

const MIB: usize = 1024 * 1024;

#[test]
fn files_that_cannot_be_used_are_refused_at_once() {
    let (_project, npm) = project_and_registry();
    let site = Site::new("");
    let token = site.create("web");
    let serving = site.serve(&npm);
    assert_eq!(serving.put("web", &token, &files(ACCEPTED, "")).status, 200);
    let said = [
        files("# ours\n[policy\n", ""),
        files("[[accept]]\npackage = \"chalk\"\n", ""),
        files("[policy.season]\ndays = [1, 1, -1, 1, 1]\n", ""),
        files("", "version = 2\n"),
        files("", "version = 1\n[packages.\"pkg:npm/a\"]\nthrough = 1\n"),
        b"{\"project_file\": 1}".to_vec(),
        b"{\"baselin\": \"\"}".to_vec(),
        b"nonsense".to_vec(),
    ]
    .map(|body| {
        let answer = serving.put("web", &token, &body);
        assert_eq!(answer.status, 422);
        answer.error().unwrap()
    });
    assert_snapshot!("unusable", said.join("\n---\n"));
    // What was there stays.
    assert!(serving.offers("p/web/npm", "quiet-stream", "2.2.1"));
}

#[test]
fn a_refusal_arrives_whole_however_much_was_sent() {
    let (_project, npm) = project_and_registry();
    let site = Site::new("");
    let token = site.create("web");
    let serving = site.serve(&npm);
    let large = vec![b' '; 20 * MIB];
    let answer = serving.put("web", "tenure_0", &large);
    assert_eq!(answer.status, 401);
    assert!(answer.error().unwrap().contains("not known here"));
    let larger = vec![b' '; 33 * MIB];
    let answer = serving.put("web", &token, &larger);
    assert_eq!(answer.status, 413);
    assert_eq!(answer.error().unwrap(), "the files are larger than 32 MiB");
    let answer = serving.send("GET", "-/api/v1/projects/web/files", &[], &[]);
    assert_eq!(answer.status, 405);
}

#[test]
fn a_large_baseline_goes_through() {
    let (project, npm) = project_and_registry();
    let site = Site::new("");
    let token = site.create("web");
    let serving = site.serve(&npm);
    project.write("tenure.toml", &serving.table("web"));
    let mut baseline = "version = 1\n".to_owned();
    for number in 0..40_000 {
        baseline += &[
            "\n[packages.\"pkg:npm/package-",
            &number.to_string(),
            "\"]\n",
        ]
        .concat();
        baseline += "through = \"1.0.0\"\nhands = [\"npm:ada\"]\non = 2026-11-22\n";
    }
    project.write("tenure.lock", &baseline);
    let push = project.with_token(&token, &["push"]);
    assert_eq!(push.status, 0, "{}", push.shown());
    assert!(serving.offers("p/web/npm", "quiet-stream", "2.2.0"));
}
