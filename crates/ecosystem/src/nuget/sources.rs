//! `NuGet.Config`: which feeds a client uses, and what it shows them (NuGet's
//! "nuget.config reference").

use super::lockfile::xml::{self, Element};
use super::lockfile::{Format, LockfileError};

/// Feeds, as one file has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Whether the feeds of files further away are taken away.
    pub clears: bool,
    /// The feeds, in the order of the file.
    pub feeds: Vec<Feed>,
    /// The names of feeds that are not to be used.
    pub disabled: Vec<String>,
    /// Names of feeds with the user and the password to show, where that is
    /// written in clear text.
    pub credentials: Vec<(String, String, String)>,
    /// Which feed which packages come from; empty where any may come from any.
    pub mapping: Vec<Mapped>,
    /// Whether the mappings of files further away are taken away.
    pub clears_mapping: bool,
}

/// Packages that come from a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// An id, or the beginning of ids with `*` behind it, in lower case.
    pub pattern: String,
    /// The name of the feed.
    pub feed: String,
}

impl Mapped {
    /// How well the pattern fits an id, which must be in lower case; `None` if it
    /// does not. The longest beginning fits best, and the whole id before all of
    /// them (NuGet's "Package Source Mapping").
    pub fn fit(&self, id: &str) -> Option<usize> {
        match self.pattern.strip_suffix('*') {
            Some(begin) => id.starts_with(begin).then_some(begin.len()),
            None => (self.pattern == id).then_some(usize::MAX),
        }
    }
}

/// A feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// What it is called.
    pub name: String,
    /// Its address, or a folder.
    pub address: String,
    /// The line that says so, from 1.
    pub line: u32,
}

/// Reads a file.
///
/// # Errors
/// When it is no `NuGet.Config`: what is wrong with it, and in which line.
pub fn read(text: &str) -> Result<Sources, String> {
    let root = xml::read(Format::Config, text).map_err(|error| match error {
        LockfileError::Malformed {
            line: Some(line),
            why,
            ..
        } => format!("line {line}: {why}"),
        error => error.to_string(),
    })?;
    let mut sources = Sources::default();
    for section in &root.children {
        match section.name.to_ascii_lowercase().as_str() {
            "packagesources" => sources.feeds(section),
            "disabledpackagesources" => sources.disabled(section),
            "packagesourcecredentials" => sources.credentials(section),
            "packagesourcemapping" => sources.mapping(section),
            _ => {}
        }
    }
    Ok(sources)
}

impl Sources {
    fn feeds(&mut self, section: &Element) {
        for child in &section.children {
            if child.is("clear") {
                self.clears = true;
                self.feeds.clear();
            } else if let Some((name, address)) = added(child) {
                self.feeds.push(Feed {
                    name: name.to_owned(),
                    address: address.trim().to_owned(),
                    line: child.line,
                });
            }
        }
    }

    fn mapping(&mut self, section: &Element) {
        for child in &section.children {
            if child.is("clear") {
                self.clears_mapping = true;
                self.mapping.clear();
            }
            let feed = child.attribute("key").filter(|_| child.is("packageSource"));
            let Some(feed) = feed else { continue };
            let patterns = child.children.iter().filter(|one| one.is("package"));
            let patterns = patterns.filter_map(|one| one.attribute("pattern"));
            self.mapping.extend(patterns.map(|pattern| Mapped {
                pattern: pattern.trim().to_lowercase(),
                feed: feed.to_owned(),
            }));
        }
    }

    fn disabled(&mut self, section: &Element) {
        let all = section.children.iter().filter_map(added);
        let is_so = all.filter(|(_, value)| value.trim().eq_ignore_ascii_case("true"));
        self.disabled.extend(is_so.map(|(name, _)| name.to_owned()));
    }

    fn credentials(&mut self, section: &Element) {
        for feed in &section.children {
            let value = |wanted: &str| {
                let mut all = feed.children.iter().filter_map(added);
                let found = all.find(|(key, _)| key.eq_ignore_ascii_case(wanted));
                found.map(|(_, value)| value.to_owned())
            };
            if let (Some(user), Some(password)) = (value("Username"), value("ClearTextPassword")) {
                // A blank is no part of an element's name.
                let name = feed.name.replace("_x0020_", " ");
                self.credentials.push((name, user, password));
            }
        }
    }
}

/// The key and the value of an `<add>`.
fn added(element: &Element) -> Option<(&str, &str)> {
    let is_add = element.is("add");
    let pair = is_add.then(|| (element.attribute("key"), element.attribute("value")));
    match pair {
        Some((Some(key), Some(value))) => Some((key, value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_feeds_and_credentials() {
        let text = r#"<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <packageSources>
    <add key="old" value="https://old.example/v3/index.json" />
    <clear />
    <add key="near by" value=" https://near.example/v3/index.json " protocolVersion="3" />
    <add key="folder" value="./packages" />
  </packageSources>
  <disabledPackageSources><add key="folder" value="true" /></disabledPackageSources>
  <packageSourceCredentials>
    <near_x0020_by>
      <add key="Username" value="ada" /><add key="ClearTextPassword" value="s3cret" />
    </near_x0020_by>
    <sealed><add key="Username" value="ada" /><add key="Password" value="x" /></sealed>
  </packageSourceCredentials>
</configuration>"#;
        let sources = read(text).unwrap();
        assert!(sources.clears);
        let feed = |name: &str, address: &str, line| Feed {
            name: name.to_owned(),
            address: address.to_owned(),
            line,
        };
        assert_eq!(
            sources.feeds,
            [
                feed("near by", "https://near.example/v3/index.json", 6),
                feed("folder", "./packages", 7),
            ]
        );
        assert_eq!(sources.disabled, ["folder"]);
        let credential = ["near by", "ada", "s3cret"].map(str::to_owned);
        assert_eq!(sources.credentials, [credential.into()]);
        assert_eq!(
            read("<a>").unwrap_err(),
            "line 1: it is not XML that is known here: it ends within an element"
        );
    }
}
