//! Path → connection; cookie → person; then to Workday, or back from it.

use crate::callback::Returned;
use crate::{callback, start};
use admin::{Admin, AdminError, Problem, SignedIn};
use domain::ConnectionId;
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use lambda_kit::{Environment, Outside, StartError};
use std::error::Error;
use web::{SessionCookie, answer};

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    admin: Admin,
}

impl Function {
    /// Reads what [`Admin::new`] reads.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let admin = Admin::new(environment, outside).await?;
        Ok(Self { admin })
    }

    /// Answers one request.
    #[tracing::instrument(skip_all)]
    pub async fn handle(&self, request: Request) -> Response<Body> {
        if request.method() != Method::GET {
            return answer::method_not_allowed("GET");
        }
        let segments: Vec<&str> = request.uri().path().trim_start_matches('/').split('/').collect();
        let ["oauth", "workday", step, connection] = segments.as_slice() else {
            return nothing_here();
        };
        let Ok(connection) = ConnectionId::new(*connection) else {
            return nothing_here();
        };
        let answered = match *step {
            "start" => self.start(&request, &connection).await,
            "callback" => self.callback(&request, &connection).await,
            _ => return nothing_here(),
        };
        answered.unwrap_or_else(|error| explained(&error, &connection))
    }

    async fn start(&self, request: &Request, connection: &ConnectionId) -> Result<Response<Body>, AdminError> {
        let Some(signed_in) = self.signed_in(request).await? else {
            return Ok(please_sign_in());
        };
        if !signed_in.session.role.may_change() {
            return Ok(not_allowed());
        }
        let consent_page = start::begin(&self.admin, &signed_in, connection).await?;
        Ok(answer::redirect(&consent_page))
    }

    async fn callback(&self, request: &Request, connection: &ConnectionId) -> Result<Response<Body>, AdminError> {
        let returned = Returned::read(request.uri().query().unwrap_or_default())?;
        // The state is used up whatever comes of it, and before anything is looked at: no second try with it.
        let asked = callback::take(&self.admin, &returned).await?;
        let Some(signed_in) = self.signed_in(request).await? else {
            return Ok(please_sign_in());
        };
        callback::finish(&self.admin, &signed_in, connection, asked, returned).await?;
        Ok(answer::redirect_to_path(&format!(
            "/integrations/workday/{connection}?done=connected"
        )))
    }

    async fn signed_in(&self, request: &Request) -> Result<Option<SignedIn>, AdminError> {
        match SessionCookie::of(self.admin.public_url()).read(request.headers()) {
            Some(token) => self.admin.signed_in(token.session_hash()).await,
            None => Ok(None),
        }
    }
}

/// Logs the problem and leads to the page that explains it: the address with the code is left behind.
fn explained(error: &AdminError, connection: &ConnectionId) -> Response<Body> {
    let code = error.problem.code();
    if error.problem == Problem::Ours {
        tracing::error!(connection = %connection, code, error = error as &dyn Error, "connecting by consent failed");
    } else {
        tracing::warn!(connection = %connection, code, error = error as &dyn Error, "connecting by consent did not come about");
    }
    // Not this person's connection, or not known to be: its page would be a 404.
    let unknown_here = matches!(
        error.problem,
        Problem::ConnectionUnknown | Problem::AuthorizationForeign | Problem::AuthorizationOver | Problem::AuthorizationUnreadable
    );
    let page = if unknown_here {
        "/integrations".to_owned()
    } else {
        format!("/integrations/workday/{connection}")
    };
    answer::redirect_to_path(&format!("{page}?problem={code}"))
}

fn nothing_here() -> Response<Body> {
    answer::not_found_page("Nothing here", "This address does not exist.")
}

/// The sign-in page knows which ways in there are.
fn please_sign_in() -> Response<Body> {
    answer::message_page_leading_to(
        StatusCode::UNAUTHORIZED,
        "Please sign in",
        "Your session has ended. Sign in, then press Connect again on the Integrations page. Nothing was changed.",
        ("Sign in", "/sign-in"),
    )
}

fn not_allowed() -> Response<Body> {
    answer::message_page(
        StatusCode::FORBIDDEN,
        "You can look, but not change",
        "Only owners and admins of the workspace connect Workday.",
    )
}
