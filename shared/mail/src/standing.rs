//! Whether the mail service takes mails of ours at all, asked before anything else is done for a mail that waits for it.

use crate::Mailer;
use aws_sdk_sesv2::error::ProvideErrorMetadata;
use aws_sdk_sesv2::operation::get_account::GetAccountOutput;
use aws_sdk_sesv2::operation::get_email_identity::GetEmailIdentityError;
use domain::Moment;
use std::time::Duration;

/// So long one answer serves everybody.
const REMEMBERED: Duration = Duration::from_mins(1);

/// Why the mail service takes no mail of ours, by its own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// As many mails have left as it takes in 24 hours.
    QuotaUsedUp,
    /// Sending is switched off for the account.
    SendingDisabled,
    /// Neither the sender's address nor a domain above it is verified.
    SenderNotVerified,
}

/// What was said last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    asked_at: Moment,
    said: Option<Closed>,
}

impl Mailer {
    /// Why the mail service takes no mail of our sender; none: one may be tried, also where it does not say. An answer serves for
    /// a minute whoever was due by then: who is due since, perhaps released by a person, has it asked anew.
    pub async fn closed(&self, due: Moment) -> Option<Closed> {
        // Held while it is asked: who comes meanwhile has the same answer.
        let mut last = self.last_word.lock().await;
        let asked_at = self.clock.now();
        let serves = |word: &&Word| word.asked_at >= due && asked_at.since(word.asked_at) < REMEMBERED;
        if let Some(word) = last.as_ref().filter(serves) {
            return word.said;
        }
        let said = self.ask().await;
        *last = Some(Word { asked_at, said });
        match said {
            Some(Closed::QuotaUsedUp) => tracing::warn!(outcome = "quota_used_up", "the mail service takes no more mails today"),
            Some(closed @ (Closed::SendingDisabled | Closed::SenderNotVerified)) => {
                tracing::error!(code = ?closed, outcome = "sender_refused", "the mail service takes no mail of our sender");
            }
            None => {}
        }
        said
    }

    /// SES `GetAccount`, and `GetEmailIdentity` until one is verified.
    async fn ask(&self) -> Option<Closed> {
        match self.client.get_account().send().await {
            Ok(account) => {
                if let Some(closed) = of_account(&account) {
                    return Some(closed);
                }
            }
            Err(error) => {
                tracing::warn!(code = error.code(), "the mail service does not say how the account stands");
                return None;
            }
        }
        for identity in identities(&self.sender_address) {
            match self.client.get_email_identity().email_identity(identity).send().await {
                Ok(known) if known.verified_for_sending_status => return None,
                Ok(_not_verified) => {}
                Err(error) if error.as_service_error().is_some_and(GetEmailIdentityError::is_not_found_exception) => {}
                Err(error) => {
                    tracing::warn!(code = error.code(), "the mail service does not say how the sender stands");
                    return None;
                }
            }
        }
        Some(Closed::SenderNotVerified)
    }
}

/// A quota of -1 is none.
fn of_account(account: &GetAccountOutput) -> Option<Closed> {
    if !account.sending_enabled {
        return Some(Closed::SendingDisabled);
    }
    let quota = account.send_quota.as_ref()?;
    let is_used_up = quota.max24_hour_send >= 0.0 && quota.sent_last24_hours >= quota.max24_hour_send;
    is_used_up.then_some(Closed::QuotaUsedUp)
}

/// What may be verified for an address to send: itself, its domain, and the domains above that.
fn identities(address: &str) -> Vec<&str> {
    let mut identities = vec![address];
    let mut domain = address.rsplit_once('@').map(|(_, domain)| domain);
    while let Some(known) = domain.filter(|known| known.contains('.')) {
        identities.push(known);
        domain = known.split_once('.').map(|(_, above)| above);
    }
    identities
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_sesv2::types::SendQuota;

    #[test]
    fn an_address_sends_where_it_or_any_domain_above_it_is_verified() {
        let expected = [
            "jobs@mail.acme.example.com",
            "mail.acme.example.com",
            "acme.example.com",
            "example.com",
        ];
        assert_eq!(identities("jobs@mail.acme.example.com"), expected);
    }

    #[test]
    fn an_account_is_closed_by_its_switch_or_by_its_quota_and_a_quota_of_minus_one_is_none() {
        let account = |is_enabled, quota| {
            GetAccountOutput::builder()
                .sending_enabled(is_enabled)
                .set_send_quota(quota)
                .build()
        };
        let quota = |most, sent| Some(SendQuota::builder().max24_hour_send(most).sent_last24_hours(sent).build());
        assert_eq!(of_account(&account(false, None)), Some(Closed::SendingDisabled));
        assert_eq!(of_account(&account(true, quota(200.0, 200.0))), Some(Closed::QuotaUsedUp));
        for open in [None, quota(200.0, 199.0), quota(-1.0, 5_000.0)] {
            assert_eq!(of_account(&account(true, open)), None);
        }
    }
}
