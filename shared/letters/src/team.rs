//! To the people of a workspace: what needs one of them, and that it works again.

use crate::mail::{BODY_STYLE, button_style};
use crate::{Line, Mail};
use maud::{DOCTYPE, html};

const SENDER: &str = "HeyMilo for Workday";
const WAITS: &str = "Nothing is lost: what needs it waits, and goes on by itself afterwards.";

/// A mail to the address that a workspace named.
#[derive(Debug, Clone)]
pub struct ToTeam {
    /// The workspace's name.
    pub workspace: Line,
    pub news: News,
    /// The page where somebody can do what is asked, or see what is said.
    pub link: String,
}

/// What is told. A tenant is Workday's, as its address names it.
#[derive(Debug, Clone)]
pub enum News {
    /// Workday ended the access.
    ReconnectRequired { tenant: Line },
    /// Workday refuses operations to the integration system user.
    PermissionMissing { tenant: Line, operations: Vec<Line> },
    /// Something cannot be read before a person changes it; Workday's own sentence.
    NotRead { tenant: Line, words: Line },
    /// Access that came by a connect link waits to be accepted.
    AccessWaits { tenant: Line },
    /// So many screenings need a person, or more.
    ScreeningsWait { number: usize, is_all: bool },
    /// What kept a connection from working is over.
    WorksAgain { tenant: Line },
}

/// The parts of a mail.
struct Words {
    subject: String,
    lead: String,
    paragraphs: Vec<String>,
    button: &'static str,
}

impl News {
    fn words(&self, workspace: &Line) -> Words {
        let of = |subject: String, lead: String, paragraphs: &[&str], button| Words {
            subject,
            lead,
            paragraphs: paragraphs.iter().map(|paragraph| (*paragraph).to_owned()).collect(),
            button,
        };
        match self {
            Self::ReconnectRequired { tenant } => of(
                format!("Please connect Workday ({tenant}) to HeyMilo again"),
                format!("Workday ({tenant}) is disconnected from HeyMilo ({workspace})."),
                &[
                    "Workday no longer accepts the access that HeyMilo was given. Until somebody connects it again, no candidate is invited and no result reaches Workday.",
                    "Connect again with an account that may approve the permissions in Workday. It takes a minute or two.",
                    "Nothing is lost: whoever is moved into the Assessment stage meanwhile is invited, and every result is written, as soon as it is connected again.",
                ],
                "Connect again",
            ),
            Self::PermissionMissing { tenant, operations } => {
                let operations: Vec<&str> = operations.iter().map(Line::as_str).collect();
                let refused = format!("Workday refuses this to the integration system user: {}.", operations.join(", "));
                of(
                    format!("A permission is missing in Workday ({tenant})"),
                    format!("HeyMilo ({workspace}) lacks a permission in Workday ({tenant})."),
                    &[
                        &refused,
                        "A Workday administrator gives it, as the setup guide says, and runs Activate Pending Security Policy Changes. Then press Check again on the connection\u{2019}s page.",
                        WAITS,
                    ],
                    "See what is missing",
                )
            }
            Self::NotRead { tenant, words } => {
                let said = format!("Workday says: {words}");
                of(
                    format!("Workday ({tenant}) cannot be read completely"),
                    format!("Something in Workday ({tenant}) cannot be read until somebody changes it."),
                    &[
                        &said,
                        "Most often a reference ID in our settings is not the one in Workday. Invitations may come late meanwhile.",
                        WAITS,
                    ],
                    "See what it is",
                )
            }
            Self::AccessWaits { tenant } => of(
                format!("Access to Workday ({tenant}) waits for you to accept it"),
                format!("The Workday administrator gave HeyMilo ({workspace}) access to {tenant}."),
                &[
                    "Nothing is read or written with it before an owner or admin of the workspace has looked at it and accepted it.",
                    "If you did not ask anybody for it, decline it there.",
                ],
                "Look at it",
            ),
            Self::ScreeningsWait { number, is_all } => {
                let (number, need) = match (number, is_all) {
                    (1, true) => ("One screening".to_owned(), "needs"),
                    (number, true) => (format!("{number} screenings"), "need"),
                    (number, false) => (format!("More than {number} screenings"), "need"),
                };
                of(
                    format!("{number} {need} a person"),
                    format!("{number} of HeyMilo ({workspace}) {need} somebody to look at."),
                    &[
                        "Activity says of each what happened and what you can do. They are kept until somebody does.",
                        "You get this mail once, and again only after none was left.",
                    ],
                    "Show them",
                )
            }
            Self::WorksAgain { tenant } => of(
                format!("Workday ({tenant}) works again"),
                format!("HeyMilo ({workspace}) and Workday ({tenant}) work together again."),
                &["What waited goes on by itself. There is nothing to do."],
                "Open the connection",
            ),
        }
    }
}

impl ToTeam {
    /// The mail.
    pub fn mail(&self) -> Mail {
        let Self { workspace, news, link } = self;
        let Words {
            subject,
            lead,
            paragraphs,
            button,
        } = news.words(workspace);
        let html = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    title { (subject) }
                }
                body style=(BODY_STYLE) {
                    p { strong { (lead) } }
                    @for paragraph in &paragraphs { p { (paragraph) } }
                    p {
                        a href=(link) style=(button_style(None)) { (button) }
                    }
                    p style="overflow-wrap:anywhere" {
                        "Or copy this address into your browser:"
                        br;
                        (link)
                    }
                }
            }
        };
        let text = [&[lead], &paragraphs[..], &[format!("{button}: {link}")]].concat().join("\n\n");
        Mail {
            sender_name: Some(SENDER.to_owned()),
            reply_to: None,
            subject,
            text: format!("{text}\n"),
            html: html.into_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://example.com/integrations/workday/production";

    fn mail(news: News) -> Mail {
        ToTeam {
            workspace: "Acme <i>Example</i>\n".into(),
            news,
            link: LINK.into(),
        }
        .mail()
    }

    fn tenant() -> Line {
        "acme_preview".into()
    }

    #[test]
    fn who_is_told_reads_what_stopped_what_is_kept_and_where_to_connect_again() {
        let mail = mail(News::ReconnectRequired { tenant: tenant() });
        assert_eq!(mail.subject, "Please connect Workday (acme_preview) to HeyMilo again");
        for body in [&mail.text, &mail.html] {
            for part in [
                "no candidate is invited",
                "Nothing is lost",
                "takes a minute or two",
                LINK,
                "acme_preview",
            ] {
                assert!(body.contains(part), "{part}");
            }
        }
        assert!(mail.html.contains("Acme &lt;i&gt;Example"));
    }

    #[test]
    fn each_mail_says_the_same_in_both_its_parts_and_names_what_workday_refused() {
        let operations = vec!["Get_Candidates".into(), "Move_Candidate".into()];
        let missing = News::PermissionMissing {
            tenant: tenant(),
            operations,
        };
        let words = Line::from("Invalid ID value.");
        let unread = News::NotRead { tenant: tenant(), words };
        for (news, said) in [
            (missing, "Get_Candidates, Move_Candidate"),
            (unread, "Invalid ID value."),
            (News::AccessWaits { tenant: tenant() }, "decline it there"),
            (News::WorksAgain { tenant: tenant() }, "There is nothing to do"),
        ] {
            let mail = mail(news);
            assert!(mail.text.contains(said) && mail.html.contains(said), "{}", mail.text);
            assert!(mail.subject.contains("acme_preview") && mail.text.contains(LINK));
        }
    }

    #[test]
    fn screenings_are_counted_as_people_count() {
        for (number, is_all, subject) in [
            (1, true, "One screening needs a person"),
            (3, true, "3 screenings need a person"),
            (50, false, "More than 50 screenings need a person"),
        ] {
            assert_eq!(mail(News::ScreeningsWait { number, is_all }).subject, subject);
        }
    }
}
