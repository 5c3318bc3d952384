//! Pages of a Python index, in both forms, and lists of projects: what was
//! written is read again, and nothing of what is held is open in it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::pypi::hold::{Form, View, render};
use tenure_ecosystem::pypi::list;
use tenure_ecosystem::pypi::simple::{read_html, read_json};

fuzz_target!(|bytes: &[u8]| {
    let base = "https://registry.example/simple/a/"
        .parse()
        .expect("an address");
    if let Ok(names) = list::read(bytes) {
        for form in [Form::Html, Form::Json] {
            let again = list::read(&list::write(&names, form)).expect("a list");
            assert_eq!(again.len(), names.len());
        }
    }
    let pages = [read_html(bytes, "a", &base), read_json(bytes, "a", &base)];
    for page in pages.into_iter().flatten() {
        let _ = page.history();
        for form in [Form::Html, Form::Json] {
            let view = View {
                form,
                address: &|file| file.url.to_string(),
                hold: &|version| version.ends_with('1').then(|| "held".to_owned()),
                unreadable: "nobody can tell",
            };
            let written = render(&page, &view);
            let again = match form {
                Form::Json => read_json(&written.bytes, "a", &base),
                _ => read_html(&written.bytes, "a", &base),
            };
            let again = again.expect("what was written is a page");
            for file in &again.files {
                let version = file.released.as_ref().map(|released| &*released.version);
                let is_held = version.is_some_and(|version| version.ends_with('1'));
                assert!(!is_held || file.yanked.is_some());
            }
        }
    }
});
