//! Path → connection; cookie → person; then to Workday, or back from it.

use crate::callback::Returned;
use crate::{callback, start};
use admin::{Admin, AdminError, Approver, Problem};
use domain::ConnectionId;
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use lambda_kit::{Environment, Outside, StartError};
use std::error::Error;
use web::{NoteCookie, SessionCookie, answer};

/// What the address of `start` says when a guest goes to Workday.
const GUEST: &str = "guest";

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
        answered.unwrap_or_else(|error| {
            log(&error, &connection);
            let page = if is_guest(&request, &self.admin) {
                format!("/connect/{connection}")
            } else {
                explained_at(error.problem, &connection)
            };
            self.led_to(&page, error.problem)
        })
    }

    async fn start(&self, request: &Request, connection: &ConnectionId) -> Result<Response<Body>, AdminError> {
        let is_guest = request.uri().query() == Some(GUEST);
        let approver = if is_guest {
            self.guest(request).await?
        } else {
            self.person(request).await?
        };
        let Some(approver) = approver else {
            return Ok(please_sign_in());
        };
        if !approver.may_connect(connection) {
            return Ok(not_allowed());
        }
        let consent_page = start::begin(&self.admin, &approver, connection).await?;
        Ok(answer::redirect(&consent_page))
    }

    async fn callback(&self, request: &Request, connection: &ConnectionId) -> Result<Response<Body>, AdminError> {
        let returned = Returned::read(request.uri().query().unwrap_or_default())?;
        // The state is used up whatever comes of it, and before anything is looked at: no second try with it.
        let asked = callback::take(&self.admin, &returned).await?;
        // One browser may hold both kinds of session: the one that began counts.
        let guest = self.guest(request).await?.filter(|guest| asked.is_of(guest));
        let approver = match guest {
            Some(guest) => Some(guest),
            None => self.person(request).await?,
        };
        let Some(approver) = approver else {
            return Ok(self.nobody(request, connection));
        };
        match (
            &approver,
            callback::finish(&self.admin, &approver, connection, asked, returned).await,
        ) {
            (Approver::Guest(_), Ok(())) => Ok(answer::redirect_to_path(&format!("/connect/{connection}"))),
            (Approver::Guest(_), Err(error)) => {
                log(&error, connection);
                Ok(self.led_to(&format!("/connect/{connection}"), error.problem))
            }
            (Approver::Person(_), Ok(())) => {
                let page = answer::redirect_to_path(&format!("/integrations/workday/{connection}"));
                Ok(self.note().leave(page, "done:connected"))
            }
            (Approver::Person(_), Err(error)) => Err(error),
        }
    }

    /// Leads to the page that explains a problem: address and code are left behind.
    fn led_to(&self, page: &str, problem: Problem) -> Response<Body> {
        let code = format!("problem:{}", problem.code());
        self.note().leave(answer::redirect_to_path(page), &code)
    }

    fn note(&self) -> NoteCookie {
        NoteCookie::of(self.admin.public_url())
    }

    /// Whoever came with neither kind of session that works: a guest is told by the page of their link.
    fn nobody(&self, request: &Request, connection: &ConnectionId) -> Response<Body> {
        if is_guest(request, &self.admin) {
            answer::redirect_to_path(&format!("/connect/{connection}"))
        } else {
            please_sign_in()
        }
    }

    async fn person(&self, request: &Request) -> Result<Option<Approver>, AdminError> {
        let Some(token) = SessionCookie::of(self.admin.public_url()).read(request.headers()) else {
            return Ok(None);
        };
        let signed_in = self.admin.signed_in(token.session_hash()).await?;
        Ok(signed_in.map(Approver::Person))
    }

    async fn guest(&self, request: &Request) -> Result<Option<Approver>, AdminError> {
        let Some(token) = SessionCookie::of_guest(self.admin.public_url()).read(request.headers()) else {
            return Ok(None);
        };
        let guest = self.admin.guest(token.session_hash()).await?;
        Ok(guest.map(Approver::Guest))
    }
}

/// Whether a request is a guest's: it says so, or it has their cookie and nobody else's.
fn is_guest(request: &Request, admin: &Admin) -> bool {
    let has = |cookie: SessionCookie| cookie.read(request.headers()).is_some();
    let public_url = admin.public_url();
    request.uri().query() == Some(GUEST) || (has(SessionCookie::of_guest(public_url)) && !has(SessionCookie::of(public_url)))
}

fn log(error: &AdminError, connection: &ConnectionId) {
    let code = error.problem.code();
    if error.problem == Problem::Ours {
        tracing::error!(connection = %connection, code, error = error as &dyn Error, "connecting by consent failed");
    } else {
        tracing::warn!(connection = %connection, code, error = error as &dyn Error, "connecting by consent did not come about");
    }
}

/// The page of a person that explains a problem.
fn explained_at(problem: Problem, connection: &ConnectionId) -> String {
    // Not this person's connection, or not known to be: its page would be a 404.
    let unknown_here = matches!(
        problem,
        Problem::ConnectionUnknown | Problem::AuthorizationForeign | Problem::AuthorizationOver | Problem::AuthorizationUnreadable
    );
    if unknown_here {
        "/integrations".to_owned()
    } else {
        format!("/integrations/workday/{connection}")
    }
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
