//! To Workday's consent page: a fresh state that only this session can bring back, once, within ten minutes.

use admin::{Admin, AdminError, Approver, Problem};
use domain::ConnectionId;
use domain::standing::ConnectionState;
use keys::token_hash;
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl};
use secrecy::SecretString;
use url::Url;

/// 256 bits.
const STATE_BYTES: u32 = 32;

/// Remembers the journey and gives the address of the consent page.
pub(crate) async fn begin(admin: &Admin, approver: &Approver, connection: &ConnectionId) -> Result<Url, AdminError> {
    let (connection, client) = admin.to_be_approved(approver, connection).await?;
    if connection.standing.state == ConnectionState::Disconnected && matches!(approver, Approver::Person(_)) {
        return Err(Problem::ClientMissing.into());
    }
    let page = admin.consent_page(&connection)?;
    let redirect_uri = admin.redirect_uri(&connection.connection);
    let pkce = client.pkce.then(PkceCodeChallenge::new_random_sha256);
    let (challenge, verifier) = pkce.map_or((None, None), |(challenge, verifier)| (Some(challenge), Some(verifier)));
    let state = CsrfToken::new_random_len(STATE_BYTES);
    let state_hash = token_hash(state.secret());
    let verifier = verifier.map(|verifier| SecretString::from(verifier.into_secret()));
    let address = address(page, client.client_id, redirect_uri, state, challenge)?;
    admin.remember_asking(approver, &connection, &state_hash, verifier).await?;
    tracing::info!(workspace = %approver.workspace(), connection = %connection.connection, person = approver.person(), "asking for consent");
    Ok(address)
}

fn address(
    page: Url,
    client_id: String,
    redirect_uri: String,
    state: CsrfToken,
    challenge: Option<PkceCodeChallenge>,
) -> Result<Url, AdminError> {
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
