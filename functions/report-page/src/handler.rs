//! Token → link → order → latest stored result → page or PDF.

use domain::order::Outcome;
use keys::address::{REPORT_LINK, report_path};
use keys::{is_token, token_hash};
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, Response};
use lambda_kit::{Environment, Outside, Secrets, StartError};
use report::{HtmlOptions, Report};
use std::error::Error;
use store::Store;
use store::link::LinkPurpose;
use web::{Document, Nonce, answer};

const PDF: &str = "report.pdf";

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    store: Store,
}

/// What a link leads to.
enum Found {
    /// With what recruiters decided in HeyMilo since.
    Report(Box<Report>, Option<Outcome>),
    /// The order is there, its result is not (yet).
    NotReady,
    Nothing,
}

/// What of the report is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted<'request> {
    Page(&'request str),
    Pdf(&'request str),
}

impl Function {
    /// Reads `TABLE_NAME` and the secret that `SEALING_SECRET_NAME` names.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let secrets = Secrets::new(&outside.aws, outside.clock.clone());
        let store = work::open_store(environment, outside, &secrets).await?;
        Ok(Self { store })
    }

    /// Answers one request.
    #[tracing::instrument(skip_all)]
    pub async fn handle(&self, request: Request) -> Response<Body> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return answer::method_not_allowed("GET, HEAD");
        }
        let Some(wanted) = wanted(request.uri().path()) else {
            return nothing_here();
        };
        let (Wanted::Page(token) | Wanted::Pdf(token)) = wanted;
        match self.find(token).await {
            Ok(Found::Nothing) => nothing_here(),
            Ok(Found::NotReady) => answer::message_page(
                StatusCode::OK,
                "The report is not ready yet",
                "The screening is not finished or is still being scored. Please open this link again later.",
            ),
            Ok(Found::Report(report, outcome)) => match wanted {
                Wanted::Page(token) => page(&report.decided(outcome.map(Outcome::name)), token),
                Wanted::Pdf(_) => pdf(&report),
            },
            Err(error) => {
                tracing::error!(error = &*error as &dyn Error, "the report could not be read");
                answer::message_page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The report cannot be shown right now",
                    "Please try again in a minute.",
                )
            }
        }
    }

    async fn find(&self, token: &str) -> Result<Found, Box<dyn Error + Send + Sync>> {
        let Some(link) = self.store.link(&token_hash(token)).await? else {
            return Ok(Found::Nothing);
        };
        if link.void || link.purpose != LinkPurpose::Report {
            return Ok(Found::Nothing);
        }
        let Some(order) = self.store.order(&link.workspace, &link.order).await? else {
            return Ok(Found::Nothing);
        };
        let Some(version) = order.result() else {
            return Ok(Found::NotReady);
        };
        match self.store.result(&link.workspace, &link.order, &version).await? {
            Some(stored) => Ok(Found::Report(
                Box::new(Report::from_stored(&stored, version.number)?),
                order.outcome(),
            )),
            // Erased: the order's row may outlive the person's data.
            None => Ok(Found::Nothing),
        }
    }
}

fn wanted(path: &str) -> Option<Wanted<'_>> {
    let mut segments = path.strip_prefix(REPORT_LINK)?.split('/');
    let token = segments.next().filter(|token| is_token(token))?;
    match (segments.next(), segments.next()) {
        (None, _) => Some(Wanted::Page(token)),
        (Some(PDF), None) => Some(Wanted::Pdf(token)),
        (Some(_), _) => None,
    }
}

fn page(report: &Report, token: &str) -> Response<Body> {
    let nonce = Nonce::new();
    let options = HtmlOptions {
        nonce: nonce.to_string(),
        pdf_url: Some(format!("{}/{PDF}", report_path(token))),
    };
    answer::page(StatusCode::OK, Document::new(report.html(&options)), &nonce)
}

fn pdf(report: &Report) -> Response<Body> {
    match report.pdf() {
        Ok(bytes) => answer::pdf(bytes, &report.pdf_file_name()),
        Err(error) => {
            tracing::error!(error = &error as &dyn Error, "the PDF could not be made");
            answer::internal_error()
        }
    }
}

/// The same answer for an unknown, a voided and an erased link: it tells nothing about what once was.
fn nothing_here() -> Response<Body> {
    answer::not_found_page(
        "There is no report here",
        "This link is not known, or the report has been deleted. Please open it again from the candidate's record in Workday.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_token_and_the_two_addresses_are_looked_up() {
        let token = "A".repeat(43);
        assert_eq!(wanted(&format!("/r/{token}")), Some(Wanted::Page(&token)));
        assert_eq!(wanted(&format!("/r/{token}/report.pdf")), Some(Wanted::Pdf(&token)));
        for path in [
            "/r/",
            "/r/short",
            &format!("/r/{token}A"),
            &format!("/r/{token}/"),
            &format!("/r/{token}/report.pdf/x"),
            &format!("/r/{}%", "A".repeat(42)),
        ] {
            assert_eq!(wanted(path), None, "{path}");
        }
    }
}
