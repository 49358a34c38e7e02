//! What a mail of ours carries, so that the mail service's events lead back to the step that sent it.

use crate::id::{OwnerId, WorkspaceId};
use data_encoding::HEXLOWER;

const WORKSPACE: &str = "workspace";
const OWNER: &str = "order";
const STEP: &str = "step";

/// The step that sent a mail, as the mail's tags name it. SES takes letters, digits, `_` and `-` in a tag: owners' ids and
/// step names keep to that; HeyMilo's workspace ids need not, so they travel as hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTags {
    /// The workspace of the order or notice.
    pub workspace: WorkspaceId,
    /// The order or notice.
    pub owner: OwnerId,
    /// The name of the ledger step.
    pub step: String,
}

impl MailTags {
    /// Names and values, as the mail carries them.
    pub fn pairs(&self) -> [(&'static str, String); 3] {
        [
            (WORKSPACE, HEXLOWER.encode(self.workspace.as_str().as_bytes())),
            (OWNER, self.owner.to_string()),
            (STEP, self.step.clone()),
        ]
    }

    /// The step that a mail's tags name; none if the mail is not one of ours.
    pub fn read<'tags>(tag: impl Fn(&str) -> Option<&'tags str>) -> Option<Self> {
        let workspace = HEXLOWER.decode(tag(WORKSPACE)?.as_bytes()).ok()?;
        Some(Self {
            workspace: WorkspaceId::new(String::from_utf8(workspace).ok()?).ok()?,
            owner: OwnerId::new(tag(OWNER)?).ok()?,
            step: tag(STEP)?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_a_workspace_of_any_shape_comes_back_from_its_tags() {
        let sent_by = MailTags {
            workspace: WorkspaceId::new("acme.talent/é").unwrap(),
            owner: OwnerId::new("o1").unwrap(),
            step: "a1-invitation".into(),
        };
        let pairs = sent_by.pairs();
        for (_, value) in &pairs {
            assert!(value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{value}");
        }
        let tag = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        assert_eq!(MailTags::read(tag), Some(sent_by));
    }

    #[test]
    fn a_mail_that_is_not_ours_names_no_step() {
        for (workspace, owner) in [
            (None, Some("o1")),
            (Some("acme"), Some("o1")),
            (Some("61"), None),
            (Some("61"), Some("a b")),
        ] {
            let tag = |name: &str| match name {
                WORKSPACE => workspace,
                OWNER => owner,
                _ => Some("a1-invitation"),
            };
            assert_eq!(MailTags::read(tag), None);
        }
    }
}
