//! How our secrets are called in Secrets Manager; `prefix` is `SECRET_PREFIX`.

use domain::{ConnectionId, WorkspaceId};

/// The secret that holds a workspace's HeyMilo API key.
pub fn heymilo_api_key(prefix: &str, workspace: &WorkspaceId) -> String {
    format!("{prefix}/heymilo/{workspace}")
}

/// The secret that holds the API client which an administrator registered in Workday for a connection.
pub fn workday_client(prefix: &str, workspace: &WorkspaceId, connection: &ConnectionId) -> String {
    format!("{prefix}/workday-client/{workspace}/{connection}")
}
