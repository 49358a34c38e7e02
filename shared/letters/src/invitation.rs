//! The invitation: one mail, as plain text and as HTML, with the same words.

use crate::mail::{BODY_STYLE, BUTTON_STYLE};
use crate::{Details, Further, Line, Mail, Notice};
use maud::{DOCTYPE, Markup, html};

const STEP: &str = "The next step is a screening online that you can take when it suits you.";
const BEFORE: &str = "Please know before you start";
const YOURS: &str = "The link is yours alone. Please do not pass it on.";

/// Who is invited to what, by whom.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The candidate's name.
    pub candidate: Line,
    /// The job's title.
    pub job: Line,
    /// The employer's name.
    pub employer: Line,
    /// What else the employer has us say.
    pub details: Details,
    /// Our own link; it opens notice and interview.
    pub link: String,
}

impl Invitation {
    /// The mail.
    pub fn mail(&self) -> Mail {
        let notice = Notice::of(&self.employer);
        let further = self.details.further(&self.employer);
        Mail {
            reply_to: self.details.contact_address.as_ref().map(Line::to_string),
            subject: format!("{}: your screening for {}", self.employer, self.job),
            text: self.text(&notice, &further),
            html: self.html(&notice, &further).into_string(),
        }
    }

    fn text(&self, notice: &Notice, further: &[Further]) -> String {
        let Self {
            candidate,
            job,
            employer,
            link,
            details: _,
        } = self;
        let Notice { lead, detail, points } = notice;
        let points: String = points
            .iter()
            .map(|point| [point.heading, ": ", &point.text, "\n\n"].concat())
            .collect();
        let further: String = further
            .iter()
            .map(|one| [one.heading, ": ", &one.text, " ", &one.shown, "\n\n"].concat())
            .collect();
        format!(
            "Hello {candidate},\n\nThank you for applying for {job} at {employer}. {STEP}\n\nStart here: {link}\n\n\
             {BEFORE}: {lead} {detail}\n\n{points}{further}{YOURS}\n"
        )
    }

    fn html(&self, notice: &Notice, further: &[Further]) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="color-scheme" content="light dark";
                    title { (self.employer) }
                }
                body style=(BODY_STYLE) {
                    p { "Hello " (self.candidate) "," }
                    p { "Thank you for applying for " strong { (self.job) } " at " (self.employer) ". " (STEP) }
                    p {
                        a href=(self.link) style=(BUTTON_STYLE) { "Start the screening" }
                    }
                    p style="overflow-wrap:anywhere" {
                        "Or copy this address into your browser:"
                        br;
                        (self.link)
                    }
                    p { (BEFORE) ": " strong { (notice.lead) } " " (notice.detail) }
                    @for point in &notice.points {
                        p { strong { (point.heading) ":" } " " (point.text) }
                    }
                    @for one in further {
                        p { strong { (one.heading) ":" } " " (one.text) " " a href=(one.href) { (one.shown) } }
                    }
                    p { (YOURS) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        invitation(Details::default()).mail()
    }

    fn invitation(details: Details) -> Invitation {
        Invitation {
            details,
            candidate: "Dana <b>Example</b>\r\nBcc: x@example.org".into(),
            job: "R&D \u{202e}engineer".into(),
            employer: "Acme Example".into(),
            link: "https://example.com/i/abc".into(),
        }
    }

    #[test]
    fn names_cannot_add_headers_or_markup() {
        let mail = mail();
        assert_eq!(mail.subject, "Acme Example: your screening for R&D engineer");
        assert!(mail.html.contains("Dana &lt;b&gt;Example") && !mail.html.contains("<b>Example"));
        assert_eq!(mail.text.lines().next(), Some("Hello Dana <b>Example</b>  Bcc: x@example.org,"));
        assert!(!mail.html.contains('\u{202e}') && !mail.text.contains('\u{202e}'));
    }

    #[test]
    fn contact_and_privacy_notice_are_said_alike_in_both_bodies_and_replies_go_to_the_contact() {
        let details = Details {
            contact_name: Some("Kim <Example>".into()),
            contact_address: Some("kim@example.com".into()),
            privacy_notice: Some("https://example.com/privacy".into()),
        };
        let mail = invitation(details).mail();
        assert_eq!(mail.reply_to.as_deref(), Some("kim@example.com"));
        assert!(
            mail.text.contains("Questions: Write to Kim <Example>: kim@example.com\n"),
            "{}",
            mail.text
        );
        assert!(
            mail.text
                .contains("Privacy: How Acme Example handles your data: https://example.com/privacy\n")
        );
        for part in [
            "Write to Kim &lt;Example&gt;: <a href=\"mailto:kim@example.com\">kim@example.com</a>",
            "<a href=\"https://example.com/privacy\">https://example.com/privacy</a>",
        ] {
            assert!(mail.html.contains(part), "{}", mail.html);
        }
    }

    #[test]
    fn without_contact_and_privacy_notice_the_mail_names_none_and_promises_nothing_that_no_setting_backs() {
        let mail = mail();
        assert_eq!(mail.reply_to, None);
        for body in [mail.text, mail.html] {
            for part in ["Questions", "Privacy", "mailto:", "minutes", "same criteria", "short"] {
                assert!(!body.contains(part), "{part}: {body}");
            }
        }
    }

    #[test]
    fn both_bodies_of_the_invitation_carry_the_link_and_the_whole_notice() {
        let mail = mail();
        let notice = Notice::of(&"Acme Example".into());
        for body in [mail.text, mail.html] {
            assert!(body.contains("https://example.com/i/abc"), "{body}");
            assert!(body.contains(notice.lead) && body.contains(notice.detail), "{body}");
            for point in &notice.points {
                assert!(
                    body.contains(point.heading) && body.contains(&point.text),
                    "{} is missing",
                    point.heading
                );
            }
        }
    }

    #[test]
    fn the_notice_says_that_an_ai_interviews_who_decides_and_how_to_avoid_it() {
        let text = mail().text;
        for part in [
            "An AI conducts this interview.",
            "People at Acme Example",
            "Ask the recruiting team of Acme Example for another kind of interview",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }
}
