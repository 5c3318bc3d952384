//! Accounts of registries: what the registry says that one's own clients are
//! configured for.

use super::{Inner, Proved, Question};
use crate::FetchError;
use crate::feed::unreadable;
use tenure_domain::{Ecosystem, PackageId, Party};
use tenure_ecosystem::cargo::config::{self, Config};
use tenure_ecosystem::identity::Proof;
use tenure_ecosystem::identity::proof::ProofError;
use tenure_ecosystem::identity::proof::registry::{self, Shown};
use tenure_ecosystem::nuget::service::{Resource, Service};
use tenure_ecosystem::pypi::facts;
use url::Url;

impl Inner {
    pub(super) async fn registry(
        &self,
        party: &Party,
        proof: Option<&Proof>,
        question: &Question,
    ) -> Result<Proved, FetchError> {
        let Some(login) = party.login() else {
            return Ok(Proved::denied("a workflow is nobody's alone"));
        };
        let Some(Proof::Package(package)) = proof else {
            return self.cargo(login, party.id(), question).await;
        };
        let read = match package.ecosystem() {
            Ecosystem::Npm => self.npm(package, login).await?,
            Ecosystem::Pypi => self.pypi(package, login).await?,
            Ecosystem::Nuget => self.nuget(package, login).await?,
            Ecosystem::Cargo => None,
        };
        let Some((url, shown)) = read else {
            return Ok(Proved::denied(format!("there is no package `{package}`")));
        };
        if !shown.is_by_account {
            return Ok(Proved::denied(format!(
                "`{package}` is not the work of `{login}` alone"
            )));
        }
        if !shown.keys.contains(&question.key) {
            return Ok(Proved::denied(format!("`{package}` does not name the key")));
        }
        Ok(Proved::Confirmed {
            via: url.into(),
            id: None,
        })
    }

    /// A user of a cargo registry logs in with an account at GitHub, and that
    /// shows the key.
    async fn cargo(
        &self,
        login: &str,
        named: Option<&str>,
        question: &Question,
    ) -> Result<Proved, FetchError> {
        let upstream = self.registries.default_upstream(Ecosystem::Cargo)?;
        let client = self.registries.client(Ecosystem::Cargo)?;
        let at = upstream.below(config::NAME)?;
        let bytes = client.get_json(at.clone()).await?;
        let config = Config::read(&bytes).map_err(|error| unreadable(&at, &error))?;
        let Some(api) = config.api.and_then(|api| api.parse::<Url>().ok()) else {
            return Err(unreadable(&at, &"the registry has no API"));
        };
        let mut url = api;
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v1", "users", login]);
        }
        let Some(bytes) = if_known(client.get_json(url.clone()).await)? else {
            return Ok(Proved::denied(format!("there is no account `{login}`")));
        };
        let user = registry::read_cargo_user(&bytes).map_err(|error| unreadable(&url, &error))?;
        let id = user.id.to_string();
        if let Some(known) = named
            .or(question.id.as_deref())
            .filter(|known| *known != id)
        {
            return Ok(Proved::denied(format!(
                "`{login}` is another account by now: number {id}, not {known}"
            )));
        }
        let profile = user.profile.and_then(|profile| profile.parse::<Url>().ok());
        let Some(account) = profile.as_ref().and_then(|url| self.account_of(url)) else {
            return Ok(Proved::denied(format!(
                "`{url}` names no account at GitHub"
            )));
        };
        let number = user.profile_id.map(|id| id.to_string());
        let shown = self.github(&account, number.as_deref(), None, &question.key);
        Ok(match shown.await? {
            Proved::Confirmed { via, .. } => Proved::Confirmed { via, id: Some(id) },
            Proved::Denied { why } => Proved::Denied {
                why: format!("it is that of github:{account}, and {why}"),
            },
        })
    }

    /// The login in the address of a profile at GitHub.
    fn account_of(&self, url: &Url) -> Option<String> {
        let mut parts = url.path_segments()?;
        let login = parts.next().filter(|login| !login.is_empty())?;
        let is_there = url.host_str() == self.github_site() && parts.all(str::is_empty);
        is_there.then(|| login.to_ascii_lowercase())
    }

    async fn npm(&self, package: &PackageId, login: &str) -> Said {
        let url = self.registries.upstream(package)?.packument_url(package);
        self.said(Ecosystem::Npm, url, |bytes| {
            registry::read_npm(bytes, login).map(Some)
        })
        .await
    }

    async fn pypi(&self, package: &PackageId, login: &str) -> Said {
        let upstream = self.registries.upstream(package)?;
        let api = facts::api(upstream.url()).and_then(|api| {
            let project = facts::project_at(api.as_str(), package.name());
            project.parse().ok()
        });
        let Some(url) = api else {
            return Err(unreadable(upstream.url(), &"the index has no JSON API"));
        };
        self.said(Ecosystem::Pypi, url, |bytes| {
            registry::read_pypi(bytes, login).map(Some)
        })
        .await
    }

    async fn nuget(&self, package: &PackageId, login: &str) -> Said {
        let upstream = self.registries.upstream(package)?;
        let client = self.registries.client(Ecosystem::Nuget)?;
        let index = &upstream.below(crate::nuget_config::SERVICE_INDEX)?;
        let bytes = client.get_json(index.clone()).await?;
        let service = Service::read(&bytes).map_err(|error| unreadable(index, &error))?;
        let search = service
            .find(Resource::Search)
            .and_then(|at| at.parse::<Url>().ok());
        let Some(mut url) = search else {
            return Err(unreadable(index, &"the feed has no search"));
        };
        if let Err(why) = crate::check_own(index, &url).await {
            return Err(unreadable(
                index,
                &format!("its search is not asked: {why}"),
            ));
        }
        url.query_pairs_mut()
            .append_pair("q", &format!("packageid:{}", package.name()))
            .append_pair("prerelease", "true")
            .append_pair("semVerLevel", "2.0.0");
        self.said(Ecosystem::Nuget, url, |bytes| {
            registry::read_nuget(bytes, package.name(), login)
        })
        .await
    }

    async fn said(
        &self,
        ecosystem: Ecosystem,
        url: Url,
        read: impl Fn(&[u8]) -> Result<Option<Shown>, ProofError>,
    ) -> Said {
        let client = self.registries.client(ecosystem)?;
        let Some(bytes) = if_known(client.get_json(url.clone()).await)? else {
            return Ok(None);
        };
        let shown = read(&bytes).map_err(|error| unreadable(&url, &error))?;
        Ok(shown.map(|shown| (url, shown)))
    }
}

/// What a registry says of a package, and where; `None` if it has none of the
/// name.
type Said = Result<Option<(Url, Shown)>, FetchError>;

/// `None` where there is no such thing. Who is not let in has learned nothing.
fn if_known<T>(asked: Result<T, FetchError>) -> Result<Option<T>, FetchError> {
    match asked {
        Err(FetchError::NotFound { .. }) => Ok(None),
        asked => asked.map(Some),
    }
}
