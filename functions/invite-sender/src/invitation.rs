//! The effect "the candidate has the invitation": one email through SES, tagged so that delivery events prove it.

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag};
use domain::{MailTags, Order};
use lambda_kit::page::escape;
use store::Store;
use store::ledger::{Called, Effect, LookFailed};

/// What the candidate reads.
pub(crate) struct Invitation {
    pub(crate) to: String,
    pub(crate) candidate_name: String,
    pub(crate) job_title: String,
    pub(crate) company: String,
    /// Our own link; it opens notice and interview.
    pub(crate) link: String,
}

/// Sends one invitation.
pub(crate) struct SendInvitation<'a> {
    pub(crate) mail: &'a aws_sdk_sesv2::Client,
    pub(crate) store: &'a Store,
    pub(crate) sender_address: &'a str,
    /// The SES configuration set whose events say what became of the mail.
    pub(crate) configuration_set: Option<&'a str>,
    pub(crate) order: &'a Order,
    pub(crate) step: &'a str,
    pub(crate) invitation: Invitation,
}

impl Invitation {
    fn subject(&self) -> String {
        one_line(&format!("{}: your screening for {}", self.company, self.job_title))
    }

    fn text(&self) -> String {
        format!(
            "Hello {name},\n\n\
             thank you for applying for {job} at {company}. The next step is a short screening that you can take when it suits you.\n\n\
             Start here: {link}\n\n\
             Please know before you start: an AI conducts the screening for {company}. It asks about your experience and motivation for \
             this job; your answers are recorded, scored by the AI and read by people, who decide. If you would rather talk to a person, or \
             need an adjustment, reply to your contact at {company}.\n\n\
             The link is yours alone. Please do not pass it on.\n",
            name = one_line(&self.candidate_name),
            job = one_line(&self.job_title),
            company = one_line(&self.company),
            link = self.link,
        )
    }

    fn html(&self) -> String {
        let (name, job, company, link) = (
            escape(&one_line(&self.candidate_name)),
            escape(&one_line(&self.job_title)),
            escape(&one_line(&self.company)),
            escape(&self.link),
        );
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{company}</title></head>\
             <body style=\"font-family:sans-serif;line-height:1.5;max-width:36em;margin:2em auto;padding:0 1em\">\
             <p>Hello {name},</p>\
             <p>thank you for applying for <strong>{job}</strong> at {company}. The next step is a short screening that you can take when it \
             suits you.</p>\
             <p><a href=\"{link}\" style=\"display:inline-block;padding:.75em 1.25em;background:#1d4ed8;color:#fff;border-radius:.4em;\
             text-decoration:none\">Start the screening</a></p>\
             <p style=\"overflow-wrap:anywhere\">Or copy this address into your browser:<br>{link}</p>\
             <p><strong>Please know before you start:</strong> an AI conducts the screening for {company}. It asks about your experience and \
             motivation for this job; your answers are recorded, scored by the AI and read by people, who decide. If you would rather talk to \
             a person, or need an adjustment, reply to your contact at {company}.</p>\
             <p>The link is yours alone. Please do not pass it on.</p></body></html>"
        )
    }
}

/// Text for a subject or an address line: no line break, no control character, no bidirectional override.
fn one_line(text: &str) -> String {
    let hidden = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !hidden(*c))
        .collect()
}

impl Effect for SendInvitation<'_> {
    async fn call(&self) -> Called {
        let Some(message) = message(&self.invitation) else {
            return Called::Refused("unusable_text".into());
        };
        let tags = MailTags {
            workspace: self.order.workspace.clone(),
            order: self.order.order.clone(),
            step: self.step.to_owned(),
        };
        let sent = self
            .mail
            .send_email()
            .from_email_address(self.sender_address)
            .set_configuration_set_name(self.configuration_set.map(str::to_owned))
            .destination(Destination::builder().to_addresses(&self.invitation.to).build())
            .content(EmailContent::builder().simple(message).build())
            .set_email_tags(Some(
                tags.pairs()
                    .into_iter()
                    .filter_map(|(name, value)| MessageTag::builder().name(name).value(value).build().ok())
                    .collect(),
            ))
            .send()
            .await;
        match sent {
            Ok(answer) => Called::Done(answer.message_id.unwrap_or_default()),
            Err(error) => {
                tracing::warn!(order = %self.order.order, code = error.code().unwrap_or("none"), "the mail service did not take the invitation");
                failure(&error)
            }
        }
    }

    async fn find(&self) -> Result<Option<String>, LookFailed> {
        match self.store.evidence(&self.order.workspace, &self.order.order, self.step).await {
            Ok(evidence) => Ok(evidence.map(|evidence| evidence.message_id)),
            Err(_unreadable) => Err(LookFailed { retry_after: None }),
        }
    }
}

fn message(invitation: &Invitation) -> Option<Message> {
    let content = |data: String| Content::builder().data(data).charset("UTF-8").build().ok();
    let body = Body::builder()
        .text(content(invitation.text())?)
        .html(content(invitation.html())?)
        .build();
    Some(Message::builder().subject(content(invitation.subject())?).body(body).build())
}

/// What a failed send says about the mail: only a clear word of SES counts as "did not leave".
fn failure<R: std::fmt::Debug>(error: &SdkError<SendEmailError, R>) -> Called {
    let code = error.code().unwrap_or_default().to_owned();
    if matches!(error, SdkError::ConstructionFailure(_)) {
        return Called::Refused("unusable_request".into());
    }
    if !matches!(error, SdkError::ServiceError(_)) {
        return Called::Unknown;
    }
    match code.as_str() {
        "TooManyRequestsException" | "LimitExceededException" | "SendingPausedException" | "AccountSuspendedException" | "Throttling" => {
            Called::NotSent { retry_after: None }
        }
        "MessageRejected" | "BadRequestException" | "NotFoundException" | "MailFromDomainNotVerifiedException" => Called::Refused(code),
        _ => Called::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> Invitation {
        Invitation {
            to: "dana@example.com".into(),
            candidate_name: "Dana <b>Example</b>\r\nBcc: x@example.org".into(),
            job_title: "R&D \u{202e}engineer".into(),
            company: "Acme Example".into(),
            link: "https://example.com/i/abc".into(),
        }
    }

    #[test]
    fn names_cannot_add_headers_or_markup() {
        let invitation = invitation();
        assert!(!invitation.subject().contains(['\r', '\n', '\u{202e}']));
        assert!(invitation.html().contains("Dana &lt;b&gt;Example"));
        assert!(!invitation.html().contains("<b>Example"));
        assert_eq!(
            invitation.text().lines().next(),
            Some("Hello Dana <b>Example</b>  Bcc: x@example.org,")
        );
    }

    #[test]
    fn the_invitation_says_that_an_ai_interviews_and_how_to_avoid_it() {
        for body in [invitation().text(), invitation().html()] {
            assert!(body.contains("an AI conducts the screening"));
            assert!(body.contains("talk to a person"));
            assert!(body.contains("https://example.com/i/abc"));
        }
    }
}
