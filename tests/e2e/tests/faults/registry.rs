//! A registry with packages whose files are worth a while of writing.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha512};
use tenure_testkit::http::Answer;
use tenure_testkit::{FakeNpm, Packument, Release};

/// Two releases by one hand, so that nothing is held: the document about as
/// large as `readme`, the file of the newest release as large as `padding`.
pub(crate) fn package(name: &str, newest: &str, readme: String, padding: u64) -> Packument {
    let release = |version: &str| {
        Release::new(version)
            .at("2020-03-14T10:00:00.000Z")
            .by("sindresorhus")
    };
    Packument::new(name)
        .release(release("1.0.0").with("readme", readme.into()))
        .release(release(newest).padded(padding))
}

/// A text that does not get much smaller by compression.
pub(crate) fn noise(seed: &str, size: usize) -> String {
    let mut text = String::with_capacity(size + 88);
    let mut digest = Sha512::digest(seed);
    while text.len() < size {
        text.push_str(&BASE64_STANDARD.encode(digest));
        digest = Sha512::digest(digest);
    }
    text
}

/// `count` packages, named `p0` and so on.
pub(crate) fn registry(count: usize, readme: usize, padding: u64) -> FakeNpm {
    let npm = FakeNpm::start();
    for number in 0..count {
        let name = format!("p{number}");
        let readme = noise(&name, readme);
        npm.put(package(&name, "1.1.0", readme, padding));
    }
    npm
}

/// The path of a release's file.
pub(crate) fn file(name: &str, version: &str) -> String {
    format!("{name}/-/{name}-{version}.tgz")
}

/// The newest release in a document; `None` if the document is damaged.
pub(crate) fn newest(document: &Answer) -> Option<String> {
    let json = document.json();
    let newest = json["dist-tags"]["latest"].as_str()?;
    json["versions"][newest]["dist"]["integrity"].as_str()?;
    Some(newest.to_owned())
}

/// Whether an answer is damaged: it claims to be whole and good, and is not.
pub(crate) fn is_damaged_document(name: &str, answer: &Answer) -> bool {
    let whole = answer.json()["name"] == name && newest(answer).is_some();
    answer.status == 200 && answer.complete && !whole
}

/// Whether an answer is damaged: it claims to be the newest file that the
/// document names, and is not.
pub(crate) fn is_damaged_file(document: &Answer, answer: &Answer) -> bool {
    let digest = BASE64_STANDARD.encode(Sha512::digest(&answer.body));
    let newest = newest(document).unwrap_or_default();
    let said = &document.json()["versions"][newest]["dist"]["integrity"];
    let right = *said == format!("sha512-{digest}");
    answer.status == 200 && answer.complete && !right
}
