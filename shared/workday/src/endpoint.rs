//! Where one customer's Workday is reached, and what the names of Workday's hosts and tenants look like.

use url::Url;

/// What the names of Workday's hosts end with; data centres get added, so suffixes rather than names.
pub const HOST_SUFFIXES: [&str; 2] = [".workday.com", ".myworkday.com"];
const MAX_TENANT_LENGTH: usize = 64;

/// The services host, tenant and web service version of one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Scheme, host and port of the services host; a path is ignored.
    pub services_url: Url,
    /// The Workday tenant, a path segment such as `acme_preview`.
    pub tenant: String,
    /// The Workday Web Services version, such as `v45.2`.
    pub version: String,
}

impl Endpoint {
    /// Address of the Recruiting web service: `{host}/ccx/service/{tenant}/Recruiting/{version}`.
    pub fn recruiting_url(&self) -> Url {
        self.at(&["ccx", "service", &self.tenant, "Recruiting", &self.version])
    }

    /// Address of the OAuth token endpoint: `{host}/ccx/oauth2/{tenant}/token`.
    pub fn token_url(&self) -> Url {
        self.at(&["ccx", "oauth2", &self.tenant, "token"])
    }

    fn at(&self, path: &[&str]) -> Url {
        let mut url = self.services_url.clone();
        url.set_query(None);
        url.set_fragment(None);
        // A URL without a path cannot carry one; sending to it fails as a connection that never was.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(path);
        }
        url
    }
}

/// Whether a text can be the name of a Workday tenant: letters, digits, `_` and `-`, a letter or digit first.
pub fn is_tenant_name(text: &str) -> bool {
    text.len() <= MAX_TENANT_LENGTH
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(|next| next.is_ascii_alphanumeric() || next == '_' || next == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(services_url: &str) -> Endpoint {
        Endpoint {
            services_url: services_url.parse().unwrap(),
            tenant: "acme_preview".into(),
            version: "v45.2".into(),
        }
    }

    #[test]
    fn addresses_carry_the_tenant_and_drop_what_the_services_url_had_behind_the_host() {
        let endpoint = endpoint("https://wd2-impl-services1.workday.com:8443/ccx/?wsdl#x");
        assert_eq!(
            endpoint.recruiting_url().as_str(),
            "https://wd2-impl-services1.workday.com:8443/ccx/service/acme_preview/Recruiting/v45.2"
        );
        assert_eq!(
            endpoint.token_url().as_str(),
            "https://wd2-impl-services1.workday.com:8443/ccx/oauth2/acme_preview/token"
        );
    }

    #[test]
    fn a_hostile_tenant_stays_one_path_segment() {
        let endpoint = Endpoint {
            tenant: "../a/b?c".into(),
            ..endpoint("https://example.com")
        };
        assert_eq!(endpoint.recruiting_url().path(), "/ccx/service/..%2Fa%2Fb%3Fc/Recruiting/v45.2");
    }

    #[test]
    fn tenant_names() {
        for (text, expected) in [
            ("acme", true),
            ("acme_preview1", true),
            ("9-a", true),
            ("", false),
            ("_acme", false),
            ("ac/me", false),
            ("acmé", false),
            ("..", false),
        ] {
            assert_eq!(is_tenant_name(text), expected, "{text}");
        }
        assert!(is_tenant_name(&"a".repeat(64)));
        assert!(!is_tenant_name(&"a".repeat(65)));
    }
}
