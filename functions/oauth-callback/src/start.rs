//! To Workday's consent page: a fresh state that only this session can bring back, once, within ten minutes.

use domain::settings::Connection;
use domain::standing::ConnectionState;
use domain::{ConnectionId, WorkspaceId};
use keys::token_hash;
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl};
use secrecy::SecretString;
use setup::{Admin, Problem, SetupError, SignedIn};
use std::time::Duration;
use store::StoreError;
use store::sealing::Place;
use store::session::AuthorizationRequest;
use url::Url;

/// 256 bits.
const STATE_BYTES: u32 = 32;
const STATE_LASTS: Duration = Duration::from_mins(10);

/// Remembers the journey and gives the address of the consent page.
pub(crate) async fn begin(admin: &Admin, signed_in: &SignedIn, connection: &ConnectionId) -> Result<Url, SetupError> {
    let workspace = &signed_in.session.workspace;
    let connection = admin.connection(workspace, connection).await?;
    if connection.standing.state == ConnectionState::Disconnected {
        return Err(Problem::ClientMissing.into());
    }
    let client = admin.client_registration(workspace, &connection.connection).await?;
    let page = admin.consent_page(&connection)?;
    let redirect_uri = admin.redirect_uri(&connection.connection);
    let pkce = client.pkce.then(PkceCodeChallenge::new_random_sha256);
    let (challenge, verifier) = pkce.map_or((None, None), |(challenge, verifier)| (Some(challenge), Some(verifier)));
    let state = CsrfToken::new_random_len(STATE_BYTES);
    let state_hash = token_hash(state.secret());
    let request = AuthorizationRequest {
        workspace: workspace.clone(),
        connection: connection.connection.clone(),
        person: signed_in.session.person.clone(),
        session: signed_in.session_hash().to_owned(),
        sign_in_host: sign_in_host(&connection),
        redirect_uri: redirect_uri.clone(),
        sealed_verifier: verifier
            .map(|verifier| seal(admin, workspace, &state_hash, &verifier))
            .transpose()?,
        ends_at: admin.clock().now().plus(STATE_LASTS),
        expires_at: admin.clock().now().plus(STATE_LASTS).epoch_seconds(),
    };
    let address = address(page, client.client_id, redirect_uri, state, challenge)?;
    admin.store().put_authorization(&state_hash, &request).await?;
    tracing::info!(workspace = %workspace, connection = %connection.connection, person = signed_in.session.person, "asking for consent");
    Ok(address)
}

fn address(
    page: Url,
    client_id: String,
    redirect_uri: String,
    state: CsrfToken,
    challenge: Option<PkceCodeChallenge>,
) -> Result<Url, SetupError> {
    let redirect_uri = RedirectUrl::new(redirect_uri).map_err(|_unparsable| Problem::Ours)?;
    let client = BasicClient::new(ClientId::new(client_id))
        .set_auth_uri(AuthUrl::from_url(page))
        .set_redirect_uri(redirect_uri);
    // Workday takes scopes from the client's registration, so none are sent.
    let request = client.authorize_url(|| state);
    let (address, _state) = match challenge {
        Some(challenge) => request.set_pkce_challenge(challenge).url(),
        None => request.url(),
    };
    Ok(address)
}

/// The host whose consent page is asked; the answer must still belong to it.
pub(crate) fn sign_in_host(connection: &Connection) -> String {
    connection.sign_in_url.clone().unwrap_or_default()
}

fn seal(admin: &Admin, workspace: &WorkspaceId, state_hash: &str, verifier: &PkceCodeVerifier) -> Result<String, StoreError> {
    let verifier = SecretString::from(verifier.secret().clone());
    admin.store().keyring().seal_text(place(workspace, state_hash), &verifier)
}

/// Where the sealed verifier belongs: one row, one state.
pub(crate) fn place<'a>(workspace: &'a WorkspaceId, state_hash: &'a str) -> Place<'a> {
    Place {
        workspace: workspace.as_str(),
        owner: state_hash,
        kind: "pkce_verifier",
        version: 1,
    }
}
