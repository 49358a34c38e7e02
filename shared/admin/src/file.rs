//! A whole setup as a file: the same steps as the pages, in the order a person would take them.

use crate::access::Proof;
use crate::{Admin, AdminError, ConnectionDraft, LinkRequest, Linked, Problem, Sender, TypedDetails};
use domain::settings::{ConnectionOptions, LinkOptions};
use domain::{ConnectionId, JobRequisitionId, PostingId, WorkspaceId};
use secrecy::SecretString;
use serde::Deserialize;

/// A workspace with its connections and mappings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    pub workspace: WorkspaceSetup,
    #[serde(default)]
    pub connections: Vec<ConnectionSetup>,
    #[serde(default)]
    pub mappings: Vec<MappingSetup>,
}

/// The workspace, its key, and who writes to candidates; `null` leaves the question open.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceSetup {
    pub id: WorkspaceId,
    #[serde(default)]
    pub name: Option<String>,
    pub heymilo_api_key: SecretString,
    #[serde(default)]
    pub who_sends: Option<SenderAnswer>,
    /// Who confirmed that HeyMilo's "Turn Off All Candidate Communications" is on; "we" needs it.
    #[serde(default)]
    pub confirmed_by: Option<String>,
    /// The address that is told what needs a person.
    #[serde(default)]
    pub notices_to: Option<String>,
    /// What candidates are told of the employer; none: as it is.
    #[serde(default)]
    pub candidate_details: Option<TypedDetails>,
}

/// The answer to "who writes to the candidate?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SenderAnswer {
    HeyMilo,
    We,
}

/// One Workday tenant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionSetup {
    pub id: ConnectionId,
    pub services_url: String,
    #[serde(default)]
    pub sign_in_url: Option<String>,
    pub tenant: String,
    #[serde(default)]
    pub version: Option<String>,
    pub credential: CredentialSetup,
    #[serde(default)]
    pub webhook: Option<WebhookSetup>,
    #[serde(flatten)]
    pub options: ConnectionOptions,
}

/// How the connection proves itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CredentialSetup {
    RefreshToken {
        client_id: String,
        client_secret: SecretString,
        refresh_token: SecretString,
    },
    UsernameToken {
        username: String,
        password: SecretString,
    },
}

/// What the Workday integration system presents when it pushes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSetup {
    pub username: String,
    pub password: SecretString,
}

/// One requisition and its posting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingSetup {
    pub connection: ConnectionId,
    pub requisition: JobRequisitionId,
    pub posting: PostingId,
    #[serde(flatten)]
    pub options: LinkOptions,
}

impl Admin {
    /// Brings about what the file says; applying it again changes nothing but what is different. Returns the links.
    pub async fn apply(&self, setup: &Setup) -> Result<Vec<Linked>, AdminError> {
        let workspace = &setup.workspace.id;
        self.connect_workspace(workspace, setup.workspace.name.as_deref(), setup.workspace.heymilo_api_key.clone())
            .await?;
        if let Some(answer) = setup.workspace.who_sends {
            let confirmed_by = setup.workspace.confirmed_by.as_deref();
            let sender = match answer {
                SenderAnswer::HeyMilo => Sender::HeyMilo,
                SenderAnswer::We => Sender::We {
                    communications_off: confirmed_by.is_some(),
                },
            };
            self.answer_who_sends(workspace, sender, confirmed_by.unwrap_or_default(), None)
                .await?;
        }
        if let Some(address) = &setup.workspace.notices_to {
            self.name_who_is_told(workspace, address, None, None).await?;
        }
        if let Some(details) = setup.workspace.candidate_details.clone() {
            self.save_candidate_details(workspace, &details, None).await?;
        }
        for connection in &setup.connections {
            Box::pin(self.apply_connection(workspace, connection)).await?;
        }
        let mut linked = Vec::with_capacity(setup.mappings.len());
        for mapping in &setup.mappings {
            linked.push(self.link(workspace, mapping.into()).await?);
        }
        Ok(linked)
    }

    async fn apply_connection(&self, workspace: &WorkspaceId, setup: &ConnectionSetup) -> Result<(), AdminError> {
        let connected = self.connect(workspace, setup.into(), (&setup.credential).into()).await;
        if let Err(refused) = connected {
            // A refresh token that Workday replaced since the file was first applied: what it gave instead is stored.
            if refused.problem != Problem::GrantRefused || self.keep_access(workspace, setup.into()).await.is_err() {
                return Err(refused);
            }
            tracing::warn!(connection = %setup.id, "the file's refresh token is spent; the stored access is kept");
        }
        if let Some(webhook) = &setup.webhook {
            self.set_integration_credential(workspace, &setup.id, &webhook.username, &webhook.password)
                .await?;
        }
        Ok(())
    }
}

impl From<&ConnectionSetup> for ConnectionDraft {
    fn from(setup: &ConnectionSetup) -> Self {
        Self {
            sign_in_url: setup.sign_in_url.clone(),
            version: setup.version.clone(),
            options: setup.options.clone(),
            ..Self::new(setup.id.clone(), &setup.services_url, &setup.tenant)
        }
    }
}

impl From<&CredentialSetup> for Proof {
    fn from(credential: &CredentialSetup) -> Self {
        match credential.clone() {
            CredentialSetup::RefreshToken {
                client_id,
                client_secret,
                refresh_token,
            } => Self::RefreshToken {
                client_id,
                client_secret,
                refresh_token,
            },
            CredentialSetup::UsernameToken { username, password } => Self::UsernameToken { username, password },
        }
    }
}

impl From<&MappingSetup> for LinkRequest {
    fn from(mapping: &MappingSetup) -> Self {
        Self {
            connection: mapping.connection.clone(),
            requisition: mapping.requisition.clone(),
            posting: mapping.posting.clone(),
            options: Some(mapping.options.clone()),
            seen: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_reads_and_shows_no_secret() {
        let setup: Setup = serde_json::from_str(
            r#"{"workspace":{"id":"acme","name":"Acme","heymilo_api_key":"key-sesame","who_sends":"we","confirmed_by":"admin@example.com"},
                "connections":[{"id":"production","services_url":"http://127.0.0.1:8471","tenant":"acme",
                  "credential":{"kind":"username_token","username":"HeyMilo_ISU@acme","password":"pass-sesame"},
                  "webhook":{"username":"heymilo","password":"push-sesame"},"poll_seconds":60},
                 {"id":"preview","services_url":"http://127.0.0.1:8471","tenant":"acme_preview","non_production":true,
                  "credential":{"kind":"refresh_token","client_id":"c","client_secret":"s-sesame","refresh_token":"r-sesame"}}],
                "mappings":[{"connection":"production","requisition":"R00001","posting":"13D77095"}]}"#,
        )
        .unwrap();
        assert_eq!(setup.workspace.who_sends, Some(SenderAnswer::We));
        assert_eq!(setup.connections[0].options.poll_seconds, 60);
        assert_eq!(setup.connections[1].options.poll_seconds, 300);
        assert!(!format!("{setup:?}").contains("sesame"));
    }

    #[test]
    fn an_unknown_field_is_refused_wherever_it_stands() {
        let file = |connection: &str, mapping: &str| {
            let text = format!(
                r#"{{"workspace":{{"id":"a","heymilo_api_key":"k"}},
                    "connections":[{{"id":"c","services_url":"u","tenant":"t",{connection}
                      "credential":{{"kind":"username_token","username":"u","password":"p"}}}}],
                    "mappings":[{{"connection":"c","requisition":"R1","posting":"p"{mapping}}}]}}"#
            );
            serde_json::from_str::<Setup>(&text)
        };
        let known = file(
            r#""poll_seconds":60,"triggers":{"stage":false},"#,
            r#","rescreen":true,"next_step":null"#,
        )
        .unwrap();
        assert!(known.mappings[0].options.rescreen && !known.connections[0].options.triggers.stage);
        assert!(file(r#""pol_seconds":60,"#, "").is_err());
        assert!(file("", r#","re_screen":true"#).is_err());
        for rest in [
            r#"},"conections":[]"#,
            r#","candidate_details":{"privacy_notise":"https://example.com"}}"#,
        ] {
            let text = [r#"{"workspace":{"id":"a","heymilo_api_key":"k""#, rest, "}"].concat();
            assert!(serde_json::from_str::<Setup>(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_answer_is_spelled_as_in_the_file_format() {
        assert_eq!(serde_json::from_str::<SenderAnswer>("\"heymilo\"").unwrap(), SenderAnswer::HeyMilo);
        assert_eq!(serde_json::from_str::<SenderAnswer>("\"we\"").unwrap(), SenderAnswer::We);
    }
}
