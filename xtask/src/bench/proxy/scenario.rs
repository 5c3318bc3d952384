//! What is asked, and whether an answer is the right one.

use super::documents;
use super::http::{self, Answer, Header};
use super::server::Server;
pub(super) use crate::bench::race::Question;
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::path::Path;

/// A form of what is known about a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The whole document, which npm and yarn 4 ask for.
    Full,
    /// What is needed to install, which pnpm, yarn 1 and bun ask for.
    Abbreviated,
    /// The file of the only release.
    File,
}

/// A question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scenario {
    pub(super) package: &'static str,
    pub(super) form: Form,
    /// Compressed, as all clients ask for documents.
    is_gzip: bool,
    /// Asked by somebody who has the answer already.
    is_known: bool,
}

/// What clients send for the abbreviated document.
const ABBREVIATED: &str =
    "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";

impl Scenario {
    /// All of them, in the order of the tables.
    pub(super) fn all() -> Vec<Self> {
        let one = |package, form, is_gzip| Self {
            package,
            form,
            is_gzip,
            is_known: false,
        };
        let full = documents::names().map(|name| one(name, Form::Full, true));
        let abbreviated = documents::names().map(|name| one(name, Form::Abbreviated, true));
        let files = documents::FILES
            .iter()
            .map(|(name, _)| one(name, Form::File, false));
        let plain = one("express", Form::Full, false);
        let known = Self {
            is_known: true,
            ..one("express", Form::Full, true)
        };
        let others = [plain, known].into_iter();
        full.chain(abbreviated).chain(others).chain(files).collect()
    }

    /// For people.
    pub(super) fn name(&self) -> String {
        let package = self.package;
        let how = match (self.is_known, self.is_gzip) {
            (true, _) => ", 304",
            (false, true) => ", gzip",
            (false, false) => ", not compressed",
        };
        match self.form {
            Form::Full => format!("{package}, full{how}"),
            Form::Abbreviated => format!("{package}, abbreviated{how}"),
            Form::File => format!("tarball, {}", package.trim_start_matches("file-")),
        }
    }

    /// Whether it asks for a document to be sent, which is what proxies are
    /// compared by.
    pub(super) fn is_document(&self) -> bool {
        self.form != Form::File && !self.is_known
    }

    pub(super) fn is_file(&self) -> bool {
        self.form == Form::File
    }

    fn headers(&self) -> Vec<Header> {
        let accept = match self.form {
            Form::Full => "application/json",
            Form::Abbreviated => ABBREVIATED,
            Form::File => "*/*",
        };
        let mut headers = vec![("Accept", accept.to_owned())];
        if self.is_gzip {
            headers.push(("Accept-Encoding", "gzip".to_owned()));
        }
        headers
    }

    /// The address of what is asked for in the registry at `base`.
    pub(super) fn url(&self, base: &str, scratch: &Path) -> anyhow::Result<String> {
        let document = format!("{base}{}", self.package);
        match self.form {
            Form::Full | Form::Abbreviated => Ok(document),
            Form::File => tarball(&http::get(&document, &[], scratch)?.json(scratch)?),
        }
    }

    /// The answer at `url`, of a server that is believed.
    pub(super) fn answer(&self, url: &str, scratch: &Path) -> anyhow::Result<Answer> {
        http::get(url, &self.headers(), scratch)
    }

    /// Asks `server`, and makes sure that the answer is that of the upstream.
    /// The error says what is wrong with it.
    pub(super) fn check(
        &self,
        server: &Server,
        expected: &Expected,
        scratch: &Path,
    ) -> anyhow::Result<Question> {
        let url = server.url(self, scratch)?;
        Question::ask(url, self.headers(), self.is_known, scratch, |answer| {
            expected.compare(answer, scratch)
        })
    }
}

/// What the upstream says.
#[derive(Debug)]
pub(super) enum Expected {
    /// A document of so many versions.
    Versions(usize),
    /// These bytes.
    File(Vec<u8>),
}

impl Expected {
    /// Asks the registry at `upstream`.
    pub(super) fn of(scenario: &Scenario, upstream: &str, scratch: &Path) -> anyhow::Result<Self> {
        let answer = http::get(&scenario.url(upstream, scratch)?, &[], scratch)?;
        Ok(match scenario.form {
            Form::File => Self::File(answer.bytes),
            Form::Full | Form::Abbreviated => Self::Versions(count(&answer.json(scratch)?)?),
        })
    }

    fn compare(&self, answer: &Answer, scratch: &Path) -> anyhow::Result<()> {
        match self {
            Self::File(bytes) if answer.bytes != *bytes => {
                bail!("the file is not the upstream's")
            }
            Self::File(_) => Ok(()),
            Self::Versions(expected) => {
                let versions = count(&answer.json(scratch)?)?;
                if versions != *expected {
                    bail!("it lists {versions} versions, the upstream {expected}");
                }
                Ok(())
            }
        }
    }
}

fn count(document: &Value) -> anyhow::Result<usize> {
    let versions = document["versions"].as_object();
    Ok(versions.context("the answer is no packument")?.len())
}

/// Where the document says the file of its only release is.
fn tarball(document: &Value) -> anyhow::Result<String> {
    let url = document["versions"]["1.0.0"]["dist"]["tarball"].as_str();
    Ok(url.context("the document names no tarball")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_its_own_name() {
        let mut names: Vec<String> = Scenario::all().iter().map(Scenario::name).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(names.contains(&"tarball, 5mb".to_owned()));
    }
}
