//! Connecting through somebody else: a link for the Workday administrator, and what comes of it.
//!
//! A guest proves access to one tenant and sees nothing that is stored. What they prove works for nobody until an owner or
//! an admin, who sees which tenant it is and as whom it writes, accepts it.

use crate::connect::presented;
use crate::{Act, Actor, Admin, AdminError, ClientRegistration, ConnectionDraft, Problem, Proof, audit};
use domain::settings::Connection;
use domain::{ConnectionId, Moment, WorkspaceId};
use keys::{equal_in_constant_time, random_token, token_hash};
use std::time::Duration;
use store::connect_link::{ConnectLink, GuestSession, Offer, Offered};

const LINK_LASTS: Duration = Duration::from_hours(7 * 24);
/// A working day; the link can be opened again.
const SESSION_LASTS: Duration = Duration::from_hours(12);
/// What is not accepted by then was forgotten.
const OFFER_LASTS: Duration = Duration::from_hours(30 * 24);

/// Whoever opened a connect link.
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
        self.store.put_guest_session(session_hash, &session).await?;
        Ok(SESSION_LASTS)
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

    /// What was offered for a connection.
    pub async fn offer(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<Option<Offer>, AdminError> {
        Ok(self.store.offer(workspace, connection).await?)
    }

    /// The connections for which access waits to be accepted.
    pub async fn waiting_offers(&self, workspace: &WorkspaceId) -> Result<Vec<ConnectionId>, AdminError> {
        let offers = self.store.offers(workspace).await?.into_iter();
        let waiting = offers.filter(|offer| offer.proven_at.is_some());
        Ok(waiting.map(|offer| offer.proposed.connection).collect())
    }

    /// Proves access and keeps it until somebody of the workspace accepts it. A token that is used up by now is kept even
    /// where Workday does not permit the first read, to be looked at again.
    pub async fn offer_access(&self, guest: &Guest, draft: ConnectionDraft, proof: Proof) -> Result<(), AdminError> {
        let mut proposed = self.proposed(guest, draft).await?;
        proposed.standing.way = Some(proof.way());
        let (credential, writes_as) = self.obtain(&proposed, proof).await?;
        proposed.standing.writes_as = writes_as;
        let offered = Offered {
            client: self.offer_of(guest).await?.1.client,
            credential: Some(credential),
        };
        let offer = self.new_offer(guest, proposed);
        self.store.put_offer(offer.clone(), &offered).await?;
        self.prove_offer(offer, offered).await
    }

    /// Looks again at access that Workday did not permit enough to.
    pub async fn prove_offer_again(&self, guest: &Guest) -> Result<(), AdminError> {
        let (offer, offered) = self.offer_of(guest).await?;
        let offer = offer.ok_or(Problem::OfferOver)?;
        let credential = offered.credential.ok_or(Problem::OfferOver)?;
        let credential = Some(self.renew(&offer.proposed, credential).await?);
        let offered = Offered { credential, ..offered };
        self.store.put_offer(offer.clone(), &offered).await?;
        self.prove_offer(offer, offered).await
    }

    async fn prove_offer(&self, mut offer: Offer, offered: Offered) -> Result<(), AdminError> {
        let proposed = &offer.proposed;
        let credential = offered.credential.as_ref().ok_or(Problem::Ours)?;
        self.read_once(proposed, &presented(credential)?).await?;
        self.check_tenant_is_free(proposed).await?;
        offer.proven_at = Some(self.clock.now());
        let (workspace, on) = (offer.workspace.clone(), audit::connection(&offer.proposed.connection));
        let store = self.recording_by(Actor::ConnectLink, &workspace, Act::AccessOffered, on)?;
        Ok(store.put_offer(offer, &offered).await?)
    }

    /// Keeps the API client by which a person will approve in Workday.
    pub async fn offer_client(&self, guest: &Guest, draft: ConnectionDraft, client: ClientRegistration) -> Result<(), AdminError> {
        let proposed = self.proposed(guest, draft).await?;
        if proposed.sign_in_url.is_none() {
            return Err(Problem::SignInAddressRefused.into());
        }
        let offered = Offered {
            client: Some(client.to_text()?),
            credential: None,
        };
        Ok(self.store.put_offer(self.new_offer(guest, proposed), &offered).await?)
    }

    /// What a guest brings together with what they offered before.
    pub(crate) async fn offer_of(&self, guest: &Guest) -> Result<(Option<Offer>, Offered), AdminError> {
        let offer = self.store.offer(guest.workspace(), guest.connection()).await?;
        let offered = offer.as_ref().map(|offer| self.store.open_offer(offer)).transpose()?;
        Ok((offer, offered.unwrap_or_default()))
    }

    async fn proposed(&self, guest: &Guest, draft: ConnectionDraft) -> Result<Connection, AdminError> {
        if draft.connection != *guest.connection() {
            return Err(Problem::ConnectionUnknown.into());
        }
        let checked = self.check_draft(guest.workspace(), draft).await?;
        if checked.moved_from.is_some() {
            return Err(Problem::TenantMoved.into());
        }
        Ok(checked.connection)
    }

    fn new_offer(&self, guest: &Guest, proposed: Connection) -> Offer {
        let now = self.clock.now();
        Offer::new(proposed, guest.link.made_by.clone(), now, now.plus(OFFER_LASTS))
    }

    /// Connects with what a guest proved: the offer of the moment that the person saw, and no other.
    pub async fn accept_offer(&self, workspace: &WorkspaceId, connection: &ConnectionId, seen: Moment) -> Result<Connection, AdminError> {
        let offer = self.store.offer(workspace, connection).await?;
        let offer = offer.filter(|offer| offer.proven_at == Some(seen)).ok_or(Problem::OfferOver)?;
        let offered = self.store.open_offer(&offer)?;
        let credential = offered.credential.clone().ok_or(Problem::OfferOver)?;
        let mut connection = self.with_address(workspace, &offer).await?;
        let credential = self.renew(&connection, credential).await?;
        let renewed = Offered {
            credential: Some(credential.clone()),
            client: offered.client.clone(),
        };
        // The token that was offered may be used up by now.
        self.store.put_offer(offer.clone(), &renewed).await?;
        if let Some(client) = &offered.client {
            let name = self.client_registration_name(workspace, &connection.connection);
            self.secrets.write(&name, client).await?;
        }
        connection.standing.way = offer.proposed.standing.way;
        connection.standing.writes_as.clone_from(&offer.proposed.standing.writes_as);
        let active = self.activate(connection, &credential, true, None, Act::OfferAccepted).await?;
        self.store.delete_offer(workspace, &active.connection).await?;
        Ok(active)
    }

    /// The connection as it is now, at the address that was offered.
    async fn with_address(&self, workspace: &WorkspaceId, offer: &Offer) -> Result<Connection, AdminError> {
        let draft = ConnectionDraft::from(&offer.proposed);
        let mut checked = self.check_draft(workspace, draft).await?;
        if checked.moved_from.is_some() {
            return Err(Problem::TenantMoved.into());
        }
        self.keep_draft(&mut checked).await?;
        Ok(checked.connection)
    }

    /// Forgets what a guest gave, and ends the link that they had.
    pub async fn decline_offer(&self, workspace: &WorkspaceId, connection: &ConnectionId) -> Result<(), AdminError> {
        let store = self.recording(workspace, Act::OfferDeclined, audit::connection(connection))?;
        Ok(store.delete_offer(workspace, connection).await?)
    }
}
