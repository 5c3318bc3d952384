use super::{Counts, armor, read};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use tenure_domain::{Given, Person, Purpose, Time};

/// 2015-01-01 and 2020-01-01.
pub(super) const OLD: u32 = 1_420_070_400;
pub(super) const NEW: u32 = 1_577_836_800;

fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
    // The older header with a length of two octets.
    let mut bytes = vec![0x80 | tag << 2 | 1];
    bytes.extend((body.len() as u16).to_be_bytes());
    bytes.extend(body);
    bytes
}

pub(super) fn subpacket(kind: u8, data: &[u8]) -> Vec<u8> {
    [&[data.len() as u8 + 1, kind], data].concat()
}

pub(super) fn seconds(kind: u8, seconds: u32) -> Vec<u8> {
    subpacket(kind, &seconds.to_be_bytes())
}

/// Somebody with a key of 2014 and a user id.
pub(super) struct Owner {
    pair: Ed25519KeyPair,
    body: Vec<u8>,
    user: String,
}

/// What is signed, and how.
#[derive(Clone)]
pub(super) struct Words {
    pub(super) kind: u8,
    pub(super) hash: u8,
    pub(super) at: u32,
    pub(super) more: Vec<u8>,
}

pub(super) fn certifies(at: u32) -> Words {
    Words {
        kind: 0x10,
        hash: 8,
        at,
        more: Vec::new(),
    }
}

impl Words {
    pub(super) fn of(self, kind: u8) -> Self {
        Self { kind, ..self }
    }

    pub(super) fn with(self, more: Vec<u8>) -> Self {
        Self { more, ..self }
    }
}

impl Owner {
    pub(super) fn new(number: u8) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap();
        // Version 4, 2014-01-01, Ed25519.
        let mut body = vec![4, 0x52, 0xc3, 0x5a, 0x80, 27];
        body.extend(pair.public_key().as_ref());
        let user = format!("Member {number} <{number}@mail.example>");
        Self { pair, body, user }
    }

    fn fingerprint(&self) -> Vec<u8> {
        let whole = [&[0x99, 0, self.body.len() as u8], &*self.body].concat();
        digest(&SHA1_FOR_LEGACY_USE_ONLY, &whole).as_ref().to_vec()
    }

    pub(super) fn name(&self) -> String {
        let print = data_encoding::HEXUPPER.encode(&self.fingerprint());
        format!("openpgp:{print}")
    }

    fn key(&self) -> Vec<u8> {
        packet(6, &self.body)
    }

    fn user(&self) -> Vec<u8> {
        packet(13, self.user.as_bytes())
    }

    /// A signature of theirs over somebody's key, and user id unless it is about
    /// the key alone.
    pub(super) fn signs(&self, about: &Self, words: &Words) -> Vec<u8> {
        let mut message = [&[0x99, 0, about.body.len() as u8], &*about.body].concat();
        if !matches!(words.kind, 0x1f | 0x20) {
            message.extend([0xb4, 0, 0, 0, about.user.len() as u8]);
            message.extend(about.user.as_bytes());
        }
        self.signs_bytes(message, words)
    }

    /// A signature of theirs over bytes.
    pub(super) fn signs_bytes(&self, mut message: Vec<u8>, words: &Words) -> Vec<u8> {
        let issuer = subpacket(33, &[&[4], &*self.fingerprint()].concat());
        let hashed = [seconds(2, words.at), issuer, words.more.clone()].concat();
        let head = [4, words.kind, 27, words.hash, 0, hashed.len() as u8];
        let head = [&head, &*hashed].concat();
        message.extend(&head);
        message.extend([4, 0xff, 0, 0, 0, head.len() as u8]);
        let hash = match words.hash {
            2 => digest(&SHA1_FOR_LEGACY_USE_ONLY, &message),
            9 => digest(&SHA384, &message),
            10 => digest(&SHA512, &message),
            _ => digest(&SHA256, &message),
        };
        let value = self.pair.sign(hash.as_ref());
        packet(2, &[&*head, &[0, 0, 0, 0], value.as_ref()].concat())
    }

    /// The key as it is published, with what others say of it.
    pub(super) fn published(&self, of_key: &[Vec<u8>], of_user: &[Vec<u8>]) -> Vec<u8> {
        let own = self.signs(self, &certifies(OLD).of(0x13));
        [
            self.key(),
            of_key.concat(),
            self.user(),
            own,
            of_user.concat(),
        ]
        .concat()
    }
}

fn between(ring: &[u8]) -> (Vec<Given>, Counts) {
    read(ring).unwrap()
}

#[test]
fn a_certification_is_a_vouch_for_identity_that_lasts() {
    let (ada, bob) = (Owner::new(1), Owner::new(2));
    let word = ada.signs(
        &bob,
        &Words {
            hash: 10,
            ..certifies(NEW)
        },
    );
    let ring = [ada.published(&[], &[]), bob.published(&[], &[word])].concat();
    let (given, counts) = between(&ring);
    let expected = Given {
        by: ada.name().into(),
        about: Person::Key(bob.name().into()),
        only: None,
        purpose: Purpose::Identity,
        from: "2020-01-01".parse().unwrap(),
        until: Given::lasting(),
        revoked: None,
        renewed: true,
    };
    assert_eq!(given, [expected]);
    assert_eq!((counts.keys, counts.certifications, counts.good), (2, 1, 3));
    // The same in its armor, in two pieces, and said twice.
    let (a, b) = (
        ada.published(&[], &[]),
        &ring[ada.published(&[], &[]).len()..],
    );
    let armored = format!("{}\nComment: x\n\n{}{}", armor(&a), armor(b), armor(b));
    assert_eq!(between(armored.as_bytes()).0, given);
    assert!(super::is_one(armored.as_bytes()) && super::is_one(&ring));
}

#[test]
fn what_is_not_good_says_nothing() {
    let (ada, bob) = (Owner::new(1), Owner::new(2));
    let good = ada.signs(&bob, &certifies(NEW));
    let mut other = good.clone();
    *other.last_mut().unwrap() ^= 1;
    let bad = [
        // Another signature, one over another key, and one of before the key.
        other,
        ada.signs(&ada, &certifies(NEW)),
        ada.signs(&bob, &certifies(1)),
        // Nobody looked; for the own keyring only; with an unknown condition.
        ada.signs(&bob, &certifies(NEW).of(0x11)),
        ada.signs(&bob, &certifies(NEW).with(subpacket(4, &[0]))),
        ada.signs(&bob, &certifies(NEW).with(subpacket(0xe3, &[0]))),
        // On SHA-1, later than 2019-01-18.
        ada.signs(
            &bob,
            &Words {
                hash: 2,
                ..certifies(NEW)
            },
        ),
        Owner::new(3).signs(&bob, &certifies(NEW)),
    ];
    for (place, word) in bad.into_iter().enumerate() {
        let ring = [ada.published(&[], &[]), bob.published(&[], &[word])].concat();
        assert_eq!(between(&ring).0, [], "{place}");
    }
    // Before, on SHA-1, too.
    let early = ada.signs(
        &bob,
        &Words {
            hash: 2,
            ..certifies(OLD)
        },
    );
    let ring = [ada.published(&[], &[]), bob.published(&[], &[early])].concat();
    assert_eq!(between(&ring).0.len(), 1);
    // A user id that its owner did not sign.
    let unsigned = [ada.published(&[], &[]), bob.key(), bob.user(), good].concat();
    assert_eq!(between(&unsigned).0, []);
}

#[test]
fn what_was_taken_back_or_ran_out_ends() {
    let (ada, bob) = (Owner::new(1), Owner::new(2));
    let word = ada.signs(&bob, &certifies(OLD));
    let ends = |of_ada: &[Vec<u8>], of_bob: &[Vec<u8>], of_user: &[Vec<u8>]| {
        let of_user = [std::slice::from_ref(&word), of_user].concat();
        let ring = [ada.published(of_ada, &[]), bob.published(of_bob, &of_user)].concat();
        let (given, _) = between(&ring);
        given
            .first()
            .map(|one| (one.until.date(), one.revoked.map(Time::date)))
    };
    let day = str::to_owned;
    let lasting = Given::lasting().date();
    assert_eq!(ends(&[], &[], &[]), Some((lasting.clone(), None)));
    // The author took it back, and then said it again.
    let back = ada.signs(&bob, &certifies(NEW).of(0x30));
    let revoked = Some((lasting.clone(), Some(day("2020-01-01"))));
    assert_eq!(ends(&[], &[], std::slice::from_ref(&back)), revoked);
    let again = ada.signs(&bob, &certifies(NEW + 60));
    assert_eq!(
        ends(&[], &[], &[back, again]),
        Some((lasting.clone(), None))
    );
    // It was for a year.
    let year = ada.signs(&bob, &certifies(NEW).with(seconds(3, 366 * 86_400)));
    let ring = [ada.published(&[], &[]), bob.published(&[], &[year])].concat();
    assert_eq!(between(&ring).0[0].until.date(), "2020-12-31");
    // A key of theirs that is retired, or may be in others' hands.
    let retired = |who: &Owner| who.signs(who, &certifies(NEW).of(0x20).with(subpacket(29, &[3])));
    let lost = |who: &Owner| who.signs(who, &certifies(NEW).of(0x20).with(subpacket(29, &[2])));
    assert_eq!(ends(&[retired(&ada)], &[], &[]), revoked);
    assert_eq!(ends(&[], &[retired(&bob)], &[]), revoked);
    assert_eq!(ends(&[lost(&ada)], &[], &[]), None);
    assert_eq!(ends(&[], &[lost(&bob)], &[]), None);
    // Others cannot revoke a key.
    let mallorys = ada.signs(&bob, &certifies(NEW).of(0x20));
    assert_eq!(ends(&[], &[mallorys], &[]), Some((lasting, None)));
    // The owner took the user id back; a key that expires.
    let own = bob.signs(&bob, &certifies(NEW).of(0x30));
    assert_eq!(ends(&[], &[], &[own]), None);
    let expires = bob.signs(
        &bob,
        &certifies(NEW).of(0x13).with(seconds(9, 3_650 * 86_400)),
    );
    assert_eq!(ends(&[], &[], &[expires]), Some((day("2023-12-29"), None)));
}

#[test]
fn what_is_no_keyring_is_told() {
    let ada = Owner::new(1).published(&[], &[]);
    let cut = &ada[..ada.len() - 1];
    assert!(
        read(cut)
            .unwrap_err()
            .starts_with("the keyring is broken at byte")
    );
    let old = packet(6, &[3, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(
        read(&old).unwrap_err(),
        "the keyring has no key of version 4"
    );
    let armored = armor(&ada).replace("mQ", "m\u{e4}");
    assert_eq!(
        read(armored.as_bytes()).unwrap_err(),
        "the keyring's armor is broken"
    );
}
