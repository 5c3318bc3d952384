//! Pages: their forms, what is held in them, and what clients are told who have
//! them.

use super::yanked_versions;
use super::{HELD, JSON, RIVER, ask, eventually, get, held, river, text, world, yanked};
use crate::world::{NOW, World, shown};
use std::collections::BTreeMap;
use std::io::Read as _;
use tenure_domain::Days;
use tenure_store::{Digest, ProjectFiles};
use tenure_testkit::{Fault, PypiProject, http};

#[test]
fn a_held_release_is_yanked_and_everything_else_is_as_it_was() {
    let world = world("");
    let theirs = ask(&world, RIVER, &[]);
    assert_eq!(theirs.status, 200, "{}", shown(&theirs));
    let url = format!("{}river/", world.pypi.url());
    let theirs = http::get(&url).unwrap().json();
    let held = held(&world);
    assert_eq!(held.header("content-type"), Some(JSON));
    assert_eq!(held.header("vary"), Some("accept, accept-encoding"));
    let ours = held.json();
    let here = format!("{}pypi/files/river/", world.root());
    let files = [&ours, &theirs].map(|page| page["files"].as_array().unwrap());
    for (ours, theirs) in files[0].iter().zip(files[1]) {
        let name = theirs["filename"].as_str().unwrap();
        assert_eq!(ours["url"], format!("{here}{name}"));
        for key in [
            "filename",
            "hashes",
            "size",
            "upload-time",
            "requires-python",
            "core-metadata",
            "provenance",
        ] {
            assert_eq!(ours[key], theirs[key], "{name}: {key}");
        }
        if name != HELD {
            assert_eq!(ours["yanked"], theirs["yanked"], "{name}");
        }
    }
    for key in ["name", "versions", "meta"] {
        assert_eq!(ours[key], theirs[key], "{key}");
    }
    let (_, why) = yanked(&held).pop().unwrap();
    let why = world.anonymous(&why).replace(&world.pypi.url(), "");
    insta::assert_snapshot!(why);
}

#[test]
fn each_client_gets_the_form_that_it_likes_best() {
    let world = world(
        "[[block]]\npackage = \"pkg:pypi/river\"\nversions = [\"2.1.0\"]\nreason = \"steals <coins>\"\n",
    );
    let html = ask(&world, RIVER, &[("accept", "text/html")]);
    assert_eq!(html.header("content-type"), Some("text/html"));
    let page = text(&html);
    assert!(
        page.contains("data-yanked=\"blocked: steals &lt;coins&gt;; see http://"),
        "{page}"
    );
    assert!(
        page.contains(&format!("/pypi/files/river/{HELD}#sha256=")),
        "{page}"
    );
    // pip.
    let pip = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01";
    assert_eq!(
        ask(&world, RIVER, &[("accept", pip)]).header("content-type"),
        Some(JSON)
    );
    let older = ask(&world, RIVER, &[]);
    assert_eq!(older.header("content-type"), Some("text/html"));
    let other = ask(&world, RIVER, &[("accept", "image/png")]);
    assert_eq!(other.status, 406, "{}", shown(&other));
    let etags =
        [&html, &get(&world, RIVER)].map(|answer| answer.header("etag").unwrap().to_owned());
    assert_ne!(etags[0], etags[1]);
}

#[test]
fn an_index_that_writes_html_is_read_and_relative_addresses_are_followed() {
    let world = World::new();
    world.pypi.put(&river());
    let sums = http::get(&format!("{}river/", world.pypi.url()))
        .unwrap()
        .json();
    let sum = sums["files"][0]["hashes"]["sha256"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = format!(
        "<html><head><meta name=\"pypi:project-status\" content=\"archived\"></head>\
         <a href=\"../../files/river/river-1.0.0-py3-none-any.whl#sha256={sum}\" data-core-metadata=\"true\">x</a>"
    );
    world.pypi.put_page("river", &page);
    let ours = get(&world, RIVER).json();
    assert_eq!(ours["project-status"]["status"], "archived");
    let file = &ours["files"][0];
    assert_eq!(file["hashes"]["sha256"], sum.as_str());
    // It could not be verified.
    assert!(file["core-metadata"].is_null(), "{file}");
    let fetched = get(&world, "files/river/river-1.0.0-py3-none-any.whl");
    assert_eq!(fetched.status, 200, "{}", shown(&fetched));
    let metadata = get(&world, "files/river/river-1.0.0-py3-none-any.whl.metadata");
    assert_eq!(metadata.status, 404);
}

#[test]
fn names_lead_to_their_normal_form() {
    let world = World::new();
    let release = PypiProject::new("zope-interface").release("7.0", "2024-01-10T10:00:00Z");
    world.pypi.put(&release);
    for path in [
        "simple/Zope.Interface/",
        "simple/zope-interface",
        "simple/zope__interface",
    ] {
        let moved = get(&world, path);
        assert_eq!(moved.status, 301, "{path}");
        let to = format!("{}pypi/simple/zope-interface/", world.root());
        assert_eq!(moved.header("location"), Some(&*to), "{path}");
    }
    let page = get(&world, "simple/zope-interface/");
    assert_eq!(
        page.json()["files"][0]["filename"],
        "zope_interface-7.0-py3-none-any.whl"
    );
    for path in ["simple/nothing/", "simple/-/", "simple/a/b/", "elsewhere/"] {
        assert_eq!(get(&world, path).status, 404, "{path}");
    }
    // As a browser may ask for it.
    assert_eq!(world.get_root("-/package/pypi/Zope.Interface").status, 200);
}

#[test]
fn all_projects_are_listed() {
    let world = World::new();
    let list = r#"{"meta": {"api-version": "1.4"}, "projects": [{"name": "River"}, {"name": "zope.interface"}]}"#;
    assert_eq!(get(&world, "simple/").status, 404);
    world.pypi.put_page("", list);
    let ours = get(&world, "simple/");
    assert_eq!(ours.json()["projects"][1]["name"], "zope.interface");
    let html = text(&ask(&world, "simple/", &[]));
    assert!(
        html.contains("<a href=\"zope-interface/\">zope.interface</a>"),
        "{html}"
    );
    assert_eq!(get(&world, "simple").status, 301);
}

#[test]
fn who_has_a_page_is_told_so_until_something_is_held() {
    let world = world("");
    let first = get(&world, RIVER);
    let etag = first.header("etag").unwrap().to_owned();
    let held = held(&world);
    let new = held.header("etag").unwrap();
    assert_ne!(new, etag);
    let again = ask(&world, RIVER, &[("accept", JSON), ("if-none-match", new)]);
    assert_eq!(again.status, 304);
    assert_eq!(again.header("content-length"), None);
    let old = ask(&world, RIVER, &[("accept", JSON), ("if-none-match", &etag)]);
    assert_eq!(old.status, 200);
    let head = format!("{}pypi/{RIVER}", world.root());
    let head = http::request("HEAD", &head, &[("accept", JSON)], b"").unwrap();
    assert_eq!((head.status, head.header("etag")), (200, Some(new)));
    let zipped = ask(
        &world,
        RIVER,
        &[("accept", JSON), ("accept-encoding", "gzip")],
    );
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    let mut plain = String::new();
    let mut decoder = flate2::read::GzDecoder::new(zipped.body.as_slice());
    decoder.read_to_string(&mut plain).unwrap();
    assert_eq!(plain, text(&held));
}

#[test]
fn what_was_accepted_in_a_project_is_offered_there() {
    let world = world("");
    held(&world);
    let accept = r#"
[[accept]]
package = "pkg:pypi/river"
from = ["pypi:workflow/github/ada/river/release.yml"]
to = "pypi:workflow/github/newcomer/river/release.yml"
since = "2.1.0"
reason = "looked at it"
by = "ada@mail.example"
on = 2026-11-22
until = 2099-11-22
"#;
    let page = text(&world.get_root("-/package/pypi/river"));
    assert!(page.contains("tenure accept pkg:pypi/river --to"), "{page}");
    world.in_store(async |store| {
        let (project, now) = ("web".parse().unwrap(), NOW.parse().unwrap());
        store.create_project(&project, now).await.unwrap();
        let files = ProjectFiles {
            project_file: accept.to_owned(),
            ..ProjectFiles::default()
        };
        let pushed = store.push_project(&project, &files, "ada", now);
        assert!(pushed.await.unwrap().is_some());
    });
    let url = format!("{}p/web/pypi/{RIVER}", world.root());
    let ours = http::request("GET", &url, &[("accept", JSON)], b"").unwrap();
    assert_eq!(yanked_versions(&ours), ["2.0.1"], "{page}");
    let address = ours.json()["files"][0]["url"].as_str().unwrap().to_owned();
    assert!(address.contains("/p/web/pypi/files/river/"), "{address}");
    assert_eq!(http::get(&address).unwrap().status, 200);
    assert_eq!(yanked_versions(&get(&world, RIVER)), ["2.0.1", "2.1.0"]);
}

#[test]
fn an_index_that_is_down_is_no_reason_to_forget() {
    let mut world = world("");
    held(&world);
    world.pypi.fail("*", Fault::Status(500));
    world.restart();
    let fresh = get(&world, RIVER);
    assert_eq!(yanked_versions(&fresh), ["2.0.1", "2.1.0"]);
    assert_eq!(fresh.header("warning"), None);
    world.later(Days(2.0));
    let stale = get(&world, RIVER);
    assert_eq!(yanked_versions(&stale), ["2.0.1", "2.1.0"]);
    assert!(stale.header("warning").unwrap().starts_with("110 "));
    let unknown = get(&world, "simple/unknown/");
    assert_eq!(unknown.status, 502, "{}", shown(&unknown));
    world.pypi.heal();
    let next = river().attested("2.1.1", "2026-11-24T10:00:00Z", "newcomer/river");
    world.pypi.put(&next);
    world.later(Days(0.5));
    let all = ["2.0.1", "2.1.0", "2.1.1"];
    eventually(&world, RIVER, |answer| yanked_versions(answer) == all);
}

#[test]
fn what_is_no_page_of_the_project_is_not_passed_on() {
    let world = world("");
    for page in [
        "{}",
        "no page",
        r#"{"meta": {"api-version": "1.0"}, "name": "other", "files": []}"#,
    ] {
        world.pypi.put_page("lake", page);
        let answer = get(&world, "simple/lake/");
        assert_eq!(answer.status, 502, "{page}: {}", shown(&answer));
        world.later(Days(1.0));
    }
}

#[test]
fn a_private_server_wants_a_token() {
    let world = World::with(|options| options.private = true);
    world.pypi.put(&river());
    let token = "tenure_of_this_test";
    world.in_store(async |store| {
        let project = "web".parse().unwrap();
        let (now, digest) = (NOW.parse().unwrap(), Digest::of(token.as_bytes()));
        store.create_project(&project, now).await.unwrap();
        let added = store.add_token(&project, digest.as_bytes(), "laptop", now);
        assert!(added.await.unwrap());
    });
    let refused = get(&world, RIVER);
    assert_eq!(refused.status, 401);
    assert!(
        refused.reason.contains("needs a token"),
        "{}",
        refused.reason
    );
    // `any:tenure_of_this_test`, as installers send it for an address with a
    // name and a password.
    let basic = ("authorization", "Basic YW55OnRlbnVyZV9vZl90aGlzX3Rlc3Q=");
    for path in [RIVER, "files/river/river-1.0.0-py3-none-any.whl"] {
        let let_in = ask(&world, path, &[basic]);
        assert_eq!(let_in.status, 200, "{}", shown(&let_in));
    }
}

#[test]
fn without_an_index_behind_it_the_server_says_so() {
    let world = World::with(|options| options.others = BTreeMap::new());
    for path in ["simple/", RIVER, "files/river/river-1.0.0-py3-none-any.whl"] {
        let answer = get(&world, path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.reason.contains("`--upstream pypi=URL`"),
            "{path}: {}",
            answer.reason
        );
    }
}

#[test]
fn uploads_are_refused_with_the_index_to_use() {
    let world = world("");
    let url = format!("{}pypi/legacy/", world.root());
    let refused = http::request("POST", &url, &[], b"x").unwrap();
    assert_eq!(refused.status, 403);
    assert!(
        refused.reason.contains(&world.pypi.url()),
        "{}",
        refused.reason
    );
}
