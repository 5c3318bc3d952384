//! How much a package is used, asked of its registry's search.

use crate::cache::PopularityEntry;
use crate::client::Client;
use crate::{FetchError, Fetcher, Upstream};
use serde_json::Value;
use tenure_domain::{Days, Ecosystem, PackageId, Popularity, Time};
use url::Url;

/// Answers are good for so long: a tier does not change within a day.
const KEPT_FOR: Days = Days(1.0);

/// What became of the question how popular a package is.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedPopularity {
    /// The package that was asked about.
    pub package: PackageId,
    /// The answer, or why there is none.
    pub answer: Result<Popularity, NoPopularity>,
}

/// Why it is not known how much a package is used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NoPopularity {
    /// What was asked, and what came instead of an answer.
    pub why: String,
}

impl Fetcher {
    /// How popular each of `packages` is, in their order. Meant for the few
    /// packages whose tier decides something: each costs a request a day.
    pub fn popularity(&self, packages: &[PackageId]) -> Vec<AskedPopularity> {
        let mut answers: Vec<Option<PopularityEntry>> = Vec::new();
        let mut questions = Vec::new();
        for (index, package) in packages.iter().enumerate() {
            if matches!(package.ecosystem(), Ecosystem::Cargo | Ecosystem::Pypi) {
                answers.push(Some(self.not_said(package)));
                continue;
            }
            let upstream = match self.upstream(package) {
                Ok(upstream) => upstream,
                Err(error) => {
                    answers.push(Some(self.unknown(&error)));
                    continue;
                }
            };
            let known = self
                .cache()
                .and_then(|cache| cache.popularity(&upstream, package));
            if package.ecosystem() == Ecosystem::Nuget {
                // It came with what a feed says of people.
                answers.push(Some(known.unwrap_or_else(|| self.not_said(package))));
                continue;
            }
            let good = known.filter(|known| self.options().offline || self.is_recent(known.asked));
            if good.is_none() {
                questions.push((index, upstream, package.clone()));
            }
            answers.push(good);
        }
        for (index, entry) in self.ask_popularity(questions) {
            answers[index] = Some(entry);
        }
        let asked = packages.iter().cloned().zip(answers);
        asked
            .filter_map(|(package, entry)| {
                let answer = entry?.answer.map_err(|why| NoPopularity { why });
                Some(AskedPopularity { package, answer })
            })
            .collect()
    }

    fn is_recent(&self, asked: Time) -> bool {
        (0.0..KEPT_FOR.0).contains(&self.options().now.since(asked).0)
    }

    fn not_said(&self, package: &PackageId) -> PopularityEntry {
        let registries = package.ecosystem();
        PopularityEntry {
            asked: self.options().now,
            answer: Err(format!("{registries} registries are not asked for it")),
        }
    }

    fn unknown(&self, why: &FetchError) -> PopularityEntry {
        PopularityEntry {
            asked: self.options().now,
            answer: Err(why.to_string()),
        }
    }

    fn ask_popularity(
        &self,
        questions: Vec<(usize, Upstream, PackageId)>,
    ) -> Vec<(usize, PopularityEntry)> {
        if questions.is_empty() {
            return Vec::new();
        }
        if self.options().offline {
            let offline = |package| self.unknown(&FetchError::Offline { package });
            return questions
                .into_iter()
                .map(|(at, _, p)| (at, offline(p)))
                .collect();
        }
        let client = self.client(Ecosystem::Npm);
        let (network, client) = match (self.network(), client) {
            (Ok(network), Ok(client)) => (network, client),
            (Err(error), _) | (_, Err(error)) => {
                let all = questions.into_iter();
                return all.map(|(at, ..)| (at, self.unknown(&error))).collect();
            }
        };
        let now = self.options().now;
        let answers = network.each(
            questions,
            |(index, upstream, package)| {
                let client = client.clone();
                async move {
                    let answer = client.popularity(&upstream, &package, now).await;
                    (index, upstream, package, answer)
                }
            },
            |_| {},
        );
        let kept = answers
            .into_iter()
            .map(|(index, upstream, package, answer)| {
                (index, self.keep_popularity(&upstream, &package, answer))
            });
        kept.collect()
    }

    /// Keeps what the registry said, and that it says nothing; not that it
    /// could not be asked.
    fn keep_popularity(
        &self,
        upstream: &Upstream,
        package: &PackageId,
        answer: Result<Result<Popularity, String>, FetchError>,
    ) -> PopularityEntry {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let earlier = self
                    .cache()
                    .and_then(|cache| cache.popularity(upstream, package));
                return earlier.unwrap_or_else(|| self.unknown(&error));
            }
        };
        let entry = PopularityEntry {
            asked: self.options().now,
            answer,
        };
        if let Some(cache) = self.cache() {
            // A cache that cannot be written costs a request, not the answer.
            let _ = cache.store_popularity(upstream, package, &entry);
        }
        entry
    }
}

impl Client {
    /// How much a package is used, as its registry's search says; or the reason
    /// why it does not say. `now` is when it is asked.
    ///
    /// # Errors
    /// When the registry could not be asked.
    pub async fn popularity(
        &self,
        upstream: &Upstream,
        package: &PackageId,
        now: Time,
    ) -> Result<Result<Popularity, String>, FetchError> {
        let url = question(upstream, package);
        let source = url.to_string();
        let bytes = match self.get_json(url).await {
            Ok(bytes) => bytes,
            // Said by the registry, so worth remembering.
            Err(error) if error.means_absence() => {
                return Ok(Err(error.to_string()));
            }
            Err(error) => return Err(error),
        };
        let answer = read(&bytes, package).map(|(downloads_per_week, dependents)| Popularity {
            downloads_per_week,
            dependents,
            source: source.clone(),
            seen: now,
            highest: None,
        });
        Ok(answer.map_err(|why| format!("`{source}` {why}")))
    }
}

fn question(upstream: &Upstream, package: &PackageId) -> Url {
    let mut url = upstream.url().clone();
    url.set_path(&format!("{}-/v1/search", url.path()));
    url.query_pairs_mut()
        .append_pair("text", package.name())
        .append_pair("size", "1");
    url
}

/// Downloads in a week and dependents in a search answer.
fn read(bytes: &[u8], package: &PackageId) -> Result<(Option<u64>, Option<u64>), String> {
    let answer: Value = serde_json::from_slice(bytes)
        .map_err(|error| format!("did not answer with JSON: {error}"))?;
    let first = &answer["objects"][0];
    let Some(name) = first["package"]["name"].as_str() else {
        return Err("found nothing".to_owned());
    };
    if name != package.name() {
        return Err(format!("found `{}` instead", name.escape_debug()));
    }
    let downloads = &first["downloads"];
    let monthly = || number(&downloads["monthly"]).map(|count| count * 7 / 30);
    let weekly = number(&downloads["weekly"]).or_else(monthly);
    let dependents = number(&first["dependents"]);
    if weekly.is_none() && dependents.is_none() {
        return Err("says nothing about downloads or dependents".to_owned());
    }
    Ok((weekly, dependents))
}

/// A count: some registries write it as text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    fn package(name: &str) -> PackageId {
        PackageId::new(Ecosystem::Npm, name).unwrap()
    }

    #[test]
    fn asks_for_the_package_by_its_name() {
        let (upstream, _) = Upstream::parse("https://registry.example/npm", Place::Flag).unwrap();
        assert_eq!(
            question(&upstream, &package("@babel/core")).as_str(),
            "https://registry.example/npm/-/v1/search?text=%40babel%2Fcore&size=1"
        );
    }

    #[test]
    fn reads_numbers_and_numbers_in_text() {
        let cases = [
            (
                r#"{"objects":[{"package":{"name":"x"},"downloads":{"weekly":7,"monthly":30},"dependents":"12"}]}"#,
                Ok((Some(7), Some(12))),
            ),
            (
                r#"{"objects":[{"package":{"name":"x"},"downloads":{"monthly":"300"}}]}"#,
                Ok((Some(70), None)),
            ),
            (
                r#"{"objects":[{"package":{"name":"xx"},"downloads":{"weekly":7}}]}"#,
                Err("found `xx` instead"),
            ),
            (r#"{"objects":[]}"#, Err("found nothing")),
            (
                r#"{"objects":[{"package":{"name":"x"}}]}"#,
                Err("says nothing about downloads or dependents"),
            ),
        ];
        for (text, expected) in cases {
            let read = read(text.as_bytes(), &package("x"));
            assert_eq!(read, expected.map_err(str::to_owned), "{text}");
        }
        assert!(read(b"<html>", &package("x")).is_err());
    }
}
