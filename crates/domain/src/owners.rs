//! Lists of owners as they were seen over time.

use crate::{History, OwnerSetIx, Party, Time};
use serde::{Deserialize, Serialize};

/// A list of owners, and when it was seen. Registries of crates and of Python
/// projects publish the present one alone; who looks again and again gets a
/// history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnerList {
    /// The owners, sorted by their text.
    pub owners: Vec<Party>,
    /// When it was first seen.
    pub first: Time,
    /// When it was last seen: at the next look it was another one, or there was
    /// none yet.
    pub last: Time,
}

/// An [`OwnerList`] of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnersSeen {
    /// The owners.
    pub owners: OwnerSetIx,
    /// See [`OwnerList::first`].
    pub first: Time,
    /// See [`OwnerList::last`].
    pub last: Time,
}

impl History {
    /// The lists of owners that were seen over time, the earliest first. Empty
    /// where nobody kept what earlier documents said.
    pub fn owners_seen(&self) -> &[OwnersSeen] {
        &self.owners_seen
    }

    /// The same, written out.
    pub fn owner_lists(&self) -> Vec<OwnerList> {
        let lists = self.owners_seen.iter().map(|seen| OwnerList {
            owners: self.written(seen.owners),
            first: seen.first,
            last: seen.last,
        });
        lists.collect()
    }

    fn written(&self, owners: OwnerSetIx) -> Vec<Party> {
        let owners = self.owner_set(owners).iter();
        let mut owners: Vec<Party> = owners.map(|ix| self.party(*ix).clone()).collect();
        owners.sort_by_cached_key(Party::to_string);
        owners
    }

    /// Says who owns the package, in place of what it said.
    pub fn set_owners_now(&mut self, owners: &[Party]) {
        self.owners_now = Some(self.kept_set(owners));
    }

    /// Adds the lists of owners that were seen over time, the earliest first.
    ///
    /// A release of which no owners are known gets the list that was seen next
    /// after it was published, provided that there was a look before it, too:
    /// otherwise the list may have changed any time. A list that is newer than
    /// this document is the present one.
    pub fn see_owners(&mut self, lists: &[OwnerList]) {
        self.owners_seen = lists
            .iter()
            .map(|list| OwnersSeen {
                owners: self.kept_set(&list.owners),
                first: list.first,
                last: list.last,
            })
            .collect();
        for release in &mut self.releases {
            if let (None, Some(published)) = (release.owners, release.published) {
                release.owners = seen_around(&self.owners_seen, published);
            }
        }
        if let Some(newest) = self.owners_seen.last()
            && self.source.seen.is_some_and(|seen| seen < newest.first)
        {
            self.owners_now = Some(newest.owners);
        }
    }
}

fn seen_around(lists: &[OwnersSeen], moment: Time) -> Option<OwnerSetIx> {
    let is_bounded = lists.first().is_some_and(|list| list.first <= moment);
    let next = lists.iter().find(|list| moment <= list.last);
    next.filter(|_| is_bounded).map(|list| list.owners)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DocumentKind, Ecosystem, HistoryBuilder, NewRelease, PackageId, Source};

    fn moment(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn list(logins: &[&str], first: &str, last: &str) -> OwnerList {
        let party = |login: &&str| Party::account(Ecosystem::Pypi, login);
        OwnerList {
            owners: logins.iter().map(party).collect(),
            first: moment(first),
            last: moment(last),
        }
    }

    fn history(seen: &str) -> History {
        let mut builder = HistoryBuilder::default();
        for (version, date) in [
            ("1", "2020-01-01"),
            ("2", "2021-01-05"),
            ("3", "2021-02-15"),
            ("4", "2021-05-01"),
        ] {
            builder.push(NewRelease {
                published: Some(moment(date)),
                ..NewRelease::new(version)
            });
        }
        builder.set_owners_now(vec![Party::account(Ecosystem::Pypi, "ada")]);
        let source = Source {
            from: "https://registry.example/x".to_owned(),
            seen: Some(moment(seen)),
            sha256: String::new(),
            kind: DocumentKind::PypiApi,
        };
        builder.build(PackageId::new(Ecosystem::Pypi, "x").unwrap(), source)
    }

    #[test]
    fn releases_between_two_looks_get_the_list_of_the_later_one() {
        let lists = [
            list(&["ada"], "2021-01-01", "2021-02-01"),
            list(&["ada", "bob"], "2021-03-01", "2021-04-01"),
        ];
        let mut history = history("2021-04-01");
        history.see_owners(&lists);
        let known: Vec<Option<usize>> = history
            .releases()
            .iter()
            .map(|release| release.owners.map(|set| history.owner_set(set).len()))
            .collect();
        // The first one is from before the first look, the last from after the
        // last one.
        assert_eq!(known, [None, Some(1), Some(2), None]);
        assert_eq!(history.owner_lists(), lists);
        assert!(history.is_consistent());
        assert_eq!(history.owners_now().map(<[_]>::len), Some(1));
    }

    #[test]
    fn a_newer_list_is_the_present_one() {
        let mut history = history("2021-02-01");
        history.see_owners(&[list(&["ada", "bob"], "2021-03-01", "2021-04-01")]);
        assert_eq!(history.owners_now().map(<[_]>::len), Some(2));
    }
}
