//! Looking again, while the server runs, whether the accounts of those whom it
//! follows still show their keys.

use crate::context::{Asker, Identities, Link, RECORD, askable, due};
use crate::settings::Settings;
use std::time::Duration;
use tenure_domain::{Clock, Days, Ecosystem, Time};
use tenure_server::Following;
use tenure_trust::acceptance::Circle;
use tenure_upstream::{Environment, FetcherOptions};

/// How often it is looked for links that are due.
const ROUND: Duration = Duration::from_hours(1);

/// The links of those whom the server follows.
pub(super) struct Links {
    identities: Identities,
    circle: Circle,
    asker: Asker,
    clock: Clock,
}

/// Whom a server follows, by its file, with what was seen so far; and the links
/// to look at, if there are any. What is seen is kept in the server's data folder.
pub(super) fn of(
    settings: &Settings,
    upstreams: &[(Ecosystem, String)],
    env: &Environment,
    clock: &Clock,
) -> anyhow::Result<(Circle, Option<Links>)> {
    let vouches = settings.vouches()?;
    let (mut circle, mut identities) = (vouches.circle, vouches.identities);
    identities.recording_at(settings.data.join(RECORD))?;
    circle.set_claims(identities.claims());
    let now = clock.now();
    if identities.links(now).is_empty() {
        return Ok((circle, None));
    }
    let root = &settings.folder;
    let mut registries = FetcherOptions::new(env.clone(), root, now);
    registries.upstreams.extend(upstreams.iter().cloned());
    let configured = settings.file.upstream.by_ecosystem();
    let configured = configured.map(|(ecosystem, address)| (ecosystem, address.to_owned()));
    registries.configured_upstreams.extend(configured);
    let asker = Asker::new(identities.rules(), registries, root, env)?;
    let links = Links {
        identities,
        circle: circle.clone(),
        asker,
        clock: clock.clone(),
    };
    Ok((circle, Some(links)))
}

impl Links {
    /// Looks, now and from time to time.
    pub(super) async fn watch(mut self, following: Following) {
        let mut rounds = tokio::time::interval(ROUND);
        loop {
            rounds.tick().await;
            if let Err(error) = self.look(&following).await {
                tracing::warn!(%error, "identity links could not be looked at");
            }
        }
    }

    async fn look(&mut self, following: &Following) -> anyhow::Result<()> {
        let now = self.clock.now();
        let rules = self.identities.rules();
        let mut links = self.identities.links(now);
        askable(&mut links, &self.circle.accepted_keys(now));
        links.retain(|link| due(link, rules, now) && !is_recent(link, now));
        if links.is_empty() {
            return Ok(());
        }
        let looks = self.asker.ask(&links, now).await?;
        tracing::info!(links = looks.len(), "looked at identity links");
        let kept = self.identities.record(looks);
        self.circle.set_claims(self.identities.claims());
        following.set(self.circle.clone());
        kept
    }
}

/// What is not confirmed is looked at once a day, or a restart would ask anew.
fn is_recent(link: &Link, now: Time) -> bool {
    let day = Days(1.0);
    !link.state.counts() && link.last_checked.is_some_and(|at| now.since(at) < day)
}
