//! Whom a project follows, what people vouch for, and who is accepted by that.

use super::{ProjectFile, Vouched};
use crate::web::{self, Acceptance, Member, Missing, Rules, Vouch, Web, accept};
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use tenure_domain::{Days, Given, Party, Person, Time};

/// The people that a project follows, and everything said at its sources.
#[derive(Clone, Debug, Default)]
pub struct Circle {
    web: Web,
    followed: Vec<Member>,
    rules: Rules,
    /// What the project calls a key.
    labels: HashMap<Box<str>, String>,
    accounts: BTreeMap<String, Party>,
}

/// A `[[follow]]` of a `tenure.toml` names no key.
#[derive(Debug, thiserror::Error)]
#[error("[[follow]] `{name}`: {why}")]
pub struct NoKey<E: Error> {
    name: String,
    why: E,
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
            ..Self::default()
        };
        for follow in &file.follow {
            let key = key_name(&follow.key).map_err(|why| NoKey {
                name: follow.name.clone(),
                why,
            })?;
            circle.followed.push(circle.web.member(&key));
            circle.labels.insert(key, follow.name.clone());
        }
        Ok(circle)
    }

    /// Takes a vouch into account.
    pub fn add(&mut self, given: &Given) {
        let about = match &given.about {
            Person::Key(key) => key.to_string(),
            Person::Account(party) => {
                let name = name_of_account(party);
                let known = self.accounts.entry(name.clone());
                known.or_insert_with(|| party.clone());
                name
            }
        };
        let vouch = Vouch {
            by: self.web.member(&given.by),
            about: self.web.member(&about),
            purpose: given.purpose,
            from: given.from,
            until: given.until + Days(1.0),
            revoked: given.revoked,
        };
        self.web.add(vouch);
    }

    /// Who is accepted at a moment.
    pub fn accepted(&self, now: Time) -> Vec<Vouched> {
        if self.followed.is_empty() {
            return Vec::new();
        }
        let acceptance = self.acceptance(now);
        let accounts = self.accounts.iter();
        accounts
            .filter_map(|(name, party)| {
                let member = self.web.find(name)?;
                let paths = self.paths(&acceptance, member);
                // Its last day is the one before that on which it holds no more.
                let until = paths.iter().filter_map(web::Path::until).min()? - Days(1.0);
                Some(Vouched {
                    person: party.clone(),
                    until,
                    paths,
                })
            })
            .collect()
    }

    /// The first moment after `now` at which others may be accepted: a vouch
    /// begins to hold, ends, or was taken back. `None` if there is none.
    pub fn changes_after(&self, now: Time) -> Option<Time> {
        if self.followed.is_empty() {
            return None;
        }
        let vouches = self.web.vouches().iter();
        vouches
            .filter_map(|vouch| vouch.changes_after(&self.rules, now))
            .min()
    }

    /// The paths to somebody, or what is missing.
    ///
    /// # Errors
    /// What is missing, if the person is not accepted.
    pub fn explain(&self, about: &Person, now: Time) -> Result<Vec<web::Path>, Missing> {
        let acceptance = self.acceptance(now);
        let name = match about {
            Person::Account(party) => name_of_account(party),
            Person::Key(key) => key.to_string(),
        };
        let nothing = Missing {
            have: 0,
            needed: self.rules.needed,
            not_counting: Vec::new(),
        };
        let Some(member) = self.web.find(&name) else {
            return Err(nothing);
        };
        match acceptance.missing(&self.web, member, &self.rules, now) {
            Some(missing) => Err(missing),
            None => Ok(self.paths(&acceptance, member)),
        }
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
        match self.accounts.get(name) {
            Some(party) => party.to_string(),
            None => name.to_owned(),
        }
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
    use tenure_domain::Purpose;

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
            revoked: None,
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
    fn who_follows_nobody_waits_for_nothing() {
        let mut circle = Circle::default();
        circle.add(&given("A", "2020-02-01", "2020-12-31"));
        assert_eq!(circle.changes_after(day("2020-01-01")), None);
        assert!(circle.accepted(day("2020-03-01")).is_empty());
    }
}
