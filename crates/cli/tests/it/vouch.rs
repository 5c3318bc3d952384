//! `tenure vouch`, and verdicts that rest on vouches. Keys and signatures are
//! those of the real `ssh-keygen`.

use crate::keys;
use crate::project::{Project, Run};
use std::fs;
use std::process::{Command, Stdio};
use tenure_domain::{Days, Time};
use tenure_testkit::missing;

/// A project, and keys beside it.
struct Web {
    project: Project,
}

impl Web {
    /// `None` where there is no `ssh-keygen`.
    fn new(people: &[&str]) -> Option<Self> {
        let project = Project::new();
        if !keys::make(&project, people) {
            return None;
        }
        Some(Self { project })
    }

    fn public(&self, person: &str) -> String {
        keys::public(&self.project, person)
    }

    fn fingerprint(&self, person: &str) -> String {
        let output = Command::new("ssh-keygen")
            .args(["-l", "-f"])
            .arg(self.project.root().join(format!("../{person}.pub")))
            .output()
            .expect("ssh-keygen");
        let line = String::from_utf8(output.stdout).expect("text");
        line.split(' ').nth(1).expect("a fingerprint").to_owned()
    }

    /// A statement that somebody made in 2020, by the page of the format alone.
    fn vouched(&self, by: &str, about: &str, purpose: &str) {
        let text = format!(
            "tenure vouch 1\nby: {}\nabout: {about}\nfor: {purpose}\nfrom: 2020-01-01\nuntil: 2020-12-31\n",
            self.fingerprint(by)
        );
        let folder = self.project.root().join("../vouches");
        fs::create_dir_all(&folder).expect("a writable folder");
        let file = folder.join(format!("{by}-{}", about.replace([':', '/'], "-")));
        fs::write(&file, &text).expect("a writable folder");
        let signed = Command::new("ssh-keygen")
            .args(["-q", "-Y", "sign", "-n", "tenure-vouch", "-f"])
            .arg(self.project.root().join(format!("../{by}")))
            .arg(&file)
            .status();
        assert!(signed.is_ok_and(|status| status.success()));
        let armor = fs::read_to_string(file.with_extension("sig")).expect("a signature");
        fs::write(file.with_extension("vouch"), text + &armor).expect("a writable folder");
    }

    fn follow(&self, people: &[&str], more: &str) {
        let text = keys::follow(&self.project, people);
        self.project.write(
            "tenure.toml",
            &(text + "[[vouches]]\nfrom = \"../vouches\"\n" + more),
        );
    }

    fn explain(&self) -> Run {
        self.project.judge(&["explain", "quiet-stream@2.2.1"])
    }
}

#[test]
fn whom_people_vouch_for_needs_no_question() {
    let Some(web) = Web::new(&["ada", "bob"]) else {
        return;
    };
    web.vouched("ada", "npm:mallory", "competence");
    web.follow(&["ada", "bob"], "");
    let held = web.explain();
    assert!(
        held.out.starts_with("quiet-stream@2.2.1: hold"),
        "{}",
        held.shown()
    );
    web.vouched("bob", "npm:mallory", "stewardship");
    let done = web.explain();
    assert!(
        done.out.starts_with("quiet-stream@2.2.1: pass"),
        "{}",
        done.shown()
    );
    let path = "you → ada → npm:mallory (vouched for since 2020-01-01, until 2020-12-31)";
    assert!(done.said(path), "{}", done.out);
    assert!(done.said(&path.replace("ada", "bob")), "{}", done.out);
    let who = web.project.judge(&["who", "quiet-stream"]);
    assert!(who.said("vouched for: you → ada"), "{}", who.out);
    let json = web
        .project
        .judge(&["who", "quiet-stream", "--format", "json"]);
    assert!(json.out.contains("\"state\": \"vouched\""), "{}", json.out);
    // A year later the vouches have run out.
    let later = [
        "explain",
        "quiet-stream@2.2.1",
        "--facts",
        "../facts",
        "--as-of",
        "2021-01-01",
    ];
    let later = web.project.tenure(&later);
    assert!(!later.said("vouched for"), "{}", later.out);
    let check = web.project.judge(&["check"]);
    assert!(!check.out.contains("quiet-stream"), "{}", check.shown());
}

#[test]
fn everybody_that_followed_people_vouch_for_is_one_line() {
    let Some(web) = Web::new(&["ada"]) else {
        return;
    };
    web.vouched("ada", "npm:mallory", "competence");
    web.follow(&["ada"], "");
    assert!(web.explain().out.starts_with("quiet-stream@2.2.1: hold"));
    web.follow(&["ada"], "\n[vouching]\nneeded-of-followed = 1\n");
    assert!(web.explain().out.starts_with("quiet-stream@2.2.1: pass"));
    web.follow(&["ada"], "\n[vouching]\nneeded = 0\n");
    let refused = web.explain();
    assert_eq!(refused.status, 2);
    assert!(
        refused
            .err
            .contains("[vouching] `needed` must be at least 1"),
        "{}",
        refused.err
    );
}

#[test]
fn what_somebody_forged_counts_for_nothing_and_is_said() {
    let Some(web) = Web::new(&["ada", "bob", "eve"]) else {
        return;
    };
    web.vouched("ada", "npm:mallory", "competence");
    web.vouched("eve", "npm:mallory", "competence");
    web.follow(&["ada", "bob"], "");
    let name = "../vouches/eve-npm-mallory.vouch";
    let forged = web
        .project
        .read(name)
        .replace(&web.fingerprint("eve"), &web.fingerprint("bob"));
    web.project.write(name, &forged);
    assert!(web.explain().out.starts_with("quiet-stream@2.2.1: hold"));
    let check = web.project.judge(&["check"]);
    assert!(
        check
            .err
            .contains("statements passed over in ../vouches: 1"),
        "{}",
        check.err
    );
    let check = web.project.tenure(&["vouch", "check", "../vouches"]);
    assert_eq!(check.status, 1);
    assert!(
        check
            .out
            .contains("the signature is not one over this text"),
        "{}",
        check.out
    );
    assert!(
        check.out.contains("1 signed, 1 passed over"),
        "{}",
        check.out
    );
}

#[test]
fn a_vouch_is_given_listed_and_taken_back() {
    let Some(web) = Web::new(&["ada", "bob"]) else {
        return;
    };
    let project = &web.project;
    let own = ["--key", "../ada", "--folder", "../vouches"];
    let give = |more: &[&str]| project.tenure(&[&["vouch"], more, &own].concat());
    let given = give(&[
        "npm:carol",
        &web.public("bob"),
        "--for",
        "competence",
        "--reason",
        "since 2019",
    ]);
    assert_eq!(given.status, 0, "{}", given.shown());
    assert!(
        given.out.contains("vouches for npm:carol and SHA256:"),
        "{}",
        given.out
    );
    let list = project.tenure(&["vouch", "list", "../vouches"]);
    assert!(list.said("holds since 2019"), "{}", list.out);
    web.follow(&["ada", "bob"], "");
    let path = project.tenure(&["vouch", "path", "npm:carol"]);
    assert_eq!(path.status, 1);
    assert!(path.said("1 of 2 independent vouches"), "{}", path.out);
    let revoked = give(&["revoke", "npm:carol"]);
    assert_eq!(revoked.status, 0, "{}", revoked.shown());
    let list = project.tenure(&["vouch", "list", "../vouches", "--format", "json"]);
    assert!(list.out.contains("\"state\": \"revoked\""), "{}", list.out);
    let path = project.tenure(&["vouch", "path", "npm:carol"]);
    assert!(path.said("ada: took the vouch back"), "{}", path.out);
    let again = give(&["revoke", "npm:carol"]);
    assert!(
        again
            .err
            .contains("no vouch of yours for `npm:carol` holds"),
        "{}",
        again.err
    );
}

#[test]
fn what_cannot_be_vouched_for_is_refused() {
    let Some(web) = Web::new(&["ada"]) else {
        return;
    };
    let refused = |more: &[&str]| {
        let own = ["--key", "../ada", "--folder", "../vouches"];
        let run = web.project.tenure(&[&["vouch"], more, &own].concat());
        assert_eq!(run.status, 2, "{}", run.shown());
        run.err
    };
    assert!(refused(&["carol", "--for", "competence"]).contains("neither an account"));
    assert!(refused(&["npm:carol", "--for", "everything"]).contains("nothing to vouch for"));
    let long = refused(&["npm:carol", "--for", "identity", "--until", "2999-01-01"]);
    assert!(long.contains("one day to one year"), "{long}");
    let own = refused(&[&web.public("ada"), "--for", "identity"]);
    assert!(own.contains("your own key"), "{own}");
    assert!(refused(&["npm:carol"]).contains("--for"));
    let none = web
        .project
        .tenure(&["vouch", "npm:carol", "--for", "identity", "--folder", "x"]);
    assert!(none.err.contains("no SSH key found"), "{}", none.err);
}

#[test]
fn vouches_at_an_address_are_fetched_once_and_kept_beside_the_project() {
    let Some(web) = Web::new(&["ada"]) else {
        return;
    };
    web.vouched("ada", "npm:mallory", "competence");
    let all = fs::read(web.project.root().join("../vouches/ada-npm-mallory.vouch"));
    let all = all.expect("a statement");
    let (address, asked) = serve_once(all);
    let key = web.public("ada");
    let text = format!(
        "[[follow]]\nname = \"ada\"\nkey = \"{key}\"\nvouches = \"{address}\"\n[vouching]\nneeded-of-followed = 1\n"
    );
    web.project.write("tenure.toml", &text);
    let before = web.project.judge(&["check"]);
    assert!(
        before.err.contains("are not at hand; `tenure vouch fetch`"),
        "{}",
        before.err
    );
    let fetched = web.project.tenure(&["vouch", "fetch"]);
    assert_eq!(fetched.status, 0, "{}", fetched.shown());
    assert!(
        fetched
            .out
            .contains("1 vouches and revocations, 0 passed over; written to tenure-vouches/")
    );
    asked.join().expect("a server");
    assert!(web.explain().out.starts_with("quiet-stream@2.2.1: pass"));
}

#[expect(
    clippy::disallowed_methods,
    reason = "what cargo-vet's entries say ends within a year from now"
)]
fn in_half_a_year() -> String {
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).expect("a clock");
    let now = Time::from_millis(i64::try_from(now.as_millis()).expect("a date"));
    (now + Days(182.0)).date()
}

#[test]
fn the_audits_of_others_vouch_for_publishers_crate_by_crate() {
    let project = Project::new();
    let audits = |user: u32| {
        format!(
            "[[trusted.river]]\ncriteria = \"safe-to-deploy\"\nuser-id = {user}\nstart = \"2019-01-01\"\nend = \"2999-01-01\"\n\n\
             [[trusted.river]]\ncriteria = \"safe-to-deploy\"\nuser-id = 7\nstart = \"2019-01-01\"\nend = \"{}\"\n",
            in_half_a_year()
        )
    };
    project.write("guild.toml", &audits(8));
    project.write("lab.toml", &audits(9));
    project.write(
        "tenure.toml",
        "[[follow]]\nname = \"guild\"\nvouches = \"guild.toml\"\n[[follow]]\nname = \"lab\"\nvouches = \"lab.toml\"\n",
    );
    let path = project.tenure(&["vouch", "path", "cargo:river-keeper#7"]);
    assert_eq!(path.status, 0, "{}", path.shown());
    assert!(
        path.said("in pkg:cargo/river, published since 2019-01-01: accepted you → guild → "),
        "{}",
        path.out
    );
    // What ends later than cargo-vet allows does not hold yet, and one is not two.
    let other = project.tenure(&["vouch", "path", "cargo:other#8"]);
    assert_eq!(other.status, 1, "{}", other.shown());
    project.write("tenure.toml", "[[vouches]]\nfrom = \"guild.toml\"\n");
    let nobodys = project.tenure(&["vouch", "path", "cargo:river-keeper#7"]);
    assert_eq!(nobodys.status, 1, "{}", nobodys.shown());
    assert!(
        nobodys.err.contains("passed over in guild.toml: 1"),
        "{}",
        nobodys.err
    );
}

#[test]
fn keys_of_minisign_sign_vouches_too() {
    let project = Project::new();
    let made = Command::new("minisign")
        .args(["-G", "-W", "-p", "ada.pub", "-s", "ada.key"])
        .current_dir(project.root())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    if made.is_err() {
        missing("minisign is not installed; `cargo xtask test` installs it");
        return;
    }
    let own = ["--key", "ada.key", "--folder", "vouches"];
    let vouch = ["vouch", "npm:carol", "--for", "competence"];
    let given = project.tenure(&[&vouch[..], &own].concat());
    assert_eq!(given.status, 0, "{}", given.shown());
    let key = project.read("ada.pub");
    let key = format!("minisign:{}", key.lines().nth(1).expect("a key"));
    assert!(
        given.said(&format!("{key} vouches for npm:carol")),
        "{}",
        given.out
    );
    let check = project.tenure(&["vouch", "check", "vouches"]);
    assert!(check.said("1 signed, 0 passed over"), "{}", check.shown());
    let text = format!(
        "[[follow]]\nname = \"ada\"\nkey = \"{key}\"\nvouches = \"vouches\"\n[vouching]\nneeded-of-followed = 1\n"
    );
    project.write("tenure.toml", &text);
    let path = ["vouch", "path", "npm:carol"];
    assert_eq!(project.tenure(&path).status, 0);
    let revoke = ["vouch", "revoke", "npm:carol"];
    assert_eq!(project.tenure(&[&revoke[..], &own].concat()).status, 0);
    let taken_back = project.tenure(&path);
    assert!(
        taken_back.said("ada: took the vouch back"),
        "{}",
        taken_back.out
    );
    // Another word, another's signature, and what the key does not sign.
    let files = fs::read_dir(project.root().join("vouches")).expect("a folder");
    for file in files {
        let file = file.expect("a file").path();
        let text = fs::read_to_string(&file).expect("a statement");
        let text = text
            .replace("npm:carol", "npm:eve")
            .replace("on: 2", "on: 1");
        fs::write(&file, text).expect("a writable folder");
    }
    let forged = project.tenure(&["vouch", "check", "vouches"]);
    assert!(
        forged.said("the signature is not one over this text"),
        "{}",
        forged.out
    );
    assert!(forged.said("0 signed, 2 passed over"), "{}", forged.out);
    let link = project.tenure(&[&["identity", "link", "github:carol"][..], &own].concat());
    assert!(link.err.contains("signs vouches alone"), "{}", link.shown());
}

/// Answers one request with these bytes.
fn serve_once(body: Vec<u8>) -> (String, std::thread::JoinHandle<()>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).expect("a request");
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream
            .write_all(head.as_bytes())
            .expect("a client that listens");
        stream.write_all(&body).expect("a client that listens");
    });
    (format!("http://{address}/all.vouch"), thread)
}
