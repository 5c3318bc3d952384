//! What a person has to do so that an account shows the key.

use crate::context::SigningKey;
use tenure_domain::{Ecosystem, Party};
use tenure_ecosystem::identity::{Account, Proof, token};

/// The lines for people, with the account's own words for things.
pub(super) fn steps(account: &Account, proof: Option<&Proof>, key: &SigningKey) -> String {
    let token = token(&key.fingerprint);
    let place = proof.map(ToString::to_string).unwrap_or_default();
    let todo = match account {
        Account::Github { login, .. } if proof.is_none() => format!(
            "Add this key to the account `{login}` as a signing key\n\
             (Settings, SSH and GPG keys, New SSH key, key type: Signing Key):\n\n  {}\n",
            key.public
        ),
        Account::Github { login, .. } => format!(
            "Put this line into {place}\n\
             (a gist of `{login}`; or a file whose last commit `{login}` made and signed):\n\n  {token}\n"
        ),
        Account::Domain(name) => format!(
            "Publish one of these, either is enough:\n\n\
             \x20 _tenure.{name}. IN TXT \"{token}\"\n\n\
             or the file https://{name}/.well-known/tenure.txt with the line\n\n  {token}\n"
        ),
        Account::Web(profile) => format!(
            "Let the profile {profile} link to {place} with rel=\"me\",\n\
             and put this into the head of that page (or, if it is a plain text, the line `{token}`):\n\n\
             \x20 <meta name=\"tenure-key\" content=\"{}\">\n",
            key.fingerprint
        ),
        Account::Key(_) => {
            return "Both keys have signed, so nothing else is needed.\n".to_owned();
        }
        Account::Registry(party) => registry(party, &place, &token, key),
    };
    format!("\n{todo}\nThen: tenure identity check {account}\n")
}

fn registry(party: &Party, package: &str, token: &str, key: &SigningKey) -> String {
    match party.ecosystem() {
        Ecosystem::Npm => format!(
            "Add this to the package.json of {package} and publish a version yourself\n\
             (a version that a workflow publishes is nobody's):\n\n  \"tenure\": \"{}\"\n",
            key.fingerprint
        ),
        Ecosystem::Cargo => format!(
            "The registry says with which account at GitHub one logs in. Add this key there as a\n\
             signing key (Settings, SSH and GPG keys, New SSH key, key type: Signing Key):\n\n  {}\n",
            key.public
        ),
        Ecosystem::Pypi => format!(
            "Add this to the keywords of {package} and publish a release; the project must have\n\
             no other owner or maintainer:\n\n  \"{token}\"\n"
        ),
        Ecosystem::Nuget => format!(
            "Add this to the tags of {package} and publish a version; the package must have\n\
             no other owner:\n\n  {token}\n"
        ),
    }
}
