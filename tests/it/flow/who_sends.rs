//! Who writes to the candidate: HeyMilo or we, never both, and nobody while the question is open.

use super::fixture::{Flow, is, orders};
use serde_json::{Value, json};

const DANA: &str = "JOB_APPLICATION-3-1";

#[tokio::test(flavor = "multi_thread")]
async fn when_heymilo_sends_we_send_nothing() {
    let flow = Flow::start_with(|setup| {
        setup["workspace"]["who_sends"] = json!("heymilo");
        setup["workspace"]["confirmed_by"] = Value::Null;
    })
    .await;
    flow.move_to(DANA, "ASSESSMENT", true).await;
    flow.settle(|state| is(state, DANA, "invited"), "invited").await;
    assert_eq!((flow.mails(), flow.mails_of_heymilo().await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_we_send_heymilo_sends_nothing() {
    let flow = Flow::start().await;
    flow.move_to(DANA, "ASSESSMENT", true).await;
    flow.settle(|state| is(state, DANA, "invited"), "invited").await;
    assert_eq!((flow.mails(), flow.mails_of_heymilo().await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_question_is_open_orders_wait_and_nothing_is_sent() {
    let flow = Flow::start_with(|setup| {
        setup["workspace"]["who_sends"] = Value::Null;
        setup["workspace"]["confirmed_by"] = Value::Null;
    })
    .await;
    flow.leaves("advance_order");
    flow.move_to(DANA, "ASSESSMENT", true).await;
    flow.settle(|state| is(state, DANA, "waiting"), "waiting").await;
    let state = flow.settle_down().await;
    assert_eq!(orders(&state, DANA)[0]["reason"], "who_sends_unanswered");
    assert_eq!(
        (
            flow.mails(),
            flow.mails_of_heymilo().await,
            flow.calls("heymilo", "ingestCandidate").await
        ),
        (0, 0, 0)
    );
}
