use super::*;
use crate::pypi::name::FileKind;
use tenure_domain::Time;

const HTML: &str = r#"<!DOCTYPE html>
<html><head>
  <meta name="pypi:repository-version" content="1.4">
  <meta name="pypi:project-status" content="archived">
  <meta name="pypi:project-status-reason" content="see &quot;b&quot;">
  <title>Links for a</title><script>"<a href='/a-9.0.tar.gz'>"</script>
</head><body><h1>Links for a</h1>
<!-- <a href="a-8.0.tar.gz">a-8.0.tar.gz</a> -->
<a href="../../files/a-1.0-py3-none-any.whl#sha256=ABCD" data-requires-python="&gt;=3.8,&lt;4"
   data-dist-info-metadata="sha256=12" data-core-metadata="sha256=34" data-provenance="/p/1">a</a><br>
<A HREF='a-1.0.0.tar.gz#md5=00' data-yanked data-gpg-sig="true">a-1.0.0.tar.gz</A>
<a href="a-2.0%2Blocal.tar.gz" data-yanked="broken
 &amp; worse" data-dist-info-metadata="true">x</a>
<a href="mailto:x@registry.example">mail</a> <a href="/">up</a> <a name="x">no address</a>
<a href="other-1.0.tar.gz">other</a>
</body></html>"#;

fn base() -> Url {
    "https://registry.example/simple/a/".parse().unwrap()
}

fn html(text: &str) -> Result<Page, SimpleError> {
    read("text/html; charset=utf-8", text.as_bytes(), "a", &base())
}

fn json(text: &str) -> Result<Page, SimpleError> {
    read(
        "application/vnd.pypi.simple.v1+json",
        text.as_bytes(),
        "a",
        &base(),
    )
}

#[test]
fn reads_links() {
    let page = html(HTML).unwrap();
    assert_eq!(page.minor, 4);
    let status = page.status.as_ref().unwrap();
    assert_eq!(
        (&*status.marker, status.reason.as_deref()),
        ("archived", Some("see \"b\""))
    );
    let names: Vec<&str> = page.files.iter().map(|file| &*file.name).collect();
    assert_eq!(
        names,
        [
            "a-1.0-py3-none-any.whl",
            "a-1.0.0.tar.gz",
            "a-2.0+local.tar.gz",
            "other-1.0.tar.gz"
        ]
    );
    let [wheel, source, local, other] = &page.files[..] else {
        panic!("{names:?}");
    };
    assert_eq!(
        wheel.url.as_str(),
        "https://registry.example/files/a-1.0-py3-none-any.whl"
    );
    assert_eq!(wheel.hashes.get("sha256"), Some("abcd"));
    assert_eq!(wheel.requires_python.as_deref(), Some(">=3.8,<4"));
    assert!(matches!(&wheel.metadata, Some(Metadata::Hashed(h)) if h.get("sha256") == Some("34")));
    assert_eq!(
        wheel.provenance.as_ref().unwrap().as_str(),
        "https://registry.example/p/1"
    );
    assert_eq!(wheel.yanked, None);
    assert_eq!(
        (source.yanked.as_deref(), source.gpg_sig),
        (Some(""), Some(true))
    );
    assert_eq!(local.yanked.as_deref(), Some("broken & worse"));
    assert_eq!(local.metadata, Some(Metadata::Offered));
    // One release, whatever form its files write the version in.
    assert_eq!(&*wheel.released.as_ref().unwrap().version, "1.0");
    assert_eq!(&*source.released.as_ref().unwrap().version, "1.0");
    assert_eq!(source.released.as_ref().unwrap().kind, FileKind::Source);
    assert_eq!(other.released, None);
}

#[test]
fn the_first_base_counts() {
    let page = html("<base href='/x/'><base href='/y/'><a href='a-1.0.tar.gz'>").unwrap();
    assert_eq!(
        page.files[0].url.as_str(),
        "https://registry.example/x/a-1.0.tar.gz"
    );
}

const JSON: &str = r#"{"meta": {"api-version": "1.4", "_last-serial": 7}, "name": "A",
  "versions": ["1.0.0", "0.5", "junk"], "project-status": {"status": "active"}, "new": [1],
  "files": [
    {"filename": "a-1.0-py3-none-any.whl", "url": "../f/a-1.0-py3-none-any.whl#x", "size": 12,
     "hashes": {"sha256": "AB", "md5": "no hex"}, "upload-time": "2024-02-01T00:00:00.5Z",
     "requires-python": ">=3", "yanked": false, "core-metadata": {"sha256": "cd"},
     "provenance": "/integrity/a", "future": {"x": 1}},
    {"filename": "a-1.0.tar.gz", "url": "https://files.example/a-1.0.tar.gz", "hashes": {},
     "upload-time": "2024-01-01T00:00:00Z", "yanked": "why", "data-dist-info-metadata": true},
    {"filename": "../a-1.0.tar.gz", "url": "x", "hashes": {}},
    {"filename": "a-1.0.tar.gz", "url": "https://files.example/2", "hashes": {"md5": "ab"}},
    {"filename": "a-3.0.tar.gz", "url": "ftp://files.example/3"}, "no object",
    {"filename": "a-4.0.zip", "url": "4", "yanked": 1, "size": "12", "upload-time": "soon"}
  ]}"#;

#[test]
fn reads_json() {
    let page = json(JSON).unwrap();
    assert_eq!(page.meta["_last-serial"], 7);
    assert_eq!(page.rest["new"][0], 1);
    let [wheel, twice, other] = &page.files[..] else {
        panic!("{:?}", page.files);
    };
    assert_eq!(
        wheel.url.as_str(),
        "https://registry.example/simple/f/a-1.0-py3-none-any.whl"
    );
    assert_eq!(wheel.hashes.iter().collect::<Vec<_>>(), [("sha256", "ab")]);
    assert_eq!(
        (wheel.size, wheel.uploaded_at()),
        (Some(12), "2024-02-01T00:00:00.5Z".parse().ok())
    );
    assert_eq!(wheel.rest["future"]["x"], 1);
    // As the page lists it.
    assert_eq!(&*wheel.released.as_ref().unwrap().version, "1.0.0");
    assert_eq!(
        (&*twice.name, &twice.released),
        ("a-1.0.tar.gz", &None),
        "two files of one name"
    );
    assert_eq!(
        (other.yanked.as_deref(), other.size, other.uploaded_at()),
        (Some(""), None, None)
    );
}

#[test]
fn becomes_a_history() {
    let page = json(JSON).unwrap();
    let history = page.history().unwrap();
    assert_eq!(history.package().to_string(), "pkg:pypi/a");
    let told: Vec<String> = history
        .releases()
        .iter()
        .map(|r| {
            format!(
                "{} {:?} {:?} {}",
                r.version,
                r.published.map(Time::date),
                r.state,
                r.deprecated
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "1.0.0 Some(\"2024-02-01\") Offered false",
            "4.0 None Offered true",
            "0.5 None Removed false"
        ]
    );
    assert_eq!(history.latest(), Some("1.0.0"));
    let [first, last, _] = history.releases() else {
        panic!("{told:?}");
    };
    assert!(first.provenance && !first.install_script);
    assert!(!last.provenance && last.install_script);
    assert!(history.owners_now().is_none() && first.publisher.is_none());
}

#[test]
fn says_why_bytes_are_no_page() {
    let errors: Vec<String> = [
        html("\u{0}\u{1}"),
        html("just text"),
        html("<meta name='pypi:repository-version' content='2.0'>"),
        read_html(b"<a>\xff", "a", &base()),
        json("{"),
        json("[]"),
        json("{}"),
        json(r#"{"meta": {"api-version": "2.0"}, "name": "a", "files": []}"#),
        json(r#"{"meta": {"api-version": "1.0"}, "name": "b", "files": []}"#),
        json(r#"{"meta": {"api-version": "1.0"}, "name": "a"}"#),
    ]
    .into_iter()
    .map(|read| read.unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn a_project_that_nobody_should_use_has_no_release_to_use() {
    let page = |status: &str| {
        let text = format!(
            r#"{{"meta": {{"api-version": "1.4"}}, "name": "a", "project-status": {{"status": "{status}"}},
                "files": [{{"filename": "a-1.0.tar.gz", "url": "a-1.0.tar.gz", "hashes": {{}}}}]}}"#
        );
        let url = "https://registry.example/simple/a/".parse().unwrap();
        let history = read_json(text.as_bytes(), "a", &url)
            .unwrap()
            .history()
            .unwrap();
        history.releases()[0].deprecated
    };
    let said = ["active", "archived", "deprecated", "quarantined"].map(page);
    assert_eq!(said, [false, false, true, true]);
}
