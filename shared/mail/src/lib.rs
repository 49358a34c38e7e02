//! The effect "the mail has left": one letter through SES, tagged so that delivery events prove it.
//!
//! A crate of its own because two functions send, and the others must not be built with SES. A mail that may have left is
//! never repeated by the SDK: the ledger decides about repeats.

mod standing;

pub use standing::Closed;

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag};
use aws_smithy_runtime_api::client::dns::ResolveDnsError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::MailTags;
use lambda_kit::{Clock, ConfigError, Environment, Outside};
use letters::Mail;
use standing::Word;
use std::error::Error;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::Store;
use store::ledger::{Called, Effect, LookFailed};
use tokio::sync::Mutex;

/// Who mails of this deployment come from.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: aws_sdk_sesv2::Client,
    sender_address: String,
    configuration_set: Option<String>,
    clock: Clock,
    /// What the mail service said last of itself. Clones share it.
    last_word: Arc<Mutex<Option<Word>>>,
}

/// How soon SES is asked again that takes no mail of our sender.
pub const UNTIL_MENDED: Duration = Duration::from_mins(15);

/// Sends one letter.
#[derive(Debug)]
pub struct SendMail<'a> {
    mailer: &'a Mailer,
    store: &'a Store,
    tags: MailTags,
    to: &'a str,
    letter: Mail,
    sender_refused: AtomicBool,
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
            clock: outside.clock.clone(),
            last_word: Arc::default(),
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
            sender_refused: AtomicBool::new(false),
        }
    }
}

impl SendMail<'_> {
    /// Whether SES said in the last call that it takes no mail of our sender.
    pub fn is_sender_refused(&self) -> bool {
        self.sender_refused.load(Ordering::Relaxed)
    }

    /// What a failure means for the step; `code` is SES's.
    fn came_to(&self, failure: &Failure, code: &str) -> Called {
        let owner = &self.tags.owner;
        if *failure == Failure::OurSetUp {
            self.sender_refused.store(true, Ordering::Relaxed);
            tracing::error!(owner = %owner, code, outcome = "sender_refused", "the mail service takes no mail of our sender");
        } else {
            tracing::warn!(owner = %owner, code, "the mail service did not take a mail");
        }
        match failure {
            Failure::NotTaken => Called::NotSent { retry_after: None },
            Failure::OurSetUp => Called::NotSent {
                retry_after: Some(UNTIL_MENDED),
            },
            Failure::Address => Called::Refused(code.to_owned()),
            Failure::Unusable => Called::Refused("unusable_request".into()),
            Failure::Unknown => Called::Unknown,
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
            .from_email_address(from(&mailer.sender_address, self.letter.sender_name.as_deref()))
            .set_reply_to_addresses(self.letter.reply_to.clone().map(|address| vec![address]))
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
            Err(error) => self.came_to(&failure(&error, self.to), error.code().unwrap_or("none")),
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

/// The `From` of a mail: SES takes a name in ASCII only, any other as encoded words (RFC 2047).
fn from(address: &str, name: Option<&str>) -> String {
    match name {
        None => address.to_owned(),
        Some(name) if name.chars().all(is_plain) => format!("\"{name}\" <{address}>"),
        Some(name) => format!("{} <{address}>", encoded_words(name)),
    }
}

/// What may stand in a quoted name without a sign of its own.
fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~') && !matches!(character, '"' | '\\')
}

/// At most 75 characters a word, and no character is cut in two: 45 octets make 60 of base64.
const OCTETS_A_WORD: usize = 45;

fn encoded_words(text: &str) -> String {
    let mut words = vec![String::new()];
    for character in text.chars() {
        if words.last().is_none_or(|word| word.len() + character.len_utf8() > OCTETS_A_WORD) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    let encoded = words.iter().map(|word| format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(word)));
    encoded.collect::<Vec<_>>().join(" ")
}

fn message(letter: &Mail) -> Option<Message> {
    let content = |data: &str| Content::builder().data(data).charset("UTF-8").build().ok();
    let body = Body::builder().text(content(&letter.text)?).html(content(&letter.html)?).build();
    Some(Message::builder().subject(content(&letter.subject)?).body(body).build())
}

/// What a failed send says about the mail: only a clear word of SES, or no connection at all, counts as "did not leave".
#[derive(Debug, Clone, PartialEq, Eq)]
enum Failure {
    /// SES could not be reached, or had no capacity: the same mail may be sent later.
    NotTaken,
    /// SES takes no mail of our sender: whatever it names, it is ours to mend and no candidate's.
    OurSetUp,
    /// SES will never take a mail to this address.
    Address,
    /// The letter cannot be said in a request.
    Unusable,
    /// It may have left.
    Unknown,
}

fn failure<R: std::fmt::Debug>(error: &SdkError<SendEmailError, R>, to: &str) -> Failure {
    if let SdkError::DispatchFailure(failed) = error
        && failed.as_connector_error().is_some_and(never_connected)
    {
        return Failure::NotTaken;
    }
    match error.code() {
        _ if matches!(error, SdkError::ConstructionFailure(_)) => Failure::Unusable,
        Some(code) if matches!(error, SdkError::ServiceError(_)) => refused(code, to),
        Some(_) | None => Failure::Unknown,
    }
}

fn refused(code: &str, to: &str) -> Failure {
    match code {
        "TooManyRequestsException"
        | "LimitExceededException"
        | "Throttling"
        | "ThrottlingException"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => Failure::NotTaken,
        // SES takes addresses in ASCII only; every other one was read by us and is well formed.
        "BadRequestException" if !to.is_ascii() => Failure::Address,
        "BadRequestException"
        | "MessageRejected"
        | "NotFoundException"
        | "MailFromDomainNotVerifiedException"
        | "SendingPausedException"
        | "AccountSuspendedException"
        | "AccessDeniedException"
        | "ExpiredTokenException"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException" => Failure::OurSetUp,
        _ => Failure::Unknown,
    }
}

/// Whether there was no connection on which anything could have been sent.
fn never_connected(error: &ConnectorError) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(known) = cause {
        let io = known.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let refused = matches!(
            io,
            Some(ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable)
        );
        // The client's own time-out while it connects has no type of its own.
        if refused || known.is::<ResolveDnsError>() || known.to_string().starts_with("HTTP connect timeout") {
            return true;
        }
        cause = known.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_sesv2::error::ErrorMetadata;

    const TO: &str = "dana@example.com";

    fn said(code: &str, to: &str) -> Failure {
        let error = SendEmailError::generic(ErrorMetadata::builder().code(code).build());
        failure(&SdkError::service_error(error, ()), to)
    }

    #[test]
    fn a_mail_did_not_leave_only_where_the_mail_service_says_so() {
        for (code, expected) in [
            // Passing: the same mail may be sent later.
            ("TooManyRequestsException", Failure::NotTaken),
            ("LimitExceededException", Failure::NotTaken),
            ("Throttling", Failure::NotTaken),
            ("ServiceUnavailable", Failure::NotTaken),
            // What nobody foresaw says nothing of the mail.
            ("InternalServiceErrorException", Failure::Unknown),
            ("", Failure::Unknown),
        ] {
            assert_eq!(said(code, TO), expected, "{code}");
        }
    }

    #[test]
    fn what_the_mail_service_has_against_our_sender_is_no_candidates_fault() {
        for code in [
            "SendingPausedException",
            "AccountSuspendedException",
            "MessageRejected",
            "BadRequestException",
            "NotFoundException",
            "MailFromDomainNotVerifiedException",
            "AccessDeniedException",
        ] {
            assert_eq!(said(code, TO), Failure::OurSetUp, "{code}");
        }
        assert_eq!(said("BadRequestException", "d\u{e4}na@example.com"), Failure::Address);
        assert_eq!(said("MessageRejected", "d\u{e4}na@example.com"), Failure::OurSetUp);
    }

    #[test]
    fn a_mail_names_its_sender_in_any_script_and_a_name_adds_no_address() {
        for (name, expected) in [
            (None, "jobs@example.com"),
            (Some("Acme via HeyMilo"), "\"Acme via HeyMilo\" <jobs@example.com>"),
            (
                Some("Acme, Inc. <x@example.org> via HeyMilo"),
                "\"Acme, Inc. <x@example.org> via HeyMilo\" <jobs@example.com>",
            ),
            (Some("A\"c\\me"), "=?UTF-8?B?QSJjXG1l?= <jobs@example.com>"),
            (Some("S\u{f6}hne"), "=?UTF-8?B?U8O2aG5l?= <jobs@example.com>"),
        ] {
            assert_eq!(from("jobs@example.com", name), expected);
        }
    }

    #[test]
    fn a_long_name_is_cut_into_words_between_its_characters() {
        let name = "\u{65e5}\u{672c}".repeat(20);
        let encoded = encoded_words(&name);
        let mut decoded = Vec::new();
        for word in encoded.split(' ') {
            assert!(word.len() <= 75, "{word}");
            let word = word.strip_prefix("=?UTF-8?B?").and_then(|word| word.strip_suffix("?=")).unwrap();
            let octets = BASE64_STANDARD.decode(word).unwrap();
            assert!(String::from_utf8(octets.clone()).is_ok(), "a character was cut in two");
            decoded.extend(octets);
        }
        assert_eq!(String::from_utf8(decoded).unwrap(), name);
    }

    type Failed = SdkError<SendEmailError, ()>;

    #[test]
    fn an_answer_that_never_came_leaves_it_open_whether_the_mail_did() {
        assert_eq!(failure(&Failed::timeout_error("too late"), TO), Failure::Unknown);
        assert_eq!(failure(&Failed::response_error("cut off", ()), TO), Failure::Unknown);
        let broken = ConnectorError::io(std::io::Error::from(ErrorKind::ConnectionReset).into());
        assert_eq!(failure(&Failed::dispatch_failure(broken), TO), Failure::Unknown);
        assert_eq!(failure(&Failed::construction_failure("no address"), TO), Failure::Unusable);
    }

    #[test]
    fn without_a_connection_no_mail_left() {
        let refused = ConnectorError::io(std::io::Error::from(ErrorKind::ConnectionRefused).into());
        let unresolved = ConnectorError::io(ResolveDnsError::new("no such name").into());
        let slow = ConnectorError::timeout("HTTP connect timeout occurred after 2s".into());
        for error in [refused, unresolved, slow] {
            assert_eq!(failure(&Failed::dispatch_failure(error), TO), Failure::NotTaken);
        }
    }
}
