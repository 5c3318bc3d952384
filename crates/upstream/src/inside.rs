//! Addresses within the network that this machine is in.
//!
//! Registries, and whoever can write into what they say, must not make this
//! program ask what only it can reach (server-side request forgery).

use std::net::IpAddr;
use url::{Host, Url};

/// Whether who follows an address `to` that was named by `from` comes from
/// outside into this machine's own network. A registry that is inside itself
/// can name what is beside it.
pub(crate) async fn leads_inside(from: &Url, to: &Url) -> bool {
    from.host() != to.host() && is_inside(to).await && !is_inside(from).await
}

/// Why an address that a registry says is its own is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfollowed {
    /// It leads from `https` to something else, or is no address of the web.
    NotHttps,
    /// It leads from outside into this machine's own network.
    Inside,
}

/// Checks an address that a registry at `home` says is its own.
///
/// # Errors
/// When it must not be followed.
pub async fn check_own(home: &Url, url: &Url) -> Result<(), Unfollowed> {
    match (home.scheme(), url.scheme()) {
        (_, "https") | ("http", "http") => {}
        _ => return Err(Unfollowed::NotHttps),
    }
    if leads_inside(home, url).await {
        return Err(Unfollowed::Inside);
    }
    Ok(())
}

/// Whether an address leads to this machine or to one beside it. A name that
/// cannot be resolved here is somebody else's to resolve: a proxy's.
async fn is_inside(url: &Url) -> bool {
    let name = match url.host() {
        Some(Host::Ipv4(ip)) => return is_private(ip.into()),
        Some(Host::Ipv6(ip)) => return is_private(ip.into()),
        Some(Host::Domain(name)) => name,
        None => return true,
    };
    let port = url.port_or_known_default().unwrap_or(443);
    match tokio::net::lookup_host((name, port)).await {
        Ok(mut found) => found.any(|address| is_private(address.ip())),
        Err(_) => false,
    }
}

fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            // 100.64.0.0/10 is shared by the customers of a carrier (RFC 6598).
            let is_shared = ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64;
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || is_shared
        }
        IpAddr::V6(ip) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_unique_local()
                || ip.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_within_is_known() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:127.0.0.1",
        ] {
            assert!(is_private(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["192.0.2.1", "100.128.0.1", "2001:db8::1"] {
            assert!(!is_private(outside.parse().unwrap()), "{outside}");
        }
    }

    #[tokio::test]
    async fn only_who_is_inside_can_point_inside() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (outside, inside) = (url("https://192.0.2.1/"), url("https://10.0.0.1/x"));
        assert!(leads_inside(&outside, &inside).await);
        assert!(!leads_inside(&inside, &inside).await);
        assert!(!leads_inside(&inside, &outside).await);
        assert!(!leads_inside(&outside, &url("https://192.0.2.7/")).await);
    }
}
