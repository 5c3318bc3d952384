//! Where .NET packages come from, read from the same files as NuGet's clients
//! read (NuGet's "Common NuGet configurations"). No feed is built in.

#[cfg(test)]
mod tests;

use crate::Environment;
use crate::configured::{Around, ClientConfig, Named};
use crate::npm_config::{Credential, Credentials, Place, Transport, Upstream, UpstreamError};
use std::collections::HashMap;
use std::path::PathBuf;
use tenure_ecosystem::nuget::sources::{self, Feed, Mapped, Sources};

/// What the address of a feed ends in. It is left out of what is kept as its
/// address: everything else is an address of a folder.
pub(crate) const SERVICE_INDEX: &str = "index.json";

/// Reads the address of a service index.
pub(crate) fn parse(
    text: &str,
    place: Place,
) -> Result<(Upstream, Option<Credential>), UpstreamError> {
    let text = text.trim();
    let folder = text.strip_suffix(SERVICE_INDEX);
    Upstream::parse(
        folder
            .filter(|folder| folder.ends_with('/'))
            .unwrap_or(text),
        place,
    )
}

/// Reads what applies to a project that is worked on in `folder`: the files of
/// the folders above it, the nearest first, and then the user's.
pub(crate) fn load(env: &Environment, folder: &std::path::Path) -> ClientConfig {
    let around = Around {
        env,
        folder,
        tells_absent: false,
    };
    let mut config = ClientConfig {
        transport: Transport::of_machine(env),
        ..ClientConfig::default()
    };
    config.looked_at.push("`NuGet.Config`".to_owned());
    let mut found = Found::default();
    for path in paths(env, folder) {
        let Some(text) = config.read(around, &path) else {
            continue;
        };
        match sources::read(&text) {
            Ok(sources) => {
                found.take(sources, env, &|line| around.place(&path, line));
            }
            Err(why) => config.skipped(around, &path, &why),
        }
    }
    found.into_config(config)
}

/// Of the names that clients on systems with upper and lower case try.
const NAMES: [&str; 3] = ["nuget.config", "NuGet.config", "NuGet.Config"];

fn paths(env: &Environment, folder: &std::path::Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = folder.ancestors().map(Into::into).collect();
    if cfg!(windows) {
        folders.extend(env.path("APPDATA").map(|path| path.join("NuGet")));
    } else if let Some(home) = env.home() {
        folders.push(home.join(".nuget/NuGet"));
        folders.push(home.join(".config/NuGet"));
    }
    let files = folders.iter().filter_map(|folder| {
        let mut files = NAMES.iter().map(|name| folder.join(name));
        files.find(|path| path.is_file())
    });
    files.collect()
}

/// What was found so far; the nearest file first.
#[derive(Default)]
struct Found {
    feeds: Vec<(Feed, Named)>,
    disabled: Vec<String>,
    credentials: Vec<(String, String, String)>,
    mapping: Vec<Mapped>,
    /// Whether a file took away the feeds of those further away.
    is_cleared: bool,
    /// The same for the mapping.
    is_mapping_cleared: bool,
}

impl Found {
    fn take(&mut self, sources: Sources, env: &Environment, place: &dyn Fn(u32) -> Place) {
        if !self.is_mapping_cleared {
            self.mapping.extend(sources.mapping);
        }
        self.is_mapping_cleared |= sources.clears_mapping;
        if self.is_cleared {
            return;
        }
        self.is_cleared = sources.clears;
        self.disabled.extend(sources.disabled);
        let credentials = sources.credentials.into_iter();
        self.credentials.extend(
            credentials.map(|(name, user, password)| (name, user, expanded(&password, env))),
        );
        for feed in sources.feeds {
            let is_web = ["https://", "http://"]
                .iter()
                .any(|scheme| feed.address.starts_with(scheme));
            let is_known = |(known, _): &(Feed, Named)| known.name == feed.name;
            if is_web && !self.feeds.iter().any(is_known) {
                let named = (feed.address.clone(), place(feed.line));
                self.feeds.push((feed, named));
            }
        }
    }

    /// The first feed of the new protocol is the default one.
    fn into_config(self, config: ClientConfig) -> ClientConfig {
        let mut credentials = Credentials::default();
        let mut named = Vec::new();
        let mut of_feed: HashMap<String, Named> = HashMap::new();
        for (feed, place) in self.feeds {
            if self.disabled.contains(&feed.name) {
                continue;
            }
            let mut known = self.credentials.iter();
            let known = known.find(|(name, ..)| *name == feed.name);
            if let (Some((_, user, password)), Ok((upstream, _))) =
                (known, parse(&feed.address, place.1.clone()))
            {
                credentials.insert_for(upstream.url(), Credential::user(user, password));
            }
            of_feed.insert(feed.name, place.clone());
            named.push(place);
        }
        let is_new = |named: &&Named| named.0.ends_with(SERVICE_INDEX);
        let default = named.iter().find(is_new).or(named.first()).cloned();
        let others = named.into_iter();
        // A feed that is not there, or that is no web address, has no packages
        // that could be asked about.
        let mapping = self.mapping.into_iter().map(|mapped| {
            let feed = of_feed.get(&mapped.feed).cloned();
            (mapped, feed)
        });
        ClientConfig {
            mapping: mapping.collect(),
            default: default.map(Ok),
            others: others
                .map(|named| (named.0.clone(), Ok::<_, UpstreamError>(named)))
                .collect(),
            credentials,
            ..config
        }
    }
}

/// A value with the variables that stand in it as `%NAME%`.
fn expanded(value: &str, env: &Environment) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let named = after.split_once('%');
        let found = named.and_then(|(name, after)| Some((env.variable(name)?, after)));
        if let Some((found, after)) = found {
            text.push_str(found);
            rest = after;
        } else {
            text.push('%');
            rest = after;
        }
    }
    text.push_str(rest);
    text
}
