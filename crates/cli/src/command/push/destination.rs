//! Which project of which server is meant: `[server]` in a project's
//! tenure.toml, or flags.

use crate::context::{PROJECT_FILE, Project, in_file, read_if_there};
use crate::settings;
use anyhow::{anyhow, bail};
use serde::Deserialize;
use std::fmt;
use tenure_store::ProjectName;
use url::{Host, Url};

/// A project of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    /// The server's address; its path ends with a slash.
    url: Url,
    project: ProjectName,
}

/// What `[server]` says, as far as it says it.
pub(super) type Written = (Option<Url>, Option<ProjectName>);

/// The `[server]` table of a project's tenure.toml.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Table {
    url: Option<String>,
    project: Option<String>,
}

/// A tenure.toml, of which the rest has been read already.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    server: Table,
}

impl Destination {
    /// Where a project's tenure.toml says that its decisions go; `None` if it
    /// says nothing of a server.
    pub(crate) fn configured(project: &Project) -> anyhow::Result<Option<Self>> {
        match written(project)? {
            (None, None) => Ok(None),
            written => chosen((None, None), written).map(Some),
        }
    }

    /// The address of the project's registry.
    pub(super) fn registry(&self) -> String {
        format!("{}p/{}/npm/", self.url, self.project)
    }

    /// The address to which the project's files go.
    pub(super) fn files(&self) -> Result<Url, url::ParseError> {
        let path = format!("-/api/v1/projects/{}/files", self.project);
        self.url.join(&path)
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// That others on the way can read the token, where they can.
    pub(super) fn in_the_clear(&self) -> Option<String> {
        let stays_here = match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        (self.url.scheme() == "http" && !stays_here).then(|| {
            format!(
                "the token goes to `{}` unencrypted; use https outside of a network that you trust",
                self.url
            )
        })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "project `{}` at `{}`", self.project, self.url)
    }
}

/// What the project's tenure.toml says. The settings of a server say nothing of
/// the kind, and are let be: whoever runs one keeps decisions for all projects
/// in the same file.
pub(super) fn written(project: &Project) -> anyhow::Result<Written> {
    if settings::are_in(&project.file.server) {
        return Ok((None, None));
    }
    let text = read_if_there(&project.root.join(PROJECT_FILE))?;
    read(&text.unwrap_or_default())
}

/// Reads the `[server]` table in the text of a project's tenure.toml.
fn read(text: &str) -> anyhow::Result<Written> {
    let File { server } = toml::from_str(text)
        .map_err(|error| in_file(PROJECT_FILE, text, error.span(), error.message()))?;
    let wrong = |key: &str, why: &str| anyhow!("{PROJECT_FILE}: [server] {key}: {why}");
    let url = server.url.map(|url| address(&url)).transpose();
    let project = server.project.map(|name| name.parse()).transpose();
    Ok((
        url.map_err(|why| wrong("url", &why))?,
        project.map_err(|error: tenure_store::ProjectNameError| {
            wrong("project", &error.to_string())
        })?,
    ))
}

/// What the flags say, and where they say nothing, the file.
pub(super) fn chosen(flags: Written, file: Written) -> anyhow::Result<Destination> {
    match (flags.0.or(file.0), flags.1.or(file.1)) {
        (Some(url), Some(project)) => Ok(Destination { url, project }),
        (None, Some(_)) => bail!(
            "which server? {PROJECT_FILE} has no `url` under [server]; write it there, or say `--server URL`"
        ),
        (Some(_), None) => bail!(
            "which project? {PROJECT_FILE} has no `project` under [server]; write it there, or say `--project NAME`"
        ),
        (None, None) => bail!(
            "no server is configured: {PROJECT_FILE} has no `url` and `project` under [server]; write them there, or say `--server URL --project NAME`"
        ),
    }
}

/// Reads the address of a server.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let wrong = || {
        format!(
            "`{text}` is not the address of a server; expected something like https://packages.example.org"
        )
    };
    let mut url: Url = text.trim().parse().map_err(|_| wrong())?;
    if url.password().is_some() || !url.username().is_empty() {
        // Not to be shown again.
        return Err(
            "an address carries no user and no password; the token has a place of its own".into(),
        );
    }
    let whole = url.query().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !whole {
        return Err(wrong());
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> anyhow::Result<Destination> {
        chosen((None, None), read(text)?)
    }

    #[test]
    fn a_server_has_an_address_and_a_project() {
        let text = "[server]\nurl = \"https://packages.example/tenure\"\nproject = \"web\"\n";
        let destination = of(text).unwrap();
        assert_eq!(
            destination.to_string(),
            "project `web` at `https://packages.example/tenure/`"
        );
        assert_eq!(
            destination.files().unwrap().as_str(),
            "https://packages.example/tenure/-/api/v1/projects/web/files"
        );
        assert_eq!(
            destination.registry(),
            "https://packages.example/tenure/p/web/npm/"
        );
    }

    #[test]
    fn flags_come_first() {
        let written = read("[server]\nurl = \"https://a.example\"\nproject = \"web\"\n").unwrap();
        let flags = (
            Some(address("https://b.example").unwrap()),
            Some("api".parse().unwrap()),
        );
        let destination = chosen(flags, written).unwrap();
        assert_eq!(
            destination.to_string(),
            "project `api` at `https://b.example/`"
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let said = [
            "",
            "[server]\n",
            "[server]\nurl = \"https://a.example\"\n",
            "[server]\nproject = \"web\"\n",
            "[server]\nurl = \"https://a.example\"\nprojet = \"web\"\n",
            "[server]\nurl = 1\n",
            "[server]\nurl = \"a.example\"\nproject = \"web\"\n",
            "[server]\nurl = \"ftp://a.example\"\nproject = \"web\"\n",
            "[server]\nurl = \"https://ada:s3cret@a.example\"\nproject = \"web\"\n",
            "[server]\nurl = \"https://a.example\"\nproject = \"Web\"\n",
        ]
        .map(|text| of(text).unwrap_err().to_string());
        assert!(!said.concat().contains("s3cret"));
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn a_token_in_the_clear_is_said() {
        let clear = |url: &str| {
            let url = Some(address(url).unwrap());
            let destination = chosen((url, Some("web".parse().unwrap())), (None, None));
            destination.unwrap().in_the_clear().is_some()
        };
        assert!(clear("http://packages.example"));
        for url in [
            "https://packages.example",
            "http://127.0.0.1:4874",
            "http://[::1]:4874",
            "http://localhost:4874",
        ] {
            assert!(!clear(url), "{url}");
        }
    }
}
