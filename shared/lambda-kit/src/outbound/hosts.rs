//! Which URLs of a vendor may be called: a tenant's admin types them, so they are hostile until proven otherwise.

use crate::environment::{ConfigError, Environment};
use url::{Host, Url};

/// Why a URL is not called. In words an admin can act on; the URL itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostRefused {
    /// It does not parse, or only parses after repair.
    #[error("this is not a plain URL such as https://services.example.com")]
    Malformed,
    /// Another scheme than https.
    #[error("the URL must start with https://")]
    NotHttps,
    /// A user name or password in the URL.
    #[error("the URL must not contain a user name or password")]
    UserInfo,
    /// Any port but 443.
    #[error("the URL must not name a port")]
    Port,
    /// A numeric address, however it is written.
    #[error("the URL must name a host, not a numeric address")]
    Address,
    /// A host that is not one of the vendor's.
    #[error("the host is none of those that may be called")]
    Foreign,
}

/// The hosts tenants may name: those under the vendor's own suffixes and the suffixes of the deployment.
#[derive(Debug, Clone)]
pub struct VendorHosts {
    suffixes: Vec<String>,
    loopback: bool,
}

impl VendorHosts {
    /// Reads `VENDOR_HOST_SUFFIXES` (comma-separated, each with its leading dot) and `VENDOR_HOST_OVERRIDE`.
    ///
    /// The override `loopback` is honoured only while `AWS_ENDPOINT_URL` is itself a loopback address: never when deployed.
    pub fn from_environment(environment: &Environment) -> Result<Self, ConfigError> {
        let mut suffixes = Vec::new();
        for suffix in environment.optional("VENDOR_HOST_SUFFIXES").unwrap_or_default().split(',') {
            let suffix = suffix.trim().to_ascii_lowercase();
            if suffix.is_empty() {
                continue;
            }
            // A bare top-level domain would let anyone in.
            let plain = suffix
                .strip_prefix('.')
                .is_some_and(|domain| domain.contains('.') && is_plain_name(domain));
            if !plain {
                return Err(ConfigError::Invalid {
                    name: "VENDOR_HOST_SUFFIXES".to_owned(),
                    expected: "a comma-separated list such as .workday.com,.myworkday.com",
                });
            }
            suffixes.push(suffix);
        }
        let wanted = environment.optional("VENDOR_HOST_OVERRIDE").as_deref() == Some("loopback");
        let embedded = environment.url("AWS_ENDPOINT_URL").is_ok_and(|url| is_loopback(&url));
        Ok(Self {
            suffixes,
            loopback: wanted && embedded,
        })
    }

    /// The same, and the hosts under a vendor's own suffixes, each with its leading dot.
    #[must_use]
    pub fn and(mut self, suffixes: &[&str]) -> Self {
        self.suffixes.extend(suffixes.iter().map(|suffix| (*suffix).to_owned()));
        self
    }

    /// Whether stand-ins on this machine may be called: true in local runs only.
    pub fn allows_loopback(&self) -> bool {
        self.loopback
    }

    /// Parses what an admin typed and checks it; refuses what a parser would have to repair first.
    pub fn parse(&self, text: &str) -> Result<Url, HostRefused> {
        let strange = |c: char| c.is_whitespace() || c.is_control() || !c.is_ascii() || matches!(c, '\\' | '@');
        if text.contains(strange) {
            return Err(HostRefused::Malformed);
        }
        let url = Url::parse(text).map_err(|_unparsable| HostRefused::Malformed)?;
        self.check(&url)?;
        Ok(url)
    }

    /// Whether a URL may be called. Check it again before each call that was configured earlier.
    pub fn check(&self, url: &Url) -> Result<(), HostRefused> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(HostRefused::UserInfo);
        }
        if self.loopback && url.scheme() == "http" && is_loopback(url) {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(HostRefused::NotHttps);
        }
        // `Url` drops a port that is the scheme's own.
        if url.port().is_some() {
            return Err(HostRefused::Port);
        }
        match url.host() {
            None => Err(HostRefused::Malformed),
            // `Url` has already unfolded octal, hexadecimal and one-number notations into these.
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => Err(HostRefused::Address),
            Some(Host::Domain(name)) => self.check_name(name),
        }
    }

    fn check_name(&self, name: &str) -> Result<(), HostRefused> {
        let ours = |suffix: &String| name.strip_suffix(suffix.as_str()).is_some_and(is_plain_name);
        if self.suffixes.iter().any(ours) {
            Ok(())
        } else {
            Err(HostRefused::Foreign)
        }
    }
}

/// Dot-separated labels of letters, digits and inner hyphens; no punycode, no empty label (so no trailing dot).
fn is_plain_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with("xn--")
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(pairs: &[(&str, &str)]) -> VendorHosts {
        let hosts = VendorHosts::from_environment(&Environment::from_pairs(pairs.iter().copied())).unwrap();
        hosts.and(&[".workday.com", ".myworkday.com"])
    }

    #[test]
    fn the_vendors_own_hosts_and_the_deployments_are_called() {
        let hosts = hosts(&[("VENDOR_HOST_SUFFIXES", ".workday.example.com, .myworkdaygov.com")]);
        for good in [
            "https://wd2-impl-services1.workday.com",
            "https://wd2-impl-services1.workday.com:443/ccx/service/acme/Recruiting/v45.2",
            "https://WD5-SERVICES1.MyWorkday.com/",
            "https://impl.wd12.myworkday.com/acme_preview/authorize?client_id=1",
            "https://services1.wd1.workday.example.com/",
            "https://x.myworkdaygov.com",
        ] {
            assert!(hosts.parse(good).is_ok(), "{good} was refused");
        }
    }

    /// Reliability page, section 12, SSRF: every way of naming a host that is not Workday's.
    const HOSTILE: &[&str] = &[
        // Not https.
        "http://wd2.workday.com/",
        "ftp://wd2.workday.com/",
        "file:///etc/passwd",
        "gopher://wd2.workday.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "ws://wd2.workday.com/",
        // Numeric addresses, in every notation a parser accepts.
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://0/",
        "https://0.0.0.0/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0xa9fea9fe/",
        "https://2852039166/",
        "https://0251.0376.0251.0376/",
        "https://169.254.169.254./",
        "https://8.8.8.8/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://[2001:db8::1]/",
        // Names of our own side.
        "https://localhost/",
        "https://localhost.localdomain/",
        "https://metadata.google.internal/",
        "https://instance-data.ec2.internal/",
        "https://workday.com.internal/",
        // Names that only look like Workday's.
        "https://workday.com/",
        "https://myworkday.com/",
        "https://evilworkday.com/",
        "https://evil-workday.com/",
        "https://workday.com.evil.example/",
        "https://wd2.workday.com.evil.example/",
        "https://wd2.workday.co/",
        "https://wd2.workday.com.co/",
        "https://wd2-workday.com/",
        "https://wd2.workday.com./",
        "https://wd2.workday.com../",
        "https://.workday.com/",
        "https://..workday.com/",
        "https://a..workday.com/",
        "https://-.workday.com/",
        "https://a_b.workday.com/",
        "https://*.workday.com/",
        "https://xn--wrkday-wxa.com/",
        "https://xn--80ak6aa92e.workday.com/",
        "https://wörkday.workday.com/",
        "https://wd2。workday。com/",
        "https://wd2.workday.com\u{ff0f}.evil.example/",
        "https://ⓦorkday.com/",
        // User information and other sleights of hand.
        "https://wd2.workday.com@evil.example/",
        "https://user:password@wd2.workday.com/",
        "https://@wd2.workday.com/",
        "https://evil.example\\@wd2.workday.com/",
        "https://evil.example\\.workday.com/",
        "https://evil.example/.workday.com",
        "https://evil.example?.workday.com",
        "https://evil.example#.workday.com",
        "https://evil.example%2f.workday.com/",
        "https://wd2.workday.com%00.evil.example/",
        "https://wd2.workday.com\t.evil.example/",
        "https://wd2.workday.com\r\nHost: evil.example/",
        " https://wd2.workday.com/",
        // Ports.
        "https://wd2.workday.com:80/",
        "https://wd2.workday.com:8443/",
        "https://wd2.workday.com:0/",
        "https://wd2.workday.com:99999/",
        "https:///",
    ];

    #[test]
    fn hostile_hosts_are_refused() {
        assert!(HOSTILE.len() >= 80);
        let hosts = hosts(&[]);
        for hostile in HOSTILE {
            assert!(hosts.parse(hostile).is_err(), "{hostile:?} was accepted by parse");
        }
    }

    #[test]
    fn the_loopback_override_works_for_loopback_and_only_in_a_local_run() {
        let local = [("VENDOR_HOST_OVERRIDE", "loopback"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:8000")];
        assert!(hosts(&local).parse("http://127.0.0.1:4711/ccx").is_ok());
        assert!(hosts(&local).parse("http://10.0.0.1:4711/").is_err());
        assert!(hosts(&local).parse("http://wd2.workday.com/").is_err());
        assert!(hosts(&local).parse("https://127.0.0.1/").is_err());
        for deployed in [
            &[("VENDOR_HOST_OVERRIDE", "loopback")] as &[(&str, &str)],
            &[
                ("VENDOR_HOST_OVERRIDE", "loopback"),
                ("AWS_ENDPOINT_URL", "https://dynamodb.eu-central-1.amazonaws.com"),
            ],
            &[("VENDOR_HOST_OVERRIDE", "true"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:8000")],
        ] {
            assert!(!hosts(deployed).allows_loopback());
            assert!(hosts(deployed).parse("http://127.0.0.1:4711/").is_err());
        }
    }

    #[test]
    fn nobodys_host_is_called_before_a_vendor_or_the_deployment_names_it() {
        let hosts = VendorHosts::from_environment(&Environment::from_pairs([("", "")])).unwrap();
        assert_eq!(hosts.parse("https://wd2.workday.com/"), Err(HostRefused::Foreign));
    }

    #[test]
    fn a_careless_suffix_is_refused() {
        for bad in ["workday.com", ".com", "*.workday.com", ".", ".work day.com", ".xn--a.com"] {
            let environment = Environment::from_pairs([("VENDOR_HOST_SUFFIXES", bad)]);
            assert!(VendorHosts::from_environment(&environment).is_err(), "{bad} was accepted");
        }
    }
}
