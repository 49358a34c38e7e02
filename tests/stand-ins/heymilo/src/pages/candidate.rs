//! The candidate's page behind `interview_url`: AI notice, two qualifiers, three open questions, thank you. Plain forms, no script.

use axum::body::Bytes;
use axum::extract::{Path, State as Extracted};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::html::{candidate_page, escape};
use super::texts::Texts;
use crate::app::App;
use crate::model::{Interview, Posting, Stage, State, Workspace};
use crate::progress::{self, LONGEST_ANSWER, NotTaken, Question};
use crate::rubric::{FormQuestion, OpenQuestion};

/// `GET /{company}/i/{interview_id}`.
pub(super) async fn show(Extracted(app): Extracted<App>, Path((slug, id)): Path<(String, String)>) -> Response {
    app.read(|state| page(state, &slug, &id, None))
}

/// `POST …/start`.
pub(super) async fn start(Extracted(app): Extracted<App>, Path((slug, id)): Path<(String, String)>) -> Response {
    let now = app.clock().unix_seconds();
    let step = app.change(|state| is_open(state, &slug, &id, now).then(|| progress::start(state, &id, now)));
    if let Some(consequences) = step {
        app.carry_out(&id, consequences);
    }
    back(&slug, &id)
}

/// The fields of the answer form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AnswerForm {
    question_id: String,
    answer: String,
}

/// `POST …/answer`; a bad answer shows the question again with the reason.
pub(super) async fn answer(Extracted(app): Extracted<App>, Path((slug, id)): Path<(String, String)>, body: Bytes) -> Response {
    let form = read_form(&body);
    let now = app.clock().unix_seconds();
    let step = app.change(|state| {
        if !is_open(state, &slug, &id, now) {
            return Err(NotTaken::NotRunning);
        }
        progress::answer(state, &id, &form.question_id, &form.answer, now)
    });
    match step {
        Ok(consequences) => {
            app.carry_out(&id, consequences);
            back(&slug, &id)
        }
        // A second press of the button, or an old tab: the page itself shows where things stand.
        Err(NotTaken::NotTheCurrentQuestion | NotTaken::NotRunning | NotTaken::NoSuchInterview) => back(&slug, &id),
        Err(reason @ (NotTaken::Empty | NotTaken::TooLong | NotTaken::NotAChoice)) => {
            app.read(|state| page(state, &slug, &id, Some((reason, &form.answer))))
        }
    }
}

fn read_form(body: &[u8]) -> AnswerForm {
    let mut form = AnswerForm::default();
    for (name, value) in url::form_urlencoded::parse(body) {
        match name.as_ref() {
            "question_id" => form.question_id = value.into_owned(),
            "answer" => form.answer = value.into_owned(),
            _ => {}
        }
    }
    form
}

fn back(slug: &str, id: &str) -> Response {
    Redirect::to(&format!("/{slug}/i/{id}")).into_response()
}

fn context<'a>(state: &'a State, slug: &str, id: &str) -> Option<(&'a Interview, &'a Posting, &'a Workspace)> {
    state.interview_context(id).filter(|(_, _, workspace)| workspace.slug == slug)
}

/// The posting's deadline ends every link; an archived posting closes to those who have not begun.
fn is_open(state: &State, slug: &str, id: &str, now: f64) -> bool {
    context(state, slug, id).is_some_and(|(interview, posting, _)| match posting.status(now) {
        "active" => true,
        "archived" => interview.stage != Stage::Pending,
        _ => false,
    })
}

fn page(state: &State, slug: &str, id: &str, problem: Option<(NotTaken, &str)>) -> Response {
    let Some((interview, posting, workspace)) = context(state, slug, id) else {
        let body = "<h1>This link is not known</h1><p>Please check that the whole link was copied.</p>";
        return candidate_page(StatusCode::NOT_FOUND, "en", "Unknown link", "HeyMilo", body);
    };
    let texts = Texts::of(&posting.language);
    let finished = !matches!(interview.stage, Stage::Pending | Stage::InProgress);
    let (status, body) = if finished {
        (StatusCode::OK, format!("<h1>{}</h1><p>{}</p>", texts.thanks, texts.thanks_more))
    } else if !is_open(state, slug, id, state.clock.unix_seconds()) {
        (StatusCode::GONE, format!("<h1>{}</h1><p>{}</p>", texts.closed, texts.closed_more))
    } else if interview.stage == Stage::Pending {
        (StatusCode::OK, notice(&texts, interview, posting, workspace))
    } else {
        let status = if problem.is_some() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        };
        (status, question_form(&texts, interview, posting, workspace, problem))
    };
    candidate_page(status, &posting.language, &posting.title, &workspace.name, &body)
}

fn notice(texts: &Texts, interview: &Interview, posting: &Posting, workspace: &Workspace) -> String {
    format!(
        "<h1>{title}</h1><p>{hello} {name},</p><div class=\"card\"><h2 style=\"margin-top:0\">{heading}</h2><p>{notice}</p></div>\
         <form method=\"post\" action=\"/{slug}/i/{id}/start\"><button type=\"submit\">{start}</button></form>",
        title = escape(&posting.title),
        hello = texts.hello,
        name = escape(&interview.name),
        heading = texts.notice_heading,
        notice = texts.notice,
        slug = escape(&workspace.slug),
        id = escape(&interview.interview_id),
        start = texts.start,
    )
}

fn question_form(
    texts: &Texts,
    interview: &Interview,
    posting: &Posting,
    workspace: &Workspace,
    problem: Option<(NotTaken, &str)>,
) -> String {
    let Some(question) = progress::current_question(posting, interview) else {
        return String::new();
    };
    let total = progress::questions(posting).len();
    let number = interview.answers.len() + 1;
    let reason = problem.map_or("", |(reason, _)| match reason {
        NotTaken::TooLong => texts.too_long,
        NotTaken::NotAChoice => texts.not_a_choice,
        NotTaken::Empty | NotTaken::NoSuchInterview | NotTaken::NotRunning | NotTaken::NotTheCurrentQuestion => texts.empty,
    });
    let alert = if reason.is_empty() {
        String::new()
    } else {
        format!("<p class=\"bad\" role=\"alert\" id=\"problem\">{reason}</p>")
    };
    let given = problem.map_or("", |(_, given)| given);
    let inputs = match question {
        Question::Form(form) => choices(form),
        Question::Open(open) => text_field(open, given, texts, !reason.is_empty()),
    };
    format!(
        "<h1>{title}</h1><p class=\"soft\" id=\"progress\">{question} {number} {of} {total}</p>\
         <progress max=\"{total}\" value=\"{done}\" aria-labelledby=\"progress\"></progress>{alert}\
         <form class=\"card\" method=\"post\" action=\"/{slug}/i/{id}/answer\">\
         <input type=\"hidden\" name=\"question_id\" value=\"{question_id}\">{inputs}<p><button type=\"submit\">{next}</button></p></form>",
        title = escape(&posting.title),
        question = texts.question,
        of = texts.of,
        done = number - 1,
        slug = escape(&workspace.slug),
        id = escape(&interview.interview_id),
        question_id = escape(question.id()),
        next = if number == total { texts.finish } else { texts.next },
    )
}

fn choices(question: &FormQuestion) -> String {
    let option = |choice: &String| {
        let choice = escape(choice);
        format!("<label class=\"choice\"><input type=\"radio\" name=\"answer\" value=\"{choice}\" required> {choice}</label>")
    };
    let options: String = question.choices.iter().map(option).collect();
    format!("<fieldset><legend>{}</legend>{options}</fieldset>", escape(&question.text))
}

fn text_field(question: &OpenQuestion, given: &str, texts: &Texts, invalid: bool) -> String {
    let marks = if invalid {
        " aria-invalid=\"true\" aria-describedby=\"problem hint\""
    } else {
        " aria-describedby=\"hint\""
    };
    format!(
        "<label class=\"question\" for=\"answer\">{}</label><textarea id=\"answer\" name=\"answer\" maxlength=\"{LONGEST_ANSWER}\" required{marks}>{}</textarea>\
         <p class=\"soft\" id=\"hint\">{}</p>",
        escape(&question.text),
        escape(given),
        texts.hint,
    )
}
