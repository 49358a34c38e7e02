//! What Workday's own pages call the endpoints of a tenant, read back into host and tenant.

use crate::is_tenant_name;
use url::Url;

/// What one address says: each part where the address has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantAddress {
    /// Scheme and host of the web services, such as `https://wd2-impl-services1.workday.com`.
    pub services_url: Option<String>,
    /// Scheme and host of the sign-in pages, such as `https://impl.workday.com`.
    pub sign_in_url: Option<String>,
    /// The tenant, such as `acme_preview`.
    pub tenant: Option<String>,
}

impl TenantAddress {
    /// Reads an address of *View API Clients* (REST, token or authorization endpoint) or of *View WSDL*; `None`: it has the
    /// shape of none of them. The shapes are those that the vendors of integrations document: `/ccx/service/{tenant}/…`,
    /// `/ccx/oauth2/{tenant}/token`, `/ccx/api/…/{version}/{tenant}` and, on the sign-in host, `/{tenant}/authorize`.
    pub fn read(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok().filter(|url| url.host_str().is_some())?;
        let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
        let origin = url.origin().ascii_serialization();
        let (tenant, is_sign_in) = match segments.as_slice() {
            ["ccx", "service" | "oauth2", tenant, ..] => (*tenant, false),
            ["ccx", "api", rest @ ..] => {
                let version = rest.iter().position(|segment| is_version(segment))?;
                (*rest.get(version + 1)?, false)
            }
            [tenant, "authorize"] => (*tenant, true),
            _ => return None,
        };
        let host = Some(origin);
        let (services_url, sign_in_url) = if is_sign_in { (None, host) } else { (host, None) };
        Some(Self {
            services_url,
            sign_in_url,
            tenant: Some(tenant.to_owned()).filter(|tenant| is_tenant_name(tenant)),
        })
    }

    /// The same, completed from another address: what stands here already stays.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            services_url: self.services_url.or(other.services_url),
            sign_in_url: self.sign_in_url.or(other.sign_in_url),
            tenant: self.tenant.or(other.tenant),
        }
    }
}

/// Whether a text can be the version of one of Workday's web services: `v1`, `v45.2`.
pub fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|number| {
        number.starts_with(|first: char| first.is_ascii_digit()) && number.chars().all(|next| next.is_ascii_digit() || next == '.')
    })
}

/// Whether the name of a host is one of Workday's implementation, sandbox and preview hosts: `wd2-impl-services1…`,
/// `impl-services1.wd12…`, `impl.workday.com`.
fn is_implementation_host(host: &str) -> bool {
    host.split(['.', '-']).any(|part| part.eq_ignore_ascii_case("impl"))
}

/// Whether an address of Workday's services is on one of them; one that is no address is not.
pub fn is_for_trying(services_url: &str) -> bool {
    let url = Url::parse(services_url).ok();
    url.as_ref().and_then(Url::host_str).is_some_and(is_implementation_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Option<String>, Option<String>, Option<String>)> {
        TenantAddress::read(text).map(|address| (address.services_url, address.sign_in_url, address.tenant))
    }

    #[test]
    fn any_address_that_workday_shows_names_host_and_tenant() {
        let services = Some("https://wd2-impl-services1.workday.com".to_owned());
        let tenant = Some("acme_preview".to_owned());
        for address in [
            "https://wd2-impl-services1.workday.com/ccx/api/v1/acme_preview",
            "https://wd2-impl-services1.workday.com/ccx/api/recruiting/v4/acme_preview/jobPostings",
            " https://wd2-impl-services1.workday.com/ccx/oauth2/acme_preview/token\n",
            "https://wd2-impl-services1.workday.com/ccx/service/acme_preview/Recruiting/v45.2?wsdl",
        ] {
            assert_eq!(read(address), Some((services.clone(), None, tenant.clone())), "{address}");
        }
        let sign_in = Some("https://impl.workday.com".to_owned());
        assert_eq!(
            read("https://impl.workday.com/acme_preview/authorize"),
            Some((None, sign_in, tenant))
        );
    }

    #[test]
    fn what_is_no_address_of_a_tenant_says_nothing() {
        for text in [
            "",
            "acme_preview",
            "https://impl.workday.com",
            "https://impl.workday.com/acme_preview/d/home.htmld",
            "https://x.workday.com/ccx/api/acme",
            "mailto:someone@example.com",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(
            read("https://x.workday.com/ccx/service/%20/Recruiting/v1").unwrap().2,
            None,
            "a name that no tenant has is left out"
        );
    }

    #[test]
    fn a_host_tells_whether_it_is_one_for_trying_things() {
        for host in [
            "wd2-impl-services1.workday.com",
            "impl-services1.wd12.myworkday.com",
            "IMPL.workday.com",
        ] {
            assert!(is_implementation_host(host), "{host}");
        }
        for host in [
            "services1.myworkday.com",
            "wd5-services1.myworkday.com",
            "simple.workday.com",
            "127.0.0.1",
        ] {
            assert!(!is_implementation_host(host), "{host}");
        }
    }
}
