//! What is asked, and whether an answer is the right one.

use super::index::{CRATES, FILES, Index, VERSION, download, path};
use crate::bench::http::{self, Answer, Header};
use crate::bench::race::Scenario;
use anyhow::{Context as _, bail};
use std::path::Path;

/// A question.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    index: &'a Index,
    name: &'static str,
    is_file: bool,
    is_known: bool,
}

impl<'a> Question<'a> {
    pub(super) fn all(index: &'a Index) -> Vec<Box<dyn Scenario + 'a>> {
        let one = |name, is_file| Self {
            index,
            name,
            is_file,
            is_known: false,
        };
        let lists = CRATES.iter().map(|(name, _)| one(name, false));
        let files = FILES.iter().map(|(name, _)| one(name, true));
        let known = Self {
            is_known: true,
            ..one(CRATES[0].0, false)
        };
        let all = lists.chain([known]).chain(files);
        all.map(|one| Box::new(one) as Box<dyn Scenario + 'a>)
            .collect()
    }
}

impl Scenario for Question<'_> {
    fn name(&self) -> String {
        let what = self.name.split('-').next_back().unwrap_or_default();
        match (self.is_file, self.is_known) {
            (true, _) => format!("crate, {what}"),
            (false, true) => format!("index file of {what} versions, 304"),
            (false, false) => format!("index file of {what} versions, gzip"),
        }
    }

    fn file(&self) -> String {
        self.name.to_owned()
    }

    fn is_known(&self) -> bool {
        self.is_known
    }

    fn headers(&self) -> Vec<Header> {
        let accept = ("Accept", "*/*".to_owned());
        if self.is_file {
            return vec![accept];
        }
        vec![accept, ("Accept-Encoding", "gzip".to_owned())]
    }

    fn url(&self, base: &str, scratch: &Path) -> anyhow::Result<String> {
        if !self.is_file {
            return Ok(format!("{base}{}", path(self.name)));
        }
        let config = http::get(&format!("{base}config.json"), &[], scratch)?.json(scratch)?;
        let downloads = config["dl"].as_str().context("no `dl` in config.json")?;
        // What cargo asks for where the address has no markers.
        Ok(format!("{downloads}/{}/{VERSION}/download", self.name))
    }

    fn compare(&self, answer: &Answer, scratch: &Path) -> anyhow::Result<()> {
        if self.is_file {
            let url = format!("{}/{}", self.index.root, download(self.name));
            if http::get(&url, &[], scratch)?.bytes != answer.bytes {
                bail!("the file is not the registry's");
            }
            return Ok(());
        }
        let text = String::from_utf8(answer.plain(scratch)?).context("it is no text")?;
        let listed = text
            .lines()
            .filter(|line| line.contains("\"vers\""))
            .count();
        let mut crates = CRATES.iter().filter(|(name, _)| *name == self.name);
        let expected = crates.next().map_or(0, |(_, count)| *count);
        if listed != expected {
            bail!("it lists {listed} versions, the registry {expected}");
        }
        Ok(())
    }
}
