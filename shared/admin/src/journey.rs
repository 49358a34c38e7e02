//! Signing in at a company's issuer: the way there and back, and which workspace and role the person has here.

use crate::{Act, Admin, AdminError, Problem};
use domain::{Moment, PersonId, WorkspaceId};
use identity::{IdentityError, Person, RelyingParty};
use keys::{PublicUrl, equal_in_constant_time, random_token, token_hash};
use lambda_kit::{Clock, Environment, SecretError, StartError};
use secrecy::SecretString;
use std::time::Duration;
use store::person::{Member, RoleChange};
use store::sealing::Place;
use store::session::{Journey, Role};
use url::Url;

/// How long a person has for the issuer's page.
pub const JOURNEY_LASTS: Duration = Duration::from_mins(10);
/// What the requests of one step have together: less than the function's 29 seconds, so that the person is told.
const ISSUER_ANSWERS_IN: Duration = Duration::from_secs(20);
/// Where the issuer sends the browser back to.
const CALLBACK: &str = "/sign-in/callback";
/// Rows that are read by their key belong to no workspace yet.
const NO_WORKSPACE: &str = "";

/// The issuer of this deployment, and what of its claims counts here.
#[derive(Debug, Clone)]
pub(crate) struct Company {
    party: RelyingParty,
    client_secret_name: String,
    role_claim: Option<String>,
    workspace_claim: Option<String>,
}

impl Company {
    pub(crate) fn from_environment(environment: &Environment, public_url: &PublicUrl) -> Result<Option<Self>, StartError> {
        let Some(issuer) = environment.optional("SIGN_IN_ISSUER") else {
            return Ok(None);
        };
        // Only an address can be asked.
        environment.url("SIGN_IN_ISSUER")?;
        let client = environment.optional("SIGN_IN_CLIENT_ID");
        let Some((client_id, client_secret_name)) = client.zip(environment.optional("SIGN_IN_CLIENT_SECRET_NAME")) else {
            // The pages and the operator's links go on.
            tracing::error!("SIGN_IN_ISSUER is set without SIGN_IN_CLIENT_ID and SIGN_IN_CLIENT_SECRET_NAME: nobody signs in there");
            return Ok(None);
        };
        Ok(Some(Self {
            party: RelyingParty {
                issuer,
                client_id,
                redirect_uri: public_url.at(CALLBACK),
            },
            client_secret_name,
            role_claim: environment.optional("SIGN_IN_ROLE_CLAIM"),
            workspace_claim: environment.optional("SIGN_IN_WORKSPACE_CLAIM"),
        }))
    }

    /// The strongest role that the claims name.
    fn role_of(&self, person: &Person) -> Option<Role> {
        let named = person.texts(self.role_claim.as_deref()?);
        Role::ALL.into_iter().find(|role| named.contains(&role.name()))
    }

    /// The workspaces that the claims name; what is no workspace's id names none.
    fn workspaces_of(&self, person: &Person) -> Vec<WorkspaceId> {
        let claim = self.workspace_claim.as_deref();
        let named = claim.map(|claim| person.texts(claim)).unwrap_or_default();
        named.into_iter().filter_map(|name| WorkspaceId::new(name).ok()).collect()
    }
}

/// What a person wants beside being signed in.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// One of their workspaces.
    pub workspace: Option<WorkspaceId>,
    /// The token of an invitation that they accept.
    pub invitation: Option<String>,
}

/// What a browser brought back from the issuer.
#[derive(Debug)]
pub struct BroughtBack {
    pub state: String,
    /// None: the issuer sent an error.
    pub code: Option<SecretString>,
    /// Who the answer says it is of.
    pub issuer: Option<String>,
}

/// Where a sign-in of this browser led.
#[derive(Debug)]
pub enum Arrival {
    /// Nobody was signed in. Whoever brought an invitation may try again with its token.
    Refused {
        error: AdminError,
        invitation: Option<SecretString>,
    },
    /// There is a session now, for so long.
    SignedIn(Duration),
    /// The person has several workspaces and did not say which.
    Choose(Vec<WorkspaceId>),
}

fn place<'a>(state_hash: &'a str, kind: &'static str) -> Place<'a> {
    Place {
        workspace: NO_WORKSPACE,
        owner: state_hash,
        kind,
        version: 1,
    }
}

fn verifier_place(state_hash: &str) -> Place<'_> {
    place(state_hash, "sign_in_verifier")
}

fn invitation_place(state_hash: &str) -> Place<'_> {
    place(state_hash, "sign_in_invitation")
}

/// Waits for the issuer's answers, all of them together no longer than [`ISSUER_ANSWERS_IN`].
async fn in_time<T>(clock: &Clock, answers: impl Future<Output = Result<T, IdentityError>>) -> Result<T, AdminError> {
    match clock.timeout(ISSUER_ANSWERS_IN, answers).await {
        Ok(answered) => Ok(answered?),
        Err(elapsed) => Err(AdminError::caused(Problem::IssuerUnavailable, elapsed)),
    }
}

impl Admin {
    /// Where people of this deployment sign in, if that is set up.
    pub fn issuer(&self) -> Option<Url> {
        self.company.as_ref().and_then(|company| Url::parse(&company.party.issuer).ok())
    }

    /// The same, letter by letter as its tokens name it.
    pub(crate) fn company_issuer(&self) -> Option<&str> {
        self.company.as_ref().map(|company| company.party.issuer.as_str())
    }

    /// Begins a sign-in in the browser with this hash: the issuer's page to go to.
    pub async fn begin_sign_in(&self, browser: String, wanted: Wanted) -> Result<Url, AdminError> {
        let company = self.company.as_ref().ok_or(Problem::IssuerMissing)?;
        let issuer = in_time(&self.clock, company.party.discover(&self.wire)).await?;
        let fresh = || random_token().ok_or(Problem::Ours);
        let (state, nonce, verifier) = (fresh()?, fresh()?, SecretString::from(fresh()?));
        let state_hash = token_hash(&state);
        let ends_at = self.clock.now().plus(JOURNEY_LASTS);
        let seal_invitation = |token: String| {
            let place = invitation_place(&state_hash);
            self.store.keyring().seal_text(place, &SecretString::from(token))
        };
        let journey = Journey {
            browser,
            issuer: company.party.issuer.clone(),
            nonce: nonce.clone(),
            sealed_verifier: self.store.keyring().seal_text(verifier_place(&state_hash), &verifier)?,
            wanted: wanted.workspace,
            invitation: wanted.invitation.as_deref().map(token_hash),
            sealed_invitation: wanted.invitation.map(seal_invitation).transpose()?,
            ends_at,
            expires_at: ends_at.epoch_seconds(),
        };
        self.store.put_journey(&state_hash, &journey).await?;
        Ok(issuer.sign_in_page(&state, &nonce, &verifier))
    }

    /// Ends a sign-in: a session of this hash, for whom the issuer names, where they have a role. An error: the answer belongs
    /// to no sign-in of this browser.
    pub async fn finish_sign_in(&self, browser: &str, back: BroughtBack, session_hash: &str) -> Result<Arrival, AdminError> {
        let state_hash = token_hash(&back.state);
        let journey = self
            .store
            .take_journey(&state_hash, self.clock.now())
            .await?
            .ok_or(Problem::SignInOver)?;
        let company = self.company.as_ref().ok_or(Problem::IssuerMissing)?;
        if !equal_in_constant_time(&journey.browser, browser) || journey.issuer != company.party.issuer {
            return Err(Problem::SignInForeign.into());
        }
        match self.arrive(company, &journey, &state_hash, back, session_hash).await {
            Ok(arrival) => Ok(arrival),
            Err(error) => {
                let open = |sealed: &String| self.store.keyring().open_text(invitation_place(&state_hash), sealed);
                let invitation = journey.sealed_invitation.as_ref().map(open).transpose()?;
                Ok(Arrival::Refused { error, invitation })
            }
        }
    }

    /// The end of a journey that is this browser's.
    async fn arrive(
        &self,
        company: &Company,
        journey: &Journey,
        state_hash: &str,
        back: BroughtBack,
        session_hash: &str,
    ) -> Result<Arrival, AdminError> {
        let now = self.clock.now();
        let code = back.code.ok_or(Problem::SignInDenied)?;
        let keyring = self.store.keyring();
        let verifier = keyring.open_text(verifier_place(state_hash), &journey.sealed_verifier)?;
        let client_secret = self.client_secret(company).await?;
        let brought = identity::Journey {
            code: &code,
            verifier: &verifier,
            nonce: &journey.nonce,
            client_secret: &client_secret,
            now: now.epoch_seconds(),
        };
        let person = in_time(&self.clock, async {
            let issuer = company.party.discover(&self.wire).await?;
            if !issuer.is_answer_of(back.issuer.as_deref()) {
                return Ok(None);
            }
            issuer.person(&self.wire, &brought).await.map(Some)
        });
        let person = person.await?.ok_or(Problem::SignInForeign)?;
        let member = match &journey.invitation {
            Some(invitation) => self.accept_invitation(invitation, &person, now).await?,
            None => match self.workspace_for(company, &person, journey.wanted.clone()).await? {
                Ok(workspace) => self.member_for(company, &person, &workspace, now).await?,
                Err(several) => return Ok(Arrival::Choose(several)),
            },
        };
        self.store.note_visit(&member, now).await?;
        Ok(Arrival::SignedIn(self.let_in(&member, session_hash).await?))
    }

    /// Past the cache: an operator may just have stored or replaced it.
    async fn client_secret(&self, company: &Company) -> Result<SecretString, AdminError> {
        match self.secrets.read_latest(&company.client_secret_name).await {
            Err(error @ SecretError::Missing) => Err(AdminError::caused(Problem::IssuerIncomplete, error)),
            secret => Ok(secret?),
        }
    }

    /// The workspace that the person means: one of those that the claims name, or that they were invited to.
    async fn workspace_for(
        &self,
        company: &Company,
        person: &Person,
        wanted: Option<WorkspaceId>,
    ) -> Result<Result<WorkspaceId, Vec<WorkspaceId>>, AdminError> {
        let mut theirs = company.workspaces_of(person);
        let id = PersonId::derive(&person.issuer, &person.subject);
        for known in self.store.workspaces_of(&id).await? {
            if theirs.contains(&known) {
                continue;
            }
            if let Some(member) = self.store.member(&known, &id).await?
                && self.still_belongs(&member).await?
            {
                theirs.push(known);
            }
        }
        if let Some(wanted) = wanted.filter(|wanted| theirs.contains(wanted)) {
            return Ok(Ok(wanted));
        }
        match <[WorkspaceId; 1]>::try_from(theirs) {
            Ok([only]) => Ok(Ok(only)),
            Err(none) if none.is_empty() => Err(Problem::NotInvited.into()),
            Err(several) => Ok(Err(several)),
        }
    }

    /// Whether a place that the claims do not name is the person's still. One that earlier claims gave ends here: it would
    /// count as an owner's for ever, and whom they invited would come in. A workspace keeps its last owner.
    async fn still_belongs(&self, member: &Member) -> Result<bool, AdminError> {
        if !member.by_claims {
            return Ok(true);
        }
        let store = self.recording_of(member, Act::RemovedByClaims)?;
        Ok(store.remove_member(member, self.clock.now()).await? == RoleChange::LastOwner)
    }

    /// The person's place in the workspace, as the claims have it now.
    async fn member_for(&self, company: &Company, person: &Person, workspace: &WorkspaceId, now: Moment) -> Result<Member, AdminError> {
        self.check_tie(workspace, &person.issuer).await?;
        let id = PersonId::derive(&person.issuer, &person.subject);
        let known = self.store.member(workspace, &id).await?;
        // An issuer that names no workspaces says nothing of roles in them either.
        let named = company.workspaces_of(person).contains(workspace);
        match (company.role_of(person).filter(|_| named), known) {
            (Some(role), Some(known)) if known.by_claims && known.role == role => Ok(known),
            (Some(role), known) => {
                let member = Member {
                    workspace: workspace.clone(),
                    sealed_name: self.seal_name(workspace, &id, person)?,
                    issuer: person.issuer.clone(),
                    person: id,
                    role,
                    by_claims: true,
                    since: known.as_ref().map_or(now, |known| known.since),
                    last_visit: now,
                };
                let store = self.recording_of(&member, Act::RoleGivenByClaims)?;
                match (store.save_member(&member, known.as_ref(), now).await?, known) {
                    // A workspace keeps its last owner, whatever the claims say.
                    (RoleChange::LastOwner, Some(owner)) => Ok(owner),
                    (RoleChange::LastOwner | RoleChange::Done, _) => Ok(member),
                }
            }
            (None, Some(known)) if self.still_belongs(&known).await? => Ok(known),
            (None, _) => Err(Problem::NotInvited.into()),
        }
    }

    pub(crate) async fn check_tie(&self, workspace: &WorkspaceId, issuer: &str) -> Result<(), AdminError> {
        if self.store.is_issuer_tied(workspace, issuer).await? {
            return Ok(());
        }
        Err(Problem::IssuerNotTied.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_slowly_each_answer_of_an_issuer_comes_the_person_is_told_before_the_function_is_stopped() {
        let clock = Clock::manual(Moment(0));
        let slow = clock.clone();
        let three = async {
            let answers = async {
                for _ in 0..3 {
                    slow.sleep(Duration::from_secs(12)).await;
                }
                Ok(())
            };
            let told = in_time(&slow, answers).await.unwrap_err();
            (told.problem, slow.now())
        };
        let (problem, at) = clock.run(three).unwrap();
        assert_eq!((problem, at), (Problem::IssuerUnavailable, Moment(20_000)));
    }

    #[test]
    fn an_issuer_whose_client_is_not_named_yet_takes_nothing_else_down() {
        let url = [
            ("PUBLIC_URL", "https://heymilo.example.com"),
            ("SIGN_IN_ISSUER", "https://issuer.example.com"),
        ];
        let client = [("SIGN_IN_CLIENT_ID", "us"), ("SIGN_IN_CLIENT_SECRET_NAME", "stack/sign-in")];
        for (named, is_set_up) in [(0, false), (1, false), (2, true)] {
            let environment = Environment::from_pairs(url.into_iter().chain(client.into_iter().take(named)));
            let public_url = PublicUrl::from_environment(&environment).unwrap();
            let company = Company::from_environment(&environment, &public_url).unwrap();
            assert_eq!(company.is_some(), is_set_up, "{named}");
        }
    }
}
