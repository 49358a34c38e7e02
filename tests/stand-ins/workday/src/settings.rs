//! What `POST settings` and the integration system page may change, and the tenant's credentials.

use serde::{Deserialize, Serialize};

/// How `Get_Candidates` treats a requisition criterion; one tenant was seen to fail it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequisitionFilter {
    #[default]
    Works,
    /// Answers 0 results.
    Empty,
    /// Answers a processing fault.
    Fault,
}

/// How `Get_Candidates` treats a transaction log criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TransactionLog {
    #[default]
    Works,
    /// Answers a processing fault.
    Fault,
}

/// How a token answer carries the refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefreshTokens {
    /// On consent, and where tokens rotate; the field is absent else.
    #[default]
    Given,
    /// The field is there and empty, on consent too.
    Empty,
}

/// Which keys the pushed order uses; they depend on what the admin maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyStyle {
    /// `Candidate_First_Name`, `Assessment_ID`, as the Criteria guide shows it.
    #[default]
    Underscore,
    /// `Candidate Email Address`, `Job Application Reference ID`, as the integration system labels them.
    Labels,
    /// `candidate-email-address`, `assessment-id`.
    Dashes,
}

/// The tenant's integration system on the template "Inline Assessment".
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct IntegrationSystem {
    /// Empty when no integration system is configured: nothing is pushed.
    pub(crate) endpoint_url: String,
    pub(crate) username: String,
    pub(crate) password: String,
    /// `Assessment_Status_ID` that launches the integration.
    pub(crate) assessment_status: String,
    /// `Assessment_Test_ID` that names this integration system.
    pub(crate) test: String,
    pub(crate) key_style: KeyStyle,
}

impl std::fmt::Debug for IntegrationSystem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("IntegrationSystem")
            .field("endpoint_url", &self.endpoint_url)
            .field("username", &self.username)
            .field("assessment_status", &self.assessment_status)
            .field("test", &self.test)
            .field("key_style", &self.key_style)
            .finish_non_exhaustive()
    }
}

/// Where the token endpoint looks for the client's id and secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientProof {
    #[default]
    HeaderOrBody,
    /// It knows no client by the `Authorization` header.
    Body,
}

/// How the token endpoint refuses whatever it is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenRefusal {
    /// HTTP status, 200 too.
    pub(crate) status: u16,
    pub(crate) error: String,
    #[serde(default)]
    pub(crate) error_description: String,
}

/// Switches of the tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule that a tenant may have or not")]
pub(crate) struct Settings {
    /// A refresh grant hands out a new refresh token and the old one is dead at once.
    pub(crate) rotate_refresh_tokens: bool,
    pub(crate) refresh_tokens: RefreshTokens,
    pub(crate) client_proof: ClientProof,
    pub(crate) token_refusal: Option<TokenRefusal>,
    /// Lifetime of an access token.
    pub(crate) token_seconds: i64,
    pub(crate) requisition_filter: RequisitionFilter,
    /// The Business Process Policy forbids comments.
    pub(crate) comments_disabled: bool,
    /// The integration user lacks the domain Candidate Data: Attachments.
    pub(crate) attachments_denied: bool,
    /// The Assess step ends with the move out of it: its assessments can be read, and no longer written.
    pub(crate) assess_ends_with_move: bool,
    pub(crate) transaction_log: TransactionLog,
    /// Overall status of the assessment that default tests open, if any.
    pub(crate) default_test_status: Option<String>,
    /// Redirect URIs of the API client; matched exactly.
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) integration_system: IntegrationSystem,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rotate_refresh_tokens: false,
            refresh_tokens: RefreshTokens::Given,
            client_proof: ClientProof::HeaderOrBody,
            token_refusal: None,
            token_seconds: 3600,
            requisition_filter: RequisitionFilter::Works,
            comments_disabled: false,
            attachments_denied: false,
            assess_ends_with_move: false,
            transaction_log: TransactionLog::Works,
            default_test_status: None,
            redirect_uris: Vec::new(),
            integration_system: IntegrationSystem {
                assessment_status: "HEYMILO_SEND_INVITE".to_owned(),
                test: "HEYMILO_AI_SCREEN".to_owned(),
                ..IntegrationSystem::default()
            },
        }
    }
}

/// The API client and the integration system user of the tenant; invented values by default.
#[derive(Clone)]
pub struct Credentials {
    /// Client id of the API client.
    pub client_id: String,
    /// Client secret of the API client.
    pub client_secret: String,
    /// Refresh token made by the admin for the integration system user.
    pub refresh_token: String,
    /// Integration system user, without `@tenant`.
    pub integration_user: String,
    /// Password of the integration system user.
    pub integration_password: String,
    /// Redirect URIs registered for the authorization code grant.
    pub redirect_uris: Vec<String>,
}

impl Default for Credentials {
    fn default() -> Self {
        Self {
            client_id: "heymilo-demo-client".to_owned(),
            client_secret: "demo-client-secret".to_owned(),
            refresh_token: "demo-refresh-token".to_owned(),
            integration_user: "HeyMilo_ISU".to_owned(),
            integration_password: "demo-isu-password".to_owned(),
            redirect_uris: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .field("integration_user", &self.integration_user)
            .field("redirect_uris", &self.redirect_uris)
            .finish_non_exhaustive()
    }
}
