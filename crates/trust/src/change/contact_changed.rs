//! `contact-changed`: the same login publishes with another e-mail domain.
//!
//! Whoever takes an account over changes its address first. People change
//! addresses, too, so a domain that the party, or anybody else here, has used
//! before is no news.

use super::{Change, Fact, Kind, Meta, Scene};
use crate::past::Hand;

pub(super) const META: Meta = Meta {
    kind: Kind::ContactChanged,
    id: "contact-changed",
    line: "same login, but its e-mail domain changed",
};

pub(super) fn detect(scene: &Scene<'_>) -> Option<Change> {
    let hand = scene.own_hand().filter(|_| scene.is_established())?;
    let contact = scene.history.contact(scene.release.contact?);
    let before = scene.history.contact(*hand.contacts.last()?);
    let domain = &*contact.domain;
    let used_elsewhere = || {
        let package = scene.history.package().name();
        scene
            .people
            .used_domain_elsewhere(scene.party(), domain, package, scene.at)
    };
    if used_here(scene, domain) || used_elsewhere() {
        return None;
    }
    let facts = vec![Fact::ContactDomain {
        from: before.domain.to_string(),
        to: contact.domain.to_string(),
    }];
    Some(scene.change(Kind::ContactChanged, facts))
}

/// Whether the publisher used the domain here before, or a colleague did. That
/// somebody else has a mailbox at a provider open to everybody means nothing.
fn used_here(scene: &Scene<'_>, domain: &str) -> bool {
    let person = scene.past.person(scene.publisher);
    let counts = |hand: &&Hand| hand.party == person || !is_open_provider(domain);
    let contacts = scene
        .past
        .hands()
        .iter()
        .filter(counts)
        .flat_map(|hand| &hand.contacts);
    contacts
        .into_iter()
        .any(|known| &*scene.history.contact(*known).domain == domain)
}

/// Whether anybody can have an address at `domain`: the large mail providers,
/// and the relay that GitHub gives every account.
fn is_open_provider(domain: &str) -> bool {
    const OPEN: [&str; 32] = [
        "126.com",
        "163.com",
        "aol.com",
        "fastmail.com",
        "foxmail.com",
        "gmail.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hey.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mac.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "tuta.com",
        "tutanota.com",
        "users.noreply.github.com",
        "web.de",
        "yahoo.com",
        "yandex.com",
        "yandex.ru",
        "zoho.com",
    ];
    OPEN.binary_search(&domain).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_open_provider;

    #[test]
    fn open_providers_are_found_by_binary_search() {
        assert!(
            is_open_provider("126.com")
                && is_open_provider("proton.me")
                && is_open_provider("zoho.com")
        );
        assert!(!is_open_provider("example.com"));
    }
}
