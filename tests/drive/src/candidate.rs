//! A candidate: their mail, our page, HeyMilo's interview.

use crate::browser::Browser;
use crate::form::Form;
use crate::page::Page;

/// Long enough for the stand-in to score it like a good one.
const ANSWER: &str = "I led a team of six in a warehouse for four years, planned the shifts, kept the safety records and trained new \
    colleagues on the forklift. For example, when a delivery failed I called the customer, found another carrier and we delivered the same day.";
/// More than any honest interview asks.
const MOST_QUESTIONS: usize = 20;

/// A mail as its recipient sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who got it, as it is written there.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// Its HTML.
    pub html: String,
}

impl Mail {
    /// The first address in it that begins like this.
    pub fn link(&self, beginning: &str) -> Result<String, String> {
        let (_, rest) = self.text.split_once(beginning).ok_or("the mail has no link of ours")?;
        let path: String = rest.chars().take_while(|c| !c.is_whitespace()).collect();
        Ok(format!("{beginning}{path}"))
    }
}

/// A candidate with their browser; clones are the same person.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Their browser.
    pub browser: Browser,
}

impl Candidate {
    /// Somebody who was invited.
    pub fn new(browser: Browser) -> Self {
        Self { browser }
    }

    /// Opens the link of the mail: the page with the notice.
    pub async fn read_notice(&self, link: &str) -> Result<Page, String> {
        self.browser.open(link).await
    }

    /// Presses the button there; the result is the interview's address.
    pub async fn start(&self, notice: &Page) -> Result<String, String> {
        let answer = self.browser.send_form(&notice.form(notice.url.path())?).await?;
        let interview = answer.location().filter(|_| answer.status.as_u16() == 303);
        interview
            .map(str::to_owned)
            .ok_or_else(|| String::from("the button does not lead to the interview"))
    }

    /// Starts the interview.
    pub async fn begin(&self, interview: &str) -> Result<(), String> {
        accepted(&self.browser.post(&format!("{interview}/start"), &[]).await?)
    }

    /// Starts the interview and answers every question; the result is how many there were.
    pub async fn answer(&self, interview: &str) -> Result<usize, String> {
        self.begin(interview).await?;
        for answered in 0..MOST_QUESTIONS {
            let page = self.browser.open(interview).await?;
            let Ok(question) = page.form("/answer") else {
                return if answered > 0 {
                    Ok(answered)
                } else {
                    Err(String::from("there was no question"))
                };
            };
            accepted(&self.browser.send_form(&answered_form(question)?).await?)?;
        }
        Err(String::from("the interview does not end"))
    }
}

/// The first choice, or the text.
fn answered_form(question: Form) -> Result<Form, String> {
    let choice = question.offers("answer").into_iter().next();
    question.fill("answer", choice.as_deref().unwrap_or(ANSWER))
}

fn accepted(page: &Page) -> Result<(), String> {
    if page.status.is_success() || page.status.is_redirection() {
        Ok(())
    } else {
        Err(format!("answered {}", page.status.as_u16()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::page;

    #[test]
    fn the_link_in_a_mail_ends_where_the_word_ends() {
        let mail = Mail {
            to: "dana@example.com".into(),
            subject: String::new(),
            text: "Hello,\nhttp://127.0.0.1:1/i/abc\nBye".into(),
            html: String::new(),
        };
        assert_eq!(mail.link("http://127.0.0.1:1/i/").unwrap(), "http://127.0.0.1:1/i/abc");
        assert!(mail.link("http://127.0.0.1:2/").is_err());
    }

    #[test]
    fn a_question_is_answered_by_its_first_choice_or_by_a_text() {
        let choices = "<form method=\"post\" action=\"/i/answer\"><input type=\"radio\" name=\"answer\" value=\"a\"><input type=\"radio\" name=\"answer\" value=\"b\"></form>";
        let text = "<form method=\"post\" action=\"/i/answer\"><textarea name=\"answer\"></textarea></form>";
        for (html, expected) in [(choices, "a"), (text, ANSWER)] {
            let form = answered_form(page(html).form("/answer").unwrap()).unwrap();
            assert_eq!(form.value("answer"), Some(expected));
        }
    }
}
