//! What the suite found, side by side.

use super::subject::Subject;
use crate::docs::marked;
use crate::{peers, process, say, workspace};
use anyhow::Context as _;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// Results of the suite for one server, by client.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Results(Vec<OfClient>);

#[derive(Debug, Deserialize)]
struct OfClient {
    /// Name and version.
    adapter: String,
    tests: Vec<Test>,
}

#[derive(Debug, Deserialize)]
struct Test {
    name: String,
    passed: bool,
    error: Option<String>,
    #[serde(default, rename = "subTests")]
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
struct Part {
    label: String,
    passed: bool,
}

/// Tests about writing. What is written goes past the proxy; what they read
/// again is the proxy's.
const WRITING: [&str; 5] = ["publish", "deprecate", "dist-tags", "login", "unpublish"];

impl Results {
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).context("the suite wrote no results")?;
        serde_json::from_str(&text).context("the suite's results are not as they were")
    }

    fn tests(&self) -> impl Iterator<Item = (&str, &Test)> {
        let all = self.0.iter();
        let all = all.flat_map(|client| client.tests.iter().map(|test| (&*client.adapter, test)));
        all.filter(|(_, test)| !test.lacks_a_plugin())
    }

    fn test(&self, client: &str, name: &str) -> Option<&Test> {
        let mut all = self.tests();
        Some(
            all.find(|(known, test)| *known == client && test.name == name)?
                .1,
        )
    }

    /// How many passed.
    pub(super) fn summary(&self) -> String {
        let passed = self.tests().filter(|(_, test)| test.passed).count();
        format!("{passed} of {} passed", self.tests().count())
    }
}

impl Test {
    /// Whether the suite could not fetch one of its plugins for yarn, of which
    /// no server can be accused.
    fn lacks_a_plugin(&self) -> bool {
        let error = self.error.as_deref().unwrap_or_default();
        error.contains("npm pack @verdaccio/yarn-plugin-")
    }

    fn shown(&self) -> String {
        let good = self.parts.iter().filter(|part| part.passed).count();
        match (self.passed, self.parts.len()) {
            (true, _) => "pass".to_owned(),
            (false, 0) => "**fail**".to_owned(),
            (false, all) => format!("**fail** after {good} of at least {all} parts"),
        }
    }

    /// The part that failed, and the first line of why.
    fn why(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        let mut lines = error.lines().map(str::trim);
        let line = lines.find(|line| !line.is_empty())?;
        let mut parts = self.parts.iter();
        let part = parts.find(|part| !part.passed);
        let part = part.map_or_else(String::new, |part| format!("{}: ", part.label));
        let why: String = format!("{part}{line}").chars().take(240).collect();
        Some(why.replace('|', "/"))
    }
}

type All = [(Subject, Results)];

/// Prints the tables.
pub(super) fn print(all: &All) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    for (_, text) in pieces(all) {
        writeln!(out, "\n{}", text.trim_end()).context("cannot print the tables")?;
    }
    Ok(())
}

/// Puts the tables into the documentation.
pub(super) fn write(all: &All) -> anyhow::Result<()> {
    let page = workspace::root().join("docs/conformance.md");
    let mut text = std::fs::read_to_string(&page)
        .with_context(|| format!("cannot read {}", page.display()))?;
    for (name, body) in pieces(all) {
        let new = marked::replace(&text, name, &body)?;
        text = new.with_context(|| format!("docs/conformance.md has no piece `{name}`"))?;
    }
    std::fs::write(&page, text).with_context(|| format!("cannot write {}", page.display()))?;
    say::line("wrote docs/conformance.md");
    Ok(())
}

fn pieces(all: &All) -> [(&'static str, String); 3] {
    [
        ("run", head(all)),
        ("results", table(all)),
        ("failures", failures(all)),
    ]
}

fn head(all: &All) -> String {
    let date = process::answer("date", &["-u", "+%F"]).unwrap_or_default();
    let sums = all
        .iter()
        .map(|(subject, results)| format!("{}: {}", subject.name(), results.summary()));
    let sums: Vec<String> = sums.collect();
    let verdict = match worse(all) {
        None => String::new(),
        Some(worse) if worse.is_empty() => {
            "Tenure passes everything that Verdaccio passes as a proxy.".to_owned()
        }
        Some(worse) => format!(
            "Verdaccio passes as a proxy and Tenure does not: {}.",
            worse.join(", ")
        ),
    };
    format!(
        "{date}, `@verdaccio/e2e-cli` {}, Verdaccio {}. {}. {verdict}",
        super::PACKAGES[0].1,
        peers::VERDACCIO_VERSION,
        sums.join("; ")
    )
}

/// What the other proxy does better, if both were asked.
fn worse(all: &All) -> Option<Vec<String>> {
    let of = |wanted| {
        let mut all = all.iter();
        all.find(|(subject, _)| *subject == wanted).map(|(_, r)| r)
    };
    let (ours, theirs) = (of(Subject::Tenure)?, of(Subject::Verdaccio)?);
    let passed = theirs.tests().filter(|(_, test)| test.passed);
    let worse = passed
        .filter(|(client, test)| {
            let ours = ours.test(client, &test.name);
            !ours.is_some_and(|ours| ours.passed)
        })
        .map(|(client, test)| format!("{client} {}", test.name));
    Some(worse.collect())
}

fn table(all: &All) -> String {
    let mut text = "| client | test |".to_owned();
    for (subject, _) in all {
        write_to(&mut text, format_args!(" {} |", subject.name()));
    }
    write_to(
        &mut text,
        format_args!("\n|---|---|{}\n", "---|".repeat(all.len())),
    );
    let Some((_, first)) = all.first() else {
        return text;
    };
    for (client, test) in first.tests() {
        let about = if WRITING.contains(&&*test.name) {
            " (writing)"
        } else {
            ""
        };
        write_to(
            &mut text,
            format_args!("| {client} | {}{about} |", test.name),
        );
        for (_, results) in all {
            let shown = results.test(client, &test.name).map(Test::shown);
            let shown = shown.unwrap_or_else(|| "not run".to_owned());
            write_to(&mut text, format_args!(" {shown} |"));
        }
        text.push('\n');
    }
    text
}

/// Why something failed; the same reason of several clients once.
fn failures(all: &All) -> String {
    let mut reasons: BTreeMap<(String, &str, String), Vec<&str>> = BTreeMap::new();
    for (subject, results) in all {
        for (client, test) in results.tests() {
            if let Some(why) = test.why().filter(|_| !test.passed) {
                let key = (subject.name().to_owned(), &*test.name, why);
                reasons.entry(key).or_default().push(client);
            }
        }
    }
    if reasons.is_empty() {
        return "None.".to_owned();
    }
    let mut text =
        "| server | test | clients | what the suite says |\n|---|---|---|---|\n".to_owned();
    for ((subject, test, why), clients) in reasons {
        let clients = clients.join(", ");
        write_to(
            &mut text,
            format_args!("| {subject} | {test} | {clients} | {why} |\n"),
        );
    }
    text
}

fn write_to(text: &mut String, what: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(passed: bool) -> Results {
        let text = serde_json::json!([{ "adapter": "npm@1", "tests": [
            { "name": "ping", "passed": true },
            { "name": "scenario:metadata", "passed": passed, "error": "\nno | tag\nmore", "subTests": [
                { "label": "one", "passed": true },
                { "label": "two", "passed": passed },
            ] },
        ] }]);
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn says_what_the_other_proxy_does_better() {
        let all = [
            (Subject::Verdaccio, results(true)),
            (Subject::Tenure, results(false)),
        ];
        assert_eq!(worse(&all).unwrap(), ["npm@1 scenario:metadata"]);
        assert!(table(&all).contains("| pass | **fail** after 1 of at least 2 parts |"));
        assert!(failures(&all).contains("| npm@1 | two: no / tag |"));
        assert_eq!(results(false).summary(), "1 of 2 passed");
    }

    #[test]
    fn the_same_is_not_worse() {
        let all = [
            (Subject::Verdaccio, results(false)),
            (Subject::Tenure, results(true)),
        ];
        assert!(worse(&all).unwrap().is_empty());
    }

    #[test]
    fn a_plugin_that_the_suite_lacks_is_nobodys_fault() {
        let mut results = results(false);
        results.0[0].tests[1].error =
            Some("Command failed: npm pack @verdaccio/yarn-plugin-npm-ping".to_owned());
        assert_eq!(results.summary(), "1 of 1 passed");
    }
}
