//! What candidates are told of the employer: read strictly, because it stands in mails and in their headers.

use crate::{Act, Admin, AdminError, Problem, Subject};
use domain::settings::{CandidateDetails, Workspace};
use domain::{Colour, EmailAddress, WorkspaceId};
use serde::Deserialize;
use url::{Host, Url};

/// What somebody typed, or wrote into a setup file. What is left out is not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TypedDetails {
    pub employer_name: Option<String>,
    /// `#rrggbb`.
    pub colour: Option<String>,
    pub contact_name: Option<String>,
    pub contact_address: Option<String>,
    pub privacy_notice: Option<String>,
}

impl From<&CandidateDetails> for TypedDetails {
    fn from(saved: &CandidateDetails) -> Self {
        Self {
            employer_name: saved.employer_name.clone(),
            colour: saved.colour.map(|colour| colour.to_string()),
            contact_name: saved.contact_name.clone(),
            contact_address: saved.contact_address.clone(),
            privacy_notice: saved.privacy_notice.clone(),
        }
    }
}

/// Characters of a name.
const LONGEST_NAME: usize = 80;
/// Characters of a web address.
const LONGEST_ADDRESS: usize = 500;

impl Admin {
    /// Saves what candidates are told of the employer. `seen` is the revision of the settings that the person saw, if one
    /// did: [`Problem::ChangedMeanwhile`] when somebody else saved since.
    pub async fn save_candidate_details(
        &self,
        workspace: &WorkspaceId,
        typed: &TypedDetails,
        seen: Option<u64>,
    ) -> Result<Workspace, AdminError> {
        let known = self.store.workspace(workspace).await?.ok_or(Problem::WorkspaceUnknown)?;
        let candidate_details = read(typed)?;
        if seen.is_none() && candidate_details == known.candidate_details {
            return Ok(known);
        }
        let revision = seen.unwrap_or(known.revision);
        let settings = Workspace {
            candidate_details,
            revision,
            ..known
        };
        let store = self.recording(workspace, Act::CandidateDetailsSaved, Subject::Workspace)?;
        Ok(store.save_workspace(&settings, &[]).await?)
    }
}

fn read(typed: &TypedDetails) -> Result<CandidateDetails, Problem> {
    let employer_name = filled(typed.employer_name.as_deref());
    let contact_name = filled(typed.contact_name.as_deref());
    let contact_address = filled(typed.contact_address.as_deref());
    let privacy_notice = filled(typed.privacy_notice.as_deref());
    if employer_name.is_some_and(|name| !is_name(name)) {
        return Err(Problem::EmployerNameUnusable);
    }
    if contact_name.is_some_and(|name| !is_name(name)) {
        return Err(Problem::ContactNameUnusable);
    }
    if contact_name.is_some() && contact_address.is_none() {
        return Err(Problem::ContactAddressMissing);
    }
    Ok(CandidateDetails {
        employer_name: employer_name.map(str::to_owned),
        colour: filled(typed.colour.as_deref()).map(colour).transpose()?,
        contact_name: contact_name.map(str::to_owned),
        contact_address: contact_address
            .map(|address| reply_address(address).ok_or(Problem::ContactAddressUnusable))
            .transpose()?,
        privacy_notice: privacy_notice
            .map(|address| web_address(address).ok_or(Problem::PrivacyNoticeUnusable))
            .transpose()?,
    })
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn is_name(name: &str) -> bool {
    let is_hidden = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    name.chars().count() <= LONGEST_NAME && !name.chars().any(is_hidden)
}

fn colour(text: &str) -> Result<Colour, Problem> {
    let colour = Colour::parse(text).ok_or(Problem::ColourUnusable)?;
    if colour.carries_white() {
        Ok(colour)
    } else {
        Err(Problem::ColourTooLight)
    }
}

/// One that a mail service takes: with any other every mail of the workspace would be refused.
fn reply_address(text: &str) -> Option<String> {
    let address = EmailAddress::parse(text)?.as_str().to_owned();
    address.is_ascii().then_some(address)
}

fn web_address(text: &str) -> Option<String> {
    // A parser drops line breaks and tabs without a word.
    if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_named = matches!(url.host(), Some(Host::Domain(name)) if name.contains('.'));
    let is_plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    let written = String::from(url);
    (is_named && is_plain && written.len() <= LONGEST_ADDRESS).then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(name: &str, address: &str, privacy_notice: &str) -> TypedDetails {
        TypedDetails {
            contact_name: Some(name.to_owned()),
            contact_address: Some(address.to_owned()),
            privacy_notice: Some(privacy_notice.to_owned()),
            ..TypedDetails::default()
        }
    }

    #[test]
    fn an_employer_has_a_name_that_misleads_nobody_and_a_colour_on_which_white_is_read() {
        let typed = |name: &str, colour: &str| TypedDetails {
            employer_name: Some(name.to_owned()),
            colour: Some(colour.to_owned()),
            ..TypedDetails::default()
        };
        let saved = read(&typed(" Acme & S\u{f6}hne ", "1D4ED8")).unwrap();
        assert_eq!(saved.employer_name.as_deref(), Some("Acme & S\u{f6}hne"));
        assert_eq!(saved.colour.map(|colour| colour.to_string()).as_deref(), Some("#1d4ed8"));
        for (name, colour, problem) in [
            ("Acme\r\nBcc: x@example.org", "", Problem::EmployerNameUnusable),
            ("Acme", "blue", Problem::ColourUnusable),
            ("Acme", "#fff;}", Problem::ColourUnusable),
            ("Acme", "#ffdd00", Problem::ColourTooLight),
        ] {
            assert_eq!(read(&typed(name, colour)), Err(problem), "{name:?} {colour}");
        }
    }

    #[test]
    fn what_is_left_empty_is_not_set() {
        assert_eq!(read(&details(" ", "", "")), Ok(CandidateDetails::default()));
        let alone = read(&details("", " recruiting@example.com ", "")).unwrap();
        assert_eq!(alone.contact_address.as_deref(), Some("recruiting@example.com"));
    }

    #[test]
    fn nothing_that_could_add_a_header_or_mislead_a_candidate_is_saved() {
        let long = "x".repeat(LONGEST_NAME + 1);
        for name in [
            "Kim\r\nBcc: x@example.org",
            "Kim\u{202e}Example",
            "Kim\u{2028}Example",
            long.as_str(),
        ] {
            let refused = read(&details(name, "recruiting@example.com", ""));
            assert_eq!(refused, Err(Problem::ContactNameUnusable), "{name:?}");
        }
        assert_eq!(read(&details("Kim", "", "")), Err(Problem::ContactAddressMissing));
        for address in [
            "recruiting",
            "a@example.com, b@example.com",
            "a@example.com\r\nBcc: b@example.org",
            "k\u{ef}m@example.com",
        ] {
            let refused = read(&details("Kim", address, ""));
            assert_eq!(refused, Err(Problem::ContactAddressUnusable), "{address:?}");
        }
    }

    #[test]
    fn a_privacy_notice_is_a_public_page_over_https() {
        let saved = read(&details("", "", "https://example.com/privacy")).unwrap();
        assert_eq!(saved.privacy_notice.as_deref(), Some("https://example.com/privacy"));
        let long = format!("https://example.com/{}", "x".repeat(LONGEST_ADDRESS));
        for address in [
            "http://example.com/privacy",
            "javascript:alert(1)",
            "data:text/html,x",
            "example.com/privacy",
            "https://kim:sesame@example.com/",
            "https://kim@example.com/",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://exam\nple.com/",
            long.as_str(),
        ] {
            assert_eq!(read(&details("", "", address)), Err(Problem::PrivacyNoticeUnusable), "{address}");
        }
    }
}
