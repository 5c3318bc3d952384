//! The packuments that the proxy serves, with versions held back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod beginning;
mod damage;
mod emit;
mod properties;
mod recorded;
mod rules;
mod tags;

use serde_json::{Value, json};
use tenure_ecosystem::npm::hold::{Form, Rendered, Restricted, View, render};

/// Where the proxy is.
const BASE: &str = "https://proxy.example/npm/";

/// Both forms.
const FORMS: [Form; 2] = [Form::Full, Form::Abbreviated];

fn say(held: &Restricted<'_>) -> String {
    let (versions, unreadable) = (held.versions.join(" "), held.unreadable.join(" "));
    format!("{}: held {versions}; unreadable {unreadable}", held.name)
}

fn view(form: Form, is_restricted: &dyn Fn(&str) -> bool) -> View<'_> {
    View {
        form,
        base: BASE,
        is_restricted,
        message: &say,
    }
}

/// The document that is served while the versions of `held` are held back.
fn serve(document: &str, form: Form, held: &[&str]) -> Rendered {
    let is_restricted = |version: &str| held.contains(&version);
    let rendered = render(document.as_bytes(), &view(form, &is_restricted));
    rendered.unwrap_or_else(|error| panic!("{error}: {document}"))
}

/// As [`serve`], parsed.
fn served(document: &str, form: Form, held: &[&str]) -> Value {
    serde_json::from_slice(&serve(document, form, held).bytes).unwrap()
}

/// A packument of `pkg` with these versions.
fn packument(versions: &[&str], tags: &Value) -> String {
    let manifest = |version: &&str| {
        let tarball = format!("https://registry.example/pkg/-/pkg-{version}.tgz");
        let manifest = json!({ "name": "pkg", "version": version, "dist": { "tarball": tarball } });
        ((*version).to_owned(), manifest)
    };
    let versions: serde_json::Map<String, Value> = versions.iter().map(manifest).collect();
    json!({ "name": "pkg", "dist-tags": tags, "versions": versions }).to_string()
}
