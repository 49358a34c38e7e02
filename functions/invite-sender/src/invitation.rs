//! The effect "the candidate has the invitation": one email through SES, tagged so that delivery events prove it.

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag};
use domain::{MailTags, Order};
use store::Store;
use store::ledger::{Called, Effect, LookFailed};

/// What the candidate reads, and where.
pub(crate) struct Invitation {
    pub(crate) to: String,
    pub(crate) words: letters::Invitation,
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
    let mail = invitation.words.mail();
    let body = Body::builder().text(content(mail.text)?).html(content(mail.html)?).build();
    Some(Message::builder().subject(content(mail.subject)?).body(body).build())
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
    use aws_sdk_sesv2::error::ErrorMetadata;

    fn said(code: &str) -> Called {
        let error = SendEmailError::generic(ErrorMetadata::builder().code(code).build());
        failure(&SdkError::service_error(error, ()))
    }

    #[test]
    fn a_mail_did_not_leave_only_where_the_mail_service_says_so() {
        let again = Called::NotSent { retry_after: None };
        let refused = |code: &str| Called::Refused(code.to_owned());
        for (code, expected) in [
            // Passing: the same mail may be sent later.
            ("TooManyRequestsException", again.clone()),
            ("LimitExceededException", again.clone()),
            ("SendingPausedException", again.clone()),
            ("AccountSuspendedException", again.clone()),
            ("Throttling", again),
            // This mail will never be taken.
            ("MessageRejected", refused("MessageRejected")),
            ("BadRequestException", refused("BadRequestException")),
            ("NotFoundException", refused("NotFoundException")),
            ("MailFromDomainNotVerifiedException", refused("MailFromDomainNotVerifiedException")),
            // What nobody foresaw says nothing of the mail.
            ("InternalServiceErrorException", Called::Unknown),
            ("", Called::Unknown),
        ] {
            assert_eq!(said(code), expected, "{code}");
        }
    }

    #[test]
    fn an_answer_that_never_came_leaves_it_open_whether_the_mail_did() {
        type Failure = SdkError<SendEmailError, ()>;
        assert_eq!(failure(&Failure::timeout_error("too late")), Called::Unknown);
        assert_eq!(failure(&Failure::response_error("cut off", ())), Called::Unknown);
        let unusable = Called::Refused("unusable_request".into());
        assert_eq!(failure(&Failure::construction_failure("no address")), unusable);
    }
}
