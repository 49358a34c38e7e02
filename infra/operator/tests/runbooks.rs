//! The operator's commands as the runbooks have them typed: the program itself, in a folder with its `console.json`, against the
//! local run in the state that the page is about. Its AWS is the local run's, behind a socket.
#![expect(clippy::unwrap_used, reason = "helpers of a test: there a panic is the report")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use domain::order::{Change, ReviewReason, WaitReason};
use domain::{Moment, Order, OrderId, WorkspaceId};
use drive::{Browser, Owner, Recruiter, eventually};
use lambda_kit::Clock;
use local::demo::{self, Place, StandInOptions, StandIns};
use local::{Options, Product, Tick};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use testkit::{Deployment, EmbeddedAws, Fault, Kind, Parameters, Service, When};

const PROGRAM: &str = "cargo run -p operator -- ";
const DANA: &str = "JOB_APPLICATION-3-1";
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes of the longest request to AWS.
const LONGEST: usize = 10_000_000;
/// The pages with commands of the operator. Each has a case here.
const PAGES: [&str; 3] = ["needs-a-look.md", "needs-review.md", "reconnect-required.md"];

/// The operator's commands, by page.
fn commands() -> BTreeMap<String, Vec<String>> {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runbooks");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for page in std::fs::read_dir(pages).unwrap().map(Result::unwrap) {
        let text = std::fs::read_to_string(page.path()).unwrap();
        for line in text.lines().filter_map(|line| line.trim().strip_prefix(PROGRAM)) {
            let of_page = found.entry(page.file_name().into_string().unwrap()).or_default();
            of_page.push(line.to_owned());
        }
    }
    found
}

/// The local run, its AWS behind a socket, and a folder with the console's variables.
struct Stack {
    aws: EmbeddedAws,
    stand_ins: StandIns,
    product: Product,
    folder: TempDir,
    endpoint: String,
}

impl Stack {
    async fn start() -> Self {
        let wanted = StandInOptions {
            folder: None,
            contract: None,
            workday: Some(Place::FREE),
            heymilo: Some(Place::FREE),
        };
        let stand_ins = StandIns::start(&wanted).await.unwrap();
        let aws = EmbeddedAws::start(testkit::Options::default()).await.unwrap();
        let options = Options {
            tick: Tick::ByHand,
            ..Options::new(stand_ins.heymilo_url().unwrap())
        };
        let product = Box::pin(Product::start(options, &aws)).await.unwrap();
        let (workday, heymilo) = (stand_ins.workday_url().unwrap(), stand_ins.heymilo_url().unwrap());
        Box::pin(demo::connect(&product, workday, heymilo, 1)).await.unwrap();
        let folder = TempDir::new().unwrap();
        let variables = variables(&aws, &product.url, heymilo).await;
        std::fs::write(folder.path().join("console.json"), serde_json::to_vec(&variables).unwrap()).unwrap();
        Self {
            endpoint: listen(aws.clone()).await,
            aws,
            stand_ins,
            product,
            folder,
        }
    }

    /// Runs the program with a page's line, and what the reader fills in: what it printed.
    async fn run(&self, line: &str, filled_in: &[(&str, &str)]) -> String {
        let filled = filled_in
            .iter()
            .fold(line.to_owned(), |line, (place, value)| line.replace(place, value));
        let mut program = Command::new(env!("CARGO_BIN_EXE_operator"));
        program.args(filled.split_whitespace()).current_dir(self.folder.path());
        // The shell's own: where AWS is, and who asks.
        program
            .env_clear()
            .envs(self.aws.environment())
            .env("AWS_ENDPOINT_URL", &self.endpoint);
        let ended = tokio::task::spawn_blocking(move || program.output()).await.unwrap().unwrap();
        let (said, problem) = (String::from_utf8(ended.stdout).unwrap(), String::from_utf8(ended.stderr).unwrap());
        assert!(ended.status.success() && problem.is_empty(), "{line}: {problem}");
        said
    }

    /// Lets the product work until an order, or the first there is, stands as wanted.
    async fn until(&self, order: Option<&OrderId>, state: &str) -> Order {
        let workspace = WorkspaceId::new(demo::WORKSPACE).unwrap();
        let look = async || {
            self.product.tick().await.map_err(|error| error.to_string())?;
            self.product.drain(PATIENCE).await.map_err(|error| error.to_string())?;
            let orders = self.product.store().recent_orders(&workspace, 100).await;
            let mut orders = orders.map_err(|error| error.to_string())?.into_iter();
            let found = orders
                .find(|known| order.is_none_or(|order| known.order == *order))
                .ok_or("no order")?;
            (found.state.name() == state).then_some(found).ok_or_else(|| format!("not {state}"))
        };
        eventually(PATIENCE, look).await.unwrap()
    }

    /// An order whose mail does not leave.
    async fn waiting(&self) -> Order {
        self.aws.faults().plan(Fault {
            times: usize::MAX,
            ..Fault::once(Service::Ses, "*", When::BeforeEffect, Kind::Unreachable)
        });
        let recruiter = Recruiter::new(Browser::new().unwrap(), self.stand_ins.workday_url().unwrap());
        let body = json!({ "application": DANA, "stage": "ASSESSMENT", "by": "recruiter", "assess_step": true });
        recruiter.control("move", &body).await.unwrap();
        self.until(None, "waiting").await
    }

    async fn save(&self, change: Change) -> Order {
        self.product.store().save_change(change, None).await.unwrap()
    }

    /// Lists who needs a person, as the page says, does with them what it says, and sees them invited.
    async fn list_and_act(&self, page: &str, order: &Order, reason: &str) {
        self.aws.faults().clear();
        let [list, act] = commands().remove(page).unwrap().try_into().unwrap();
        let workspace = format!("--workspace {}", demo::WORKSPACE);
        let said = self.run(&list, &[("--workspace ID", &workspace)]).await;
        assert!(said.starts_with(order.order.as_str()) && said.contains(reason), "{said}");
        let filled_in = [
            ("--workspace ID", &*workspace),
            ("--order ID", &*format!("--order {}", order.order)),
            ("--person ID", "--person support-1"),
        ];
        let said = self.run(&act, &filled_in).await;
        assert!(said.starts_with(order.order.as_str()), "{said}");
        self.until(Some(&order.order), "invited").await;
        let history = self.product.store().history(&order.workspace, &order.order).await.unwrap();
        let is_theirs = |entry| format!("{entry:?}").contains("support-1");
        assert!(history.iter().any(is_theirs), "{history:?}");
    }

    async fn stop(self) {
        self.product.stop().await;
        self.stand_ins.stop().await;
    }
}

/// What the template gives the console: the file that infra/DEPLOYMENT.md has the operator write.
async fn variables(aws: &EmbeddedAws, public_url: &str, heymilo_url: &str) -> BTreeMap<String, String> {
    let parameters = Parameters {
        public_url: public_url.to_owned(),
        heymilo_url: heymilo_url.to_owned(),
        visibility: None,
    };
    let deployment = Box::pin(Deployment::create(aws, &aws.sdk_config(), parameters)).await.unwrap();
    let mut functions = deployment.template.functions().unwrap().into_iter();
    let console = functions.find(|function| function.binary == "console").unwrap();
    deployment.variables(&console).unwrap().into_iter().collect()
}

/// Answers for AWS on a free port.
async fn listen(aws: EmbeddedAws) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let answer = move |request: Request| {
        let aws = aws.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = to_bytes(body, LONGEST).await.unwrap().to_vec();
            aws.answer(Request::from_parts(parts, body)).await.unwrap().map(Body::from)
        }
    };
    let service = axum::serve(listener, Router::new().fallback(answer));
    tokio::spawn(async move { service.await.unwrap() });
    endpoint
}

fn now() -> Moment {
    Clock::system().now()
}

#[test]
fn every_page_with_a_command_of_ours_has_a_case_here() {
    let pages: BTreeSet<String> = commands().into_keys().collect();
    assert_eq!(pages.iter().map(String::as_str).collect::<Vec<_>>(), PAGES);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_review_page_lists_an_order_that_needs_a_person_and_invites_whom_they_choose() {
    let stack = Stack::start().await;
    let order = stack.waiting().await;
    let order = stack.save(order.review(ReviewReason::RecipientNotAllowed, now())).await;
    stack.list_and_act("needs-review.md", &order, "recipient_not_allowed").await;
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_what_needs_a_look_lists_what_has_failed_for_a_day_and_lets_it_be_tried_at_once() {
    let stack = Stack::start().await;
    let order = stack.waiting().await;
    let (reason, now) = (WaitReason::EmailUnavailable, now());
    let later = now.plus(Duration::from_hours(6));
    let order = stack.save(order.rest(now).unwrap()).await;
    let order = stack.save(order.wait(reason, later, now.minus(Duration::from_hours(25)))).await;
    let order = stack.save(order.wait(reason, later, now)).await;
    assert!(order.needs_a_look);
    stack.list_and_act("needs-a-look.md", &order, "waiting email_unavailable").await;
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_connection_that_ended_lets_in_whoever_is_to_connect_it_again() {
    let stack = Stack::start().await;
    let [sign_in] = commands().remove("reconnect-required.md").unwrap().try_into().unwrap();
    let link = stack.run(&sign_in, &[("WORKSPACE", demo::WORKSPACE)]).await;
    let owner = Owner::new(Browser::new().unwrap(), &stack.product.url);
    owner.sign_in(link.trim()).await.unwrap();
    assert!(owner.page("/integrations").await.unwrap().text().contains("Workday"));
    stack.stop().await;
}
