//! One request of a signed-in person: who asks, for which workspace, and how a change is answered.

use crate::frame::Frame;
use crate::note::{Done, Note};
use admin::{Admin, AdminError, Problem, SignedIn};
use domain::WorkspaceId;
use domain::health::Trouble;
use domain::settings::{Connection, WhoSends, Workspace};
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use std::error::Error;
use web::form::Fields;
use web::{SessionToken, answer};

/// A signed-in person's request, with what every page needs.
pub(crate) struct Visit<'a> {
    pub(crate) admin: &'a Admin,
    pub(crate) signed_in: SignedIn,
    pub(crate) session: SessionToken,
    pub(crate) workspace: Option<Workspace>,
    pub(crate) query: Fields,
    /// What the page before left to be said.
    pub(crate) note: Note,
    /// The workspace's connections, as they were when the request began.
    pub(crate) connections: Vec<Connection>,
    /// Those that do not work as they should.
    pub(crate) troubles: Vec<(Connection, Trouble)>,
}

/// A page, or why there is none.
pub(crate) type Shown = Result<Response<Body>, AdminError>;

impl Visit<'_> {
    pub(crate) fn id(&self) -> &WorkspaceId {
        &self.signed_in.session.workspace
    }

    /// Who writes to the workspace's candidates.
    pub(crate) fn who_sends(&self) -> &WhoSends {
        self.workspace
            .as_ref()
            .map_or(&WhoSends::Unanswered, |workspace| &workspace.who_sends)
    }

    pub(crate) fn frame(&self) -> Frame<'_> {
        self.frame_with(self.note)
    }

    pub(crate) fn frame_with(&self, note: Note) -> Frame<'_> {
        Frame {
            signed_in: &self.signed_in,
            session: &self.session,
            workspace: self.workspace.as_ref(),
            troubles: &self.troubles,
            note,
        }
    }
}

/// Where a change leads: a path of ours, with a note.
pub(crate) fn done(path: &str, done: Done) -> Response<Body> {
    led_to(path, Note::Done(done))
}

/// Where linking a requisition to another agent leads.
pub(crate) fn gone_over(path: &str, orders: usize) -> Response<Body> {
    led_to(path, Note::GoneOver(orders))
}

/// The same for a change that did not come about.
pub(crate) fn not_done(path: &str, problem: Problem) -> Response<Body> {
    led_to(path, Note::Problem(problem))
}

/// The note goes along as a cookie, which is set where the answer leaves.
fn led_to(path: &str, note: Note) -> Response<Body> {
    let mut answer = answer::redirect_to_path(path);
    answer.extensions_mut().insert(note);
    answer
}

/// What is answered to a form that none of our pages sent.
pub(crate) fn forged_form() -> Response<Body> {
    tracing::warn!(outcome = "forged_form", "a form that our pages did not send");
    answer::message_page(
        StatusCode::FORBIDDEN,
        "This form cannot be accepted",
        "It was not sent by a page of your current session. Please open the page again and repeat the step.",
    )
}

/// Logs a problem and says it on the page of `path`.
pub(crate) fn shown_there(path: &str, error: &AdminError) -> Response<Body> {
    log(error);
    not_done(path, error.problem)
}

/// Logs a problem that an administrator is shown: the cause is for us.
pub(crate) fn log(error: &AdminError) {
    if error.problem == Problem::Ours {
        tracing::error!(
            code = error.problem.code(),
            error = error as &dyn Error,
            "a page could not be shown"
        );
    } else {
        tracing::info!(
            code = error.problem.code(),
            error = error as &dyn Error,
            "an administrator's step did not come about"
        );
    }
}
