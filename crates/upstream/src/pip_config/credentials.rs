//! What is shown to an index: the user in its address, or an
//! entry of `.netrc`.

use super::{Reading, netrc};
use crate::configured::Named;
use crate::npm_config::{Credential, Credentials, Upstream, files};
use url::Url;

/// The credentials of all indexes that are named. Those of `.netrc` are for a
/// machine, the others for the index alone.
pub(super) fn all(reading: &Reading<'_>, default: Option<&Named>, others: &[Named]) -> Credentials {
    let mut all = Credentials::default();
    let logins = logins(reading);
    for (address, place) in default.into_iter().chain(others) {
        let Ok((upstream, in_address)) = Upstream::parse(address, place.clone()) else {
            continue;
        };
        let url = upstream.url();
        if let Some(login) = logins
            .as_deref()
            .and_then(|text| netrc::find(text, url.host_str()?))
        {
            all.insert(&machine(url), Credential::user(login.name, login.password));
        }
        if let Some(credential) = in_address {
            all.insert_for(url, credential);
        }
    }
    all
}

/// `//host[:port]`: the facts of an index are not below its own path.
fn machine(url: &Url) -> String {
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    format!("//{}{port}", url.host_str().unwrap_or_default())
}

fn logins(reading: &Reading<'_>) -> Option<String> {
    let named = reading.around.env.path("NETRC");
    let name = if cfg!(windows) { "_netrc" } else { ".netrc" };
    let path = named.or_else(|| Some(reading.around.env.home()?.join(name)))?;
    files::read(&path).ok().flatten()
}
