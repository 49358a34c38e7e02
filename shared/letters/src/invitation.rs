//! The invitation: one mail, as plain text and as HTML, with the same words.

use crate::catalogue::{Catalogue, fill};
use crate::mail::{BODY_STYLE, LONGEST_NAME, LONGEST_SUBJECT, button_style, shortened};
use crate::until::until;
use crate::{Details, Further, Language, Line, Mail, Notice};
use domain::Moment;
use maud::{DOCTYPE, Markup, html};

/// Who is invited to what, by whom.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The language it is written in.
    pub language: Language,
    /// The candidate's name.
    pub candidate: Line,
    /// The job's title.
    pub job: Line,
    /// The employer's name.
    pub employer: Line,
    /// What else the employer has us say.
    pub details: Details,
    /// When the screening can no longer be taken, where that is known.
    pub until: Option<Moment>,
    /// Our own link; it opens notice and interview.
    pub link: String,
}

/// The sentences of one invitation, as both bodies say them.
struct Sentences {
    words: &'static Catalogue,
    hello: String,
    thanks: String,
    until: Option<String>,
    notice: Notice,
    further: Vec<Further>,
}

impl Invitation {
    /// The mail.
    pub fn mail(&self) -> Mail {
        let words = self.language.words();
        let sentences = Sentences {
            words,
            hello: self.say(words.hello),
            thanks: self.say(words.thanks),
            until: self.until.map(|moment| until(moment, self.language)),
            notice: Notice::of(&self.employer, self.language),
            further: self.details.further(&self.employer, self.language),
        };
        Mail {
            sender_name: Some(shortened(self.say(words.sender), LONGEST_NAME)),
            reply_to: self.details.contact_address.as_ref().map(Line::to_string),
            subject: shortened(self.say(words.subject), LONGEST_SUBJECT),
            text: self.text(&sentences),
            html: self.html(&sentences).into_string(),
        }
    }

    fn say(&self, phrase: &str) -> String {
        let names = [
            ("candidate", self.candidate.as_str()),
            ("job", self.job.as_str()),
            ("employer", self.employer.as_str()),
        ];
        fill(phrase, &names)
    }

    fn text(&self, said: &Sentences) -> String {
        let Sentences { words, hello, thanks, .. } = said;
        let Notice { lead, detail, points } = &said.notice;
        let until: String = said.until.iter().map(|until| [until, "\n\n"].concat()).collect();
        let points: String = points
            .iter()
            .map(|point| [point.heading, words.colon, " ", &point.text, "\n\n"].concat())
            .collect();
        let further: String = said
            .further
            .iter()
            .map(|one| [one.heading, words.colon, " ", &one.text, " ", &one.shown, "\n\n"].concat())
            .collect();
        format!(
            "{hello}\n\n{thanks}\n\n{} {}\n\n{until}{} {lead} {detail}\n\n{points}{further}{}\n",
            words.start_here, self.link, words.before, words.yours
        )
    }

    fn html(&self, said: &Sentences) -> Markup {
        let words = said.words;
        html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.employer) }
                }
                body style=(BODY_STYLE) {
                    p { (said.hello) }
                    p { (said.thanks) }
                    p {
                        a href=(self.link) style=(button_style(self.details.colour)) { (words.start) }
                    }
                    @if let Some(until) = &said.until {
                        p { (until) }
                    }
                    p style="overflow-wrap:anywhere" {
                        (words.copy_address)
                        br;
                        (self.link)
                    }
                    p { (words.before) " " strong { (said.notice.lead) } " " (said.notice.detail) }
                    @for point in &said.notice.points {
                        p { strong { (point.heading) (words.colon) } " " (point.text) }
                    }
                    @for one in &said.further {
                        p { strong { (one.heading) (words.colon) } " " (one.text) " " a href=(one.href) { (one.shown) } }
                    }
                    p { (words.yours) }
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
            language: Language::English,
            until: None,
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
            ..Details::default()
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
        let notice = Notice::of(&"Acme Example".into(), Language::English);
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

    #[test]
    fn the_mail_comes_from_the_employer_by_name_and_says_until_when() {
        let until = Some(Moment(1_796_317_500_000));
        let mail = Invitation {
            until,
            ..invitation(Details::default())
        }
        .mail();
        assert_eq!(mail.sender_name.as_deref(), Some("Acme Example via HeyMilo"));
        for body in [mail.text, mail.html] {
            assert!(body.contains("You can take it until 3 December 2026, 17:05 UTC."), "{body}");
        }
    }

    #[test]
    fn a_name_of_ten_thousand_characters_leaves_a_subject_and_a_sender_that_mail_services_take() {
        let long = "\u{65e5}".repeat(10_000);
        let mail = Invitation {
            employer: long.as_str().into(),
            ..invitation(Details::default())
        }
        .mail();
        assert_eq!(mail.subject.chars().count(), LONGEST_SUBJECT);
        assert_eq!(mail.sender_name.map(|name| name.chars().count()), Some(LONGEST_NAME));
        assert!(mail.text.contains(&long), "the letter names it in full");
    }

    #[test]
    fn a_language_is_the_whole_mails_and_no_english_is_left_in_it() {
        let details = Details {
            contact_name: Some("Kim Example".into()),
            contact_address: Some("kim@example.com".into()),
            privacy_notice: Some("https://example.com/privacy".into()),
            ..Details::default()
        };
        for (language, said) in [
            (Language::German, "Dieses Interview f\u{fc}hrt eine KI."),
            (Language::French, "Une IA m\u{e8}ne cet entretien."),
            (Language::Spanish, "Esta entrevista la hace una IA."),
        ] {
            let until = Some(Moment(1_796_317_500_000));
            let mail = Invitation {
                language,
                until,
                ..invitation(details.clone())
            }
            .mail();
            assert!(mail.html.contains(&format!("<html lang=\"{}\">", language.tag())));
            for body in [mail.text, mail.html] {
                assert!(body.contains(said), "{body}");
                for word in [" the ", " you ", "Hello", "Start", "December", "Write"] {
                    assert!(!body.contains(word), "{word:?} in {body}");
                }
            }
        }
    }
}
