//! Whom a project follows, what people vouch for, which accounts are theirs, and
//! who is accepted by that.

mod links;

use super::{ProjectFile, Vouched};
use crate::identity::{IdentityRules, Standing};
use crate::web::{self, Acceptance, Member, Missing, Rules, Vouch, Web, accept};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use tenure_domain::{
    Against, Claim, Days, Given, Only, PackageId, Party, Person, Purpose, Sameness, Time,
};

/// The people that a project follows, and everything said at its sources.
#[derive(Clone, Debug, Default)]
pub struct Circle {
    web: Web,
    followed: Vec<Member>,
    rules: Rules,
    /// What the project calls a key.
    labels: HashMap<Box<str>, String>,
    accounts: BTreeMap<String, Party>,
    /// Accounts for which somebody vouches in one package, by their names there.
    partly: BTreeMap<String, (Party, Only)>,
    sources: Vec<(String, Option<Box<str>>)>,
    /// Who distrusts whom, and since when, as far as a source says it.
    against: Vec<Against>,
    claims: Vec<Claim>,
    identity: IdentityRules,
}

/// A `[[follow]]` of a `tenure.toml` names no key.
#[derive(Debug, thiserror::Error)]
#[error("[[follow]] `{name}`: {why}")]
pub struct NoKey<E: Error> {
    name: String,
    why: E,
}

/// That somebody vouched for somebody.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SaidVouch {
    /// Who, by the name that the project has for them.
    pub by: String,
    /// Whether the project follows them.
    pub followed: bool,
    /// The package in which alone it counts, if it does.
    pub only: Option<PackageId>,
    /// For what.
    #[serde(rename = "for")]
    pub purpose: Purpose,
    /// The first day.
    pub from: Time,
    /// The last day.
    pub until: Time,
    /// When it was taken back, if it was.
    pub revoked: Option<Time>,
}

impl Circle {
    /// Of the people that a project file names. `key_name` gives the text that
    /// names a key and no other, from what stands in the file.
    ///
    /// # Errors
    /// When `key_name` does not know a key.
    pub fn of<E: Error>(
        file: &ProjectFile,
        key_name: impl Fn(&str) -> Result<Box<str>, E>,
    ) -> Result<Self, NoKey<E>> {
        let mut circle = Self {
            rules: file.vouching.clone(),
            identity: file.identity.clone(),
            ..Self::default()
        };
        for follow in &file.follow {
            let key = match &follow.key {
                Some(key) => key_name(key).map_err(|why| NoKey {
                    name: follow.name.clone(),
                    why,
                })?,
                // Nothing that can be vouched for is called that.
                None => format!("follow:{}", follow.name).into(),
            };
            circle.followed.push(circle.web.member(&key));
            circle.labels.insert(key.clone(), follow.name.clone());
            if let Some(source) = &follow.vouches {
                circle.sources.push((source.clone(), Some(key)));
            }
        }
        let more = file.vouches.iter();
        circle
            .sources
            .extend(more.map(|vouches| (vouches.from.clone(), None)));
        Ok(circle)
    }

    /// The sources of vouches that the project names, and whose word they are
    /// where they are not signed.
    pub fn sources(&self) -> Vec<(String, Option<Box<str>>)> {
        self.sources.clone()
    }

    /// Takes what people say into account. That somebody distrusts somebody else
    /// is noted, and changes nothing.
    pub fn hear(&mut self, given: &[Given], against: Vec<Against>) {
        for given in given {
            self.add(given);
        }
        self.against.extend(against);
    }

    /// Who distrusts somebody, and since when, by the names that the project has
    /// for people.
    pub fn against(&self, about: &Person) -> impl Iterator<Item = (String, Time)> {
        let about = about.clone();
        let against = self.against.iter();
        let against = against.filter(move |against| against.about == about);
        against.map(|against| (self.shown(&against.by), against.since))
    }

    /// Takes a vouch into account.
    pub fn add(&mut self, given: &Given) {
        let about = name_of(&given.about);
        if let Person::Account(party) = &given.about {
            let known = self.accounts.entry(about.clone());
            known.or_insert_with(|| party.clone());
        }
        let mut member = self.web.member(&about);
        if let (Person::Account(party), Some(only)) = (&given.about, &given.only) {
            member = self.part(member, &about, party, only);
        }
        let vouch = Vouch {
            by: self.web.member(&given.by),
            about: member,
            purpose: given.purpose,
            from: given.from,
            until: given.until + Days(1.0),
            revoked: given.revoked,
            renewed: given.renewed,
        };
        self.web.add(vouch);
    }

    /// An account in one package alone, from some day on. Whoever vouches for more
    /// vouches for that: for all of the account, or from an earlier day on.
    fn part(&mut self, whole: Member, about: &str, party: &Party, only: &Only) -> Member {
        let alike = format!("{about} in {} since ", only.package);
        let name = format!("{alike}{}", only.since.date());
        let member = self.web.narrower(whole, &name);
        if self.partly.contains_key(&name) {
            return member;
        }
        let others = self.partly.range(alike.clone()..);
        for (other, (_, theirs)) in others.take_while(|(other, _)| other.starts_with(&alike)) {
            if theirs.since < only.since {
                let other = self.web.member(other);
                self.web.narrower(other, &name);
            } else {
                self.web.narrower(member, other);
            }
        }
        self.partly.insert(name, (party.clone(), only.clone()));
        member
    }

    /// Takes into account which accounts are said to be a key's, and what was
    /// seen of them, instead of what was before.
    pub fn set_claims(&mut self, claims: Vec<Claim>) {
        self.claims = claims;
    }

    /// Who is accepted at a moment.
    pub fn accepted(&self, now: Time) -> Vec<Vouched> {
        if self.followed.is_empty() {
            return Vec::new();
        }
        let acceptance = self.acceptance(now);
        let accounts = self.accounts.iter();
        let accounts = accounts.map(|(name, party)| (name, party, None));
        let partly = self.partly.iter();
        let vouched_for = accounts
            .chain(partly.map(|(name, (party, only))| (name, party, Some(only))))
            .filter_map(|(name, party, only)| {
                let member = self.web.find(name)?;
                vouched(party, only, self.paths(&acceptance, member))
            });
        let linked = links::linked(self, &acceptance, now).into_iter();
        let linked = linked.filter_map(|(person, paths)| match person {
            Person::Account(party) => vouched(&party, None, paths),
            Person::Key(_) => None,
        });
        vouched_for.chain(linked).collect()
    }

    /// The keys of those who are accepted at a moment, the followed ones included.
    pub fn accepted_keys(&self, now: Time) -> HashSet<Box<str>> {
        let acceptance = self.acceptance(now);
        let members = acceptance.accepted();
        let names = members.map(|member| self.web.name(member).into());
        let linked = links::linked(self, &acceptance, now).into_iter();
        let linked = linked.filter_map(|(person, _)| match person {
            Person::Key(key) => Some(key),
            Person::Account(_) => None,
        });
        names.chain(linked).collect()
    }

    /// The first moment after `now` at which others may be accepted: a vouch
    /// begins to hold, ends, or was taken back, or a link may stand otherwise. `None` if there is none.
    pub fn changes_after(&self, now: Time) -> Option<Time> {
        if self.followed.is_empty() {
            return None;
        }
        let vouches = self.web.vouches().iter();
        let vouches = vouches.filter_map(|vouch| vouch.changes_after(&self.rules, now));
        let claims = self.claims.iter();
        let claims = claims.filter_map(|claim| Standing::changes_after(claim, &self.identity, now));
        vouches.chain(claims).min()
    }

    /// The paths to somebody, or what is missing.
    ///
    /// # Errors
    /// What is missing, if the person is not accepted.
    pub fn explain(&self, about: &Person, now: Time) -> Result<Vec<web::Path>, Missing> {
        let acceptance = self.acceptance(now);
        let name = name_of(about);
        let nothing = Missing {
            have: 0,
            needed: self.rules.needed,
            not_counting: Vec::new(),
        };
        let mut linked = links::linked(self, &acceptance, now).into_iter();
        let linked = linked.find(|(person, _)| is_same(person, about));
        let Some(member) = self.web.find(&name) else {
            return linked.map(|(_, paths)| paths).ok_or(nothing);
        };
        match acceptance.missing(&self.web, member, &self.rules, now) {
            Some(missing) => linked.map(|(_, paths)| paths).ok_or(missing),
            None => Ok(self.paths(&acceptance, member)),
        }
    }

    /// What was said for somebody, whether or not it counts.
    pub fn said_of(&self, about: &Person) -> Vec<SaidVouch> {
        let name = name_of(about);
        let partly = self.partly.iter();
        let partly = partly.filter(|(_, (party, _))| name_of_account(party) == name);
        let mut meant: HashMap<Member, Option<&Only>> = partly
            .filter_map(|(part, (_, only))| Some((self.web.find(part)?, Some(only))))
            .collect();
        meant.extend(self.web.find(&name).map(|member| (member, None)));
        let vouches = self.web.vouches().iter();
        let said = vouches.filter_map(|vouch| {
            let only = meant.get(&vouch.about)?;
            Some(SaidVouch {
                by: self.shown(self.web.name(vouch.by)),
                followed: self.followed.contains(&vouch.by),
                only: only.map(|only| only.package.clone()),
                purpose: vouch.purpose,
                from: vouch.from,
                until: vouch.until - Days(1.0),
                revoked: vouch.revoked,
            })
        });
        said.collect()
    }

    /// The packages in which alone somebody vouches for an account, each with the
    /// paths by which it is accepted there; none if it is not.
    pub fn partly(&self, about: &Person, now: Time) -> Vec<(&Only, Vec<web::Path>)> {
        let Person::Account(about) = about else {
            return Vec::new();
        };
        let acceptance = self.acceptance(now);
        let about = name_of_account(about);
        let theirs = self.partly.iter();
        let theirs = theirs.filter(|(_, (party, _))| name_of_account(party) == about);
        theirs
            .filter_map(|(name, (_, only))| {
                let member = self.web.find(name)?;
                Some((only, self.paths(&acceptance, member)))
            })
            .collect()
    }

    fn acceptance(&self, now: Time) -> Acceptance {
        accept(&self.web, &self.followed, &self.rules, now)
    }

    /// With the names by which the project calls people.
    fn paths(&self, acceptance: &Acceptance, member: Member) -> Vec<web::Path> {
        let mut paths = acceptance.paths(&self.web, member);
        for step in paths.iter_mut().flat_map(|path| &mut path.steps) {
            for name in [&mut step.by, &mut step.about] {
                *name = self.shown(name);
            }
        }
        paths
    }

    /// A name as people know it.
    pub fn shown(&self, name: &str) -> String {
        if let Some(label) = self.labels.get(name) {
            return label.clone();
        }
        if let Some((party, only)) = self.partly.get(name) {
            return format!("{party} in {}", only.package);
        }
        match self.accounts.get(name) {
            Some(party) => party.to_string(),
            None => name.to_owned(),
        }
    }
}

/// Somebody who is accepted along these paths, if there are any.
fn vouched(person: &Party, only: Option<&Only>, paths: Vec<web::Path>) -> Option<Vouched> {
    // Its last day is the one before that on which it holds no more.
    let until = paths.iter().filter_map(web::Path::until).min()? - Days(1.0);
    Some(Vouched {
        person: person.clone(),
        only: only.cloned(),
        until,
        paths,
    })
}

fn is_same(one: &Person, other: &Person) -> bool {
    match (one, other) {
        (Person::Account(one), Person::Account(other)) => one.sameness(other) == Sameness::Same,
        (one, other) => one == other,
    }
}

/// The name by which somebody is the same wherever they are meant.
fn name_of(person: &Person) -> String {
    match person {
        Person::Account(party) => name_of_account(party),
        Person::Key(key) => key.to_string(),
    }
}

/// An account with a number is that number, whatever it is called now.
fn name_of_account(party: &Party) -> String {
    match party {
        Party::Account {
            ecosystem,
            id: Some(id),
            ..
        } => format!("{ecosystem}:#{id}"),
        _ => party.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn day(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn given(by: &str, from: &str, until: &str) -> Given {
        Given {
            by: by.into(),
            about: Person::Account("npm:mallory".parse().unwrap()),
            purpose: Purpose::Competence,
            from: day(from),
            until: day(until),
            only: None,
            revoked: None,
            renewed: false,
        }
    }

    fn circle(vouches: &[Given]) -> Circle {
        let file =
            "[[follow]]\nname = \"ada\"\nkey = \"A\"\n[[follow]]\nname = \"bob\"\nkey = \"B\"\n";
        let file = ProjectFile::parse(file).unwrap();
        let mut circle = Circle::of(&file, |key| Ok::<_, Infallible>(key.into())).unwrap();
        for vouch in vouches {
            circle.add(vouch);
        }
        circle
    }

    #[test]
    fn every_moment_at_which_somebody_comes_or_goes_is_told() {
        let mut back = given("B", "2020-03-01", "2020-12-31");
        back.revoked = Some(day("2020-05-05"));
        let circle = circle(&[given("A", "2020-02-01", "2020-12-31"), back]);
        let (mut now, mut moments) = (day("2020-01-01"), Vec::new());
        let count = |now| circle.accepted(now).len();
        let mut accepted = vec![count(now)];
        while let Some(next) = circle.changes_after(now) {
            now = next;
            moments.push(now.date());
            accepted.push(count(now));
        }
        // What was taken back does not run out any more.
        assert_eq!(
            moments,
            ["2020-02-01", "2020-03-01", "2020-05-05", "2021-01-01"]
        );
        assert_eq!(accepted, [0, 0, 1, 0, 0]);
    }

    #[test]
    fn a_vouch_in_one_package_counts_there_alone() {
        let package = |name: &str| format!("pkg:cargo/{name}").parse().unwrap();
        let part = |by, since: &str| Given {
            about: Person::Account("cargo:river-keeper#7".parse().unwrap()),
            only: Some(Only {
                package: package("river"),
                since: day(since),
            }),
            ..given(by, "2020-02-01", "2020-12-31")
        };
        let parties: [Party; 2] =
            ["cargo:river-keeper#7", "cargo:stranger#8"].map(|p| p.parse().unwrap());
        let now = day("2020-06-01");
        let accepted = |circle: &Circle| -> Vec<(String, String, String)> {
            let mut places = Vec::new();
            let all = circle.accepted(now);
            for party in &parties {
                for name in ["river", "boat"] {
                    for on in ["2019-01-01", "2020-05-01"] {
                        let published = (&package(name), day(on));
                        if all.iter().any(|one| one.is_for(party, published, now)) {
                            places.push((party.to_string(), name.to_owned(), on.to_owned()));
                        }
                    }
                }
            }
            places
        };
        let here = |on: &str| (parties[0].to_string(), "river".to_owned(), on.to_owned());
        assert_eq!(accepted(&circle(&[part("A", "2018-01-01")])), []);
        // What both say begins with the later of their days, in any order.
        for days in [["2018-01-01", "2020-01-01"], ["2020-01-01", "2018-01-01"]] {
            let both = circle(&[part("A", days[0]), part("B", days[1])]);
            assert_eq!(accepted(&both), [here("2020-05-01")]);
        }
        let early = circle(&[part("A", "2018-01-01"), part("B", "2017-01-01")]);
        assert_eq!(accepted(&early), [here("2019-01-01"), here("2020-05-01")]);
        // Twice by one person is once.
        let mut whole = part("A", "2018-01-01");
        whole.only = None;
        assert_eq!(
            accepted(&circle(&[part("A", "2018-01-01"), whole.clone()])),
            []
        );
        // Who vouches for everything vouches for that.
        whole.by = "B".into();
        let mixed = circle(&[part("A", "2018-01-01"), whole]);
        assert_eq!(accepted(&mixed), [here("2019-01-01"), here("2020-05-01")]);
        let shown = &mixed.accepted(now)[0].paths[0].steps[0];
        assert_eq!(shown.about, "cargo:river-keeper#7 in pkg:cargo/river");
    }

    #[test]
    fn who_follows_nobody_waits_for_nothing() {
        let mut circle = Circle::default();
        circle.add(&given("A", "2020-02-01", "2020-12-31"));
        assert_eq!(circle.changes_after(day("2020-01-01")), None);
        assert!(circle.accepted(day("2020-03-01")).is_empty());
    }
}
