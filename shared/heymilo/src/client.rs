//! The client: one method per operation.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::api_key::ApiKey;
use crate::error::Error;
use crate::model::candidate::{Candidate, CandidateIngestRequest, CandidateQuery, IngestedCandidate};
use crate::model::interview::InterviewData;
use crate::model::list::{List, ListEnvelope, PageQuery, SingleEnvelope};
use crate::model::posting::{Posting, PostingQuery, PostingSummary};
use crate::model::webhook::{CreateWebhook, Webhook};
use crate::model::workspace::Workspace;
use crate::operation::{
    CREATE_WEBHOOK, DELETE_WEBHOOK, GET_INTERVIEW_DATA, GET_POSTING, INGEST_CANDIDATE, LIST_CANDIDATES, LIST_POSTING_SUMMARIES,
    LIST_WEBHOOKS, LIST_WORKSPACES, Operation,
};
use crate::pace::Pace;
use crate::transport::{Request, Wire, exchange};

/// HeyMilo's public API v2 at one base URL; cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    wire: Wire,
    base_url: Url,
    pace: Option<Arc<dyn Pace>>,
}

impl Client {
    /// A client over a shared wire; `base_url` is `https://api.heymilo.ai` except in tests and locally.
    pub fn new(wire: Wire, base_url: Url) -> Self {
        Self {
            wire,
            base_url,
            pace: None,
        }
    }

    /// The same client with limits of the caller's, asked before each call.
    #[must_use]
    pub fn with_pace(self, pace: Arc<dyn Pace>) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// `GET /api/v2/workspaces`: the one workspace of the key, the cheapest way to learn whether the key is good.
    pub async fn workspaces(&self, api_key: &ApiKey) -> Result<Vec<Workspace>, Error> {
        let list: ListEnvelope<Workspace> = self.call(api_key, &LIST_WORKSPACES, None, Vec::new()).await?;
        Ok(list.into_readable())
    }

    /// `GET /api/v2/postings/list`: one page of id and title of the workspace's postings.
    pub async fn postings(&self, api_key: &ApiKey, query: &PostingQuery) -> Result<List<PostingSummary>, Error> {
        let list: ListEnvelope<PostingSummary> = self.call(api_key, &LIST_POSTING_SUMMARIES, None, query.pairs()).await?;
        list.into_list()
    }

    /// `GET /api/v2/postings/{posting_id}`: one posting with its deadline, status and workflow.
    pub async fn posting(&self, api_key: &ApiKey, posting_id: &str) -> Result<Posting, Error> {
        let parameter = Some(("posting_id", posting_id));
        let single: SingleEnvelope<Posting> = self.call(api_key, &GET_POSTING, parameter, Vec::new()).await?;
        Ok(single.data)
    }

    /// `POST /api/v2/postings/{posting_id}/candidates`: creates the interview and its link, and in workspaces that
    /// have not switched it off starts HeyMilo's own mails; not idempotent.
    pub async fn ingest_candidate(
        &self,
        api_key: &ApiKey,
        posting_id: &str,
        candidate: &CandidateIngestRequest,
    ) -> Result<IngestedCandidate, Error> {
        let parameter = Some(("posting_id", posting_id));
        let single: SingleEnvelope<IngestedCandidate> = self.call_with_body(api_key, &INGEST_CANDIDATE, parameter, candidate).await?;
        Ok(single.data)
    }

    /// `GET /api/v2/postings/{posting_id}/candidates`: one page of candidates with status and metadata.
    pub async fn candidates(&self, api_key: &ApiKey, posting_id: &str, query: &CandidateQuery) -> Result<List<Candidate>, Error> {
        let parameter = Some(("posting_id", posting_id));
        let list: ListEnvelope<Candidate> = self.call(api_key, &LIST_CANDIDATES, parameter, query.pairs()).await?;
        list.into_list()
    }

    /// `GET /api/v2/interviews/{interview_id}/data`: status and, once scored, the results of every step.
    pub async fn interview_data(&self, api_key: &ApiKey, interview_id: &str) -> Result<InterviewData, Error> {
        let parameter = Some(("interview_id", interview_id));
        let single: SingleEnvelope<InterviewData> = self.call(api_key, &GET_INTERVIEW_DATA, parameter, Vec::new()).await?;
        Ok(single.data)
    }

    /// `POST /api/v2/webhooks`: registers one URL for one event type of one posting; not idempotent.
    pub async fn create_webhook(&self, api_key: &ApiKey, webhook: &CreateWebhook) -> Result<Webhook, Error> {
        let single: SingleEnvelope<Webhook> = self.call_with_body(api_key, &CREATE_WEBHOOK, None, webhook).await?;
        Ok(single.data)
    }

    /// `GET /api/v2/webhooks`: one page of the workspace's active registrations.
    pub async fn webhooks(&self, api_key: &ApiKey, query: &PageQuery) -> Result<List<Webhook>, Error> {
        let list: ListEnvelope<Webhook> = self.call(api_key, &LIST_WEBHOOKS, None, query.pairs()).await?;
        list.into_list()
    }

    /// `DELETE /api/v2/webhooks/{webhook_id}`: deactivates a registration.
    pub async fn delete_webhook(&self, api_key: &ApiKey, webhook_id: &str) -> Result<(), Error> {
        let parameter = Some(("webhook_id", webhook_id));
        // The answer describes the registration that is gone; only that it is JSON matters.
        let _: serde::de::IgnoredAny = self.call(api_key, &DELETE_WEBHOOK, parameter, Vec::new()).await?;
        Ok(())
    }

    async fn paced<T: DeserializeOwned>(&self, api_key: &ApiKey, request: Request<'_>) -> Result<T, Error> {
        let Some(pace) = &self.pace else {
            return exchange(&self.wire, &self.base_url, api_key, request).await;
        };
        let operation = request.operation.id;
        let turn = pace.turn(operation).await;
        let slot = turn.map_err(|wait| Error::Throttled { retry_after: Some(wait) })?;
        let answer = exchange(&self.wire, &self.base_url, api_key, request).await;
        if let Err(Error::Throttled {
            retry_after: Some(pause), ..
        }) = &answer
        {
            pace.hold(operation, *pause).await;
        }
        pace.done(slot).await;
        answer
    }

    async fn call<T: DeserializeOwned>(
        &self,
        api_key: &ApiKey,
        operation: &Operation,
        parameter: Option<(&'static str, &str)>,
        query: Vec<(&'static str, String)>,
    ) -> Result<T, Error> {
        let request = Request {
            operation,
            parameter,
            query,
            body: None,
        };
        self.paced(api_key, request).await
    }

    async fn call_with_body<T: DeserializeOwned>(
        &self,
        api_key: &ApiKey,
        operation: &Operation,
        parameter: Option<(&'static str, &str)>,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let request = Request {
            operation,
            parameter,
            query: Vec::new(),
            body: Some(serde_json::to_vec(body)?),
        };
        self.paced(api_key, request).await
    }
}
