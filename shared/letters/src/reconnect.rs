//! To the people of a workspace: Workday ended a connection, and what brings it back.

use crate::mail::{BODY_STYLE, BUTTON_STYLE};
use crate::{Line, Mail};
use maud::{DOCTYPE, html};

const WHAT: &str = "Workday no longer accepts the access that HeyMilo was given. Until somebody connects it again, no candidate is invited and no result reaches Workday.";
const KEPT: &str = "Nothing is lost: whoever is moved into the Assessment stage meanwhile is invited, and every result is written, as soon as it is connected again.";
const DO: &str = "Connect again with an account that may approve the permissions in Workday. It takes a minute or two.";

/// A connection that somebody must connect again.
#[derive(Debug, Clone)]
pub struct Reconnect {
    /// The workspace's name.
    pub workspace: Line,
    /// The Workday tenant.
    pub tenant: Line,
    /// The connection's page.
    pub link: String,
}

impl Reconnect {
    /// The mail.
    pub fn mail(&self) -> Mail {
        let Self { workspace, tenant, link } = self;
        let html = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    title { "Please connect Workday again" }
                }
                body style=(BODY_STYLE) {
                    p { strong { "Workday (" (tenant) ") is disconnected from HeyMilo (" (workspace) ")." } }
                    p { (WHAT) }
                    p { (DO) }
                    p {
                        a href=(link) style=(BUTTON_STYLE) { "Connect again" }
                    }
                    p style="overflow-wrap:anywhere" {
                        "Or copy this address into your browser:"
                        br;
                        (link)
                    }
                    p { (KEPT) }
                }
            }
        };
        Mail {
            subject: format!("Please connect Workday ({tenant}) to HeyMilo again"),
            text: format!(
                "Workday ({tenant}) is disconnected from HeyMilo ({workspace}).\n\n{WHAT}\n\n{DO}\n\nConnect again: {link}\n\n{KEPT}\n"
            ),
            html: html.into_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_told_reads_what_stopped_what_is_kept_and_where_to_connect_again() {
        let mail = Reconnect {
            workspace: "Acme <i>Example</i>\n".into(),
            tenant: "acme_preview".into(),
            link: "https://example.com/integrations/workday/production".into(),
        }
        .mail();
        assert_eq!(mail.subject, "Please connect Workday (acme_preview) to HeyMilo again");
        for body in [&mail.text, &mail.html] {
            for part in [
                WHAT,
                KEPT,
                DO,
                "https://example.com/integrations/workday/production",
                "acme_preview",
            ] {
                assert!(body.contains(part), "{part}");
            }
        }
        assert!(mail.html.contains("Acme &lt;i&gt;Example"));
    }
}
