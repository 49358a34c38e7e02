//! Address → caps → credential → ids → row → message, in this order: nothing is read from the table for a forged
//! address, nothing is parsed before it is authenticated, and 202 is answered only after the row is stored.

use crate::body::{Unreadable, Value};
use crate::credential::Presented;
use crate::limits::{self, Excess};
use crate::reading;
use crate::refusal::{Refusal, respond};
use crate::{credential, heymilo_event, workday_push};
use domain::standing::ConnectionState;
use domain::{ConnectionId, Message, Moment, PostingId, WorkspaceId};
use keys::{SigningKeys, WebhookAddress};
use lambda_http::http::{HeaderMap, Method, Response};
use lambda_http::{Body, Request};
use lambda_kit::telemetry::chain;
use lambda_kit::{Clock, Environment, Outside, Queues, Secrets, StartError};
use std::time::Duration;
use store::hint::{About, Hint};
use store::{Store, StoreError};
use web::answer;

/// Two deliveries of one report may collide in the table; the one that lost stores the same row again.
const STORE_TRIES: u32 = 3;
/// Before the second try, and twice that before the third: who collided at once would collide again.
const STORE_WAIT: Duration = Duration::from_millis(50);
/// Together shorter than the function's time-out, so that every request is answered by us.
const STORE_TIME: Duration = Duration::from_secs(6);
const ANNOUNCE_TIME: Duration = Duration::from_secs(2);

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    signing: SigningKeys,
    store: Store,
    queues: Queues,
    clock: Clock,
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let secrets = Secrets::new(&outside.aws, outside.clock.clone());
        let store = Store::without_keyring(outside.aws.sdk_config(), environment.required("TABLE_NAME")?);
        Ok(Self {
            signing: SigningKeys::load(&secrets, environment).await?,
            store: store.with_randomness(outside.randomness.clone()),
            queues: Queues::new(&outside.aws, environment)?,
            clock: outside.clock.clone(),
        })
    }

    /// Answers one webhook request.
    pub async fn handle(&self, request: Request) -> Response<Body> {
        match self.clock.timeout(STORE_TIME, self.take(&request)).await {
            Ok(Ok(hint)) => {
                self.announce(&hint).await;
                answer::accepted()
            }
            Ok(Err(refusal)) => respond(refusal),
            Err(_elapsed) => respond(Refusal::TimedOut),
        }
    }

    /// The hint, stored.
    async fn take(&self, request: &Request) -> Result<Hint, Refusal> {
        let sender = if request.uri().path().starts_with("/webhooks/workday/") {
            "workday"
        } else {
            "heymilo"
        };
        let address = self.signing.webhook_address(request.uri().path());
        let address = address.ok_or(Refusal::Unauthorized(sender))?;
        if request.method() != Method::POST {
            return Err(Refusal::Method);
        }
        let body = capped(request)?;
        let (workspace, about, password_made_at) = match address {
            WebhookAddress::Workday(connection) => self.workday_push(connection, request.headers(), body).await?,
            WebhookAddress::HeyMilo(workspace, posting) => {
                let (workspace, about) = self.heymilo_event(workspace, posting, request.headers(), body).await?;
                (workspace, about, None)
            }
        };
        let hint = Hint::new(workspace, about, self.clock.now());
        self.record(&hint, password_made_at).await?;
        tracing::info!(workspace = %hint.workspace, hint = %hint.hint, outcome = "accepted", "hint stored");
        Ok(hint)
    }

    /// An unknown connection costs the same reads as a wrong credential, and gets the same answer. With what is told comes when the
    /// password was made that was presented, where that is the latest.
    async fn workday_push(
        &self,
        connection: ConnectionId,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(WorkspaceId, About, Option<Moment>), Refusal> {
        let presented = credential::presented_hash(headers);
        let owner = self.store.locate_connection(&connection).await?;
        let nobody = WorkspaceId::new("nobody").map_err(|_never| Refusal::Unauthorized("workday"))?;
        let workspace = owner.as_ref().unwrap_or(&nobody);
        let stored = self.store.webhook_credential(workspace, &connection).await?;
        let known = credential::matches(stored.as_ref(), &presented, self.clock.now());
        let (Some(known), Some(workspace)) = (known, owner) else {
            return Err(Refusal::Unauthorized("workday"));
        };
        let settings = self.store.connection(&workspace, &connection).await?;
        if settings.is_none_or(|settings| settings.standing.state == ConnectionState::Disconnected) {
            return Err(Refusal::Gone);
        }
        let about = workday_push::read(connection, &read(headers, body)?);
        let about = about.map_err(|unusable| Refusal::Unusable("no_order", unusable.to_string()))?;
        let latest = stored.filter(|_| known == Presented::Current);
        Ok((workspace, about, latest.and_then(|latest| latest.made_at)))
    }

    /// HeyMilo attaches nothing: the address it was given is the credential.
    async fn heymilo_event(
        &self,
        workspace: WorkspaceId,
        posting: PostingId,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(WorkspaceId, About), Refusal> {
        let about = heymilo_event::read(posting, &read(headers, body)?);
        let about = about.map_err(|unusable| Refusal::Unusable("no_interview", unusable.to_string()))?;
        let connections = self.store.connections(&workspace).await?;
        if connections
            .iter()
            .all(|connection| connection.standing.state == ConnectionState::Disconnected)
        {
            return Err(Refusal::Gone);
        }
        Ok((workspace, about))
    }

    async fn record(&self, hint: &Hint, password_made_at: Option<Moment>) -> Result<(), StoreError> {
        let mut wait = STORE_WAIT;
        for _try in 1..STORE_TRIES {
            match self.store.record_push(hint, password_made_at).await {
                Err(StoreError::ConditionFailed) => self.clock.sleep(wait).await,
                stored => return stored,
            }
            wait = wait.saturating_mul(2);
        }
        self.store.record_push(hint, password_made_at).await
    }

    /// Saves the wait for the sweep, which sends what no message announced: a queue that does not answer is not waited for.
    async fn announce(&self, hint: &Hint) {
        let message = Message::new(hint.workspace.clone(), hint.work());
        let problem = match self.clock.timeout(ANNOUNCE_TIME, self.queues.send(&message)).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => chain(&error),
            Err(elapsed) => elapsed.to_string(),
        };
        tracing::warn!(workspace = %hint.workspace, hint = %hint.hint, error = problem, "the hint waits for the sweep");
    }
}

/// The body's bytes, within the caps that can be told without reading them.
fn capped(request: &Request) -> Result<&[u8], Refusal> {
    let body: &[u8] = request.body().as_ref();
    if body.len() > limits::BODY_BYTES {
        return Err(Refusal::TooLarge(Excess::Body));
    }
    limits::check_headers(request.headers()).map_err(refused)?;
    Ok(body)
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    reading::fields(headers, body).map_err(|unreadable| match unreadable {
        Unreadable::Excess(excess) => refused(excess),
        Unreadable::Json { .. } => Refusal::Unusable("not_json", unreadable.to_string()),
        Unreadable::Xml => Refusal::Unusable("not_xml", unreadable.to_string()),
        Unreadable::Form => Refusal::Unusable("not_readable", unreadable.to_string()),
    })
}

fn refused(excess: Excess) -> Refusal {
    match excess {
        Excess::Body | Excess::Headers => Refusal::TooLarge(excess),
        Excess::Encoding | Excess::Depth | Excess::Text => Refusal::Unusable("not_acceptable", excess.to_string()),
    }
}
