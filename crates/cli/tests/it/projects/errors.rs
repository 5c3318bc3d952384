//! Errors say what, where, and what to do.

use super::{ACCEPT, ACCEPTED};
use crate::project::Project;
use crate::serving::{Site, project_and_registry, steady};
use insta::assert_snapshot;
use tenure_testkit::{FakeNpm, Fault};

const TOKEN: &str = "tenure_0000";

#[test]
fn about_where_to_push() {
    let said = [
        "",
        "[server]\nurl = \"http://127.0.0.1:1\"\n",
        "[server]\nproject = \"web\"\n",
        "[server]\nurl = \"http://127.0.0.1:1\"\nprojet = \"web\"\n",
        "[server]\nurl = \"127.0.0.1:1\"\nproject = \"web\"\n",
        "# a server's own\n[server]\nlisten = \"127.0.0.1:1\"\nprivate = true\n",
    ]
    .map(|text| {
        let project = Project::new();
        project.write("tenure.toml", text);
        let push = project.with_token(TOKEN, &["push"]);
        assert_eq!(push.status, 2, "{}", push.shown());
        push.err
    });
    assert_snapshot!("destination", said.join("\n"));
    let project = Project::new();
    let push = ["push", "--server", "http://127.0.0.1:1", "--project", "web"];
    let push = project.with_token(TOKEN, &push);
    assert!(push.err.contains("nothing to push"), "{}", push.shown());
}

#[test]
fn about_a_table_before_a_decision_is_written() {
    let (project, _npm) = project_and_registry();
    let text = "[server]\nurl = \"http://127.0.0.1:1\"\n";
    project.write("tenure.toml", text);
    let accept = project.with_token(TOKEN, &ACCEPT);
    assert_eq!(accept.status, 2, "{}", accept.shown());
    assert_eq!(project.read("tenure.toml"), text);
    // Whoever runs a server decides for all projects in the server's own file.
    project.write("tenure.toml", "[server]\nlisten = \"127.0.0.1:1\"\n");
    let accept = project.with_token(TOKEN, &ACCEPT);
    assert_eq!(accept.status, 0, "{}", accept.shown());
    assert!(!accept.shown().contains("push"), "{}", accept.shown());
}

#[test]
fn about_what_answers_there() {
    let project = Project::new();
    project.write("tenure.toml", ACCEPTED);
    let other = FakeNpm::start();
    let names = [(other.url(), "OTHER/")];
    let push = |status| {
        let push = ["push", "--server", other.url(), "--project", "web"];
        let push = project.with_token(TOKEN, &push);
        assert_eq!(push.status, status, "{}", push.shown());
        steady(&push.err, &names)
    };
    let mut said = vec![push(2)];
    for (fault, status) in [
        (Fault::Status(404), 2),
        (Fault::Status(413), 2),
        (Fault::Status(422), 2),
        (Fault::Status(503), 3),
        (Fault::html(), 2),
        (Fault::Redirect("https://registry.example/".into()), 2),
    ] {
        other.fail("*", fault);
        said.push(push(status));
        other.heal();
    }
    assert_snapshot!("answers", said.join("\n"));
}

#[test]
fn about_a_proxy_that_is_used_for_it() {
    let project = Project::new();
    project.write("tenure.toml", ACCEPTED);
    let proxy = FakeNpm::start();
    project.write(
        ".npmrc",
        &format!(
            "proxy={}\n//packages.example/:_authToken=npms\n",
            proxy.url()
        ),
    );
    let push = [
        "push",
        "--server",
        "http://packages.example",
        "--project",
        "web",
    ];
    let push = project.with_token(TOKEN, &push);
    assert_eq!(push.status, 2, "{}", push.shown());
    assert!(push.err.contains("unencrypted"), "{}", push.err);
    let request = &proxy.requests()[0];
    assert_eq!(
        request.target,
        "http://packages.example/-/api/v1/projects/web/files"
    );
    assert_eq!(request.header("authorization"), Some("Bearer tenure_0000"));
}

#[test]
fn about_a_folder_without_a_server() {
    let site = Site::new("");
    let place = site.path().display().to_string();
    for arguments in [&["list"][..], &["token", "web"], &["revoke", "web", "ci"]] {
        let run = site.project(arguments);
        assert_eq!(run.status, 2, "{}", run.shown());
        let expected = "there is no server's data in `SITE/data`";
        assert!(steady(&run.err, &[(&place, "SITE")]).contains(expected));
    }
    assert!(!site.path().join("data").exists());
    let name = site.project(&["create", "Web"]);
    assert!(name.err.contains("cannot name a project"), "{}", name.err);
}
