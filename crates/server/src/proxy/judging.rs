//! Which releases of a document are held, in a view.

use super::message;
use super::{Document, Proxy, ProxyError};
use crate::observe;
use crate::view::View;
use moka::future::Cache as Memory;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tenure_domain::{Days, History, Missing, Popularity, ReleaseState, Time};
use tenure_store::Digest;
use tenure_trust::acceptance;
use tenure_trust::change::Kind;
use tenure_trust::judge::Judge;
use tenure_trust::people::People;
use tenure_trust::tenures::{Tenure, tenures};
use tenure_trust::verdict::{Finding, Judgement, Verdict};

/// The verdicts on a document's releases, as far as they stop anything.
#[derive(Debug)]
pub(crate) struct Judged {
    /// By version.
    pub(crate) restrictions: BTreeMap<Box<str>, Restriction>,
    /// Names the restrictions: other ones have another digest.
    pub(crate) digest: [u8; 16],
    /// Who held the package, and when; the oldest first.
    pub(crate) tenures: Vec<Tenure>,
    /// Releases on which nothing can be said, and what the upstream does not
    /// give of them.
    pub(crate) unknown: BTreeMap<Box<str>, Missing>,
    /// When the verdicts have to be found anew.
    good_until: Time,
}

/// Why a release is not offered by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Restriction {
    /// `hold` or `block`.
    pub(crate) verdict: Verdict,
    /// What changed, since when, and what to do, in one line without the
    /// package's name and the link.
    pub(crate) line: String,
    /// What kind of change it is about.
    pub(crate) kind: Option<Kind>,
    /// When it ends by itself.
    pub(crate) until: Option<Time>,
    /// The commands that accept what it is held for.
    pub(crate) commands: Vec<String>,
}

/// By document, by how many releases are judged with it (earlier documents may
/// add some), by what is said of people elsewhere, and by view.
type Key = (Digest, usize, Option<Digest>, Arc<str>);

pub(super) type Cache = Memory<Key, Arc<Judged>>;

fn key(document: &Document, view: &View) -> Key {
    let releases = document.remembered.releases().len();
    let facts = document.facts.as_ref().map(|facts| facts.digest);
    (document.digest, releases, facts, Arc::clone(&view.key))
}

pub(super) fn cache() -> Cache {
    Memory::builder()
        .weigher(|_, judged: &Arc<Judged>| {
            256 + 400 * judged.restrictions.len() as u32 + 64 * judged.unknown.len() as u32
        })
        .max_capacity(8 * 1024 * 1024)
        .build()
}

/// Verdicts rest on the day and on what else is known of people, so they are
/// found anew after so long.
const GOOD_FOR: Days = Days(10.0 / (24.0 * 60.0));
/// Of the packages in which the people of a package act, as many as say who
/// they are: those with the earliest acts come first.
const MOST_HISTORIES: usize = 64;
/// How long a first answer waits for a package's popularity.
const POPULARITY_PATIENCE: Duration = Duration::from_secs(2);

impl Proxy {
    /// The verdicts on a document in a view.
    pub(crate) async fn judged(
        self: &Arc<Self>,
        document: &Arc<Document>,
        view: &Arc<View>,
    ) -> Result<Arc<Judged>, ProxyError> {
        if let Some(judged) = self.judged_before(document, view).await {
            return Ok(judged);
        }
        let now = self.clock.now();
        let judged = Arc::new(self.judge(document, view, now).await?);
        let key = key(document, view);
        self.judged.insert(key, Arc::clone(&judged)).await;
        Ok(judged)
    }

    /// The verdicts, if they are known and still good.
    pub(super) async fn judged_before(
        &self,
        document: &Document,
        view: &View,
    ) -> Option<Arc<Judged>> {
        let judged = self.judged.get(&key(document, view)).await?;
        (self.clock.now() < judged.good_until).then_some(judged)
    }

    async fn judge(
        self: &Arc<Self>,
        document: &Arc<Document>,
        view: &Arc<View>,
        now: Time,
    ) -> Result<Judged, ProxyError> {
        let around = self.histories_around(&document.remembered);
        let known = self.known_popularity(&document.upstream, &document.package);
        let (histories, known) = tokio::join!(around, known);
        let mut matter = Matter {
            document: Arc::clone(document),
            view: Arc::clone(view),
            histories: Arc::new(histories),
            popularity: known.clone().flatten(),
            now,
        };
        let (mut judged, tier_matters) = self.decide(matter.clone()).await?;
        if tier_matters && known.is_none() {
            let ask = self.ask_popularity(&document.upstream, &document.package);
            if let Ok(Some(popularity)) = tokio::time::timeout(POPULARITY_PATIENCE, ask).await {
                matter.popularity = Some(popularity);
                (judged, _) = self.decide(matter).await?;
            }
        }
        observe::judged(&document.package, &judged);
        Ok(judged)
    }

    async fn decide(&self, matter: Matter) -> Result<(Judged, bool), ProxyError> {
        // A small history is quicker judged than handed to another thread.
        if matter.document.remembered.releases().len() < 200 {
            return Ok(matter.decide());
        }
        self.work(move || matter.decide()).await
    }

    /// What the people of a package did elsewhere, as far as it is known here.
    async fn histories_around(&self, history: &History) -> Vec<Arc<History>> {
        // First what has just come: of each package the first one counts. And
        // before the store is asked, or it could have gone from here to there.
        let mut around = self.documents.keeping.histories_of(history.parties());
        let kept = self
            .store
            .histories_of(history.parties(), MOST_HISTORIES)
            .await;
        match kept {
            Ok(kept) => around.extend(kept),
            // Everybody looks like a stranger then, which errs on the side of
            // holding.
            Err(error) => observe::store_failed("reading histories", &error),
        }
        around
    }
}

/// All that the verdicts on a document rest on.
#[derive(Clone)]
struct Matter {
    document: Arc<Document>,
    view: Arc<View>,
    histories: Arc<Vec<Arc<History>>>,
    popularity: Option<Popularity>,
    now: Time,
}

impl Matter {
    /// The verdicts, and whether another popularity would change one.
    fn decide(&self) -> (Judged, bool) {
        self.caught(|| self.verdicts())
            .unwrap_or_else(|| (self.all_held(), false))
    }

    /// What `judge` finds; nothing if it breaks down, which is a bug that must
    /// let nothing through.
    fn caught<T>(&self, judge: impl FnOnce() -> T) -> Option<T> {
        let caught = catch_unwind(AssertUnwindSafe(judge));
        if caught.is_err() {
            observe::judging_failed(&self.document.package);
        }
        caught.ok()
    }

    fn verdicts(&self) -> (Judged, bool) {
        let mut people = People::with_links(&self.view.links);
        let history = &*self.document.remembered;
        people.add(history);
        for other in self.histories.iter() {
            people.add(other);
        }
        let judge = Judge {
            people: &people,
            policy: &self.view.policy,
            decisions: &self.view.decisions,
            baseline: self.view.baseline.as_deref(),
            now: self.now,
        };
        let mut case = judge.open(history, self.popularity.as_ref());
        let mut unknown = BTreeMap::new();
        let mut tier_matters = false;
        let mut restrictions = BTreeMap::new();
        for (index, release) in history.releases().iter().enumerate() {
            if release.state != ReleaseState::Offered {
                continue;
            }
            tier_matters = tier_matters || case.depends_on_tier(index);
            match self.verdict(|| case.judge_at(index)) {
                Ok(Some(restriction)) => {
                    restrictions.insert(release.version.clone(), restriction);
                }
                Ok(None) => {}
                Err(missing) => {
                    unknown.insert(release.version.clone(), missing);
                }
            }
        }
        let tenures = tenures(history, &case.changes);
        (
            Judged::new(restrictions, tenures, unknown, self.now),
            tier_matters,
        )
    }

    /// What stops a release, by what `judge` says of it. An error while
    /// deciding stops it.
    fn verdict(&self, judge: impl FnOnce() -> Judgement) -> Result<Option<Restriction>, Missing> {
        let Some(judgement) = self.caught(judge) else {
            return Ok(Some(Restriction::of_error()));
        };
        match judgement.verdict {
            Verdict::Pass | Verdict::Note => Ok(None),
            Verdict::Unknown => Err(judgement
                .missing
                .first()
                .copied()
                .unwrap_or(Missing::Release)),
            Verdict::Hold | Verdict::Block => Ok(Some(Restriction {
                verdict: judgement.verdict,
                line: message::line(&judgement),
                kind: judgement.decisive().map(|finding| finding.change.kind),
                until: judgement.decisive().and_then(Finding::until),
                commands: acceptance::commands(&judgement),
            })),
        }
    }

    fn all_held(&self) -> Judged {
        let releases = self.document.history.releases().iter();
        let restrictions =
            releases.map(|release| (release.version.clone(), Restriction::of_error()));
        Judged::new(
            restrictions.collect(),
            Vec::new(),
            BTreeMap::new(),
            self.now,
        )
    }
}

impl Restriction {
    fn of_error() -> Self {
        Self {
            verdict: Verdict::Hold,
            line: "held, for it could not be judged: an error in the server, which its log tells more of".to_owned(),
            kind: None,
            until: None,
            commands: Vec::new(),
        }
    }
}

impl Judged {
    fn new(
        restrictions: BTreeMap<Box<str>, Restriction>,
        tenures: Vec<Tenure>,
        unknown: BTreeMap<Box<str>, Missing>,
        now: Time,
    ) -> Self {
        let mut digest = Sha256::new();
        let mut good_until = now + GOOD_FOR;
        for (version, restriction) in &restrictions {
            for part in [version, restriction.verdict.as_str(), &restriction.line] {
                digest.update((part.len() as u64).to_le_bytes());
                digest.update(part);
            }
            if let Some(until) = restriction.until {
                good_until = good_until.min(until.max(now));
            }
        }
        let mut short = [0; 16];
        short.copy_from_slice(&digest.finalize()[..16]);
        Self {
            restrictions,
            digest: short,
            tenures,
            unknown,
            good_until,
        }
    }

    /// What is found of most documents.
    pub(super) fn nothing_held(now: Time) -> Self {
        Self::new(BTreeMap::new(), Vec::new(), BTreeMap::new(), now)
    }

    /// The restriction of a version, where it has one.
    pub(crate) fn of(&self, version: &str) -> Option<&Restriction> {
        self.restrictions.get(version)
    }

    /// How a version stands: `hold`, `block`, `unknown`, or else `pass`.
    pub(crate) fn verdict(&self, version: &str) -> Verdict {
        match self.of(version) {
            Some(restriction) => restriction.verdict,
            None if self.unknown.contains_key(version) => Verdict::Unknown,
            None => Verdict::Pass,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenure_ecosystem::npm::packument;
    use tenure_trust::acceptance::{Circle, ProjectFile};
    use tenure_upstream::npm_config::{Place, Upstream};

    fn matter() -> Matter {
        let packument = tenure_testkit::Packument::new("chalk")
            .release(tenure_testkit::Release::new("1.0.0").by("ada"))
            .release(tenure_testkit::Release::new("1.1.0").by("ada"));
        let history = packument::read(packument.to_json().to_string().as_bytes()).unwrap();
        let history = Arc::new(history);
        let upstream = Upstream::parse("https://registry.example/", Place::Flag).unwrap();
        let now: Time = "2026-11-22T10:00:00Z".parse().unwrap();
        Matter {
            document: Arc::new(Document {
                package: history.package().clone(),
                upstream: upstream.0,
                digest: Digest::of(b""),
                remembered: Arc::clone(&history),
                history,
                facts: None,
                checked: now,
                stale: None,
            }),
            view: Arc::new(View::of_server(
                &ProjectFile::default(),
                Circle::default(),
                now,
            )),
            histories: Arc::default(),
            popularity: None,
            now,
        }
    }

    #[test]
    fn an_error_while_judging_lets_nothing_through() {
        let matter = matter();
        let held = matter.verdict(|| panic!("on purpose"));
        let held = held.unwrap().unwrap();
        assert_eq!(held.verdict, Verdict::Hold);
        assert!(held.line.starts_with("held, for it could not be judged"));
        // Nothing was found in the whole history.
        let all: Option<()> = matter.caught(|| panic!("on purpose"));
        assert!(all.is_none());
        let all = matter.all_held();
        let versions: Vec<&str> = all.restrictions.keys().map(|version| &**version).collect();
        assert_eq!(versions, ["1.0.0", "1.1.0"]);
        assert_eq!(all.verdict("1.1.0"), Verdict::Hold);
        // Another answer than that of a server without the error.
        assert_ne!(all.digest, matter.decide().0.digest);
    }
}
