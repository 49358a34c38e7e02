//! What can go wrong while an administrator sets something up, in words that say what to do.

use domain::id::IdError;
use identity::IdentityError;
use lambda_kit::outbound::HostRefused;
use lambda_kit::{SecretError, StartError};
use std::error::Error;
use store::StoreError;
use workday::oauth::TokenError;

/// A step of the setup that did not come about. Displays as words for an administrator; the cause is for the log.
#[derive(Debug, thiserror::Error)]
#[error("{}", problem.words())]
pub struct AdminError {
    /// What went wrong, named by what the administrator can do.
    pub problem: Problem,
    #[source]
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl AdminError {
    pub(crate) fn caused(problem: Problem, cause: impl Error + Send + Sync + 'static) -> Self {
        Self {
            problem,
            cause: Some(Box::new(cause)),
        }
    }
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $words:literal;)*) => {
        /// Everything that can go wrong, each with a stable code (for an address) and an explanation (for a page).
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Problem {
            $($(#[$doc])* $name,)*
        }

        impl Problem {
            /// Every problem, for tables and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code: letters and hyphens.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What happened and what to do about it.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

problems! {
    /// An id, name or number is missing or has characters no id has.
    FieldUnusable, "field-unusable",
        "Something in the form is missing or has characters that cannot be part of it. Please check the fields and try again.";
    NumberUnusable, "number-unusable",
        "That is not a number of Workday's. Copy a candidate's or an application's number from its record, such as C00025.";
    AddressUnusable, "address-unusable",
        "That is not one email address. Please enter an address such as hr-systems@example.com, or leave the field empty.";
    EmployerNameUnusable, "employer-name-unusable",
        "This name is too long, or has characters that nobody can see. Please write it in up to 80 characters, on one line.";
    ColourUnusable, "colour-unusable",
        "That is not a colour we can read. Please write it as # and six digits, such as #1d4ed8.";
    /// WCAG 2.2, 1.4.3.
    ColourTooLight, "colour-too-light",
        "White words are hard to read on this colour. Please choose a darker one.";
    ContactNameUnusable, "contact-name-unusable",
        "This name is too long, or has characters that nobody can see. Please write it in up to 80 characters, on one line.";
    /// Mail services take addresses in ASCII only.
    ContactAddressUnusable, "contact-address-unusable",
        "That is not an email address that replies can go to. Please enter an address such as recruiting@example.com, without accents before the @.";
    /// A name alone gives candidates nowhere to write to.
    ContactAddressMissing, "contact-address-missing",
        "Please add the email address that candidates can write to, or remove the contact\u{2019}s name.";
    PrivacyNoticeUnusable, "privacy-notice-unusable",
        "This is not a web address that candidates can open. It begins with https:// and has up to 500 characters, without a user name or a password.";
    /// The API key is empty or cannot stand in a header.
    ApiKeyUnusable, "api-key-unusable",
        "That does not look like a HeyMilo API key. Copy the whole key from HeyMilo's settings, without spaces.";
    ApiKeyRefused, "api-key-refused",
        "HeyMilo does not accept this API key. It may have been revoked: copy the current one from HeyMilo's settings.";
    ApiKeyOfOtherWorkspace, "api-key-of-other-workspace",
        "This API key belongs to another HeyMilo workspace. The agents and screenings here would be unknown to it, so it was not saved; copy the key of this workspace.";
    HeyMiloUnavailable, "heymilo-unavailable",
        "HeyMilo did not answer as expected. Nothing was changed; please try again in a few minutes.";
    /// "We send" without the recorded confirmation.
    ConfirmationMissing, "confirmation-missing",
        "Please confirm that \u{201c}Turn Off All Candidate Communications\u{201d} is on in HeyMilo. Without it every candidate would get two invitations.";
    /// A new push password was asked for while one counts, and nobody said that this is meant.
    PushPasswordInUse, "push-password-in-use",
        "A password is in use already. Please tick the box that says the new one will be put into Workday.";
    WorkspaceUnknown, "workspace-unknown",
        "This workspace is not set up yet: connect it to HeyMilo with an API key first.";
    ConnectionUnknown, "connection-unknown",
        "There is no such Workday connection in this workspace. It may have been removed meanwhile.";
    ConnectionNotActive, "connection-not-active",
        "This Workday connection is not active. Connect it again on the Integrations page first.";
    ConnectionNameTaken, "connection-name-taken",
        "This name is in use for another connection. Please choose another one.";
    /// The tenant of a connection never changes.
    ConnectionOfOtherTenant, "connection-of-other-tenant",
        "A connection stays with its Workday tenant. Please add the other tenant as a connection of its own.";
    /// The host of a proven tenant is another one, and nobody said that Workday moved it.
    TenantMoved, "tenant-moved",
        "This connection is proven for the tenant on another host. If Workday moved your tenant to another data centre, tick the box that says so; a sandbox is a connection of its own.";
    /// From a production host to one for sandboxes, or back.
    MovedToOtherKind, "moved-to-other-kind",
        "One of the two hosts holds sandboxes and the other does not, so this is another tenant of the same name. Connect it as a tenant of its own.";
    /// A move by consent, which proves nothing before a person approved.
    MoveNeedsAProof, "move-needs-a-proof",
        "A tenant that Workday moved is connected at its new address with a refresh token or a password. Choose one of these ways; approving in Workday works again afterwards.";
    ConnectionProven, "connection-proven",
        "This connection has been active, so requisitions and screenings hang on it. Disconnect it instead of removing it.";
    /// The offer was accepted, declined or replaced since the page was shown.
    OfferOver, "offer-over",
        "The access that waited here was accepted, declined or given anew since you opened the page. Please look at how it is now.";
    /// The connect link is unknown, withdrawn, replaced or over.
    ConnectLinkOver, "connect-link-over",
        "This link does not work any more: it was withdrawn, replaced or accepted, or it is older than seven days. Please ask for a new one.";
    ReferenceIdMissing, "reference-id-missing",
        "A reference ID is missing. Workday names statuses, tests, stages and categories by nothing else, so each needs one.";
    RecipientUnusable, "recipient-unusable",
        "One of the allowed addresses is neither an email address nor a domain. Write one a line, such as dana@example.com or @example.com.";
    ServicesAddressRefused, "services-address-refused",
        "This is not the address of a Workday services host. It looks like https://wd2-impl-services1.workday.com and stands in Workday under View API Clients.";
    SignInAddressRefused, "sign-in-address-refused",
        "This is not the address of a Workday sign-in host. It looks like https://impl.workday.com and stands in Workday under View API Clients as the authorization endpoint.";
    TenantUnusable, "tenant-unusable",
        "This is not a Workday tenant name. It is the part of Workday's addresses behind the host, such as acme_preview: letters, digits, _ and -.";
    TenantTaken, "tenant-taken",
        "This Workday tenant is connected to HeyMilo already, by another connection. Disconnect it there first.";
    ClientRefused, "client-refused",
        "Workday does not know this API client, or the client secret is wrong. You find both in Workday under View API Clients, where you can also create a new secret.";
    GrantRefused, "grant-refused",
        "Workday no longer accepts this authorization: it was revoked, has expired, or belongs to another tenant. Make a new refresh token in Workday, or connect by sign-in again.";
    /// The token endpoint refused the request for another reason.
    TokenRequestRefused, "token-request-refused",
        "Workday refused to give access. Check that the API client is not disabled, has the grant type for this way of connecting, and that the redirection URI is exactly the one shown here.";
    CredentialRefused, "credential-refused",
        "Workday does not accept this user name and password, or the access it just gave. Check the name ({user}@{tenant}), the password, and that the account is not locked.";
    PermissionMissing, "permission-missing",
        "Signed in, but Workday does not permit reading job requisitions. Give the integration's security group the permissions of the setup guide and run Activate Pending Security Policy Changes, then try again.";
    WorkdayAddressWrong, "workday-address-wrong",
        "Workday has nothing at this address. Check the services host, the tenant and the web service version.";
    WorkdayRefused, "workday-refused",
        "Workday refused the request. Please check the details and try again.";
    WorkdayUnavailable, "workday-unavailable",
        "Workday did not answer as expected; it may be under maintenance. Nothing is lost; please try again later.";
    NotRenewable, "not-renewable",
        "Workday gave access for an hour only, without a refresh token, so the connection would stop at once. In Workday, edit the API client so that it issues refresh tokens (Non-Expiring Refresh Tokens), then connect again.";
    RequisitionUnknown, "requisition-unknown",
        "Workday has no job requisition of this number any more, or does not show it to the integration. Refresh the list and choose again.";
    PostingUnknown, "posting-unknown",
        "HeyMilo has no agent of this id in the workspace.";
    PostingClosed, "posting-closed",
        "This agent is archived or has expired in HeyMilo: candidates could not take the screening. Activate it there first.";
    MappingUnknown, "mapping-unknown",
        "This requisition is not linked to the agent any more.";
    /// Of two people who save at once, the second.
    TestCandidateUnknown, "test-candidate-unknown",
        "Workday shows no application of this number for a linked job requisition. Let your test candidate apply for one, then enter the candidate\u{2019}s number, such as C00025: an application\u{2019}s own number is not found before it has an Assess event.";
    TestCandidateNotAllowed, "test-candidate-not-allowed",
        "The test candidate\u{2019}s email address is not on this connection\u{2019}s list of addresses that may be written to. Add it there first, so that no real candidate is taken for one.";
    TestCandidateUnconfirmed, "test-candidate-unconfirmed",
        "Please confirm that this is a person whom your Workday administrator made up for this test.";
    ChangedMeanwhile, "changed-meanwhile",
        "Somebody else saved changes here while you had the page open, so yours were not saved. Please look at how it is now, then save again.";
    LinkedMeanwhile, "linked-meanwhile",
        "This requisition was linked by somebody else while you had the page open. Please look at what it is linked to now.";
    /// The authorization request is unknown, used or over ten minutes old.
    AuthorizationOver, "authorization-over",
        "This sign-in was started more than ten minutes ago, or was finished already. Please press Connect again.";
    /// Another browser, person or connection than the one that began.
    AuthorizationForeign, "authorization-foreign",
        "This answer of Workday does not belong to the sign-in you started. Nothing was changed. Please press Connect again in this browser.";
    /// `error=access_denied`.
    AuthorizationDenied, "authorization-denied",
        "The permissions were not approved in Workday. Nothing was changed. To connect, press Connect again and approve them.";
    AuthorizationRefused, "authorization-refused",
        "Workday refused the sign-in. Check in Workday under View API Clients that the client id is right, the client is not disabled and its redirection URI is exactly the one shown here.";
    AuthorizationUnreadable, "authorization-unreadable",
        "Workday's answer could not be read. Nothing was changed. Please press Connect again.";
    /// No API client is stored for the connection.
    ClientMissing, "client-missing",
        "No API client is stored for this connection. Enter its client id and secret on the Integrations page.";
    OrderUnknown, "order-unknown",
        "There is no such screening in this workspace.";
    OrderNotInvitable, "order-not-invitable",
        "This screening can no longer be started from here: its state has changed. Please look at the list again.";
    OrderNotRefused, "order-not-refused",
        "Workday does not hold this record back any more: it was written, or it changed meanwhile. Please look at the list again.";
    OrderPastThat, "order-past-that",
        "That can no longer be done with this screening: its state has changed. Please look at the list again.";
    /// No issuer is set for this deployment.
    IssuerMissing, "issuer-missing",
        "Signing in with a company account is not set up here. Please ask the operator of this integration for a sign-in link.";
    IssuerUnavailable, "issuer-unavailable",
        "The sign-in service of your company does not answer right now. Whoever is signed in stays so; please try again in a few minutes.";
    /// Discovery, keys or our client are not as they should be.
    IssuerUnusable, "issuer-unusable",
        "The sign-in service of your company cannot be used as it is set up here. Please tell the operator of this integration.";
    /// The client's secret is not stored.
    IssuerIncomplete, "issuer-incomplete",
        "Signing in with a company account is not set up completely here. Please tell the operator of this integration.";
    /// The state is unknown, used, or over.
    SignInOver, "sign-in-over",
        "This sign-in was started more than ten minutes ago, or was finished already. Please sign in again.";
    /// Another browser than the one that began, or an answer of another issuer.
    SignInForeign, "sign-in-foreign",
        "This answer does not belong to a sign-in that was started in this browser. Nobody was signed in. Please sign in again.";
    /// The issuer sent an error, or the code is used.
    SignInDenied, "sign-in-denied",
        "The sign-in service sent you back without signing you in. Please try again, or ask who manages your company's accounts.";
    /// The ID token is not one for us.
    SignInRefused, "sign-in-refused",
        "What the sign-in service said about you could not be trusted, so nobody was signed in. Please try again; if it happens again, tell the operator of this integration.";
    IssuerNotTied, "issuer-not-tied",
        "Your company's sign-in service may not speak for this workspace. Please ask the operator of this integration to allow it.";
    IssuerForeign, "issuer-foreign",
        "That is not the issuer at which people sign in here. Write it letter by letter as the parameter SignInIssuer has it.";
    IssuerNeverTied, "issuer-never-tied",
        "That issuer was not allowed to speak for this workspace. Write both as they were allowed, letter by letter.";
    NotInvited, "not-invited",
        "You are signed in at your company, but have no role in a workspace here. Please ask an owner of the workspace for an invitation.";
    InvitationOver, "invitation-over",
        "This invitation was accepted already, is older than seven days, was made by somebody who is no longer an owner, or you or they lost a role here since. Please ask for a new one.";
    /// Whoever accepts is not whom it was made for.
    InvitationForeign, "invitation-foreign",
        "This invitation is for another email address than the one of your company account. Sign in with the account it was made for, or ask for an invitation of your own.";
    InvitationTakenBack, "invitation-taken-back",
        "This invitation was taken back by an owner of the workspace. If that was a mistake, ask for a new one.";
    InvitationUnknown, "invitation-unknown",
        "There is no such open invitation in this workspace. It may have been accepted or taken back meanwhile.";
    InviteeUnusable, "invitee-unusable",
        "That is not one email address. Please enter the address of the person's company account, such as dana@example.com.";
    EmailUnverified, "email-unverified",
        "Your company's sign-in service has not verified your email address yet, so the invitation cannot be accepted. Verify the address there, then open the invitation again.";
    OwnersOnly, "owners-only",
        "Only owners of the workspace invite people and change their roles.";
    PersonUnknown, "person-unknown",
        "There is no such person in this workspace. They may have been removed meanwhile.";
    LastOwner, "last-owner",
        "This is the only owner of the workspace. Make somebody else an owner first.";
    /// Our own table, secrets or randomness.
    Ours, "temporarily-unavailable",
        "HeyMilo for Workday cannot reach its own storage right now. Nothing was changed; please try again in a minute.";
}

impl Problem {
    /// The problem of a code, as it comes back in an address.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|problem| problem.code() == code)
    }

    /// Whether what was named is not there, or another workspace's: one is answered like the other.
    pub fn is_unknown_here(self) -> bool {
        matches!(
            self,
            Self::ConnectionUnknown | Self::PostingUnknown | Self::OrderUnknown | Self::PersonUnknown | Self::InvitationUnknown
        )
    }

    /// Whether access that was refused with it may be good all the same: another look with it can succeed.
    pub(crate) fn leaves_access_good(self) -> bool {
        self == Self::PermissionMissing || self.is_passing()
    }

    /// Whether the same input can succeed later.
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::HeyMiloUnavailable | Self::WorkdayUnavailable | Self::IssuerUnavailable | Self::Ours
        )
    }
}

impl From<Problem> for AdminError {
    fn from(problem: Problem) -> Self {
        Self { problem, cause: None }
    }
}

impl From<IdError> for AdminError {
    fn from(error: IdError) -> Self {
        Self::caused(Problem::FieldUnusable, error)
    }
}

impl From<HostRefused> for AdminError {
    fn from(error: HostRefused) -> Self {
        Self::caused(Problem::ServicesAddressRefused, error)
    }
}

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> Self {
        let problem = match &error {
            StoreError::ConditionFailed => Problem::ChangedMeanwhile,
            StoreError::Throttled
            | StoreError::Corrupt { .. }
            | StoreError::Sealed
            | StoreError::ForeignWorkspace
            | StoreError::Unavailable(_) => Problem::Ours,
        };
        Self::caused(problem, error)
    }
}

impl From<SecretError> for AdminError {
    fn from(error: SecretError) -> Self {
        Self::caused(Problem::Ours, error)
    }
}

impl From<StartError> for AdminError {
    fn from(error: StartError) -> Self {
        Self::caused(Problem::Ours, error)
    }
}

impl From<IdentityError> for AdminError {
    fn from(error: IdentityError) -> Self {
        let problem = match &error {
            IdentityError::Unavailable(_) => Problem::IssuerUnavailable,
            IdentityError::Unusable(_) | IdentityError::ClientRefused => Problem::IssuerUnusable,
            IdentityError::CodeRefused => Problem::SignInDenied,
            IdentityError::TokenRefused(_) => Problem::SignInRefused,
        };
        Self::caused(problem, error)
    }
}

impl From<heymilo::Error> for AdminError {
    fn from(error: heymilo::Error) -> Self {
        use heymilo::Error as E;
        let problem = match &error {
            E::Unauthorized | E::Forbidden => Problem::ApiKeyRefused,
            E::NotFound => Problem::PostingUnknown,
            E::Connect(_)
            | E::TimedOut(_)
            | E::Interrupted(_)
            | E::Throttled { .. }
            | E::Unavailable { .. }
            | E::Rejected(_)
            | E::Malformed { .. }
            | E::TooLarge { .. }
            | E::PagesRepeat => Problem::HeyMiloUnavailable,
        };
        Self::caused(problem, error)
    }
}

impl From<workday::Error> for AdminError {
    fn from(error: workday::Error) -> Self {
        use workday::Error as E;
        let problem = match &error {
            E::Unauthorized => Problem::CredentialRefused,
            E::NotAuthorized { .. } => Problem::PermissionMissing,
            E::NotFound => Problem::WorkdayAddressWrong,
            E::Rejected(_) => Problem::WorkdayRefused,
            E::Connect(_)
            | E::TimedOut
            | E::Interrupted(_)
            | E::Throttled { .. }
            | E::Unavailable { .. }
            | E::Malformed { .. }
            | E::TooLarge
            | E::PagesRepeat { .. } => Problem::WorkdayUnavailable,
        };
        Self::caused(problem, error)
    }
}

impl From<TokenError> for AdminError {
    fn from(error: TokenError) -> Self {
        let problem = match &error {
            TokenError::InvalidGrant => Problem::GrantRefused,
            TokenError::InvalidClient => Problem::ClientRefused,
            TokenError::Refused { .. } => Problem::TokenRequestRefused,
            TokenError::Transient { .. } | TokenError::Malformed => Problem::WorkdayUnavailable,
        };
        Self::caused(problem, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_unique_and_leads_back_to_its_words() {
        for problem in Problem::ALL {
            assert_eq!(Problem::from_code(problem.code()), Some(*problem));
            assert!(problem.code().chars().all(|c| c.is_ascii_lowercase() || c == '-'));
            assert!(problem.words().ends_with('.'), "{problem:?}");
        }
        assert_eq!(Problem::from_code("<script>"), None);
    }
}
