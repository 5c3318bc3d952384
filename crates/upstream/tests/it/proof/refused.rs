//! What must not be asked, and what is too much.

use super::{Net, about, key};
use std::net::Ipv4Addr;
use tenure_ecosystem::identity::token;
use tenure_testkit::{FakeWeb, Fault};

/// Whatever a page leads to, it is nothing within the own network.
#[test]
fn nothing_leads_into_the_own_network() {
    let net = Net::new();
    let inside = FakeWeb::plain();
    let question = about("domain:evil.example", None);
    let file = "evil.example/.well-known/tenure.txt";
    let port = inside.address().port();
    net.dns.put_address("rebound.example", Ipv4Addr::LOCALHOST);
    net.dns
        .put_address("rebound.example", Ipv4Addr::new(192, 0, 2, 1));
    net.dns
        .put_address("carrier.example", Ipv4Addr::new(100, 64, 0, 7));
    for (to, origin) in [
        (
            format!("https://127.0.0.1:{port}/"),
            format!("https://127.0.0.1:{port}"),
        ),
        (
            "https://2130706433/".to_owned(),
            "https://127.0.0.1".to_owned(),
        ),
        ("https://0x7f.1/".to_owned(), "https://127.0.0.1".to_owned()),
        (
            "https://169.254.169.254/latest/".to_owned(),
            "https://169.254.169.254".to_owned(),
        ),
        (
            "https://[::ffff:10.0.0.1]/".to_owned(),
            "https://[::ffff:a00:1]".to_owned(),
        ),
        (
            "https://[64:ff9b::a9fe:a9fe]/".to_owned(),
            "https://[64:ff9b::a9fe:a9fe]".to_owned(),
        ),
        (
            "https://rebound.example/".to_owned(),
            "https://rebound.example".to_owned(),
        ),
        (
            "https://carrier.example/".to_owned(),
            "https://carrier.example".to_owned(),
        ),
    ] {
        net.web.fail(file, Fault::Redirect(to));
        let refused = format!(
            "no answer: `https://evil.example/.well-known/tenure.txt` redirects to `{origin}`, which is within this machine's own network"
        );
        assert_eq!(net.ask(&question), refused);
    }
    for (to, why) in [
        (format!("http://127.0.0.1:{port}/"), "which is not https"),
        ("http://ada.example/".to_owned(), "which is not https"),
        ("file:///etc/passwd".to_owned(), "which is not https"),
        (
            "https://ada:secret@ada.example/".to_owned(),
            "which has a name or a password in it",
        ),
    ] {
        net.web.fail(file, Fault::Redirect(to));
        let said = net.ask(&question);
        assert!(said.ends_with(why), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
    assert!(inside.asked().is_empty(), "{:?}", inside.asked());
}

#[test]
fn only_the_user_allows_what_is_inside() {
    let mut net = Net::new();
    let question = about("domain:evil.example", None);
    let file = "evil.example/.well-known/tenure.txt";
    net.dns.put_address("ada.example", Ipv4Addr::LOCALHOST);
    net.allow.retain(|host| !host.starts_with("ada.example"));
    let own = "no answer: `https://ada.example/.well-known/tenure.txt` is not asked, which is within this machine's own network";
    assert_eq!(net.ask(&about("domain:ada.example", None)), own);
    // The forge of the user's settings is no way in for others, either.
    let forge = format!("https://{}/", net.forge.address());
    net.web.fail(file, Fault::Redirect(forge));
    assert!(
        net.ask(&question)
            .ends_with("within this machine's own network")
    );
    assert!(net.forge.asked().is_empty());
}

/// What a name says may be another thing a moment later, so a connection looks
/// for itself.
#[test]
fn a_connection_goes_nowhere_that_was_not_looked_at() {
    let net = Net::new();
    let turns = [Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::LOCALHOST];
    net.dns.put_turns("rebound.example", &turns);
    let question = about("domain:rebound.example", None);
    let said = net.ask(&question);
    let refused = "the name leads into this machine's own network";
    assert!(said.contains("cannot be reached"), "{said}");
    assert!(said.contains(refused), "{said}");
}

/// Also where npm is told to believe any certificate.
#[test]
fn a_certificate_that_nobody_vouches_for_confirms_nothing() {
    let mut net = Net::new();
    let file = "ada.example/.well-known/tenure.txt";
    net.web.put(file, "text/plain", &token(&key()));
    let question = about("domain:ada.example", None);
    assert!(
        net.ask(&question)
            .starts_with("confirmed at https://ada.example/")
    );
    net.knows_certificate = false;
    let said = net.ask(&question);
    assert!(said.starts_with("no answer: "), "{said}");
}

#[test]
fn what_is_too_much_or_too_slow_is_no_answer() {
    let net = Net::new();
    let question = about("domain:ada.example", None);
    let file = "ada.example/.well-known/tenure.txt";
    let said = |fault: Fault| {
        net.web.fail(file, fault);
        net.ask(&question)
    };
    let large = said(Fault::Huge(8 * 1024 * 1024));
    assert!(large.ends_with("is larger than 1048576 bytes"), "{large}");
    let bomb = said(Fault::Compressed(
        "gzip".to_owned(),
        tenure_testkit::gzip(&vec![b' '; 8 * 1024 * 1024]),
    ));
    assert!(bomb.ends_with("is larger than 1048576 bytes"), "{bomb}");
    let round = said(Fault::Redirect(format!("https://{file}")));
    assert!(round.ends_with("redirects more than 3 times"), "{round}");
    let silent = said(Fault::Silence);
    assert!(
        silent.ends_with("`domain:ada.example` was not complete after 5 s"),
        "{silent}"
    );
    net.web.put(file, "text/plain", &token(&key()));
    let slow = said(Fault::Stall);
    assert!(slow.ends_with("was not complete after 5 s"), "{slow}");
}
