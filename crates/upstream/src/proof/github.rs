//! Accounts at GitHub: the keys they sign with, a gist of theirs, or a file that
//! they alone wrote.

use super::guarded::Answered;
use super::{Inner, Proved};
use crate::FetchError;
use tenure_ecosystem::identity::Proof;
use tenure_ecosystem::identity::proof::{ProofError, github, names};
use tenure_ecosystem::vouch::ssh::Fingerprint;
use url::Url;

const JSON: &str = "application/vnd.github+json";
/// The bytes of a file, as the API gives them.
const RAW: &str = "application/vnd.github.raw+json";

/// What an address at GitHub leads to.
#[derive(Debug, PartialEq)]
enum Place<'a> {
    Gist(&'a str),
    File {
        repository: [&'a str; 2],
        branch: &'a str,
        path: &'a str,
    },
}

impl Inner {
    /// Whether the account shows the key. `known` is the number that it had
    /// before: a login that was given up may be somebody else's.
    pub(super) async fn github(
        &self,
        login: &str,
        known: Option<&str>,
        proof: Option<&Proof>,
        key: &Fingerprint,
    ) -> Result<Proved, FetchError> {
        let url = self.api(&["users", login], &[])?;
        let Some(user) = self.read(&url, JSON, github::read_user).await? else {
            return Ok(Proved::denied(format!("there is no account `{login}`")));
        };
        let id = user.id.to_string();
        if let Some(known) = known.filter(|known| *known != id) {
            return Ok(Proved::denied(format!(
                "`{login}` is another account by now: number {id}, not {known}"
            )));
        }
        let shown = match proof {
            None => self.signing_keys(login, key).await?,
            Some(Proof::Address(at)) => match place(at) {
                Some(Place::Gist(gist)) => self.gist(gist, user.id, key).await?,
                Some(file) => self.file(&file, user.id, key).await?,
                None => Err("its address is neither that of a gist nor that of a file".to_owned()),
            },
            Some(Proof::Package(_)) => Err("it has no packages".to_owned()),
        };
        Ok(match shown {
            Ok(via) => Proved::Confirmed { via, id: Some(id) },
            Err(why) => Proved::Denied { why },
        })
    }

    async fn signing_keys(
        &self,
        login: &str,
        key: &Fingerprint,
    ) -> Result<Result<String, String>, FetchError> {
        let path = ["users", login, "ssh_signing_keys"];
        let url = self.api(&path, &[("per_page", "100")])?;
        let keys = self
            .read(&url, JSON, github::read_keys)
            .await?
            .unwrap_or_default();
        if keys.contains(key) {
            return Ok(Ok(self.api(&path, &[])?.into()));
        }
        Ok(Err(match keys.len() {
            0 => "the account has no signing keys".to_owned(),
            count => format!("the key is not among the {count} with which the account signs"),
        }))
    }

    async fn gist(
        &self,
        gist: &str,
        owner: u64,
        key: &Fingerprint,
    ) -> Result<Result<String, String>, FetchError> {
        let url = self.api(&["gists", gist], &[])?;
        let Some(gist) = self.read(&url, JSON, github::read_gist).await? else {
            return Ok(Err("the gist is gone".to_owned()));
        };
        Ok(if gist.owner.id != owner {
            Err(format!("the gist is that of `{}`", gist.owner.login))
        } else if gist.names(key) {
            Ok(url.into())
        } else {
            Err("the gist does not name the key".to_owned())
        })
    }

    /// In a repository others may write, so it counts who made the last commit
    /// to the file, by a signature with a key of the account.
    async fn file(
        &self,
        place: &Place<'_>,
        owner: u64,
        key: &Fingerprint,
    ) -> Result<Result<String, String>, FetchError> {
        let Place::File {
            repository: [whose, name],
            branch,
            path,
        } = place
        else {
            return Ok(Err("it is no file".to_owned()));
        };
        let parts: Vec<&str> = ["repos", whose, name, "contents"]
            .into_iter()
            .chain(path.split('/'))
            .collect();
        let url = self.api(&parts, &[("ref", branch)])?;
        let text = |bytes: &[u8]| Ok(String::from_utf8_lossy(bytes).into_owned());
        let Some(text) = self.read(&url, RAW, text).await? else {
            return Ok(Err("the file is gone".to_owned()));
        };
        if !names(&text, key) {
            return Ok(Err("the file does not name the key".to_owned()));
        }
        let query = [("sha", *branch), ("path", path), ("per_page", "1")];
        let commits = self.api(&["repos", whose, name, "commits"], &query)?;
        let Some(last) = self.read(&commits, JSON, github::read_last_commit).await? else {
            return Ok(Err("nobody is known to have written the file".to_owned()));
        };
        let is_owner =
            |user: &Option<github::User>| user.as_ref().is_some_and(|user| user.id == owner);
        let by_owner = is_owner(&last.author) && is_owner(&last.committer);
        Ok(if by_owner && last.is_signed {
            Ok(url.into())
        } else {
            let why = "the last commit to the file is not one that the account made and signed";
            Err(why.to_owned())
        })
    }

    /// What is at an address of the API; `None` if nothing is.
    async fn read<T>(
        &self,
        url: &Url,
        accept: &str,
        read: impl Fn(&[u8]) -> Result<T, ProofError>,
    ) -> Result<Option<T>, FetchError> {
        match self.web.get(url, accept).await? {
            Answered::Nothing => Ok(None),
            Answered::Bytes(bytes) => {
                let read = read(&bytes);
                read.map(Some)
                    .map_err(|error| FetchError::unreadable(url.as_str(), &error))
            }
        }
    }

    /// An address of the API. What is in the parts stays in them.
    fn api(&self, parts: &[&str], query: &[(&str, &str)]) -> Result<Url, FetchError> {
        let mut url = self.github.clone();
        let outside = || FetchError::Outside {
            registry: self.github.to_string(),
            path: parts.join("/"),
        };
        url.path_segments_mut()
            .map_err(|()| outside())?
            .pop_if_empty()
            .extend(parts);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// The host of GitHub's pages, which is that of its API without `api.`.
    pub(super) fn github_site(&self) -> Option<&str> {
        let host = self.github.host_str()?;
        Some(host.strip_prefix("api.").unwrap_or(host))
    }
}

/// `/ada/0123abcd...` is a gist, `/ada/river/blob/main/tenure.txt` a file.
fn place(url: &Url) -> Option<Place<'_>> {
    let path = url.path().trim_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    match parts[..] {
        [whose, name, "blob", branch, _, ..] => {
            let mut rest = path.splitn(5, '/');
            Some(Place::File {
                repository: [whose, name],
                branch,
                path: rest.nth(4)?,
            })
        }
        [.., gist] if parts.len() <= 3 && is_gist(gist) => Some(Place::Gist(gist)),
        _ => None,
    }
}

fn is_gist(text: &str) -> bool {
    (20..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_that_of_a_gist_or_of_a_file() {
        let gist = "0123456789abcdef0123456789abcdef";
        let url = |path: &str| Url::parse(&format!("https://forge.example/{path}")).unwrap();
        let with_owner = url(&format!("ada/{gist}"));
        assert_eq!(place(&with_owner), Some(Place::Gist(gist)));
        let file = url("ada/river/blob/main/docs/tenure.txt");
        let expected = Place::File {
            repository: ["ada", "river"],
            branch: "main",
            path: "docs/tenure.txt",
        };
        assert_eq!(place(&file), Some(expected));
        for other in [
            "",
            "ada",
            "ada/river",
            "ada/river/blob/main",
            "ada/river/tree/main/x",
        ] {
            assert_eq!(place(&url(other)), None, "{other}");
        }
    }
}
