//! The process environment, read once and in this place only; everything else gets an [`Environment`] passed in.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use url::Url;

/// A variable that is missing or does not parse. Names the variable, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The variable is not set, or set to nothing.
    #[error("environment variable {name} is missing")]
    Missing {
        /// The variable.
        name: String,
    },
    /// The variable's value is not what its meaning demands.
    #[error("environment variable {name} is not {expected}")]
    Invalid {
        /// The variable.
        name: String,
        /// What it should have been, in words.
        expected: &'static str,
    },
}

/// Environment variables by name.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process that are valid UTF-8.
    pub fn from_process() -> Self {
        Self::from_pairs(std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))))
    }

    /// The given variables and no others: for tests and the local runner.
    pub fn from_pairs<Name: Into<String>, Value: Into<String>>(pairs: impl IntoIterator<Item = (Name, Value)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The value of `name`; an empty value counts as missing.
    pub fn required(&self, name: &str) -> Result<String, ConfigError> {
        self.optional(name).ok_or_else(|| ConfigError::Missing { name: name.to_owned() })
    }

    /// The value of `name`, if it is set to something.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// The value of `name` as an absolute `http` or `https` URL with a host.
    pub fn url(&self, name: &str) -> Result<Url, ConfigError> {
        Url::parse(&self.required(name)?)
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
            .ok_or_else(|| ConfigError::Invalid {
                name: name.to_owned(),
                expected: "an absolute http or https URL",
            })
    }

    /// The value of `name` as a number, or `default` when it is not set.
    pub fn number<Number: FromStr>(&self, name: &str, default: Number) -> Result<Number, ConfigError> {
        self.optional(name).map_or(Ok(default), |value| {
            value.parse().map_err(|_not_a_number| ConfigError::Invalid {
                name: name.to_owned(),
                expected: "a number in range",
            })
        })
    }
}

/// Names only: a value may be a credential.
impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_debug_name_the_variable_and_never_its_value() {
        let environment = Environment::from_pairs([("PUBLIC_URL", "hunter2"), ("LIMIT", "hunter2"), ("EMPTY", "")]);
        let errors = [
            environment.required("ABSENT").unwrap_err(),
            environment.required("EMPTY").unwrap_err(),
            environment.url("PUBLIC_URL").unwrap_err(),
            environment.number("LIMIT", 1_u32).unwrap_err(),
        ];
        for (error, name) in errors.iter().zip(["ABSENT", "EMPTY", "PUBLIC_URL", "LIMIT"]) {
            assert!(error.to_string().contains(name), "{error}");
            assert!(!format!("{error:?} {error}").contains("hunter2"));
        }
        assert!(!format!("{environment:?}").contains("hunter2"));
    }

    #[test]
    fn a_number_that_is_not_set_is_its_default() {
        let environment = Environment::from_pairs([("LIMIT", "7")]);
        assert_eq!(environment.number("LIMIT", 1_u32), Ok(7));
        assert_eq!(environment.number("ABSENT", 1_u32), Ok(1));
    }

    #[test]
    fn only_web_urls_with_a_host_are_urls() {
        for bad in ["file:///etc/passwd", "javascript:alert(1)", "example.com", "https://"] {
            assert!(Environment::from_pairs([("A", bad)]).url("A").is_err(), "{bad} was accepted");
        }
        assert!(Environment::from_pairs([("A", "https://example.com/base")]).url("A").is_ok());
    }
}
