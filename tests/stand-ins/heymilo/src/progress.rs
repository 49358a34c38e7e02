//! A candidate's way through an interview: start, answers, evaluation, rescoring. Changes state and says which events follow.

use crate::delivery::{Event, announce};
use crate::model::{GivenAnswer, Interview, Posting, Stage, State};
use crate::rubric::{self, FormQuestion, OpenQuestion};

/// What has to happen after a step.
#[derive(Debug, Default)]
pub(crate) struct Consequences {
    pub(crate) deliveries: Vec<u64>,
    pub(crate) evaluate: bool,
}

/// A question of either step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Question<'a> {
    Form(&'a FormQuestion),
    Open(&'a OpenQuestion),
}

impl Question<'_> {
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Form(question) => &question.question_id,
            Self::Open(question) => &question.question_id,
        }
    }
}

/// Why an answer was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    NoSuchInterview,
    NotRunning,
    /// It answers another question than the current one, as a second press of the button does.
    NotTheCurrentQuestion,
    Empty,
    TooLong,
    NotAChoice,
}

/// The longest open answer.
pub(crate) const LONGEST_ANSWER: usize = 5000;

/// All questions in the order they are asked.
pub(crate) fn questions(posting: &Posting) -> Vec<Question<'_>> {
    let form = posting.form_questions.iter().map(Question::Form);
    form.chain(posting.open_questions.iter().map(Question::Open)).collect()
}

/// The first question without an answer.
pub(crate) fn current_question<'a>(posting: &'a Posting, interview: &Interview) -> Option<Question<'a>> {
    questions(posting)
        .into_iter()
        .find(|question| interview.answer(question.id()).is_none())
}

/// Starts an interview; a second start changes nothing.
pub(crate) fn start(state: &mut State, interview_id: &str, now: f64) -> Consequences {
    let Some(interview) = state.interview_mut(interview_id) else {
        return Consequences::default();
    };
    if interview.stage != Stage::Pending {
        return Consequences::default();
    }
    interview.stage = Stage::InProgress;
    interview.started_at = Some(now);
    Consequences {
        deliveries: announce(state, interview_id, Event::InterviewStarted, now),
        evaluate: false,
    }
}

/// Takes the answer to the current question; the last one ends the interview, and so does a form with a failed knock-out question.
pub(crate) fn answer(state: &mut State, interview_id: &str, question_id: &str, text: &str, now: f64) -> Result<Consequences, NotTaken> {
    let interview = state.interview(interview_id).ok_or(NotTaken::NoSuchInterview)?;
    let posting = state.posting(&interview.posting_id).cloned().ok_or(NotTaken::NoSuchInterview)?;
    if interview.stage != Stage::InProgress {
        return Err(NotTaken::NotRunning);
    }
    let question = current_question(&posting, interview).ok_or(NotTaken::NotRunning)?;
    check(&question, question_id, text)?;

    let interview = state.interview_mut(interview_id).ok_or(NotTaken::NoSuchInterview)?;
    let given = GivenAnswer {
        question_id: question_id.to_owned(),
        text: text.trim().to_owned(),
        at: now,
    };
    interview.answers.push(given);
    interview.failed_knockout = failed_knockout(&posting, interview);
    if current_question(&posting, interview).is_some() && !interview.failed_knockout {
        return Ok(Consequences::default());
    }
    interview.stage = Stage::Evaluating;
    interview.finished_at = Some(now);
    Ok(Consequences {
        deliveries: announce(state, interview_id, Event::InterviewCompleted, now),
        evaluate: true,
    })
}

fn check(question: &Question<'_>, question_id: &str, text: &str) -> Result<(), NotTaken> {
    if question.id() != question_id {
        return Err(NotTaken::NotTheCurrentQuestion);
    }
    match question {
        _ if text.trim().is_empty() => Err(NotTaken::Empty),
        Question::Form(form) if !form.offers(text.trim()) => Err(NotTaken::NotAChoice),
        Question::Open(_) if text.chars().count() > LONGEST_ANSWER => Err(NotTaken::TooLong),
        Question::Form(_) | Question::Open(_) => Ok(()),
    }
}

/// True once the form is complete and one of its knock-out questions failed.
fn failed_knockout(posting: &Posting, interview: &Interview) -> bool {
    let answer = |question: &FormQuestion| interview.answer(&question.question_id).map(|given| given.text.clone());
    let complete = posting.form_questions.iter().all(|question| answer(question).is_some());
    let failed = |question: &FormQuestion| question.is_knockout && answer(question).is_some_and(|text| !question.passes(&text));
    complete && posting.form_questions.iter().any(failed)
}

/// Scores a finished interview and announces its report.
pub(crate) fn evaluate(state: &mut State, interview_id: &str, now: f64) -> Vec<u64> {
    let Some(posting) = state
        .interview(interview_id)
        .and_then(|interview| state.posting(&interview.posting_id))
        .cloned()
    else {
        return Vec::new();
    };
    let Some(interview) = state.interview_mut(interview_id) else {
        return Vec::new();
    };
    if interview.stage != Stage::Evaluating {
        return Vec::new();
    }
    if interview.failed_knockout {
        interview.stage = Stage::KnockedOut;
    } else {
        let score = |question: &OpenQuestion| {
            let given = interview.answer(&question.question_id).map_or("", |given| given.text.as_str());
            rubric::score_answer(question, given)
        };
        interview.scores = posting.open_questions.iter().map(score).collect();
        interview.stage = Stage::Completed;
    }
    interview.revision = 1;
    announce(state, interview_id, Event::ReportAvailable, now)
}

/// Shifts every question's score and announces the report again; `None` when there is no score to shift.
pub(crate) fn rescore(state: &mut State, interview_id: &str, delta: i32, now: f64) -> Option<Vec<u64>> {
    let interview = state.interview_mut(interview_id)?;
    if interview.scores.is_empty() {
        return None;
    }
    interview.revision = interview.revision.saturating_add(1);
    let revision = interview.revision;
    for score in &mut interview.scores {
        score.score = score.score.saturating_add_signed(delta).clamp(1, 10);
        score.correction = Some(format!("Rescored (revision {revision}): {delta:+} by order of the stand-in."));
    }
    Some(announce(state, interview_id, Event::ReportAvailable, now))
}

/// How a scripted interview is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Started,
    Completed,
    KnockedOut,
}

/// A scripted interview: answers in the order of the questions, strong or weak samples for the rest.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) answers: Vec<String>,
    pub(crate) ending: Ending,
    pub(crate) strong: bool,
}

/// Runs an interview by script, from wherever it stands.
pub(crate) fn run_script(state: &mut State, interview_id: &str, script: &Script, now: f64) -> Result<Consequences, NotTaken> {
    let interview = state.interview(interview_id).ok_or(NotTaken::NoSuchInterview)?;
    let posting = state.posting(&interview.posting_id).cloned().ok_or(NotTaken::NoSuchInterview)?;
    if !matches!(interview.stage, Stage::Pending | Stage::InProgress) {
        return Err(NotTaken::NotRunning);
    }
    let answers = scripted_answers(&posting, interview, script)?;

    let mut consequences = start(state, interview_id, now);
    if script.ending == Ending::Started {
        return Ok(consequences);
    }
    for (position, (question_id, text)) in answers.iter().enumerate() {
        // Spread in time so that the transcript has a course.
        let at = now + f64::from(u32::try_from(position).unwrap_or(0)) * 0.001;
        let step = answer(state, interview_id, question_id, text, at)?;
        consequences.deliveries.extend(step.deliveries);
        consequences.evaluate = step.evaluate;
        if step.evaluate {
            break;
        }
    }
    Ok(consequences)
}

/// The answers still to give, all checked before the first one changes anything.
fn scripted_answers(posting: &Posting, interview: &Interview, script: &Script) -> Result<Vec<(String, String)>, NotTaken> {
    let mut answers = Vec::new();
    for (position, question) in questions(posting).iter().enumerate() {
        let given = script.answers.get(position).cloned();
        let text = given.unwrap_or_else(|| sample(question, script.ending, script.strong));
        if interview.answer(question.id()).is_none() {
            check(question, question.id(), &text)?;
            answers.push((question.id().to_owned(), text));
        }
    }
    Ok(answers)
}

fn sample(question: &Question<'_>, ending: Ending, strong: bool) -> String {
    match question {
        Question::Form(form) => {
            let wanted = |choice: &&String| form.passes(choice) != (ending == Ending::KnockedOut && form.is_knockout);
            form.choices
                .iter()
                .find(wanted)
                .or(form.choices.first())
                .cloned()
                .unwrap_or_default()
        }
        Question::Open(open) if strong => open.strong_sample.clone(),
        Question::Open(_) => "I am not sure, I would ask somebody else.".to_owned(),
    }
}
