//! What SES says of its account and of our sender, and the mails that it does not take because of it: the embedded SES knows neither
//! a quota nor an identity that is not verified.

use crate::outbox::Outbox;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// How the account stands. Clones share it. At first it sends as much as comes, for every sender that was made known.
#[derive(Debug, Clone, Default)]
pub struct MailAccount(Arc<Mutex<State>>);

#[derive(Debug, Clone, Copy, Default)]
struct State {
    is_paused: bool,
    is_unverified: bool,
    daily: Option<usize>,
}

impl MailAccount {
    /// Whether sending is paused for the whole account.
    pub fn pause(&self, is_paused: bool) {
        self.change(|state| state.is_paused = is_paused);
    }

    /// Whether the identities are there and not verified.
    pub fn unverify(&self, is_unverified: bool) {
        self.change(|state| state.is_unverified = is_unverified);
    }

    /// How many mails SES takes in 24 hours; none: as many as come.
    pub fn set_daily_quota(&self, mails: Option<usize>) {
        self.change(|state| state.daily = mails);
    }

    /// Status and code with which SES refuses every mail at the moment of an `X-Amz-Date`; none: it takes mails.
    pub(crate) fn refusal(&self, outbox: &Outbox, date: &str) -> Option<(u16, &'static str)> {
        let state = self.state();
        if state.is_paused {
            return Some((400, "SendingPausedException"));
        }
        if state.is_unverified {
            return Some((400, "MessageRejected"));
        }
        let is_used_up = state.daily.is_some_and(|daily| outbox.sent_until(date) >= daily);
        is_used_up.then_some((429, "TooManyRequestsException"))
    }

    /// The embedded answer to `GetAccount` as the account stands; -1 is no quota, in SES's words.
    pub(crate) fn account(&self, mut answer: Value, outbox: &Outbox, date: &str) -> Value {
        let state = self.state();
        if let Some(account) = answer.as_object_mut() {
            let daily = state.daily.map_or(json!(-1.0), |daily| json!(daily));
            let quota = json!({ "Max24HourSend": daily, "MaxSendRate": 14.0, "SentLast24Hours": outbox.sent_until(date) });
            account.insert("SendingEnabled".to_owned(), json!(!state.is_paused));
            account.insert("SendQuota".to_owned(), quota);
        }
        answer
    }

    /// The embedded answer to `GetEmailIdentity` as the identities stand.
    pub(crate) fn identity(&self, mut answer: Value) -> Value {
        if let Some(known) = answer.get_mut("VerifiedForSendingStatus") {
            *known = json!(!self.state().is_unverified);
        }
        answer
    }

    fn state(&self) -> State {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
