//! Keyrings as sources of vouches: one that the real `gpg` makes, and that of a
//! distribution's maintainers.

use crate::project::Project;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tenure_testkit::missing;

/// Somebody's `gpg`, with keys of several people. What it starts ends with it.
pub(crate) struct Gpg {
    pub(crate) home: tempfile::TempDir,
}

impl Drop for Gpg {
    fn drop(&mut self) {
        // It ends by itself, too, once its folder is gone.
        let mut command = Command::new("gpgconf");
        let _ = command
            .args(["--homedir"])
            .arg(self.home.path())
            .args(["--kill", "all"])
            .status();
    }
}

impl Gpg {
    /// `None`, said on standard error, where there is no `gpg`.
    pub(crate) fn new() -> Option<Self> {
        if Command::new("gpg")
            .arg("--version")
            .stdout(Stdio::null())
            .status()
            .is_err()
        {
            missing("gpg is not installed; `cargo xtask test` installs it");
            return None;
        }
        let home = tempfile::Builder::new()
            .prefix("gpg")
            .tempdir()
            .expect("a folder");
        Some(Self { home })
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new("gpg")
            .args([
                "--batch",
                "--yes",
                "--passphrase",
                "",
                "--pinentry-mode",
                "loopback",
            ])
            .arg("--homedir")
            .arg(self.home.path())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("gpg");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        output.stdout
    }

    /// A key's fingerprint.
    fn makes(&self, person: &str, kind: &str) -> String {
        self.makes_for(person, &[kind, "cert", "1y"])
    }

    /// The fingerprint of a key of a kind, for a use and a time.
    pub(crate) fn makes_for(&self, person: &str, more: &[&str]) -> String {
        let user = format!("{person} <{person}@mail.example>");
        self.run(&[&["--quick-generate-key", &user], more].concat());
        let listed = self.run(&["--with-colons", "--list-keys", &user]);
        let listed = String::from_utf8(listed).expect("text");
        let line = listed.lines().find(|line| line.starts_with("fpr:"));
        line.and_then(|line| line.split(':').nth(9))
            .expect("a fingerprint")
            .to_owned()
    }

    fn certifies(&self, by: &str, about: &str) {
        self.run(&["--local-user", by, "--quick-sign-key", about]);
    }
}

#[test]
fn the_certifications_of_a_keyring_are_vouches_for_identity() {
    let Some(gpg) = Gpg::new() else {
        return;
    };
    let [ada, bob, carol] = [
        ("ada", "ed25519"),
        ("bob", "rsa3072"),
        ("carol", "nistp256"),
    ]
    .map(|(person, kind)| gpg.makes(person, kind));
    gpg.certifies(&ada, &carol);
    let project = Project::new();
    let follow =
        |name: &str, key: &str| format!("[[follow]]\nname = \"{name}\"\nkey = \"openpgp:{key}\"\n");
    let text = follow("ada", &ada) + &follow("bob", &bob) + "[[vouches]]\nfrom = \"ring.gpg\"\n";
    let identity = format!("{text}[vouching]\nfor = \"identity\"\n");
    let about = format!("openpgp:{carol}");
    let path = |settings: &str, arguments: &[&str]| {
        let ring = gpg.run(&[&["--export"], arguments].concat());
        std::fs::write(project.root().join("ring.gpg"), ring).expect("a writable folder");
        project.write("tenure.toml", settings);
        project.tenure(&["vouch", "path", &about])
    };
    let one = path(&identity, &[]);
    assert!(one.said("1 of 2 independent vouches"), "{}", one.shown());
    gpg.certifies(&bob, &carol);
    let two = path(&identity, &[]);
    assert_eq!(two.status, 0, "{}", two.shown());
    assert!(
        two.said(&format!("you → bob → {about} (vouched for since")),
        "{}",
        two.out
    );
    let armored = path(&identity, &["--armor"]);
    assert_eq!(armored.out, two.out);
    // Who somebody is says not that their releases can be taken.
    let competence = path(&text, &[]);
    assert_eq!(competence.status, 1, "{}", competence.shown());
    assert!(
        competence.said("ada: vouches for identity only"),
        "{}",
        competence.out
    );
    let check = project.tenure(&["vouch", "check", "ring.gpg"]);
    assert_eq!(check.status, 0, "{}", check.shown());
    assert!(
        check.said("3 keys, of which 0 hold no more; 2 certifications between them"),
        "{}",
        check.out
    );
}

#[test]
fn a_keyring_of_thirty_megabytes_is_read() {
    let ring: PathBuf = "/usr/share/keyrings/debian-keyring.gpg".into();
    if !ring.exists() {
        missing(
            "the Debian package debian-keyring is not installed; `cargo xtask test` installs it",
        );
        return;
    }
    let project = Project::new();
    let began = Instant::now();
    let check = project.tenure(&["vouch", "check", &ring.display().to_string()]);
    assert_eq!(check.status, 0, "{}", check.shown());
    let line = check.out.lines().next().unwrap_or_default();
    let numbers: Vec<usize> = rest(line, &ring)
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [keys, dead, certifications] = numbers[..] else {
        panic!("{}", check.out);
    };
    // There were 905 keys and 11,718 certifications in 2022.
    assert!(
        keys > 800 && dead * 50 < keys && certifications > 9 * keys,
        "{line}"
    );
    assert!(
        began.elapsed() < Duration::from_mins(2),
        "{:?}",
        began.elapsed()
    );
}

fn rest<'a>(line: &'a str, path: &Path) -> &'a str {
    let path = format!("{}: ", path.display());
    line.strip_prefix(&path).unwrap_or_default()
}
