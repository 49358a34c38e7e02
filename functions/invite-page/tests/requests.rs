//! A candidate's browser against the embedded table and queues: what each state shows, and what pressing the button does.

#![cfg(test)]

use domain::order::{OrderState, Outcome, RefusalReason, ReviewReason, WaitReason};
use domain::settings::{Mapping, Workspace};
use domain::{InterviewId, Message, Moment, Order, PostingId, Work, WorkspaceId};
use invite_page::Function;
use keys::token_hash;
use lambda_http::Body;
use lambda_http::http::{Method, Request, Response, StatusCode};
use lambda_kit::{Aws, Clock, Environment, Outside};
use secrecy::SecretString;
use store::Store;
use store::due::Due;
use store::link::{Link, LinkPurpose};
use store::order::Binding;
use testkit::{Bench, Fault, Kind, Service, When};

const TOKEN: &str = "invented-token-of-forty-three-characters-00";
const INTERVIEW_URL: &str = "https://candidates.example.com/acme/i/D536A69A4090E13F";

struct Fixture {
    bench: Bench,
    store: Store,
    function: Function,
}

async fn fixture() -> Fixture {
    let bench = Bench::of("invite-page").await.unwrap();
    let environment = Environment::from_pairs(bench.variables().unwrap());
    let clock = Clock::shifted(Moment(1_800_000_000_000));
    let aws = Aws::with_http_client(&environment, &clock, bench.aws.http_client()).unwrap();
    let outside = Outside::new(aws.clone(), clock);
    let keyring = bench.secret("SealingSecret").await.unwrap();
    Fixture {
        store: Store::open(aws.sdk_config(), environment.required("TABLE_NAME").unwrap(), &keyring.into()).unwrap(),
        function: Function::new(&environment, &outside).await.unwrap(),
        bench,
    }
}

impl Fixture {
    /// Stores an order in this state, bound to an interview, with its link.
    async fn order(&self, state: OrderState) -> Order {
        let order = order_in(state, 1);
        let (posting, interview) = (PostingId::new("13D77095").unwrap(), InterviewId::new("D536A69A4090E13F").unwrap());
        let bound = order.bind(interview, posting.clone(), Moment(0));
        let url = SecretString::from(INTERVIEW_URL);
        let Binding::Bound(order) = self.store.bind_interview(bound, &posting, &url).await.unwrap() else {
            panic!("the interview is another's");
        };
        self.link_and_names().await;
        *order
    }

    /// Stores an order whose interview is not asked for yet, in this attempt, with its link.
    async fn order_without_interview(&self, attempt: u32) {
        let waits = order_in(OrderState::Confirmed, attempt).wait(WaitReason::HeyMiloUnavailable, Moment(0), Moment(0));
        self.store.save_change(waits, None).await.unwrap();
        self.link_and_names().await;
    }

    async fn link_and_names(&self) {
        let link = link(LinkPurpose::Candidate);
        self.store.put_link(&token_hash(TOKEN), &link).await.unwrap();
        self.name_employer_and_job().await;
    }

    async fn name_employer_and_job(&self) {
        let workspace = r#"{"workspace": "acme", "name": "Acme & Söhne"}"#;
        let workspace: Workspace = serde_json::from_str(workspace).unwrap();
        self.store.save_workspace(&workspace, &[]).await.unwrap();
        let mapping = r#"{"workspace": "acme", "connection": "acme-preview", "requisition": "R00001", "posting": "13D77095",
            "requisition_title": "Baker <script>", "posting_title": "Baker", "linked_at": 0}"#;
        let mapping: Mapping = serde_json::from_str(mapping).unwrap();
        self.store.save_mapping(&mapping, &[]).await.unwrap();
    }

    async fn get(&self) -> Response<Body> {
        self.request(Method::GET, &format!("/i/{TOKEN}")).await
    }

    async fn post(&self) -> Response<Body> {
        self.request(Method::POST, &format!("/i/{TOKEN}")).await
    }

    async fn request(&self, method: Method, path: &str) -> Response<Body> {
        let request = Request::builder().method(method).uri(path).body(Body::Empty).unwrap();
        self.function.handle(request).await
    }

    async fn stored(&self, order: &Order) -> Order {
        self.store.order(&order.workspace, &order.order).await.unwrap().unwrap()
    }

    async fn messages(&self) -> Vec<Message> {
        self.bench.messages("WritebackQueue").await.unwrap()
    }
}

fn order_in(state: OrderState, attempt: u32) -> Order {
    let mut row = serde_json::json!({"workspace": "acme", "order": "order-1", "connection": "acme-preview",
        "application": "JOB_APPLICATION-3-25", "candidate": "C00001", "requisition": "R00001", "posting": "13D77095", "visit": 1,
        "attempt": attempt, "created_at": 0, "updated_at": 0});
    let state = serde_json::to_value(state).unwrap();
    row.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
    serde_json::from_value(row).unwrap()
}

fn link(purpose: LinkPurpose) -> Link {
    let text = r#"{"workspace": "acme", "order": "order-1", "purpose": "candidate"}"#;
    Link {
        purpose,
        ..serde_json::from_str(text).unwrap()
    }
}

fn text(answer: &Response<Body>) -> &str {
    let Body::Text(text) = answer.body() else {
        panic!("not a page: {}", answer.status())
    };
    text
}

#[tokio::test]
async fn opening_the_page_informs_and_changes_nothing() {
    let fixture = fixture().await;
    let order = fixture.order(OrderState::Invited).await;
    for _scanner in 0..3 {
        let answer = fixture.get().await;
        assert_eq!(answer.status(), StatusCode::OK);
        for part in [
            "An AI conducts this interview",
            "Start the screening",
            "Acme &amp; Söhne",
            "Baker &lt;script&gt;",
        ] {
            assert!(text(&answer).contains(part), "{part} is missing");
        }
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("form-action 'self' https: https://candidates.example.com;"),
            "{policy}"
        );
        assert!(!text(&answer).contains(INTERVIEW_URL));
    }
    assert_eq!(fixture.stored(&order).await, order);
    assert!(fixture.messages().await.is_empty());
}

#[tokio::test]
async fn the_page_speaks_the_agents_language_unless_the_candidate_chooses_another() {
    let fixture = fixture().await;
    fixture.order(OrderState::Invited).await;
    let workspace = WorkspaceId::new("acme").unwrap();
    let [mapping] = fixture.store.mappings(&workspace).await.unwrap().try_into().unwrap();
    fixture.store.note_language(&mapping, Some("fr-CA")).await.unwrap();
    // 2126-12-03T17:05:00Z
    let deadline = Moment(4_951_991_100_000);
    fixture.store.note_deadline(&mapping, Some(deadline)).await.unwrap();
    let french = fixture.get().await;
    assert!(text(&french).contains("<html lang=\"fr\">"), "{}", text(&french));
    assert!(text(&french).contains("jusqu\u{2019}au 3 d\u{e9}cembre 2126 \u{e0} 17:05 (UTC)."));
    let german = fixture.request(Method::GET, &format!("/i/{TOKEN}?language=de")).await;
    assert!(text(&german).contains("Dieses Interview f\u{fc}hrt eine KI."));
    // Linked to another agent since, the link says nothing of the one that was asked.
    let other = Mapping {
        posting: PostingId::new("another").unwrap(),
        ..mapping
    };
    fixture.store.save_mapping(&other, &[]).await.unwrap();
    let english = fixture.get().await;
    assert!(text(&english).contains("An AI conducts this interview.") && !text(&english).contains("2126"));
}

#[tokio::test]
async fn who_opens_a_link_of_nobodys_is_answered_in_their_browsers_language() {
    let fixture = fixture().await;
    let request = Request::builder()
        .uri("/i/unknown")
        .header("accept-language", "es-MX,es;q=0.9,en;q=0.8")
        .body(Body::Empty)
        .unwrap();
    let answer = fixture.function.handle(request).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert!(text(&answer).contains("Este enlace no funciona"), "{}", text(&answer));
}

#[tokio::test]
async fn the_button_marks_the_order_once_and_always_leads_to_the_interview() {
    let fixture = fixture().await;
    let order = fixture.order(OrderState::Invited).await;
    for _press in 0..3 {
        let answer = fixture.post().await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], INTERVIEW_URL);
    }
    let opened = fixture.stored(&order).await;
    assert_eq!(
        (opened.state.clone(), opened.rank, opened.version),
        (OrderState::Opened, 20, order.version + 1)
    );
    let work = Work::WriteBack {
        order: order.order.clone(),
    };
    assert_eq!(fixture.messages().await, [Message::new(order.workspace.clone(), work.clone())]);
    let due = fixture.store.due_rows(&order.workspace).await.unwrap();
    assert!(due.iter().any(|due| due.work == work));
    assert!(text(&fixture.get().await).contains("Continue the screening"));
}

#[tokio::test]
async fn what_happens_later_is_never_taken_back_to_opened() {
    for state in [OrderState::InProgress, OrderState::Opened] {
        let fixture = fixture().await;
        let order = fixture.order(state.clone()).await;
        assert_eq!(fixture.post().await.status(), StatusCode::SEE_OTHER);
        assert_eq!(fixture.stored(&order).await.state, state);
    }
}

#[tokio::test]
async fn a_screening_that_cannot_be_taken_leads_nowhere() {
    let completed = OrderState::Completed {
        outcome: Outcome::KnockedOut,
    };
    let refused = OrderState::Refused {
        reason: RefusalReason::EmailRefused,
    };
    let review = OrderState::NeedsReview {
        reason: ReviewReason::AlreadyScreened,
    };
    for (state, status, title) in [
        (completed, StatusCode::OK, "Thank you, your screening is complete"),
        (OrderState::Scoring, StatusCode::OK, "Thank you, your screening is complete"),
        (OrderState::Withdrawn, StatusCode::GONE, "This screening is closed"),
        (refused, StatusCode::GONE, "This screening is closed"),
        (review, StatusCode::GONE, "This screening is closed"),
        (OrderState::Confirmed, StatusCode::OK, "Your screening is being prepared"),
    ] {
        let fixture = fixture().await;
        let order = fixture.order(state.clone()).await;
        for answer in [fixture.get().await, fixture.post().await] {
            assert_eq!(answer.status(), status, "{state:?}");
            assert!(text(&answer).contains(title), "{state:?}");
            assert!(!text(&answer).contains("knocked"), "an outcome is not the candidate's to read here");
        }
        assert_eq!(fixture.stored(&order).await, order);
    }
}

#[tokio::test]
async fn a_candidate_whose_mail_arrived_unproven_may_start() {
    let waiting = |reason| OrderState::Waiting { reason, until: Moment(0) };
    let review = OrderState::NeedsReview {
        reason: ReviewReason::EffectUnproven,
    };
    // Whatever it waits for since.
    let later = waiting(WaitReason::WorkdayCredentialRefused);
    for state in [waiting(WaitReason::OutcomeUnknown), later, review] {
        let fixture = fixture().await;
        let order = fixture.order(state).await;
        assert!(text(&fixture.get().await).contains("Start the screening"));
        assert_eq!(fixture.post().await.status(), StatusCode::SEE_OTHER);
        let started = fixture.stored(&order).await;
        assert_eq!(started.state, OrderState::Opened, "whoever holds the mail proves that it left");
        assert!(started.invited_at.is_some());
    }
}

#[tokio::test]
async fn whoever_holds_an_earlier_mail_while_a_new_invitation_is_made_is_told_of_the_new_one() {
    let fixture = fixture().await;
    fixture.order_without_interview(2).await;
    for answer in [fixture.get().await, fixture.post().await] {
        let page = text(&answer);
        assert!(
            page.contains("A new invitation is on its way") && !page.contains("<button"),
            "{page}"
        );
    }
}

#[tokio::test]
async fn links_that_are_not_a_candidates_open_nothing() {
    let fixture = fixture().await;
    fixture.order(OrderState::Invited).await;
    fixture
        .store
        .put_link(&token_hash(&TOKEN.replace('0', "1")), &link(LinkPurpose::Report))
        .await
        .unwrap();
    let report = format!("/i/{}", TOKEN.replace('0', "1"));
    let unknown = format!("/i/{}", TOKEN.replace('0', "2"));
    let oddities = ["/i/", "/i/short", "/i/../r/x", "/i/%00", "/r/x", "/"].map(str::to_owned);
    for path in [report, unknown].into_iter().chain(oddities) {
        for method in [Method::GET, Method::POST] {
            let answer = fixture.request(method, &path).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
            assert!(text(&answer).contains("This link does not work"));
        }
    }
    let malformed_reads = fixture.bench.aws.faults().calls(Service::DynamoDb, "GetItem");
    fixture.request(Method::GET, "/i/not-a-token").await;
    assert_eq!(fixture.bench.aws.faults().calls(Service::DynamoDb, "GetItem"), malformed_reads);
    let put = fixture.request(Method::PUT, &format!("/i/{TOKEN}")).await;
    assert_eq!(put.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_voided_link_names_the_newer_one() {
    let fixture = fixture().await;
    fixture.order(OrderState::Invited).await;
    fixture.store.void_link(&token_hash(TOKEN)).await.unwrap();
    for answer in [fixture.get().await, fixture.post().await] {
        assert_eq!(answer.status(), StatusCode::GONE);
        assert!(text(&answer).contains("A newer link was sent to you"));
    }
}

#[tokio::test]
async fn a_table_that_does_not_answer_is_said_in_words() {
    let fixture = fixture().await;
    fixture.order(OrderState::Invited).await;
    let down = Fault {
        times: 3,
        ..Fault::once(Service::DynamoDb, "GetItem", When::BeforeEffect, Kind::Unavailable)
    };
    fixture.bench.aws.faults().plan(down);
    let answer = fixture.get().await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(&answer).contains("Your invitation stays valid"));
}

#[tokio::test]
async fn bookkeeping_that_fails_does_not_keep_the_candidate_out() {
    let fixture = fixture().await;
    let order = fixture.order(OrderState::Invited).await;
    let down = Fault {
        times: 3,
        ..Fault::once(Service::DynamoDb, "TransactWriteItems", When::BeforeEffect, Kind::Unavailable)
    };
    fixture.bench.aws.faults().plan(down);
    assert_eq!(fixture.post().await.headers()["location"], INTERVIEW_URL);
    assert_eq!(fixture.stored(&order).await.state, OrderState::Invited);
    let queue_down = Fault {
        times: 3,
        ..Fault::once(Service::Sqs, "SendMessage", When::BeforeEffect, Kind::Unavailable)
    };
    fixture.bench.aws.faults().plan(queue_down);
    assert_eq!(fixture.post().await.headers()["location"], INTERVIEW_URL);
    assert_eq!(fixture.stored(&order).await.state, OrderState::Opened);
    let workspace = WorkspaceId::new("acme").unwrap();
    let write = |due: &Due| matches!(due.work, Work::WriteBack { .. });
    let due = fixture.store.due_rows(&workspace).await.unwrap();
    assert_eq!(due.iter().filter(|due| write(due)).count(), 1, "the sweep finds the write-back");
}
