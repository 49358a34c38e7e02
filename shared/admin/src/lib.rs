//! What a person does to a workspace, and what they are shown of it: sign in, connect HeyMilo and Workday, link a
//! requisition to an agent, decide about a screening. Commands are one file each; what only reads is in `queries`.
//!
//! The console's pages, the consent callback and `--setup` of the local runner all go through here, so a connection
//! made by a file is the same as one made by hand. Errors are words for the administrator ([`Problem`]).
//! Invariant: a Workday connection becomes active only with a renewable credential and after an authenticated read.

mod access;
mod audit;
mod authorization;
mod candidate_details;
mod client;
mod connect;
mod disconnect;
mod draft;
mod file;
mod guest;
mod journey;
mod link;
mod order;
mod people;
mod preflight;
mod problem;
mod queries;
mod sign_in;
mod webhook;
mod why;
mod workspace;

pub use access::Proof;
pub use authorization::{Approver, Asked, ConsentCode};
pub use candidate_details::TypedDetails;
pub use client::ClientRegistration;
pub use draft::ConnectionDraft;
pub use file::{ConnectionSetup, CredentialSetup, MappingSetup, SenderAnswer, Setup, WebhookSetup, WorkspaceSetup};
pub use guest::Guest;
pub use journey::{Arrival, BroughtBack, JOURNEY_LASTS, Wanted};
pub use link::{LinkRequest, Linked};
pub use people::{Names, PeoplePage};
pub use preflight::TestCandidate;
pub use problem::{AdminError, Problem};
pub use queries::Screening;
pub use sign_in::{Person, SignedIn};
pub use store::audit::{Act, Actor, AuditCursor, AuditEntry, AuditPage, Subject};
pub use store::connect_link::ConnectLink;
pub use store::invitation::OpenInvitation;
pub use store::offer::Offer;
pub use store::order::{ReviewCursor, Reviews};
pub use store::person::Member;
pub use vendors::heymilo::{List, Posting, PostingSummary, Registration};
pub use webhook::{IntegrationCredential, PushCredential};
pub use why::{Explained, Point};
pub use workday::{TenantAddress, is_for_trying};
pub use workspace::Sender;

use crate::journey::Company;
use domain::message::Cause;
use domain::{Message, Work, WorkspaceId};
use keys::{PublicUrl, SigningKeys};
use lambda_kit::outbound::{VendorHosts, Wire};
use lambda_kit::{Clock, Environment, Outside, Queues, Secrets, StartError};
use std::time::Duration;
use store::Store;
use store::due::Arm;
use vendors::Vendors;

/// The administrator's hands: everything done here belongs to the workspace the caller names, and to no other. Whose act it
/// is, the audit says: the operator's, until [`Admin::acting`] names a person.
#[derive(Debug, Clone)]
pub struct Admin {
    store: Store,
    secrets: Secrets,
    signing: SigningKeys,
    queues: Queues,
    clock: Clock,
    hosts: VendorHosts,
    wire: Wire,
    vendors: Vendors,
    heymilo: heymilo::Client,
    public_url: PublicUrl,
    secret_prefix: String,
    company: Option<Company>,
    who: Actor,
}

impl Admin {
    /// Reads `TABLE_NAME`, `SEALING_SECRET_NAME`, `SIGNING_SECRET_NAME`, `SECRET_PREFIX`, `PUBLIC_URL`, `HEYMILO_URL`
    /// and the queue URLs; and for signing in at an issuer `SIGN_IN_ISSUER` and what belongs to it.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let secrets = Secrets::new(&outside.aws, outside.clock.clone());
        let store = work::open_store(environment, outside, &secrets).await?;
        let hosts = VendorHosts::from_environment(environment)?.and(&workday::HOST_SUFFIXES);
        let wire = outside.vendors(&hosts)?;
        let public_url = PublicUrl::from_environment(environment)?;
        Ok(Self {
            company: Company::from_environment(environment, &public_url)?,
            signing: SigningKeys::load(&secrets, environment).await?,
            queues: Queues::new(&outside.aws, environment)?,
            vendors: Vendors::new(environment, outside, store.clone(), secrets.clone())?,
            heymilo: heymilo::Client::new(wire.clone(), environment.url("HEYMILO_URL")?),
            public_url,
            secret_prefix: environment.required("SECRET_PREFIX")?,
            store,
            secrets,
            clock: outside.clock.clone(),
            hosts,
            wire,
            who: Actor::Operator,
        })
    }

    /// The address under which people and vendors reach us.
    pub fn public_url(&self) -> &PublicUrl {
        &self.public_url
    }

    fn arm_now(&self, work: Work) -> Arm {
        Arm {
            work,
            at: self.clock.now(),
        }
    }

    /// What waited for a cause goes on, once this is stored with what the person mended.
    fn release(&self, cause: Cause) -> Arm {
        let since = self.clock.now();
        self.arm_now(Work::Release { cause, since })
    }

    /// Announces work that is armed already. Only saves the wait for the next sweep, so a failure is no failure.
    async fn announce(&self, workspace: &WorkspaceId, arms: &[Arm]) {
        let now = self.clock.now();
        let messages: Vec<Message> = arms
            .iter()
            .filter(|arm| arm.at <= now.plus(Duration::from_secs(1)))
            .map(|arm| Message::new(workspace.clone(), arm.work.clone()))
            .collect();
        if let Err(error) = self.queues.send_all(&messages).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "work waits for the next sweep");
        }
    }
}
