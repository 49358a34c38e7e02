//! Name resolution that refuses every address which is not public: a name we trust may still point inside.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A name led to an address nobody outside should make us call.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to what is not a public address")]
struct NotPublic;

/// The system's resolver, minus private addresses.
#[derive(Debug, Clone)]
pub(super) struct PublicAddresses {
    loopback: bool,
}

impl PublicAddresses {
    /// `loopback`: this machine is allowed too, for stand-ins.
    pub(super) fn new(loopback: bool) -> Self {
        Self { loopback }
    }

    fn allows(&self, address: IpAddr) -> bool {
        is_public(address) || (self.loopback && address.is_loopback())
    }
}

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let rule = self.clone();
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address among public ones is an attack or a mistake; neither should be half followed.
            if !addresses.iter().all(|address| rule.allows(address.ip())) {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Not in one of RFC 6890's special-purpose blocks.
fn is_public_v4(address: Ipv4Addr) -> bool {
    match address.octets() {
        // Shared address space of carriers.
        [100, second, ..] => !(64..=127).contains(&second),
        [172, second, ..] => !(16..=31).contains(&second),
        // This network, private, loopback, multicast and reserved; link-local, where metadata services live; protocol
        // assignments and 6to4 relays; private; benchmarks; documentation.
        [0 | 10 | 127 | 224..=255, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [192, 168, ..]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => false,
        [_, _, _, _] => true,
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // 6to4 and Teredo carry an IPv4 address inside; documentation and other protocol blocks are nobody's host.
        [0x2002, ..] | [0x2001, 0x0000..=0x01ff | 0x0db8, ..] | [0x3fff, 0x0000..=0x0fff, ..] => false,
        // Only 2000::/3 is global unicast. This leaves out loopback, mapped, NAT64, unique local, link-local and multicast.
        [first, ..] => (first & 0xe000) == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        let private = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        for address in private {
            assert!(!is_public(address.parse().unwrap()), "{address} counts as public");
        }
        for address in [
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "209.177.165.1",
            "2606:4700::1",
            "2a00::1",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address} counts as private");
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_resolves_in_local_runs_only() {
        let resolve = |loopback| PublicAddresses::new(loopback).resolve("localhost".parse().unwrap());
        assert!(resolve(true).await.is_ok());
        assert!(resolve(false).await.is_err());
    }
}
