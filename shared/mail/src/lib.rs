//! The effect "the mail has left": one letter through SES, tagged so that delivery events prove it.
//!
//! A crate of its own because two functions send, and the others must not be built with SES. A mail that may have left is
//! never repeated by the SDK: the ledger decides about repeats.

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag};
use domain::MailTags;
use lambda_kit::{ConfigError, Environment, Outside};
use letters::Mail;
use store::Store;
use store::ledger::{Called, Effect, LookFailed};

/// Who mails of this deployment come from.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: aws_sdk_sesv2::Client,
    sender_address: String,
    configuration_set: Option<String>,
}

/// Sends one letter.
#[derive(Debug)]
pub struct SendMail<'a> {
    mailer: &'a Mailer,
    store: &'a Store,
    tags: MailTags,
    to: &'a str,
    letter: Mail,
}

impl Mailer {
    /// Reads `SENDER_ADDRESS`, the verified SES identity, and `CONFIGURATION_SET_NAME`, whose events say what became of a
    /// mail; without it there are none.
    pub fn new(environment: &Environment, outside: &Outside) -> Result<Self, ConfigError> {
        let config = aws_sdk_sesv2::config::Builder::from(outside.aws.sdk_config())
            .retry_config(aws_sdk_sesv2::config::retry::RetryConfig::disabled())
            .build();
        Ok(Self {
            client: aws_sdk_sesv2::Client::from_conf(config),
            sender_address: environment.required("SENDER_ADDRESS")?,
            configuration_set: environment.optional("CONFIGURATION_SET_NAME"),
        })
    }

    /// The effect of sending `letter` to one address; the tags name the step that sends it.
    pub fn send<'a>(&'a self, store: &'a Store, tags: MailTags, to: &'a str, letter: Mail) -> SendMail<'a> {
        SendMail {
            mailer: self,
            store,
            tags,
            to,
            letter,
        }
    }
}

impl Effect for SendMail<'_> {
    async fn call(&self) -> Called {
        let Some(message) = message(&self.letter) else {
            return Called::Refused("unusable_text".into());
        };
        let mailer = self.mailer;
        let sent = mailer
            .client
            .send_email()
            .from_email_address(&mailer.sender_address)
            .set_configuration_set_name(mailer.configuration_set.clone())
            .destination(Destination::builder().to_addresses(self.to).build())
            .content(EmailContent::builder().simple(message).build())
            .set_email_tags(Some(
                self.tags
                    .pairs()
                    .into_iter()
                    .filter_map(|(name, value)| MessageTag::builder().name(name).value(value).build().ok())
                    .collect(),
            ))
            .send()
            .await;
        match sent {
            Ok(answer) => Called::Done(answer.message_id.unwrap_or_default()),
            Err(error) => {
                tracing::warn!(owner = %self.tags.owner, code = error.code().unwrap_or("none"), "the mail service did not take a mail");
                failure(&error)
            }
        }
    }

    async fn find(&self) -> Result<Option<String>, LookFailed> {
        let MailTags { workspace, owner, step } = &self.tags;
        match self.store.evidence(workspace, owner, step).await {
            Ok(evidence) => Ok(evidence.map(|evidence| evidence.message_id)),
            Err(_unreadable) => Err(LookFailed { retry_after: None }),
        }
    }
}

fn message(letter: &Mail) -> Option<Message> {
    let content = |data: &str| Content::builder().data(data).charset("UTF-8").build().ok();
    let body = Body::builder().text(content(&letter.text)?).html(content(&letter.html)?).build();
    Some(Message::builder().subject(content(&letter.subject)?).body(body).build())
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
