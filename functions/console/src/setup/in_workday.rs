//! What an administrator sets up in Workday, in words that need nothing of the workspace: a guest by a connect link reads it, too.

use domain::preflight::Capability;
use maud::{Markup, html};

pub(super) const CREATE_USER: &str = "Create Integration System User, for example HeyMilo_ISU: Do Not Allow UI Sessions on, Session Timeout \
    Minutes 0, exempt from password expiry. Create an Integration System Security Group (Unconstrained) and add the user. Register an API \
    client, or hand over the user\u{2019}s name and password.";
pub(super) const PERMIT: &str =
    "Maintain Permissions for Security Group, and Edit Business Process Security Policy for the web service actions.";
pub(super) const ACTIVATE: &str = "Run Activate Pending Security Policy Changes after each change of a policy. Forgetting it is the commonest \
    fault: everything looks right, and Workday still refuses.";

/// The steps before access can be given, each permission with the policies that give it.
pub(crate) fn steps() -> Markup {
    html! {
        ol {
            li { (CREATE_USER) }
            li {
                (PERMIT)
                ul {
                    @for capability in Capability::ALL {
                        li { (deed(capability)) ": " (capability.policies().join("; ")) }
                    }
                }
            }
            li { (ACTIVATE) }
        }
    }
}

/// What a capability lets us do.
pub(super) fn deed(capability: Capability) -> &'static str {
    match capability {
        Capability::Requisitions => "List job requisitions",
        Capability::EvergreenRequisitions => "List evergreen requisitions (only if you have them)",
        Capability::Candidates => "See who is in the Assessment stage, and their address",
        Capability::AssessEvents => "Read the Assess step",
        Capability::Attachments => "See whether the report is attached",
        Capability::WriteAssessment => "Write status, score, note and link",
        Capability::WriteAttachment => "Attach the report",
        Capability::Move => "Move candidates on (only if an agent\u{2019}s page names a next step)",
    }
}
