//! Addresses within the network that this machine is in.
//!
//! Registries, and whoever can write into what they say, must not make this
//! program ask what only it can reach (server-side request forgery).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Whether who follows an address `to` that was named by `from` comes from
/// outside into this machine's own network. A registry that is inside itself
/// can name what is beside it.
pub(crate) async fn leads_inside(from: &Url, to: &Url) -> bool {
    from.host() != to.host() && is_inside(to).await && !is_inside(from).await
}

/// Why an address that a registry says is its own is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfollowed {
    /// It leads from `https` to something else, or is no address of the web.
    #[error("it is not https")]
    NotHttps,
    /// It leads from outside into this machine's own network.
    #[error("it is within this machine's own network")]
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

/// Whether an address is one of this machine, of what is beside it, or of
/// nobody in particular (RFC 6890).
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_private_v4(ip),
        IpAddr::V6(ip) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_multicast()
                || ip.is_unique_local()
                || ip.is_unicast_link_local()
                // Site-local addresses, given up and still routed by some (RFC 3879).
                || ip.segments()[0] & 0xffc0 == 0xfec0
                || within(ip).is_some_and(is_private_v4)
        }
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [first, second, third, _] = ip.octets();
    // 100.64.0.0/10 is shared by the customers of a carrier (RFC 6598).
    let is_shared = first == 100 && second & 0xc0 == 64;
    // Networks are tried out in 198.18.0.0/15 (RFC 2544), and 192.0.0.0/24 is
    // for protocols.
    let is_special = (first == 198 && second & 0xfe == 18) || (first, second, third) == (192, 0, 0);
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || first == 0
        || first >= 240
        || is_shared
        || is_special
}

/// The address of version 4 that a translator makes of one of version 6: NAT64
/// (RFC 6052), 6to4 (RFC 3056), and those that were once "compatible".
fn within(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match parts {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0, 0, high, low] => {
            Some(v4(high, low))
        }
        // The part of a network's own choice says nothing of where it leads.
        [0x64, 0xff9b, 1, ..] => Some(Ipv4Addr::UNSPECIFIED),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
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
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::808:808",
            "2002:7f00:1::",
            "fec0::1",
            "ff02::1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "0.1.2.3",
        ] {
            assert!(is_private(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "192.0.2.1",
            "100.128.0.1",
            "198.20.0.1",
            "2001:db8::1",
            "64:ff9b::c000:201",
            "2002:c000:201::",
        ] {
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
