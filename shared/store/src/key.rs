//! Every key string of the table, in one place.

use domain::order::ResultVersion;
use domain::{
    ConnectionId, HintId, InterviewId, JobApplicationId, JobRequisitionId, Moment, OrderId, OwnerId, PersonId, PostingId, Work, WorkspaceId,
};

/// Partition and sort key of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

pub(crate) fn workspace_partition(workspace: &WorkspaceId) -> String {
    format!("W#{workspace}")
}

fn in_workspace(workspace: &WorkspaceId, sk: String) -> Key {
    Key {
        pk: workspace_partition(workspace),
        sk,
    }
}

pub(crate) fn workspace(workspace: &WorkspaceId) -> Key {
    in_workspace(workspace, "WORKSPACE".into())
}

/// Since when screenings of the workspace need a person, as people were told.
pub(crate) fn screenings_wait(workspace: &WorkspaceId) -> Key {
    in_workspace(workspace, "SCREENINGSWAIT".into())
}

/// What people set and what workers notice are two rows with a common prefix: one query reads both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) settings: Key,
    pub(crate) standing: Key,
}

impl Parts {
    fn of(workspace: &WorkspaceId, prefix: &str) -> Self {
        Self {
            settings: in_workspace(workspace, format!("{prefix}SETTINGS")),
            standing: in_workspace(workspace, format!("{prefix}STANDING")),
        }
    }
}

/// The prefix of the sort key of what people set, which sorts before what workers notice of it.
pub(crate) fn prefix_of_settings(sort_key: &str) -> Option<&str> {
    sort_key.strip_suffix("SETTINGS")
}

/// Every connection of a workspace, or one.
pub(crate) fn connection_prefix(connection: Option<&ConnectionId>) -> String {
    connection.map_or_else(|| "CONNECTION#".to_owned(), |connection| format!("CONNECTION#{connection}#"))
}

pub(crate) fn connection(workspace: &WorkspaceId, connection: &ConnectionId) -> Parts {
    Parts::of(workspace, &connection_prefix(Some(connection)))
}

pub(crate) fn credential(workspace: &WorkspaceId, connection: &ConnectionId) -> Key {
    in_workspace(workspace, format!("CREDENTIAL#{connection}"))
}

pub(crate) fn mapping_prefix(connection: &ConnectionId, requisition: &JobRequisitionId) -> String {
    format!("MAPPING#{connection}#{}#", part(requisition))
}

/// A requisition where more follows: a tenant may number with the separator, and `R#1` must not be found under `R`.
fn part(requisition: &JobRequisitionId) -> String {
    requisition.as_str().replace('%', "%25").replace('#', "%23")
}

pub(crate) fn mapping(workspace: &WorkspaceId, connection: &ConnectionId, requisition: &JobRequisitionId) -> Parts {
    Parts::of(workspace, &mapping_prefix(connection, requisition))
}

pub(crate) fn requisition(workspace: &WorkspaceId, connection: &ConnectionId, requisition: &str) -> Key {
    Key {
        pk: format!("W#{workspace}#REQUISITIONS#{connection}"),
        sk: format!("REQUISITION#{requisition}"),
    }
}

pub(crate) fn watched_event(workspace: &WorkspaceId, connection: &ConnectionId, event: &str) -> Key {
    Key {
        pk: format!("W#{workspace}#WATCHED#{connection}"),
        sk: format!("EVENT#{event}"),
    }
}

/// When Workday last pushed about something, one row for each thing that a push names.
pub(crate) fn pushed(workspace: &WorkspaceId, connection: &ConnectionId, named: &str) -> Key {
    Key {
        pk: format!("W#{workspace}#PUSHED#{connection}"),
        sk: named.to_owned(),
    }
}

pub(crate) fn webhook_credential(workspace: &WorkspaceId, connection: &ConnectionId) -> Key {
    in_workspace(workspace, format!("WEBHOOK#{connection}"))
}

pub(crate) fn rate(workspace: &WorkspaceId, account: &str) -> Key {
    in_workspace(workspace, format!("RATE#{account}"))
}

pub(crate) fn due(workspace: &WorkspaceId, work: &Work) -> Key {
    in_workspace(workspace, format!("DUE#{}", work.key()))
}

/// Shards of the index of due rows, a workspace in one of them: enough that no partition is hot, few enough to read each minute.
pub const DUE_SHARDS: u8 = 16;

pub(crate) fn due_shard_of(workspace: &WorkspaceId) -> String {
    // FNV-1a, whose high bits spread names that are alike.
    let bytes = workspace.as_str().bytes();
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    due_shard(u8::try_from((hash >> 24) % u32::from(DUE_SHARDS)).unwrap_or(0))
}

pub(crate) fn due_shard(shard: u8) -> String {
    format!("DUE#{shard}")
}

/// Where the index has work that is announced at a moment: in the lane of its workspace and queue.
pub(crate) fn due_place(workspace: &WorkspaceId, work: &Work, at: Moment) -> String {
    due_place_in(&format!("{workspace}#{}", work.queue().name()), at)
}

pub(crate) fn due_place_in(lane: &str, at: Moment) -> String {
    format!("{lane}#{:015}", at.0.max(0))
}

pub(crate) fn due_lane(place: &str) -> &str {
    place.rsplit_once('#').map_or(place, |(lane, _moment)| lane)
}

pub(crate) fn hint(workspace: &WorkspaceId, hint: &HintId) -> Key {
    Key {
        pk: format!("W#{workspace}#H#{hint}"),
        sk: "HINT".into(),
    }
}

/// The lock rows of a requisition's applications share a partition, so that one query tells who was seen in the stage.
pub(crate) fn application(
    workspace: &WorkspaceId,
    connection: &ConnectionId,
    requisition: &JobRequisitionId,
    application: &JobApplicationId,
) -> Key {
    Key {
        pk: format!("W#{workspace}#R#{connection}#{requisition}"),
        sk: format!("APPLICATION#{application}"),
    }
}

/// Who stands in the stage of a connection's requisitions, listed beside the lock rows: a poll reads them and no others.
pub(crate) fn present_partition(workspace: &WorkspaceId, connection: &ConnectionId) -> String {
    format!("W#{workspace}#STAGE#{connection}")
}

pub(crate) fn present(
    workspace: &WorkspaceId,
    connection: &ConnectionId,
    requisition: &JobRequisitionId,
    application: &JobApplicationId,
) -> Key {
    Key {
        pk: present_partition(workspace, connection),
        sk: format!("PRESENT#{}#{application}", part(requisition)),
    }
}

fn owner_partition(workspace: &WorkspaceId, owner: &OwnerId) -> String {
    format!("W#{workspace}#O#{owner}")
}

fn order_partition(workspace: &WorkspaceId, order: &OrderId) -> String {
    owner_partition(workspace, &order.into())
}

/// The order in whose partition a row is.
pub(crate) fn order_of_partition(workspace: &WorkspaceId, partition: &str) -> Option<OrderId> {
    let order = partition.strip_prefix(&format!("W#{workspace}#O#"))?;
    OrderId::new(order).ok()
}

pub(crate) fn order(workspace: &WorkspaceId, order: &OrderId) -> Key {
    Key {
        pk: order_partition(workspace, order),
        sk: "ORDER".into(),
    }
}

/// Sorts by moment, then by the order's version.
pub(crate) fn history(workspace: &WorkspaceId, order: &OrderId, at: Moment, version: u64) -> Key {
    Key {
        pk: order_partition(workspace, order),
        sk: format!("HISTORY#{:015}#{version:08}", at.0),
    }
}

pub(crate) fn contact(workspace: &WorkspaceId, order: &OrderId) -> Key {
    Key {
        pk: order_partition(workspace, order),
        sk: "CONTACT".into(),
    }
}

pub(crate) fn evidence(workspace: &WorkspaceId, owner: &OwnerId, step: &str) -> Key {
    Key {
        pk: owner_partition(workspace, owner),
        sk: format!("EVIDENCE#{step}"),
    }
}

pub(crate) fn step(workspace: &WorkspaceId, owner: &OwnerId, step: &str) -> Key {
    Key {
        pk: owner_partition(workspace, owner),
        sk: format!("STEP#{step}"),
    }
}

pub(crate) fn result_part(workspace: &WorkspaceId, order: &OrderId, version: &ResultVersion, part: usize) -> Key {
    Key {
        pk: order_partition(workspace, order),
        sk: format!("{}{part:03}", result_prefix(version)),
    }
}

pub(crate) fn result_prefix(version: &ResultVersion) -> String {
    format!("RESULT#{:08}#{}#", version.number, version.fingerprint)
}

/// The claim of an interview: its existence makes the interview that order's and nobody else's.
pub(crate) fn interview(workspace: &WorkspaceId, interview: &InterviewId) -> Key {
    Key {
        pk: format!("W#{workspace}#I#{interview}"),
        sk: "INTERVIEW".into(),
    }
}

pub(crate) fn open_interview(workspace: &WorkspaceId, posting: &PostingId, interview: &InterviewId) -> Key {
    Key {
        pk: format!("W#{workspace}#P#{posting}"),
        sk: format!("OPEN#{interview}"),
    }
}

pub(crate) const POSTING_PREFIX: &str = "POSTING#";

pub(crate) fn posting(workspace: &WorkspaceId, posting: &PostingId) -> Key {
    in_workspace(workspace, format!("{POSTING_PREFIX}{posting}"))
}

/// Global rows hold ids only.
pub(crate) fn connection_locator(connection: &ConnectionId) -> Key {
    Key {
        pk: format!("LOCATOR#{connection}"),
        sk: "CONNECTION".into(),
    }
}

pub(crate) fn tenant_claim(host: &str, tenant: &str) -> Key {
    Key {
        pk: format!("CLAIM#{}#{}", host.to_ascii_lowercase(), tenant.to_ascii_lowercase()),
        sk: "TENANT".into(),
    }
}

pub(crate) fn token_hash(hash: &str) -> Key {
    Key {
        pk: format!("TOKENHASH#{hash}"),
        sk: "LINK".into(),
    }
}

pub(crate) fn session(hash: &str) -> Key {
    Key {
        pk: format!("SESSION#{hash}"),
        sk: "SESSION".into(),
    }
}

pub(crate) fn sign_in(hash: &str) -> Key {
    Key {
        pk: format!("SIGNIN#{hash}"),
        sk: "SIGNIN".into(),
    }
}

pub(crate) fn guest_session(hash: &str) -> Key {
    Key {
        pk: format!("SESSION#{hash}"),
        sk: "GUEST".into(),
    }
}

pub(crate) fn preflight(workspace: &WorkspaceId, connection: &ConnectionId) -> Key {
    in_workspace(workspace, format!("PREFLIGHT#{connection}"))
}

pub(crate) fn trial(workspace: &WorkspaceId, connection: &ConnectionId) -> Key {
    in_workspace(workspace, format!("TRIAL#{connection}"))
}

pub(crate) fn connect_link(workspace: &WorkspaceId, connection: &ConnectionId) -> Key {
    in_workspace(workspace, format!("CONNECTLINK#{connection}"))
}

/// What was given by a connect link and is not proven yet.
pub(crate) fn attempt(workspace: &WorkspaceId, connection: &ConnectionId) -> Key {
    in_workspace(workspace, format!("ATTEMPT#{connection}"))
}

pub(crate) const OFFER_PREFIX: &str = "OFFER#";

pub(crate) fn offer(workspace: &WorkspaceId, connection: &ConnectionId) -> Key {
    in_workspace(workspace, format!("{OFFER_PREFIX}{connection}"))
}

pub(crate) fn authorization_state(hash: &str) -> Key {
    Key {
        pk: format!("STATE#{hash}"),
        sk: "STATE".into(),
    }
}

pub(crate) fn journey(hash: &str) -> Key {
    Key {
        pk: format!("STATE#{hash}"),
        sk: "SIGNIN".into(),
    }
}

pub(crate) fn invitation(hash: &str) -> Key {
    Key {
        pk: format!("INVITATION#{hash}"),
        sk: "INVITATION".into(),
    }
}

pub(crate) const OPEN_INVITATION_PREFIX: &str = "INVITED#";

/// The list of a workspace's open invitations.
pub(crate) fn open_invitation(workspace: &WorkspaceId, hash: &str) -> Key {
    in_workspace(workspace, format!("{OPEN_INVITATION_PREFIX}{hash}"))
}

/// When a person last lost a role.
pub(crate) fn role_loss(workspace: &WorkspaceId, person: &PersonId) -> Key {
    in_workspace(workspace, format!("ROLELOSS#{person}"))
}

/// An issuer is an address, which may be as long as it likes and hold any character.
pub(crate) fn issuer(workspace: &WorkspaceId, issuer: &str) -> Key {
    in_workspace(workspace, format!("ISSUER#{}", HintId::derive(&["issuer", issuer])))
}

pub(crate) const MEMBER_PREFIX: &str = "MEMBER#";

pub(crate) fn member(workspace: &WorkspaceId, person: &PersonId) -> Key {
    in_workspace(workspace, format!("{MEMBER_PREFIX}{person}"))
}

pub(crate) fn owners(workspace: &WorkspaceId) -> Key {
    in_workspace(workspace, "OWNERS".into())
}

pub(crate) fn audit_partition(workspace: &WorkspaceId) -> String {
    format!("W#{workspace}#AUDIT")
}

pub(crate) const ACT_PREFIX: &str = "ACT#";
pub(crate) const GUEST_VISIT_PREFIX: &str = "VISIT#";

/// Sorts by moment: `place` begins with it.
pub(crate) fn act(workspace: &WorkspaceId, place: &str) -> Key {
    Key {
        pk: audit_partition(workspace),
        sk: format!("{ACT_PREFIX}{place}"),
    }
}

pub(crate) fn guest_visit(workspace: &WorkspaceId, place: &str) -> Key {
    Key {
        pk: audit_partition(workspace),
        sk: format!("{GUEST_VISIT_PREFIX}{place}"),
    }
}

pub(crate) fn person_partition(person: &PersonId) -> String {
    format!("PERSON#{person}")
}

pub(crate) fn belonging(person: &PersonId, workspace: &WorkspaceId) -> Key {
    Key {
        pk: person_partition(person),
        sk: workspace_partition(workspace),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requisition_is_never_found_under_another_ones_number() {
        let connection = ConnectionId::new("acme").unwrap();
        let prefix = |number: &str| mapping_prefix(&connection, &JobRequisitionId::new(number).unwrap());
        let numbers = ["R", "R#1", "R#", "R%23", "R#SETTINGS", "REQ 2024 001/Ü#17"];
        for number in numbers {
            for other in numbers {
                assert_eq!(
                    prefix(other).starts_with(&prefix(number)),
                    number == other,
                    "{other} under {number}"
                );
            }
        }
        assert_eq!(prefix("R-00123/A"), "MAPPING#acme#R-00123/A#");
        let workspace = WorkspaceId::new("acme").unwrap();
        let listed = |number: &str, application: &str| {
            let (number, application) = (JobRequisitionId::new(number).unwrap(), JobApplicationId::new(application).unwrap());
            present(&workspace, &connection, &number, &application).sk
        };
        assert_ne!(listed("R", "1#A"), listed("R#1", "A"));
    }
}
