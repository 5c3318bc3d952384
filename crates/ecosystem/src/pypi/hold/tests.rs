use super::*;
use crate::pypi::simple::{read_html, read_json};
use url::Url;

fn base() -> Url {
    "https://registry.example/simple/a/".parse().unwrap()
}

const PAGE: &str = r#"{"meta": {"api-version": "1.4", "_last-serial": 7}, "name": "a",
  "versions": ["1.0", "2.0"], "project-status": {"status": "archived", "reason": "<b>"}, "new": [1],
  "files": [
    {"filename": "a-1.0.tar.gz", "url": "f/a-1.0.tar.gz", "hashes": {"md5": "aa", "sha256": "bb"},
     "size": 1, "upload-time": "2024-01-01T00:00:00Z", "requires-python": ">=3,<\"4\"", "yanked": "it's <old>",
     "core-metadata": true, "gpg-sig": false},
    {"filename": "a-2.0-py3-none-any.whl", "url": "f/a-2.0-py3-none-any.whl", "hashes": {"sha256": "cc"},
     "size": 2, "yanked": false, "core-metadata": {"sha256": "dd"}, "provenance": "/p?a=1&b=2", "future": 1},
    {"filename": "a-2.0.zip", "url": "f/a-2.0.zip", "hashes": {"sha256": "ee"}, "size": 3},
    {"filename": "b-1.0.zip", "url": "f/b-1.0.zip", "hashes": {"sha256": "ff"}, "size": 4}
  ]}"#;

fn rendered(form: Form, hold: &dyn Fn(&str) -> Option<String>) -> Rendered {
    let page = read_json(PAGE.as_bytes(), "a", &base()).unwrap();
    render(
        &page,
        &View {
            form,
            address: &|file| format!("/pypi/files/a/{}", file.name),
            hold,
            unreadable: "nobody can tell\nwhich release this is of",
        },
    )
}

#[test]
fn holds_every_file_of_a_release() {
    let hold =
        |version: &str| (version == "2.0").then(|| "held: \"new\" hands\r\n<see> /why".to_owned());
    let html = rendered(Form::Html, &hold);
    assert_eq!(html.held, ["2.0"]);
    assert_eq!(html.unreadable, ["b-1.0.zip"]);
    assert_eq!(html.offered, 1);
    insta::assert_snapshot!("page", String::from_utf8(html.bytes).unwrap());
    let json = rendered(Form::Json, &hold);
    let json: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&json).unwrap());
}

#[test]
fn asks_once_for_a_version() {
    let asked = std::cell::RefCell::new(Vec::new());
    rendered(Form::Json, &|version| {
        asked.borrow_mut().push(version.to_owned());
        None
    });
    assert_eq!(asked.into_inner(), ["1.0", "2.0"]);
}

#[test]
fn promises_no_newer_form_than_it_has_facts_for() {
    let page = b"<meta name='pypi:repository-version' content='1.9'><a href='a-1.0.zip'>";
    let page = read_html(page, "a", &base()).unwrap();
    let view = View {
        form: Form::Json,
        address: &|file| file.url.to_string(),
        hold: &|_| None,
        unreadable: "",
    };
    let json = read_json(&render(&page, &view).bytes, "a", &base()).unwrap();
    assert_eq!((json.minor, page.minor), (0, 9));
    let html = render(
        &page,
        &View {
            form: Form::PlainHtml,
            ..view
        },
    );
    assert_eq!(read_html(&html.bytes, "a", &base()).unwrap().minor, 4);
}

#[test]
fn clients_get_the_form_that_they_like_best() {
    for (accept, form) in [
        (None, Some(Form::PlainHtml)),
        (Some("*/*"), Some(Form::PlainHtml)),
        (Some("text/html"), Some(Form::PlainHtml)),
        // pip.
        (
            Some(
                "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01",
            ),
            Some(Form::Json),
        ),
        (
            Some("application/vnd.pypi.simple.latest+html;q=0.5, text/html;q=0.4"),
            Some(Form::Html),
        ),
        (
            Some("application/vnd.pypi.simple.v1+json;q=0, text/html;q=0.1"),
            Some(Form::PlainHtml),
        ),
        (Some("application/vnd.pypi.simple.v2+json"), None),
        (Some("image/png"), None),
    ] {
        assert_eq!(Form::accepted(accept), form, "{accept:?}");
    }
}
