//! Which keys of a keyring stand, and who certified whom.

use super::Counts;
use super::public::{Checked, Public};
use super::signature::{Issuer, Kind, Signature, Signed};
use data_encoding::HEXUPPER;
use std::collections::{BTreeMap, HashMap};
use tenure_domain::{Days, Given, Person, Purpose, Time};

/// The keys that are tried where several have the id that a signature names.
const MAX_CANDIDATES: usize = 4;
/// Before 2019-01-19, in seconds since 1970: `GnuPG`'s own limit for SHA-1.
const SHA1_UNTIL: u32 = 1_547_856_000;

/// A key with everything said of it.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) key: Option<Public<'a>>,
    pub(super) signatures: Vec<Signature<'a>>,
    pub(super) users: Vec<User<'a>>,
}

/// A user id with the signatures over it.
#[derive(Debug)]
pub(super) struct User<'a> {
    pub(super) id: &'a [u8],
    pub(super) signatures: Vec<Signature<'a>>,
}

impl<'a> Block<'a> {
    pub(super) fn of(key: Public<'a>) -> Self {
        Self {
            key: Some(key),
            signatures: Vec::new(),
            users: Vec::new(),
        }
    }

    pub(super) fn unread() -> Self {
        Self {
            key: None,
            signatures: Vec::new(),
            users: Vec::new(),
        }
    }
}

/// When a key holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Holds {
    /// Whether it ever did.
    pub(super) ever: bool,
    /// When it expires, in seconds since 1970.
    pub(super) until: Option<u64>,
    /// When it was revoked.
    pub(super) revoked: Option<u32>,
}

/// A certification that was checked.
#[derive(Clone, Copy, Debug)]
struct Certified {
    from: u32,
    until: Option<u64>,
    revoked: Option<u32>,
}

/// The keys of a keyring, each once.
pub(super) struct Ring<'a> {
    keys: Vec<(Public<'a>, Block<'a>)>,
    by_id: HashMap<[u8; 8], Vec<usize>>,
    counts: Counts,
}

impl<'a> Ring<'a> {
    /// Puts blocks of the same key together.
    pub(super) fn of(blocks: Vec<Block<'a>>) -> Self {
        let mut places: HashMap<[u8; 20], usize> = HashMap::new();
        let mut ring = Self {
            keys: Vec::new(),
            by_id: HashMap::new(),
            counts: Counts::default(),
        };
        for block in blocks {
            let Some(key) = block.key else { continue };
            if let Some(place) = places.get(&key.fingerprint) {
                let known = &mut ring.keys[*place].1;
                known.signatures.extend(block.signatures);
                known.users.extend(block.users);
                continue;
            }
            places.insert(key.fingerprint, ring.keys.len());
            let id = Issuer::Fingerprint(key.fingerprint).id();
            ring.by_id.entry(id).or_default().push(ring.keys.len());
            ring.keys.push((key, block));
        }
        ring.counts.keys = ring.keys.len();
        ring
    }

    /// The only key, and when it holds; `None` where there is another number of
    /// them.
    pub(super) fn only(mut self) -> Option<(Public<'a>, Holds)> {
        let keys = std::mem::take(&mut self.keys);
        let [(key, block)] = keys.as_slice() else {
            return None;
        };
        let (holds, _) = self.standing(key, block);
        Some((*key, holds))
    }

    /// The vouches that the certifications are, and what was found.
    pub(super) fn certifications(mut self) -> (Vec<Given>, Counts) {
        let keys = std::mem::take(&mut self.keys);
        let standing: Vec<(Holds, Vec<usize>)> = keys
            .iter()
            .map(|(key, block)| self.standing(key, block))
            .collect();
        self.counts.dead = standing.iter().filter(|(holds, _)| !holds.ever).count();
        let mut given = Vec::new();
        for (about, (key, block)) in keys.iter().enumerate() {
            let (holds, users) = &standing[about];
            if !holds.ever {
                continue;
            }
            let mut by_key: BTreeMap<usize, Certified> = BTreeMap::new();
            for user in users {
                let user = &block.users[*user];
                for (by, certified) in self.of_user(&keys, (about, key), user) {
                    let best = by_key.entry(by).or_insert(certified);
                    *best = best.better(certified);
                }
            }
            for (by, certified) in by_key {
                if standing[by].0.ever {
                    given.push(vouch(
                        (&keys[by].0, standing[by].0),
                        (key, *holds),
                        certified,
                    ));
                }
            }
        }
        self.counts.certifications = given.len();
        (given, self.counts)
    }

    fn check(&mut self, by: &Public<'_>, signature: &Signature<'_>, signed: &Signed<'_>) -> bool {
        let checked = signature.check(by, signed);
        match checked {
            Checked::Good => self.counts.good += 1,
            Checked::Wrong => self.counts.wrong += 1,
            Checked::Unsupported => self.counts.unsupported += 1,
        }
        checked == Checked::Good
    }

    /// When a key holds by what its owner signed, and which user ids stand.
    fn standing(&mut self, key: &Public<'_>, block: &Block<'_>) -> (Holds, Vec<usize>) {
        let mut holds = Holds::default();
        // When the newest was made that says when the key expires, and what it says.
        let mut expiry: Option<(u32, Option<u32>)> = None;
        let over_key = Signed {
            key: key.body,
            user: None,
        };
        for signature in &block.signatures {
            let is_own = signature.issuer.is(&key.fingerprint) && signature.created >= key.created;
            if !is_own || !self.check(key, signature, &over_key) {
                continue;
            }
            if signature.kind == Kind::KeyRevocation {
                let at = if signature.is_hard {
                    0
                } else {
                    signature.created
                };
                holds.revoked = Some(holds.revoked.map_or(at, |known| known.min(at)));
            } else if signature.kind == Kind::OfKey {
                expiry = expiry.max(Some((signature.created, signature.key_expires)));
            }
        }
        let mut users = Vec::new();
        for (place, user) in block.users.iter().enumerate() {
            if let Some(newest) = self.newest_own(key, user) {
                users.push(place);
                expiry = expiry.max(Some((newest.created, newest.key_expires)));
            }
        }
        holds.ever = !users.is_empty() && holds.revoked != Some(0);
        let seconds = expiry.and_then(|(_, seconds)| seconds);
        holds.until = seconds.map(|seconds| u64::from(key.created) + u64::from(seconds));
        (holds, users)
    }

    /// The newest of the owner's own signatures over a user id; `None` if there is
    /// none or it takes the user id back.
    fn newest_own<'s>(
        &mut self,
        key: &Public<'_>,
        user: &'s User<'_>,
    ) -> Option<&'s Signature<'s>> {
        let signed = Signed {
            key: key.body,
            user: Some(user.id),
        };
        let mut newest: Option<&Signature<'_>> = None;
        for signature in &user.signatures {
            let is_own = signature.issuer.is(&key.fingerprint) && signature.created >= key.created;
            if is_own && self.check(key, signature, &signed) {
                // Of two of one moment a revocation stands.
                let is_newer = newest.is_none_or(|known| {
                    (signature.created, signature.kind == Kind::Revocation)
                        > (known.created, known.kind == Kind::Revocation)
                });
                if is_newer {
                    newest = Some(signature);
                }
            }
        }
        newest.filter(|signature| signature.kind == Kind::Certification)
    }

    /// What other keys of the ring say of a user id now: the newest of each.
    fn of_user(
        &mut self,
        keys: &[(Public<'_>, Block<'_>)],
        (about, key): (usize, &Public<'_>),
        user: &User<'_>,
    ) -> Vec<(usize, Certified)> {
        let signed = Signed {
            key: key.body,
            user: Some(user.id),
        };
        let mut said: BTreeMap<usize, Vec<&Signature<'_>>> = BTreeMap::new();
        for signature in &user.signatures {
            if signature.issuer.is(&key.fingerprint) {
                continue;
            }
            let Some(candidates) = self.by_id.get(&signature.issuer.id()).cloned() else {
                self.counts.strangers += 1;
                continue;
            };
            if signature.is_sha1()
                && signature.created >= SHA1_UNTIL
                && signature.kind == Kind::Certification
            {
                self.counts.late_sha1 += 1;
                continue;
            }
            let fits = |by: &usize| *by != about && signature.issuer.is(&keys[*by].0.fingerprint);
            for by in candidates.into_iter().filter(fits).take(MAX_CANDIDATES) {
                let author = &keys[by].0;
                if signature.created >= author.created && self.check(author, signature, &signed) {
                    said.entry(by).or_default().push(signature);
                    break;
                }
            }
        }
        said.into_iter()
            .filter_map(|(by, said)| Some((by, Certified::of(&said)?)))
            .collect()
    }
}

impl Certified {
    /// What one key's signatures over one user id come to.
    fn of(said: &[&Signature<'_>]) -> Option<Self> {
        let certifications = said.iter().filter(|one| one.kind == Kind::Certification);
        let newest = certifications.max_by_key(|one| one.created)?;
        let revocations = said.iter().filter(|one| one.kind == Kind::Revocation);
        let revocation = revocations.map(|one| one.created).max();
        Some(Self {
            from: newest.created,
            until: newest
                .expires
                .map(|seconds| u64::from(newest.created) + u64::from(seconds)),
            revoked: revocation.filter(|at| *at >= newest.created),
        })
    }

    /// Of two user ids of one person, the one whose certification holds longer.
    fn better(self, other: Self) -> Self {
        let rank = |one: &Self| {
            let until = one.until.unwrap_or(u64::MAX);
            (one.revoked.is_none(), until, std::cmp::Reverse(one.from))
        };
        if rank(&other) > rank(&self) {
            other
        } else {
            self
        }
    }
}

/// A certification as a vouch: for identity, for that is what it says. It does
/// not end by itself and is taken as made anew for as long as both keys hold.
fn vouch(
    (by, theirs): (&Public<'_>, Holds),
    (about, own): (&Public<'_>, Holds),
    certified: Certified,
) -> Given {
    let ends = [certified.until, theirs.until, own.until];
    let end = ends.into_iter().flatten().min();
    let revoked = [certified.revoked, theirs.revoked, own.revoked];
    let time = |seconds: u64| Time::from_millis(i64::try_from(seconds * 1000).unwrap_or(i64::MAX));
    Given {
        by: name(by),
        about: Person::Key(name(about)),
        only: None,
        purpose: Purpose::Identity,
        from: time(u64::from(certified.from)),
        until: end.map_or_else(Given::lasting, |end| time(end) - Days(1.0)),
        revoked: revoked
            .into_iter()
            .flatten()
            .min()
            .map(|at| time(u64::from(at))),
        renewed: true,
    }
}

/// The text that names a key.
pub(super) fn name(key: &Public<'_>) -> Box<str> {
    format!("openpgp:{}", HEXUPPER.encode(&key.fingerprint)).into()
}
