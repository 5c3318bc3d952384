//! Statements as `ssh-keygen` signs them, and what is not one.

use super::ssh::{Fingerprint, SshError, verify};
use super::*;
use proptest::prelude::*;
use std::path::Path;
use std::process::{Command, Stdio};
use tenure_domain::{Ecosystem, Party, Purpose, Time};

fn statement(by: &Fingerprint) -> Statement {
    Statement {
        by: by.clone(),
        said: Said::Vouch {
            about: vec!["npm:river-keeper".parse().unwrap(), About::Key(by.clone())],
            purpose: Purpose::Competence,
            from: "2026-11-23".parse().unwrap(),
            until: "2027-11-23".parse().unwrap(),
        },
        reason: "we release river together".to_owned(),
    }
}

/// Runs the real `ssh-keygen`; `None` where there is none.
pub(crate) fn keygen(arguments: &[&str], folder: &Path) -> Option<()> {
    let run = Command::new("ssh-keygen")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    let Ok(output) = run else {
        eprintln!("skipped: no ssh-keygen");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    Some(())
}

/// A folder with a new key in it, and the key's fingerprint.
pub(crate) fn key(kind: &[&str]) -> Option<(tempfile::TempDir, Fingerprint)> {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [&["-q", "-N", "", "-f", "key", "-t"], kind].concat();
    keygen(&arguments, folder.path())?;
    let public = std::fs::read_to_string(folder.path().join("key.pub")).unwrap();
    let fingerprint = Fingerprint::of_public_key(&public).unwrap();
    Some((folder, fingerprint))
}

pub(crate) fn sign(folder: &Path, namespace: &str, text: &str) -> Option<String> {
    let _ = std::fs::remove_file(folder.join("text.sig"));
    std::fs::write(folder.join("text"), text).unwrap();
    keygen(
        &["-q", "-Y", "sign", "-f", "key", "-n", namespace, "text"],
        folder,
    )?;
    Some(std::fs::read_to_string(folder.join("text.sig")).unwrap())
}

#[test]
fn takes_what_ssh_keygen_signs_with_keys_of_every_kind() {
    let kinds: [&[&str]; 5] = [
        &["ed25519"],
        &["ecdsa", "-b", "256"],
        &["ecdsa", "-b", "384"],
        &["ecdsa", "-b", "521"],
        &["rsa", "-b", "2048"],
    ];
    for kind in kinds {
        // Numbers in a signature of ECDSA have fewer bytes now and then.
        let Some((folder, by)) = key(kind) else {
            return;
        };
        let text = statement(&by).to_string();
        let armor = sign(folder.path(), NAMESPACE, &text).unwrap();
        let (signed, unread) = read_all(format!("{text}{armor}").as_bytes());
        assert!(unread.is_empty(), "{kind:?}: {unread:?}");
        assert_eq!(signed[0].statement, statement(&by), "{kind:?}");
        assert_eq!(verify(&armor, NAMESPACE, b"other"), Err(SshError::Wrong));
    }
}

#[test]
fn several_stand_one_after_another_and_each_is_looked_at_alone() {
    let Some((folder, by)) = key(&["ed25519"]) else {
        return;
    };
    let folder = folder.path();
    let text = statement(&by).to_string();
    let armor = sign(folder, NAMESPACE, &text).unwrap();
    let one = format!("{text}{armor}");
    let revoked = Statement {
        by: by.clone(),
        said: Said::Revocation {
            of: "0".repeat(64),
            on: "2026-12-01".parse().unwrap(),
        },
        reason: String::new(),
    }
    .to_string();
    let revocation = format!("{revoked}{}", sign(folder, NAMESPACE, &revoked).unwrap());
    let elsewhere = format!("{text}{}", sign(folder, "file", &text).unwrap());
    let forged = one.replace("river-keeper", "river-thief");
    let windows = one.replace('\n', "\r\n");
    let file = format!("{one}\n{forged}{elsewhere}{revocation}\n\n{windows}");
    let (signed, unread) = read_all(file.as_bytes());
    assert_eq!(signed.len(), 3);
    assert_eq!(signed[0].digest, signed[2].digest);
    let why: Vec<String> = unread.iter().map(|unread| unread.why.to_string()).collect();
    assert_eq!(
        why,
        [
            "the signature is not one over this text",
            "a signature for `file`, not for a statement of Tenure"
        ]
    );
    let twice = format!("{one}{armor}");
    let (none, refused) = read_all(twice.as_bytes());
    assert!(none.is_empty(), "{none:?}");
    assert!(refused[0].to_string().contains("more than one signature"));
    let lines = u32::try_from(one.lines().count()).unwrap();
    assert_eq!(unread[0].line, lines + 2);
    let other = Fingerprint::of_public_key(PUBLIC).unwrap();
    let text = statement(&other).to_string();
    let file = format!("{text}{}", sign(folder, NAMESPACE, &text).unwrap());
    let (_, unread) = read_all(file.as_bytes());
    assert_eq!(unread[0].why, StatementError::OtherKey(by));
}

/// RFC 8709's key would do as well; this one is of nobody.
pub(crate) const PUBLIC: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f nobody";

#[test]
fn a_key_is_named_as_ssh_keygen_names_it() {
    let fingerprint = Fingerprint::of_public_key(PUBLIC).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key.pub"), PUBLIC).unwrap();
    let output = Command::new("ssh-keygen")
        .args(["-l", "-f", "key.pub"])
        .current_dir(folder.path())
        .output();
    if let Ok(output) = output {
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains(fingerprint.as_str()), "{said}");
    }
    assert_eq!(fingerprint.as_str().parse(), Ok(fingerprint.clone()));
    assert_eq!(PUBLIC.parse(), Ok(fingerprint));
    for wrong in ["", "SHA256:", "SHA256:AAAA", "MD5:00", "ssh-rsa AAAA"] {
        assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
    }
}

#[test]
fn what_is_not_written_in_the_one_way_is_refused() {
    let by = Fingerprint::of_public_key(PUBLIC).unwrap();
    let good = statement(&by).to_string();
    assert_eq!(good.parse(), Ok(statement(&by)));
    let wrong = |from: &str, to: &str| {
        let text = good.replace(from, to);
        assert_ne!(text, good);
        text.parse::<Statement>().unwrap_err().to_string()
    };
    let cases = [
        wrong("tenure vouch 1", "tenure vouch 2"),
        wrong("npm:river-keeper", "river-keeper"),
        wrong("npm:river-keeper", "npm:workflow/github"),
        wrong("competence", "everything"),
        wrong("2027-11-23", "2027-11-25"),
        wrong("2027-11-23", "2026-11-22"),
        wrong("from: 2026-11-23", "from: 2026-11-23T12:00:00Z"),
        wrong("for:", "four:"),
        wrong("reason: ", "reason:  \u{1b}[31m"),
        wrong("reason:", "extra: x\nreason:"),
        wrong("about: npm:river-keeper\n", "about: npm:river-keeper\n\n"),
    ];
    insta::assert_snapshot!(cases.join("\n"));
}

#[test]
fn what_is_no_signature_is_said() {
    for armor in [
        "",
        "-----BEGIN SSH SIGNATURE-----",
        "-----BEGIN SSH SIGNATURE-----\n!\n-----END SSH SIGNATURE-----",
        "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----",
    ] {
        let error = verify(armor, NAMESPACE, b"").unwrap_err();
        assert!(matches!(error, SshError::Malformed(_)), "{armor}: {error}");
    }
    let (signed, unread) = read_all(b"tenure vouch 1\n");
    assert!(signed.is_empty());
    assert_eq!(
        unread[0].to_string(),
        "line 1: not a statement of Tenure: it has no signature"
    );
    assert!(read_all(b"\n\n").1.is_empty());
}

proptest! {
    #[test]
    fn every_statement_is_read_as_it_was_written(
        login in "[a-z][a-z0-9-]{0,20}", reason in "[^\\p{C}]{0,80}", days in 0..366_i64, start in 0..30_000_i64, purpose in 0..3_usize
    ) {
        let day = |n: i64| Time::from_millis(n * 86_400_000);
        let statement = Statement {
            by: Fingerprint::of_public_key(PUBLIC).unwrap(),
            said: Said::Vouch {
                about: vec![About::Account(Party::account(Ecosystem::Npm, &login))],
                purpose: Purpose::ALL[purpose],
                from: day(start),
                until: day(start + days),
            },
            reason,
        };
        prop_assert_eq!(statement.to_string().parse(), Ok(statement));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let (signed, _) = read_all(&bytes);
        prop_assert!(signed.is_empty());
    }
}

/// Made by minisign 0.11, with a key that nobody has any more.
const BY_MINISIGN: &str = "\
tenure vouch 1
by: minisign:RWTRhpxww5YvBYD7alHab3B1b2vDzL9056FkAL7tGcD8ouHkI2r36dud
about: npm:river-keeper
for: competence
from: 2026-11-23
until: 2027-11-23
untrusted comment: signature from minisign secret key
RUTRhpxww5YvBRSqg/Ss0BW9m37BYdoQLzmH2Pr9HSzVTk5Lg55ELMLqKJ526thwy3E+fEn9CoUpzJExI/tkwvb77fcNr5VP3wc=
trusted comment: timestamp:1795421501\tfile:m.txt\thashed
jCJKlOEMdNmmCBOS8GNIK6t9LNXmmxnRRqEOyF2QDsmEB9VhKqCVzS0oCt8VQJWxxD8tcJuAiFcqhEbiqE4iAw==
";

#[test]
fn a_signature_of_minisign_is_checked_with_the_key_that_is_named() {
    let (signed, unread) = read_all(BY_MINISIGN.as_bytes());
    assert_eq!((signed.len(), &*unread), (1, &[][..]));
    let two = format!("{BY_MINISIGN}\n{BY_MINISIGN}");
    assert_eq!(read_all(two.as_bytes()).0.len(), 2);
    for (from, to, why) in [
        (
            "river-keeper",
            "river-sleeper",
            "the signature is not one over this text",
        ),
        (
            "minisign:RWTRhpxww5Yv",
            "minisign:RWTRhpxww5Yw",
            "the signature is not one over this text",
        ),
        (
            "1795421501",
            "1795421502",
            "the signature is not one over this text",
        ),
        (
            "trusted comment: timestamp",
            "comment: timestamp",
            "not an SSH signature: it is no signature of minisign",
        ),
    ] {
        let (signed, unread) = read_all(BY_MINISIGN.replacen(from, to, 1).as_bytes());
        assert_eq!(signed, [], "{to}");
        let said = unread[0].why.to_string();
        assert!(said.starts_with(why), "{to}: {said}");
    }
    // By a key of SSH, such a signature is none.
    let other = BY_MINISIGN.replace(
        "by: minisign:RWTRhpxww5YvBYD7alHab3B1b2vDzL9056FkAL7tGcD8ouHkI2r36dud",
        "by: SHA256:PI8dDn8VzZslfC1DOdBF7wWOMez9bgXbxSF40QIjeg8",
    );
    assert_eq!(read_all(other.as_bytes()).0, []);
}
