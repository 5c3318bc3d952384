//! What is asked, and whether an answer is the right one.

use super::index::{FILES, Index, PAGES};
use crate::bench::http::{self, Answer, Header};
use crate::bench::race::Scenario;
use anyhow::{Context as _, bail};
use std::path::Path;

/// A question.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    index: &'a Index,
    project: &'static str,
    form: Form,
    is_known: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Html,
    File,
}

impl<'a> Question<'a> {
    pub(super) fn all(index: &'a Index) -> Vec<Box<dyn Scenario + 'a>> {
        let one = |project, form| Self {
            index,
            project,
            form,
            is_known: false,
        };
        let pages = PAGES.iter().map(|(name, _)| one(name, Form::Json));
        let files = FILES.iter().map(|(name, _)| one(name, Form::File));
        let known = Self {
            is_known: true,
            ..one(PAGES[0].0, Form::Json)
        };
        let others = [one(PAGES[0].0, Form::Html), known];
        let all = pages.chain(others).chain(files);
        all.map(|one| Box::new(one) as Box<dyn Scenario + 'a>)
            .collect()
    }
}

impl Scenario for Question<'_> {
    fn name(&self) -> String {
        let what = self.project.split('-').next_back().unwrap_or_default();
        match (self.form, self.is_known) {
            (Form::File, _) => format!("wheel, {what}"),
            (_, true) => format!("page of {what} files, 304"),
            (Form::Json, _) => format!("page of {what} files, JSON, gzip"),
            (Form::Html, _) => format!("page of {what} files, HTML, gzip"),
        }
    }

    fn file(&self) -> String {
        format!("{}.{:?}", self.project, self.form).to_lowercase()
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn headers(&self) -> Vec<Header> {
        let accept = match self.form {
            Form::Json => "application/vnd.pypi.simple.v1+json",
            Form::Html => "text/html",
            Form::File => return vec![("Accept", "*/*".to_owned())],
        };
        let gzip = ("Accept-Encoding", "gzip".to_owned());
        vec![("Accept", accept.to_owned()), gzip]
    }

    fn url(&self, base: &str, scratch: &Path) -> anyhow::Result<String> {
        let page = format!("{base}{}/", self.project);
        if self.form != Form::File {
            return Ok(page);
        }
        let json = Self {
            form: Form::Json,
            ..*self
        };
        let read = http::get(&page, &json.headers(), scratch)?.json(scratch)?;
        let url = read["files"][0]["url"]
            .as_str()
            .context("no file's address")?;
        joined(&page, url.split('#').next().unwrap_or_default())
    }

    fn compare(&self, answer: &Answer, scratch: &Path) -> anyhow::Result<()> {
        if self.form == Form::File {
            let url = self.url(&format!("{}/simple/", self.index.root), scratch)?;
            if http::get(&url, &[], scratch)?.bytes != answer.bytes {
                bail!("the file is not the index's");
            }
            return Ok(());
        }
        let plain = answer.plain(scratch)?;
        let text = String::from_utf8(plain).context("the page is no text")?;
        let listed = match self.form {
            Form::Html => text.matches("<a ").count(),
            _ => text.matches("\"filename\"").count(),
        };
        let mut pages = PAGES.iter().filter(|(name, _)| *name == self.project);
        let expected = pages.next().map_or(0, |(_, count)| *count);
        if listed != expected {
            bail!("it lists {listed} files, the index {expected}");
        }
        Ok(())
    }
}

/// An address, which may be relative to a page in the folders of a host.
fn joined(page: &str, address: &str) -> anyhow::Result<String> {
    if address.starts_with("http") {
        return Ok(address.to_owned());
    }
    let mut parts = page.splitn(4, '/');
    let host: Vec<&str> = parts.by_ref().take(3).collect();
    let path = parts.next().context("a page has a path")?;
    let mut folders: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if address.starts_with('/') {
        folders.clear();
    }
    for part in address.split('/').filter(|part| !part.is_empty()) {
        match part {
            ".." => drop(folders.pop()),
            "." => {}
            part => folders.push(part),
        }
    }
    Ok(format!("{}/{}", host.join("/"), folders.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_joined() {
        let page = "http://127.0.0.1:1/team/up/+simple/a/";
        let joined = |address| joined(page, address).unwrap();
        assert_eq!(
            joined("../../+f/a.whl"),
            "http://127.0.0.1:1/team/up/+f/a.whl"
        );
        assert_eq!(joined("/index/a.whl"), "http://127.0.0.1:1/index/a.whl");
        assert_eq!(joined("http://h/a.whl"), "http://h/a.whl");
    }
}
