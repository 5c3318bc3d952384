//! What accounts show of keys: pages, a forge's answers, registries' documents.
//! Whatever the bytes, what a page leads to can be asked, and a key is named in
//! so many words.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::identity::proof::{github, names, page, registry};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let at: Url = "https://social.example/@ada".parse().unwrap();
    if let Ok(page) = page::read(bytes, &at) {
        let text = String::from_utf8_lossy(bytes);
        for key in &page.keys {
            // Entities may stand for any of its letters.
            assert!(text.contains(key.as_str()) || text.contains('&'));
        }
        for url in &page.me {
            assert_eq!(url.scheme(), "https");
            assert!(url.domain().is_some() && url.password().is_none());
        }
        for key in page.keys {
            let _ = names(&text, &key);
        }
    }
    let _ = github::read_user(bytes);
    let _ = github::read_keys(bytes);
    let _ = github::read_gist(bytes);
    let _ = github::read_last_commit(bytes);
    let _ = registry::read_cargo_user(bytes);
    let _ = registry::read_npm(bytes, "ada");
    let _ = registry::read_pypi(bytes, "ada");
    let _ = registry::read_nuget(bytes, "river", "ada");
});
