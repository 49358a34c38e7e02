//! What a test or a person may switch in the stand-in.

use serde::{Deserialize, Serialize};

/// What a second ingest of the same email into the same posting does; HeyMilo does not document it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SecondIngest {
    /// 201 with the interview that exists.
    Same,
    /// 400.
    Error,
    /// 201 with another interview.
    New,
}

/// The switches of the stand-in, with the defaults of an ordinary run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) second_ingest: SecondIngest,
    pub(crate) drop_webhooks: bool,
    pub(crate) duplicate_webhooks: u32,
    pub(crate) reorder_webhooks: bool,
    pub(crate) delay_webhooks_ms: u64,
    pub(crate) webhook_tries: u32,
    pub(crate) evaluating_ms: u64,
    pub(crate) requests_per_minute: u32,
    /// `getInterviewData` says `not_ready` until the report is there, as the operation's text has it.
    pub(crate) not_ready_status: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            second_ingest: SecondIngest::Same,
            drop_webhooks: false,
            duplicate_webhooks: 0,
            reorder_webhooks: false,
            delay_webhooks_ms: 0,
            webhook_tries: 3,
            evaluating_ms: 400,
            requests_per_minute: 300,
            not_ready_status: false,
        }
    }
}

/// A change of some settings; what is absent stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SettingsChange {
    /// HeyMilo's own workspace switch "Turn Off All Candidate Communications".
    pub(crate) communications_off: Option<bool>,
    /// The workspace whose communications are meant; all when absent.
    pub(crate) workspace_id: Option<String>,
    second_ingest: Option<SecondIngest>,
    drop_webhooks: Option<bool>,
    duplicate_webhooks: Option<u32>,
    reorder_webhooks: Option<bool>,
    delay_webhooks_ms: Option<u64>,
    webhook_tries: Option<u32>,
    evaluating_ms: Option<u64>,
    requests_per_minute: Option<u32>,
    not_ready_status: Option<bool>,
}

impl Settings {
    /// Takes over what the change names.
    pub(crate) fn apply(&mut self, change: &SettingsChange) {
        fn set<T: Copy>(target: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *target = value;
            }
        }
        set(&mut self.second_ingest, change.second_ingest);
        set(&mut self.drop_webhooks, change.drop_webhooks);
        set(&mut self.duplicate_webhooks, change.duplicate_webhooks);
        set(&mut self.reorder_webhooks, change.reorder_webhooks);
        set(&mut self.delay_webhooks_ms, change.delay_webhooks_ms);
        set(&mut self.webhook_tries, change.webhook_tries);
        set(&mut self.evaluating_ms, change.evaluating_ms);
        set(&mut self.requests_per_minute, change.requests_per_minute);
        set(&mut self.not_ready_status, change.not_ready_status);
    }
}
