//! Where the pages of a connection are.

use domain::ConnectionId;

/// How the connection stands, and its settings.
pub(crate) fn connection(connection: &ConnectionId) -> String {
    format!("/integrations/workday/{connection}")
}

/// The form by which access is given, and given again.
pub(crate) fn connect(connection: &ConnectionId) -> String {
    format!("/integrations/workday/{connection}/connect")
}

/// What is to be set up in Workday, and how far it is.
pub(crate) fn setup(connection: &ConnectionId) -> String {
    format!("/integrations/workday/{connection}/setup")
}

/// Where its reference ids are edited.
pub(crate) fn reference_ids(connection: &ConnectionId) -> String {
    format!("/integrations/workday/{connection}/reference-ids")
}
