use super::crev::{Level, Proof, given, read};
use super::{Heard, Source};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD;
use tenure_domain::{Purpose, Time};

struct Person(Ed25519KeyPair);

impl Person {
    fn new(number: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap())
    }

    fn id(&self) -> String {
        BASE64URL_NOPAD.encode(self.0.public_key().as_ref())
    }

    fn body(&self, about: &str, level: &str, date: &str) -> String {
        format!(
            "kind: trust\nversion: -1\ndate: \"{date}T10:00:00.111854021-08:00\"\nfrom:\n  id-type: crev\n  id: {}\n  url: \"https://ada.example/crev-proofs\"\nids:\n  - id-type: crev\n    id: {about}\n    url: \"https://bob.example/crev-proofs\"\ntrust: {level}\ncomment: |\n  trust: high\n  they review with care\n",
            self.id()
        )
    }

    fn signature(&self, body: &str) -> String {
        BASE64URL_NOPAD.encode(self.0.sign(body.as_bytes()).as_ref())
    }

    fn says(&self, about: &str, level: &str, date: &str) -> String {
        let body = self.body(about, level, date);
        let signature = self.signature(&body);
        format!(
            "\n----- BEGIN CREV PROOF -----\n{body}----- SIGN CREV PROOF -----\n{signature}\n----- END CREV PROOF -----\n"
        )
    }
}

#[test]
fn proofs_of_both_forms_are_read_and_other_kinds_left_out() {
    let (ada, bob) = (Person::new(1), Person::new(2));
    let old = ada
        .body(&bob.id(), "medium", "2019-05-01")
        .replace("kind: trust\n", "");
    let old = format!(
        "-----BEGIN CREV TRUST -----\n{old}-----BEGIN CREV TRUST SIGNATURE-----\n{}\n-----END CREV TRUST-----\n",
        ada.signature(&old)
    );
    let review = "----- BEGIN CREV PROOF -----\nkind: package review\nversion: -1\n----- SIGN CREV PROOF -----\nAAAA\n----- END CREV PROOF -----\n";
    let text = old + review + &ada.says(&bob.id(), "high", "2026-05-01");
    let (proofs, unread) = read(&text);
    assert_eq!(unread, []);
    let shown: Vec<_> = proofs
        .iter()
        .map(|p| (p.level, p.at.date(), p.line))
        .collect();
    assert_eq!(
        shown,
        [
            (Level::Medium, "2019-05-01".to_owned(), 1),
            (Level::High, "2026-05-01".to_owned(), 26)
        ]
    );
    assert_eq!(proofs[1].by.as_str(), format!("crev:{}", ada.id()));
    assert_eq!(proofs[1].about[0].as_str(), format!("crev:{}", bob.id()));
    // As cargo-crev reads it, whatever the ends of lines.
    let (again, unread) = read(&text.replace('\n', "\r\n"));
    assert_eq!((again, unread), (proofs, Vec::new()));
}

#[test]
fn what_is_forged_or_broken_says_nothing_and_is_told() {
    let (ada, bob) = (Person::new(1), Person::new(2));
    let good = ada.says(&bob.id(), "low", "2026-05-01");
    for (from, to, why) in [
        (
            "trust: low",
            "trust: high",
            "the signature is not one by crev:",
        ),
        ("trust: low", "trust: perfect", "its `trust` is none of"),
        (
            "trust: low",
            "trust: low\ntrust: high",
            "it says something twice",
        ),
        ("trust: low", "trust: &a low", ""),
        ("trust: low", "trust: !!str low", "it has a YAML tag"),
        ("date: \"2026", "date: \"26", "its `date` is no moment"),
        (
            "  id-type: crev\n  id: ",
            "  id-type: gpg\n  id: ",
            "its `from` names no id",
        ),
        ("----- SIGN", "----- SIGNED", "the proof is cut short"),
        ("----- BEGIN", "-- BEGIN", "it does not begin as a proof"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good);
        let (proofs, unread) = read(&text);
        assert_eq!(proofs, [], "{to}");
        let said = unread[0].why.to_string();
        assert!(said.starts_with(why), "{to}: {said}");
    }
    let long = good.replace("they review", &"a".repeat(40_000));
    assert_eq!(read(&(long + &good)).0.len(), 1);
}

fn proofs(texts: &[String]) -> Vec<Proof> {
    texts.iter().flat_map(|text| read(text).0).collect()
}

#[test]
fn the_newest_word_stands_and_levels_say_what_they_say() {
    let (ada, bob) = (Person::new(1), Person::new(2));
    let mut texts = [
        ada.says(&bob.id(), "high", "2026-01-01"),
        ada.says(&bob.id(), "low", "2026-03-01"),
        ada.says(&bob.id(), "distrust", "2026-05-01"),
    ];
    let (vouches, against) = given(&proofs(&texts));
    let shown: Vec<_> = vouches
        .iter()
        .map(|one| {
            (
                one.purpose,
                one.from.date(),
                one.until.date(),
                one.revoked.map(Time::date),
            )
        })
        .collect();
    let day = str::to_owned;
    assert_eq!(
        shown,
        [
            (
                Purpose::Competence,
                day("2026-01-01"),
                day("2027-01-01"),
                Some(day("2026-03-01"))
            ),
            (
                Purpose::Identity,
                day("2026-03-01"),
                day("2027-03-01"),
                Some(day("2026-05-01"))
            ),
        ]
    );
    assert_eq!(against.len(), 1);
    assert_eq!(against[0].since.date(), "2026-05-01");
    // The order of files says nothing, and a later word lifts it.
    texts.reverse();
    assert_eq!(given(&proofs(&texts)).0, vouches);
    let lifted = ada.says(&bob.id(), "none", "2026-06-01");
    assert_eq!(given(&proofs(&[lifted])).0, []);
}

#[test]
fn another_organisations_audits_vouch_in_one_crate() {
    let text = r#"
[criteria.crypto-safe]
description = "..."

[[trusted.river]]
criteria = "safe-to-deploy"
user-id = 7
start = "2019-02-01"
end = "2026-08-10"

[[trusted.river]]
criteria = "safe-to-run"
user-id = 8
start = "2019-02-01"
end = "2026-08-10"

[[trusted.boat]]
criteria = "safe-to-deploy"
start = "2019-02-01"
end = "2026-08-10"
"#;
    let source = Source::read(text.as_bytes(), Some("follow:guild"));
    assert_eq!((source.given.len(), source.unread.len()), (1, 1));
    let one = &source.given[0];
    assert_eq!(&*one.by, "follow:guild");
    assert_eq!(one.about.to_string(), "cargo:user-7#7");
    assert_eq!(
        (one.from.date(), one.until.date()),
        ("2025-08-10".into(), "2026-08-09".into())
    );
    let only = one.only.as_ref().unwrap();
    assert_eq!(
        (only.package.to_string(), only.since.date()),
        ("pkg:cargo/river".into(), "2019-02-01".into())
    );
    // Nobody's word, unless somebody is followed for it.
    let nobody = Source::read(text.as_bytes(), None);
    assert_eq!((nobody.count(), nobody.unread.len()), (0, 1));
    let mut heard = Heard::default();
    heard.add(source);
    assert_eq!(heard.vouches().0.len(), 1);
}
