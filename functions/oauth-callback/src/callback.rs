//! Back from Workday: what the address says is checked against what was asked, by whom and where.

use admin::{Admin, AdminError, Approver, Asked, ConsentCode, Problem};
use domain::ConnectionId;
use domain::settings::Connection;
use keys::{equal_in_constant_time, is_token, token_hash};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use store::session::AuthorizationRequest;
use url::form_urlencoded;

const LONGEST_CODE: usize = 4096;

/// The parameters of the callback address that count (RFC 6749 section 4.1.2, RFC 9207).
pub(crate) struct Returned {
    state: SecretString,
    outcome: Outcome,
    issuer: Option<String>,
}

enum Outcome {
    Code(SecretString),
    Denied,
    Refused,
}

impl fmt::Debug for Returned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Returned").finish_non_exhaustive()
    }
}

impl Returned {
    /// Reads a query string. Each parameter at most once; a state of the length we make; a code or an error, not both.
    pub(crate) fn read(query: &str) -> Result<Self, AdminError> {
        let parameter = |name: &str| -> Result<Option<String>, Problem> {
            let mut values = form_urlencoded::parse(query.as_bytes())
                .filter(|(found, _)| found == name)
                .map(|(_, value)| value.into_owned());
            match (values.next(), values.next()) {
                (value, None) => Ok(value),
                (_, Some(_)) => Err(Problem::AuthorizationUnreadable),
            }
        };
        let state = parameter("state")?
            .filter(|state| is_token(state))
            .ok_or(Problem::AuthorizationUnreadable)?;
        let outcome = match (parameter("code")?, parameter("error")?) {
            (Some(code), None) if is_code(&code) => Outcome::Code(code.into()),
            (None, Some(error)) if error == "access_denied" => Outcome::Denied,
            (None, Some(_)) => Outcome::Refused,
            (_, _) => return Err(Problem::AuthorizationUnreadable.into()),
        };
        Ok(Self {
            state: state.into(),
            outcome,
            issuer: parameter("iss")?,
        })
    }
}

/// RFC 6749 appendix A.11: visible ASCII.
fn is_code(text: &str) -> bool {
    (1..=LONGEST_CODE).contains(&text.len()) && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

/// Uses the state up.
pub(crate) async fn take(admin: &Admin, returned: &Returned) -> Result<Asked, AdminError> {
    admin.take_asking(&token_hash(returned.state.expose_secret())).await
}

/// Connects, if the answer belongs to what this session asked.
pub(crate) async fn finish(
    admin: &Admin,
    approver: &Approver,
    connection: &ConnectionId,
    asked: Asked,
    returned: Returned,
) -> Result<(), AdminError> {
    let Asked { request, verifier } = asked;
    belongs(admin, approver, connection, &request)?;
    let (known, _client) = admin.to_be_approved(approver, connection).await?;
    let same_host = known.sign_in_url.as_deref().unwrap_or_default() == request.sign_in_host;
    if !same_host || returned.issuer.as_deref().is_some_and(|issuer| !is_issuer(issuer, &known)) {
        return Err(Problem::AuthorizationForeign.into());
    }
    let code = match returned.outcome {
        Outcome::Code(code) => code,
        Outcome::Denied => return Err(Problem::AuthorizationDenied.into()),
        Outcome::Refused => return Err(Problem::AuthorizationRefused.into()),
    };
    let consent = ConsentCode {
        connection: connection.clone(),
        code,
        redirect_uri: request.redirect_uri,
        verifier,
    };
    admin.connect_by_consent(approver, consent).await
}

/// The same browser session, person, workspace and connection that began, and somebody who may still give access.
fn belongs(admin: &Admin, approver: &Approver, connection: &ConnectionId, asked: &AuthorizationRequest) -> Result<(), AdminError> {
    let same = equal_in_constant_time(approver.session_hash(), &asked.session)
        && *approver.workspace() == asked.workspace
        && approver.person() == asked.person
        && approver.may_connect(connection)
        && asked.connection == *connection
        && asked.redirect_uri == admin.redirect_uri(connection);
    if same { Ok(()) } else { Err(Problem::AuthorizationForeign.into()) }
}

/// Compared byte for byte. Workday documents no issuer; the sign-in host, alone or with the tenant, is all it can be.
fn is_issuer(issuer: &str, connection: &Connection) -> bool {
    let host = connection.sign_in_url.as_deref().unwrap_or_default();
    issuer == host || issuer == format!("{host}/{}", connection.tenant)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_";

    fn problem(query: &str) -> Option<Problem> {
        Returned::read(query).err().map(|error| error.problem)
    }

    #[test]
    fn a_proper_answer_reads_and_shows_nothing() {
        assert_eq!(problem(&format!("code=abc&state={STATE}")), None);
        assert_eq!(problem(&format!("error=access_denied&error_description=No&state={STATE}")), None);
        let returned = Returned::read(&format!("code=sesame&state={STATE}&iss=https://impl.workday.com&session_state=x")).unwrap();
        assert_eq!(format!("{returned:?}"), "Returned { .. }");
    }

    #[test]
    fn hostile_queries_are_refused_before_any_look_up() {
        let long = "a".repeat(5_000);
        let hostile = [
            String::new(),
            "&&&==".to_owned(),
            "code=abc".to_owned(),
            format!("state={STATE}"),
            format!("code=&state={STATE}"),
            format!("code={long}&state={STATE}"),
            format!("code=a%0Ab&state={STATE}"),
            format!("code=a%00b&state={STATE}"),
            format!("code=caf%C3%A9&state={STATE}"),
            format!("code=a&code=b&state={STATE}"),
            format!("code=a&state={STATE}&state={STATE}"),
            format!("code=a&state={STATE}&iss=a&iss=b"),
            format!("code=a&error=access_denied&state={STATE}"),
            format!("error=a&error=b&state={STATE}"),
            "code=a&state=".to_owned(),
            "code=a&state=short".to_owned(),
            format!("code=a&state={STATE}A"),
            format!("code=a&state={}", "%20".repeat(43)),
            format!("code=a&state={}", "#".repeat(43)),
            format!("code=a&state={}%00", &STATE[..42]),
            format!("code=a&state={}%2F", &STATE[..42]),
            format!("code=a&state={}%C3%A9", &STATE[..41]),
            format!("code=a&STATE={STATE}"),
            format!("code=a&state[]={STATE}"),
            format!("code=a;state={STATE}"),
        ];
        for query in hostile {
            assert_eq!(problem(&query), Some(Problem::AuthorizationUnreadable), "{query}");
        }
    }
}
