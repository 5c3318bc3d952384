use super::document::{OpenPgpError, key, verify};
use super::tests::{NEW, OLD, Owner, Words, certifies, seconds, subpacket};
use super::{armor, read};
use crate::vouch::Fingerprint;
use data_encoding::BASE64;

const TEXT: &str = "tenure identity 1\nby: somebody\n";

fn armored(signature: &[u8]) -> String {
    format!(
        "-----BEGIN PGP SIGNATURE-----\n\n{}\n=AAAA\n-----END PGP SIGNATURE-----\n",
        BASE64.encode(signature)
    )
}

fn named(owner: &Owner) -> Fingerprint {
    owner.name().parse().unwrap()
}

fn public(owner: &Owner) -> String {
    armor(&owner.published(&[], &[]))
}

fn over_text(owner: &Owner, words: &Words) -> String {
    armored(&owner.signs_bytes(TEXT.into(), words))
}

fn binary() -> Words {
    certifies(NEW).of(0)
}

#[test]
fn a_text_counts_that_the_primary_key_signed() {
    let ada = Owner::new(1);
    for hash in [8, 9, 10] {
        let words = Words { hash, ..binary() };
        let found = verify(&over_text(&ada, &words), &public(&ada), &named(&ada), TEXT);
        assert_eq!(found, Ok(None), "{hash}");
    }
    // As lines of text, which end as the net does it.
    let lines = TEXT.replace('\n', "\r\n");
    let lines = ada.signs_bytes(lines.into(), &binary().of(1));
    let found = verify(&armored(&lines), &public(&ada), &named(&ada), TEXT);
    assert_eq!(found, Ok(None));
    // A keyring's reader passes it over.
    let ring = [ada.published(&[], &[]), lines].concat();
    assert_eq!(read(&ring).unwrap().1.good, 1);
}

#[test]
fn another_text_key_or_kind_of_signature_does_not_count() {
    let (ada, bob) = (Owner::new(1), Owner::new(2));
    let good = over_text(&ada, &binary());
    let by_ada = |signature: &str, text: &str| {
        verify(signature, &public(&ada), &named(&ada), text).unwrap_err()
    };
    assert_eq!(by_ada(&good, "another"), OpenPgpError::Wrong(named(&ada)));
    let of_bob = verify(&good, &public(&bob), &named(&ada), TEXT);
    let (found, other) = (named(&bob), named(&ada));
    let expected = OpenPgpError::OtherKey {
        found,
        named: other,
    };
    assert_eq!(of_bob, Err(expected));
    let by_bob = over_text(&bob, &binary());
    assert_eq!(
        by_ada(&by_bob, TEXT),
        OpenPgpError::OtherSigner(named(&ada))
    );
    let sha1 = Words {
        hash: 2,
        ..binary()
    };
    let sha1 = over_text(&ada, &sha1);
    assert_eq!(by_ada(&sha1, TEXT), OpenPgpError::Unsupported(named(&ada)));
    let early = over_text(&ada, &certifies(1).of(0));
    assert_eq!(by_ada(&early, TEXT), OpenPgpError::OtherTime(named(&ada)));
    let ends = over_text(&ada, &binary().with(seconds(3, 60)));
    assert_eq!(by_ada(&ends, TEXT), OpenPgpError::OtherTime(named(&ada)));
    // A certification; two signatures; with an unknown condition; a key.
    let one = ada.signs_bytes(TEXT.into(), &binary());
    for wrong in [
        armored(&ada.signs(&ada, &certifies(NEW))),
        armored(&[one.clone(), one].concat()),
        over_text(&ada, &binary().with(subpacket(0xe3, &[0]))),
        public(&ada),
        "x".repeat(5000),
    ] {
        let why = by_ada(&wrong, TEXT);
        assert!(matches!(why, OpenPgpError::Signature(_)), "{why}");
    }
}

#[test]
fn a_key_that_holds_no_more_does_not_count() {
    let (ada, bob) = (Owner::new(1), Owner::new(2));
    let good = over_text(&ada, &binary());
    let with = |published: &[u8]| verify(&good, &armor(published), &named(&ada), TEXT);
    let until = |seconds_after: u32| {
        let more = seconds(9, seconds_after);
        let words = certifies(OLD + 60).of(0x13).with(more);
        ada.published(&[], &[ada.signs(&ada, &words)])
    };
    // It was made on 2014-01-01 and signed on 2020-01-01.
    let before = with(&until(365 * 86_400)).unwrap_err();
    let expected = OpenPgpError::Expired {
        key: named(&ada),
        on: "2015-01-01".to_owned(),
    };
    assert_eq!(before, expected);
    let later = with(&until(3_650 * 86_400)).unwrap().unwrap();
    assert_eq!(later.date(), "2023-12-30");
    assert_eq!(
        key(&armor(&until(3_650 * 86_400))).unwrap().until,
        Some(later)
    );
    for reason in [2, 3] {
        let words = certifies(NEW).of(0x20).with(subpacket(29, &[reason]));
        let revoked = ada.published(&[ada.signs(&ada, &words)], &[]);
        assert_eq!(with(&revoked), Err(OpenPgpError::Revoked(named(&ada))));
    }
    let taken_back = ada.signs(&ada, &certifies(NEW).of(0x30));
    let unsigned = ada.published(&[], &[taken_back]);
    assert_eq!(with(&unsigned), Err(OpenPgpError::Unsigned(named(&ada))));
    let two = [ada.published(&[], &[]), bob.published(&[], &[])].concat();
    let long = ada.published(&[], &vec![ada.signs(&ada, &certifies(OLD)); 120]);
    for wrong in [two, long, vec![], b"x".to_vec()] {
        let why = with(&wrong).unwrap_err();
        assert!(matches!(why, OpenPgpError::Key(_)), "{why}");
    }
}
