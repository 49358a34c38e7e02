//! Connecting through somebody else: a link for the Workday administrator, and what comes of it.
//!
//! A guest proves access to one tenant and sees nothing that is stored. What they prove works for nobody until an owner or
//! an admin, who sees which tenant it is and as whom it writes, accepts it.

use crate::access::presented;
use crate::connect::Steps;
use crate::{Act, Actor, Admin, AdminError, ClientRegistration, ConnectionDraft, Problem, Proof, audit};
use domain::settings::{Connection, ConnectionOptions};
use domain::standing::AccessWay;
use domain::{ConnectionId, Moment, WorkspaceId};
use keys::{equal_in_constant_time, random_token, token_hash};
use std::time::Duration;
use store::StoreError;
use store::connect_link::{ConnectLink, GuestSession};
use store::credential::Credential;
use store::offer::{Given, Offer};
use workday::is_for_trying;

const LINK_LASTS: Duration = Duration::from_hours(7 * 24);
/// A working day; the link can be opened again.
const SESSION_LASTS: Duration = Duration::from_hours(12);
/// What is not accepted by then was forgotten.
const OFFER_LASTS: Duration = Duration::from_hours(30 * 24);

/// Whoever opened a connect link; nobody of the workspace.
#[derive(Debug, Clone)]
pub struct Guest {
    session: GuestSession,
    session_hash: String,
    link: ConnectLink,
}

impl Guest {
    /// The workspace that asks for the access.
    pub fn workspace(&self) -> &WorkspaceId {
        &self.session.workspace
    }

    /// The one connection that they may give access to.
    pub fn connection(&self) -> &ConnectionId {
        &self.session.connection
    }

    /// The session's name in the table.
    pub fn session_hash(&self) -> &str {
        &self.session_hash
    }
}

impl Admin {
    /// Makes the connection's link, in the place of any before: an address that works for seven days.
    pub async fn make_connect_link(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<String, AdminError> {
        let connection = self.connection(workspace, connection).await?.connection;
        let token = random_token().ok_or(Problem::Ours)?;
        let made_at = self.clock.now();
        let ends_at = made_at.plus(LINK_LASTS);
        let link = ConnectLink {
            workspace: workspace.clone(),
            connection: connection.clone(),
            hash: token_hash(&token),
            made_by: self.who.clone(),
            made_at,
            ends_at,
            expires_at: ends_at.epoch_seconds(),
        };
        let store = self.recording(workspace, Act::ConnectLinkMade, audit::connection(&connection))?;
        store.put_connect_link(&link).await?;
        Ok(self.public_url.at(&format!("/connect/{connection}/{token}")))
    }

    /// Ends the connection's link and the sessions that it opened.
    pub async fn withdraw_connect_link(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), AdminError> {
        let store = self.recording(workspace, Act::ConnectLinkWithdrawn, audit::connection(connection))?;
        Ok(store.delete_connect_link(workspace, connection).await?)
    }

    /// The link that works for a connection.
    pub async fn connect_link(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<ConnectLink>, AdminError> {
        Ok(self.store.connect_link(workspace, connection, self.clock.now()).await?)
    }

    /// The link of this token; [`Problem::ConnectLinkOver`] if it is none that works.
    pub async fn open_link(&self, connection: &ConnectionId, token: &str) -> Result<ConnectLink, AdminError> {
        let workspace = self.store.locate_connection(connection).await?;
        let workspace = workspace.ok_or(Problem::ConnectLinkOver)?;
        let link = self.connect_link(&workspace, connection).await?;
        let link = link.filter(|link| equal_in_constant_time(&link.hash, &token_hash(token)));
        Ok(link.ok_or(Problem::ConnectLinkOver)?)
    }

    /// Opens a guest's session of this hash by a link's token, and says how long it lasts.
    pub async fn enter_by_link(&self, connection: &ConnectionId, token: &str, session_hash: &str) -> Result<Duration, AdminError> {
        let link = self.open_link(connection, token).await?;
        let ends_at = self.clock.now().plus(SESSION_LASTS).min(link.ends_at);
        let session = GuestSession {
            workspace: link.workspace,
            connection: link.connection,
            link: link.hash,
            ends_at,
            expires_at: ends_at.epoch_seconds(),
        };
        let on = audit::connection(&session.connection);
        let store = self.recording_by(Actor::ConnectLink, &session.workspace, Act::ConnectLinkOpened, on)?;
        store.put_guest_session(session_hash, &session).await?;
        Ok(ends_at.since(self.clock.now()))
    }

    /// Whose session this hash is, if its link still works.
    pub async fn guest(&self, session_hash: String) -> Result<Option<Guest>, AdminError> {
        let found = self.store.guest_session(&session_hash, self.clock.now()).await?;
        Ok(found.map(|(session, link)| Guest {
            session,
            session_hash,
            link,
        }))
    }

    /// What waits for a connection to be accepted.
    pub async fn offer(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<Offer>, AdminError> {
        Ok(self.store.offer(workspace, connection, self.clock.now()).await?)
    }

    /// The connections for which access waits to be accepted.
    pub async fn waiting_offers(&self, workspace: &WorkspaceId) -> Result<Vec<ConnectionId>, AdminError> {
        let offers = self.store.offers(workspace, self.clock.now()).await?.into_iter();
        Ok(offers.map(|offer| offer.proposed.connection).collect())
    }

    /// How far the access is that was given by this guest's link: proven, or else tried.
    pub async fn given_by(&self, guest: &Guest) -> Result<Option<Offer>, AdminError> {
        let offer = self.offer(guest.workspace(), guest.connection()).await?;
        match offer.filter(|offer| offer.link == guest.link.hash) {
            Some(offer) => Ok(Some(offer)),
            None => self.attempt_of(guest).await,
        }
    }

    async fn attempt_of(&self, guest: &Guest) -> Result<Option<Offer>, AdminError> {
        let now = self.clock.now();
        let attempt = self.store.attempt(guest.workspace(), guest.connection(), now).await?;
        Ok(attempt.filter(|attempt| attempt.link == guest.link.hash))
    }

    /// The connection and the API client that a guest named, to be approved in Workday.
    pub(crate) async fn named_by(&self, guest: &Guest) -> Result<(Connection, ClientRegistration), AdminError> {
        let attempt = self.attempt_of(guest).await?.ok_or(Problem::ClientMissing)?;
        let client = self.store.open_offer(&attempt)?.client.ok_or(Problem::ClientMissing)?;
        Ok((attempt.proposed, ClientRegistration::of_text(&client)?))
    }

    /// Proves access, which waits from then on until somebody of the workspace accepts it. A token is used up by asking for
    /// it, so it is kept for another look where Workday does not permit the first read; a password only where Workday took it.
    pub async fn offer_access(&self, guest: &Guest, draft: ConnectionDraft, proof: Proof) -> Result<(), AdminError> {
        let mut proposed = self.proposed(guest, draft).await?;
        let way = proof.way();
        proposed.standing.way = Some(way);
        let client = match way {
            AccessWay::Consent => self
                .attempt_of(guest)
                .await?
                .map(|attempt| self.store.open_offer(&attempt))
                .transpose()?,
            AccessWay::RefreshToken | AccessWay::Password => None,
        };
        let (credential, writes_as) = self.obtain(&proposed, proof).await?;
        proposed.standing.writes_as = writes_as;
        let is_spent = matches!(credential, Credential::OAuth(_));
        let attempt = self.new_attempt(guest, proposed);
        let given = Given {
            client: client.and_then(|given| given.client),
            credential: Some(credential),
        };
        if is_spent {
            self.put_offer(attempt.clone(), &given).await?;
        }
        let outcome = self.prove(attempt.clone(), &given).await;
        if let Err(error) = &outcome
            && !is_spent
            && error.problem.leaves_access_good()
        {
            self.put_offer(attempt, &given).await?;
        }
        outcome
    }

    /// Looks again at access that Workday did not permit enough to.
    pub async fn prove_again(&self, guest: &Guest) -> Result<(), AdminError> {
        let attempt = self.attempt_of(guest).await?.ok_or(Problem::OfferOver)?;
        let given = self.store.open_offer(&attempt)?;
        let credential = given.credential.ok_or(Problem::OfferOver)?;
        let credential = Some(self.renew(&attempt.proposed, credential).await?);
        let given = Given { credential, ..given };
        self.put_offer(attempt.clone(), &given).await?;
        self.prove(attempt, &given).await
    }

    async fn prove(&self, mut attempt: Offer, given: &Given) -> Result<(), AdminError> {
        let proposed = &attempt.proposed;
        let credential = given.credential.as_ref().ok_or(Problem::Ours)?;
        self.read_once(proposed, &presented(credential)?).await?;
        self.check_tenant_is_free(proposed).await?;
        attempt.proven_at = Some(self.clock.now());
        let on = audit::connection(&attempt.proposed.connection);
        let store = self.recording_by(Actor::ConnectLink, &attempt.workspace, Act::AccessOffered, on)?;
        still_open(store.put_offer(attempt, given).await)
    }

    /// Keeps the API client by which a person will approve in Workday.
    pub async fn offer_client(&self, guest: &Guest, draft: ConnectionDraft, client: ClientRegistration) -> Result<(), AdminError> {
        let proposed = self.proposed(guest, draft).await?;
        if proposed.sign_in_url.is_none() {
            return Err(Problem::SignInAddressRefused.into());
        }
        let given = Given {
            client: Some(client.to_text()?),
            credential: None,
        };
        self.put_offer(self.new_attempt(guest, proposed), &given).await
    }

    async fn put_offer(&self, attempt: Offer, given: &Given) -> Result<(), AdminError> {
        still_open(self.store.put_offer(attempt, given).await)
    }

    /// The connection as it would be. What a guest says of it is its address alone: whom a sandbox may write to, and whether
    /// it is one, stays as the workspace said it, or else as the host's name says.
    async fn proposed(&self, guest: &Guest, draft: ConnectionDraft) -> Result<Connection, AdminError> {
        let known = self.connection(guest.workspace(), guest.connection()).await?;
        let draft = ConnectionDraft {
            connection: known.connection.clone(),
            options: options_at(&known, &draft.services_url),
            moved: false,
            ..draft
        };
        let mut proposed = self.check_draft(guest.workspace(), draft).await?.connection;
        proposed.standing.way = None;
        proposed.standing.writes_as.clear();
        Ok(proposed)
    }

    fn new_attempt(&self, guest: &Guest, proposed: Connection) -> Offer {
        Offer::attempt(&guest.link, proposed, self.clock.now().plus(OFFER_LASTS))
    }

    /// Connects with what a guest proved: the offer of the moment that the person saw, and no other. It ends with its link.
    pub async fn accept_offer(&self, workspace: &WorkspaceId, connection: &ConnectionId, seen: Moment) -> Result<Connection, AdminError> {
        let offer = self.offer(workspace, connection).await?;
        let offer = offer.filter(|offer| offer.proven_at == Some(seen)).ok_or(Problem::OfferOver)?;
        let given = self.store.open_offer(&offer)?;
        let credential = given.credential.clone().ok_or(Problem::OfferOver)?;
        let known = self.connection(workspace, connection).await?;
        let draft = ConnectionDraft {
            options: options_at(&known, &offer.proposed.services_url),
            ..ConnectionDraft::from(&offer.proposed)
        };
        let mut checked = self.check_draft(workspace, draft).await?;
        self.keep_draft(&mut checked).await?;
        let mut connection = checked.connection;
        let credential = self.renew(&connection, credential).await?;
        let renewed = Given {
            credential: Some(credential.clone()),
            client: given.client.clone(),
        };
        // The token that was offered may be used up by now.
        let kept = self.store.renew_offer(offer.clone(), &renewed).await;
        if matches!(kept, Err(StoreError::ConditionFailed)) {
            return Err(Problem::OfferOver.into());
        }
        kept?;
        connection.standing.way = offer.proposed.standing.way;
        connection.standing.writes_as.clone_from(&offer.proposed.standing.writes_as);
        let steps = Steps {
            seals: true,
            is_changed: checked.is_changed,
            accepts: Some(seen),
            ..Steps::of(Act::OfferAccepted)
        };
        let active = self.activate(connection, &credential, steps).await?;
        // Last: until here the client of what was connected before is the right one.
        if let Some(client) = &given.client {
            let name = self.client_registration_name(workspace, &active.connection);
            self.secrets.write(&name, client).await?;
        }
        Ok(active)
    }

    /// Forgets what a guest gave, and ends the link that they had.
    pub async fn decline_offer(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), AdminError> {
        let store = self.recording(workspace, Act::OfferDeclined, audit::connection(connection))?;
        Ok(store.delete_offers(workspace, connection).await?)
    }
}

/// What a connection's options are at an address that a guest said.
fn options_at(known: &Connection, services_url: &str) -> ConnectionOptions {
    let is_said = known.is_proven() || !known.tenant.is_empty();
    ConnectionOptions {
        non_production: if is_said {
            known.options.non_production
        } else {
            is_for_trying(services_url)
        },
        ..known.options.clone()
    }
}

/// A link that was withdrawn, replaced or accepted while somebody used it.
fn still_open(outcome: Result<(), StoreError>) -> Result<(), AdminError> {
    match outcome {
        Err(StoreError::ConditionFailed) => Err(Problem::ConnectLinkOver.into()),
        outcome => Ok(outcome?),
    }
}
