//! Token → order → page, or, when the button is pressed, → `opened` → the interview.

use crate::invitation::{self, Found, Standing};
use crate::pages;
use domain::Order;
use domain::order::Change;
use keys::address::CANDIDATE_LINK;
use lambda_http::http::header::ACCEPT_LANGUAGE;
use lambda_http::http::{Method, Response};
use lambda_http::{Body, Request};
use lambda_kit::outbound::VendorHosts;
use lambda_kit::telemetry::chain;
use lambda_kit::{Clock, Environment, Outside, Queues, Secrets, StartError};
use letters::Language;
use std::error::Error;
use store::application::Application;
use store::{Store, StoreError};
use web::answer;
use web::form::Fields;
use work::{Trouble, commit};

/// Tries at marking an order opened while other workers change it.
const MARK_TRIES: u32 = 3;

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    store: Store,
    queues: Queues,
    clock: Clock,
    loopback_interviews: bool,
}

/// The languages that a candidate asks for.
#[derive(Debug, Clone, Copy)]
struct Languages {
    /// By a link of ours.
    chosen: Option<Language>,
    /// By their browser.
    preferred: Option<Language>,
}

impl Languages {
    fn of(request: &Request) -> Self {
        let accepted = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            chosen: Language::named(Fields::of_query(request).text(pages::CHOICE)),
            preferred: accepted.and_then(Language::preferred),
        }
    }

    /// Of somebody of whom we know nothing: the invitation's language is known by its order alone.
    fn of_strangers(self) -> Language {
        self.chosen.or(self.preferred).unwrap_or_default()
    }
}

impl Function {
    /// Reads configuration and secrets and builds the clients.
    pub async fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        let secrets = Secrets::new(&outside.aws, outside.clock.clone());
        Ok(Self {
            store: work::open_store(environment, outside, &secrets).await?,
            queues: Queues::new(&outside.aws, environment)?,
            clock: outside.clock.clone(),
            loopback_interviews: VendorHosts::from_environment(environment)?.allows_loopback(),
        })
    }

    /// Answers one request of a candidate's browser.
    pub async fn handle(&self, request: Request) -> Response<Body> {
        let languages = Languages::of(&request);
        let Some(token) = request.uri().path().strip_prefix(CANDIDATE_LINK) else {
            return pages::unknown(languages.of_strangers());
        };
        let answered = match *request.method() {
            Method::GET | Method::HEAD => self.show(token, languages).await,
            Method::POST => self.start(token, languages).await,
            _ => return answer::method_not_allowed("GET, HEAD, POST"),
        };
        answered.unwrap_or_else(|error| {
            tracing::error!(
                outcome = "unavailable",
                error = chain(&error),
                "the candidate's page could not be shown"
            );
            pages::unavailable(languages.of_strangers())
        })
    }

    async fn show(&self, token: &str, languages: Languages) -> Result<Response<Body>, StoreError> {
        match invitation::find(&self.store, token).await? {
            Found::Unknown => Ok(pages::unknown(languages.of_strangers())),
            Found::Void => Ok(pages::void(languages.of_strangers())),
            Found::Order(order) => self.page(&order, languages).await,
        }
    }

    async fn page(&self, order: &Order, languages: Languages) -> Result<Response<Body>, StoreError> {
        // Boxed, because three AWS calls side by side make a large future.
        let reads = Box::pin(async {
            tokio::try_join!(
                invitation::names(&self.store, order, languages.chosen),
                invitation::interview_url(&self.store, order, self.loopback_interviews)
            )
        });
        let (names, interview) = reads.await?;
        Ok(pages::of_standing(invitation::standing(order), &names, interview.as_ref()))
    }

    async fn start(&self, token: &str, languages: Languages) -> Result<Response<Body>, StoreError> {
        let order = match invitation::find(&self.store, token).await? {
            Found::Unknown => return Ok(pages::unknown(languages.of_strangers())),
            Found::Void => return Ok(pages::void(languages.of_strangers())),
            Found::Order(order) => *order,
        };
        let interview = invitation::interview_url(&self.store, &order, self.loopback_interviews).await?;
        match (invitation::standing(&order), interview) {
            (Standing::Start | Standing::Continue, Some(interview)) => {
                self.mark_opened(order).await;
                Ok(answer::redirect(&interview))
            }
            (_standing, _interview) => self.page(&order, languages).await,
        }
    }

    /// Marks the order opened, invited first where nobody knew yet that the mail left, and arms its write-back. A failure
    /// does not keep the candidate from the interview: the next report of HeyMilo carries the order past `opened` anyway.
    async fn mark_opened(&self, mut order: Order) {
        for _try in 0..MARK_TRIES {
            let now = self.clock.now();
            let arrived = order.clone().arrive(now);
            let is_opened = arrived.is_none();
            let Some(change) = arrived.or_else(|| order.clone().open(now)) else {
                return;
            };
            match self.save(change, is_opened).await {
                Ok(_) if is_opened => return,
                Ok(invited) => order = invited,
                Err(Trouble::Again) => match self.store.order(&order.workspace, &order.order).await {
                    Ok(Some(current)) => order = current,
                    Ok(None) => return,
                    Err(error) => return not_marked(&order, &error),
                },
                Err(trouble) => return not_marked(&order, &trouble),
            }
        }
        not_marked(&order, &Trouble::Again);
    }

    async fn save(&self, change: Change, is_opened: bool) -> Result<Order, Trouble> {
        let order = &change.order;
        let row = if is_opened {
            None
        } else {
            // Invited only now: later visits are to know.
            self.store.application_of(order).await?.and_then(Application::once_screened)
        };
        let order = commit(&self.store, &self.queues, change, row.as_ref()).await?;
        tracing::info!(workspace = %order.workspace, order = %order.order, state = order.state.name(), "the candidate pressed the button");
        Ok(order)
    }
}

fn not_marked(order: &Order, error: &(dyn Error + 'static)) {
    tracing::warn!(workspace = %order.workspace, order = %order.order, error = chain(error), "the order was not marked opened");
}
