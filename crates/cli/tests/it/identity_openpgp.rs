//! Links to keys of `OpenPGP`, with keys and signatures of the real `gpg`.

use crate::identity::World;
use crate::keyring::Gpg;
use crate::project::{Run, run};
use std::fs;

fn link(world: &World, gpg: &Gpg, account: &str, more: &[&str]) -> Run {
    let own = ["identity", "link", account, "--key", "../ada", "--folder"];
    let mut command = world
        .project
        .command(&[&own, &["../said"][..], more].concat());
    command.env("GNUPGHOME", gpg.home.path());
    run(command)
}

/// The statement about a key, with its place.
fn statement(world: &World, fingerprint: &str) -> (std::path::PathBuf, String) {
    let folder = world.project.root().join("../said");
    let files = fs::read_dir(folder).expect("a folder").map(|file| {
        let path = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("text");
        (path, text)
    });
    let mut about = files.filter(|(_, text)| text.contains(&format!("openpgp:{fingerprint}\n")));
    about.next().expect("a statement")
}

fn check(world: &World) -> String {
    world.project.tenure(&["vouch", "check", "../said"]).shown()
}

#[test]
fn a_key_of_openpgp_is_linked_and_both_have_signed() {
    let (Some(world), Some(gpg)) = (World::new(&["ada"]), Gpg::new()) else {
        return;
    };
    world.follow(&["ada"], "");
    let mut linked = Vec::new();
    for (person, kind) in [("ada", "ed25519"), ("ava", "rsa2048"), ("amy", "nistp256")] {
        let fingerprint = gpg.makes_for(person, &[kind, "sign", "1y"]);
        // With a user id more, and a signing subkey, which gpg would rather use.
        gpg.run(&["--quick-add-uid", &fingerprint, "Ada <ada@other.example>"]);
        gpg.run(&["--quick-add-key", &fingerprint, "ed25519", "sign", "1y"]);
        let account = format!("openpgp:{fingerprint}");
        let run = link(&world, &gpg, &account, &[]);
        assert_eq!(run.status, 0, "{}", run.shown());
        assert!(run.said("Both keys have signed"), "{}", run.out);
        linked.push(account);
    }
    let said = check(&world);
    assert!(said.contains("3 signed, 0 passed over"), "{said}");
    let looked = world.identity(&["check", &linked[0]]);
    assert_eq!(looked.status, 0, "{}", looked.shown());
    let list = world.identity(&["list", &linked[0]]);
    assert_eq!(list.status, 0, "{}", list.shown());
    for account in &linked {
        let confirmed = format!("{account}: confirmed on ");
        assert!(list.said(&confirmed), "{}", list.out);
    }
    assert!(list.said("both keys have signed"), "{}", list.out);
    // The key ends by itself in a year, and with it the link.
    let later = world.identity(&["list", "--as-of", "2099-01-01"]);
    assert_eq!(later.status, 1, "{}", later.shown());
    assert!(later.said("the other key expired"), "{}", later.out);
    let own = ["withdraw", &linked[0], "--key", "../ada"];
    let back = world.identity(&[&own[..], &["--folder", "../said"]].concat());
    assert_eq!(back.status, 0, "{}", back.shown());
}

#[test]
fn what_was_changed_or_is_another_key_s_is_passed_over() {
    let (Some(world), Some(gpg)) = (World::new(&["ada"]), Gpg::new()) else {
        return;
    };
    world.follow(&["ada"], "");
    let [ada, eve] = ["ada", "eve"].map(|name| {
        let fingerprint = gpg.makes_for(name, &["ed25519", "sign", "1y"]);
        let run = link(&world, &gpg, &format!("openpgp:{fingerprint}"), &[]);
        assert_eq!(run.status, 0, "{}", run.shown());
        fingerprint
    });
    let (path, good) = statement(&world, &ada);
    let (other_path, other) = statement(&world, &eve);
    fs::remove_file(other_path).expect("a file");
    let said = |text: &str| {
        fs::write(&path, text).expect("a writable file");
        check(&world)
    };
    assert!(said(&good).contains("1 signed, 0 passed over"));
    let changed = said(&good.replace("\nfrom: 2", "\nfrom: 3"));
    assert!(changed.contains("0 signed, 1 passed over"), "{changed}");
    let split = |text: &str| {
        let signature = text.find("-----BEGIN PGP SIGNATURE").expect("a signature");
        let key = text.find("-----BEGIN PGP PUBLIC").expect("a key");
        let parts = [&text[..signature], &text[signature..key], &text[key..]];
        parts.map(str::to_owned)
    };
    let [ours, signature, key] = split(&good);
    let [_, strange, strangers] = split(&other);
    for (text, why) in [
        (
            format!("{ours}{signature}{strangers}"),
            "the public key is openpgp:",
        ),
        (
            format!("{ours}{strange}{key}"),
            "is not by the primary key openpgp:",
        ),
        (ours.clone(), "the OpenPGP key has not signed it"),
        (
            format!("{ours}{signature}"),
            "the OpenPGP key has not signed it",
        ),
        (
            format!("{ours}{key}{signature}"),
            "not one public key of OpenPGP",
        ),
    ] {
        let said = said(&text);
        assert!(said.contains(why), "{why}: {said}");
    }
    // The other key's signature is over another text.
    let text = gpg.home.path().join("text");
    fs::write(&text, "something else").expect("a writable file");
    let sign = ["--armor", "--detach-sign", "--output", "-", "--local-user"];
    let text = text.to_str().expect("text");
    let elsewhere = gpg.run(&[&sign[..], &[&ada, text]].concat());
    let elsewhere = String::from_utf8(elsewhere).expect("text");
    let said = said(&format!("{ours}{elsewhere}{key}"));
    assert!(said.contains("is not one over this text"), "{said}");
}

#[test]
fn a_key_that_cannot_be_linked_is_said() {
    let (Some(world), Some(gpg)) = (World::new(&["ada"]), Gpg::new()) else {
        return;
    };
    world.follow(&["ada"], "");
    let refused = |fingerprint: &str, more: &[&str], why: &str| {
        let run = link(&world, &gpg, &format!("openpgp:{fingerprint}"), more);
        assert_eq!(run.status, 2, "{}", run.shown());
        assert!(run.err.contains(why), "{}", run.err);
    };
    let past = ["--faked-system-time", "20200101T000000"];
    let user = "old <old@mail.example>";
    let make = ["--quick-generate-key", user, "ed25519", "sign", "1y"];
    gpg.run(&[&past[..], &make].concat());
    let listed = gpg.run(&["--with-colons", "--list-keys", user]);
    let listed = String::from_utf8(listed).expect("text");
    let line = listed.lines().find(|line| line.starts_with("fpr:"));
    let old = line.and_then(|line| line.split(':').nth(9));
    refused(old.expect("a fingerprint"), &[], "expired on 20");
    let cert = gpg.makes_for("cert", &["ed25519", "cert", "1y"]);
    refused(&cert, &[], "must be a primary key that can sign");
    let good = gpg.makes_for("good", &["ed25519", "sign", "1y"]);
    refused(&good, &["--other-key", "../ada"], "leave `--other-key` out");
    refused(&"0".repeat(40), &[], "gpg has no key openpgp:0000");
    refused("0123", &[], "a fingerprint of OpenPGP has 40 digits");
}
