//! Workday, as one connection reaches it: what we ask of it, one file each.

mod application;
mod assess_events;
mod attachment;
mod move_on;
mod place;
mod record;
mod requisitions;
mod stage;
mod write;

pub use application::{Claim, SeenApplication};
pub use assess_events::PolledEvent;
pub use attachment::{Filing, PutReport};
pub use move_on::MoveOn;
pub use record::{Wording, WriteAssessment};
pub use requisitions::{Kind, Listed, RequisitionPages};
pub use stage::InStage;
pub use write::{LastFailure, WorkdayEffect, Written};

use crate::{Vendors, failure, token};
use ::workday::{Client, Credential, Error};
use domain::Moment;
use domain::order::WaitReason;
use domain::settings::Connection;
use std::time::Duration;
use work::Trouble;

/// Workday, as one connection reaches it.
#[derive(Debug)]
pub struct Workday {
    pub(crate) vendors: Vendors,
    pub(crate) connection: Connection,
    /// Bound to the connection's host, tenant and version.
    pub(crate) client: Client,
    /// What each call signs in with.
    pub(crate) credential: Credential,
    pub(crate) obtained: Obtained,
}

/// Where a credential came from: decides what a refusal of it means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Obtained {
    Password { version: u64 },
    Token { version: u64, at: Moment },
}

impl Workday {
    /// An answer of Workday, or what its failure means for the work.
    pub(crate) async fn understood<T>(&self, answer: Result<T, Error>) -> Result<T, Trouble> {
        match answer {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.trouble(error).await),
        }
    }

    /// What each call signs in with.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What a failed call to Workday means for the work, having done what the failure asks for: a refused token is
    /// renewed once, a refused credential ends the connection until a person connects again.
    pub async fn trouble(&self, error: Error) -> Trouble {
        let connection = &self.connection;
        if !matches!(error, Error::Unauthorized) {
            if matches!(error, Error::PagesRepeat { .. }) {
                tracing::warn!(connection = %connection.connection, error = &error as &dyn std::error::Error, "a list of Workday was not read to its end");
            }
            return failure::of_workday(error);
        }
        match self.obtained {
            Obtained::Token { version, at } if self.vendors.clock.now().since(at) > Duration::from_mins(1) => {
                match token::expire(&self.vendors, connection, version).await {
                    Ok(()) => Trouble::Park {
                        reason: WaitReason::WorkdayUnavailable,
                        after: Some(Duration::from_secs(1)),
                    },
                    Err(trouble) => trouble,
                }
            }
            Obtained::Token { version, .. } | Obtained::Password { version } => self.vendors.credential_refused(connection, version).await,
        }
    }
}
