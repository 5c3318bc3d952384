use super::*;
use serde_json::{Value, json};

fn packument() -> Value {
    let manifest = |version: &str| {
        json!({
            "name": "@s/pkg", "version": version, "readme": "x",
            "scripts": { "postinstall": "node x" },
            "dist": { "tarball": format!("https://registry.example/@s/pkg/-/pkg-{version}.tgz"), "shasum": "aa" },
        })
    };
    json!({
        "_id": "@s/pkg",
        "name": "@s/pkg",
        "dist-tags": { "latest": "1.2.0", "next": "2.0.0-rc.1" },
        "versions": {
            "1.0.0": manifest("1.0.0"), "1.1.0": manifest("1.1.0"),
            "1.2.0": manifest("1.2.0"), "2.0.0-rc.1": manifest("2.0.0-rc.1"),
        },
        "time": { "modified": "2020-01-01T00:00:00Z", "1.0.0": "2019-01-01T00:00:00Z" },
        "readme": "long",
    })
}

fn view(form: Form, is_restricted: &dyn Fn(&str) -> bool) -> View<'_> {
    View {
        form,
        base: "https://proxy.example/npm/",
        is_restricted,
        message: &|held| format!("held: {}", held.versions.join(", ")),
    }
}

#[test]
fn holds_versions_back() {
    let document = packument().to_string();
    for form in [Form::Full, Form::Abbreviated] {
        let held = |version: &str| matches!(version, "1.0.0" | "1.2.0" | "2.0.0-rc.1");
        let rendered = render(document.as_bytes(), &view(form, &held)).unwrap();
        let served: Value = serde_json::from_slice(&rendered.bytes).unwrap();
        insta::assert_snapshot!(
            format!("{form:?}"),
            serde_json::to_string_pretty(&served).unwrap()
        );
    }
}
