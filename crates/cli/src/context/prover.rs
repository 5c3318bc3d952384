//! Asking accounts whether they show a key, and what the answers come to.

use super::Link;
use anyhow::{Context as _, anyhow};
use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tenure_domain::{Outcome, Time};
use tenure_ecosystem::identity::Account;
use tenure_ecosystem::identity::record::Looked;
use tenure_trust::identity::{IdentityRules, State};
use tenure_upstream::npm_config::{NpmConfig, Transport};
use tenure_upstream::proof::{Proved, Prover, ProverOptions, Question};
use tenure_upstream::{Environment, FetchError, FetcherOptions};
use tokio::task::JoinSet;
use url::Url;

/// For everything about one account.
const PATIENCE: Duration = Duration::from_secs(40);
/// Accounts that are asked at the same time.
const AT_ONCE: usize = 8;
const DNS_PORT: u16 = 53;

/// Asks accounts.
pub(crate) struct Asker {
    prover: Prover,
}

impl Asker {
    /// By the way that the npm of the project at `root` goes, and as `[identity]`
    /// says.
    pub(crate) fn new(
        rules: &IdentityRules,
        registries: FetcherOptions,
        root: &Path,
        env: &Environment,
    ) -> anyhow::Result<Self> {
        let config = NpmConfig::load(env, root);
        let github = rules.github.as_deref().map(github).transpose()?;
        let dns = rules.dns.as_deref().map(dns).transpose()?;
        let allow = rules.allow.iter().map(|host| host.parse());
        let allow = allow
            .collect::<Result<_, _>>()
            .context("[identity] allow")?;
        let prover = Prover::new(ProverOptions {
            transport: Transport::new(&config, env),
            github,
            dns,
            allow,
            patience: PATIENCE,
            registries,
        })?;
        Ok(Self { prover })
    }

    /// Asks the account of each link once, several at the same time. The looks
    /// come in the order of the links.
    pub(crate) async fn ask(&self, links: &[Link], now: Time) -> anyhow::Result<Vec<Looked>> {
        let mut waiting = links.iter().enumerate();
        let mut running = JoinSet::new();
        let mut looks: Vec<Option<Looked>> = vec![None; links.len()];
        loop {
            while running.len() < AT_ONCE
                && let Some((place, link)) = waiting.next()
            {
                let (prover, question) = (self.prover.clone(), question(link));
                running.spawn(async move { (place, prover.check(&question).await) });
            }
            let Some(joined) = running.join_next().await else {
                return Ok(looks.into_iter().flatten().collect());
            };
            let (place, proved) = joined?;
            let link = &links[place];
            looks[place] = Some(Looked {
                at: now,
                link: link.digest.clone(),
                key: link.key.to_string(),
                account: link.account.to_string(),
                outcome: outcome(proved),
            });
        }
    }
}

/// Of the links of one key, no more are looked at: who follows somebody must not
/// be made to knock at any number of doors.
const MOST_OF_ONE: usize = 50;

/// Those links that are looked at: of keys that are accepted, and not more of one
/// than anybody has.
pub(crate) fn askable(links: &mut Vec<Link>, accepted: &HashSet<Box<str>>) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    links.retain(|link| {
        let count = counts.entry(link.key.to_string()).or_default();
        *count += 1;
        *count <= MOST_OF_ONE && accepted.contains(link.key.as_str())
    });
}

/// Whether it is time to look at a link. What is not confirmed is always looked
/// at; two keys that have both signed need nobody to.
pub(crate) fn due(link: &Link, rules: &IdentityRules, now: Time) -> bool {
    if matches!(link.account, Account::Key(_)) {
        return false;
    }
    match link.state {
        State::Withdrawn { .. } => false,
        State::Confirmed { last, .. } => now.since(last) >= rules.recheck(),
        _ => true,
    }
}

fn question(link: &Link) -> Question {
    Question {
        key: link.key.clone(),
        account: link.account.clone(),
        proof: link.proof.clone(),
        id: link.id.clone(),
        via: link.via.clone(),
    }
}

fn outcome(proved: Result<Proved, FetchError>) -> Outcome {
    match proved {
        Ok(Proved::Confirmed { via, id }) => Outcome::Confirmed { via, id },
        Ok(Proved::Denied { why }) => Outcome::Denied { why: line(&why) },
        Err(error) => Outcome::Unanswered {
            why: line(&error.to_string()),
        },
    }
}

/// What others wrote, as a line that may be kept.
fn line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(400).collect()
}

fn github(text: &str) -> anyhow::Result<Url> {
    let url: Option<Url> = text.parse().ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| anyhow!("[identity] github is `{text}`; expected an address such as https://forge.example/api/v3"))
}

fn dns(text: &str) -> anyhow::Result<SocketAddr> {
    let with_port = text.parse::<SocketAddr>();
    let alone = |_| {
        text.parse::<IpAddr>()
            .map(|ip| SocketAddr::new(ip, DNS_PORT))
    };
    with_port.or_else(alone).map_err(|_| {
        anyhow!("[identity] dns is `{text}`; expected an address such as 192.0.2.53:53")
    })
}
