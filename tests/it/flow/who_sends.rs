//! Who writes to the candidate: HeyMilo or we, never both, and nobody while the question is open.

use super::fixture::{Flow, is, orders};
use super::time::in_time;
use serde_json::{Value, json};

const DANA: &str = "JOB_APPLICATION-3-1";

#[test]
fn when_heymilo_sends_we_send_nothing() {
    in_time(async |time| {
        let flow = Flow::start_with(time, |setup| {
            setup["workspace"]["who_sends"] = json!("heymilo");
            setup["workspace"]["confirmed_by"] = Value::Null;
        })
        .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle(|state| is(state, DANA, "invited"), "invited").await;
        assert_eq!((flow.mails(), flow.mails_of_heymilo().await), (0, 1));
    });
}

#[test]
fn when_we_send_heymilo_sends_nothing() {
    in_time(async |time| {
        let flow = Flow::start(time).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle(|state| is(state, DANA, "invited"), "invited").await;
        assert_eq!((flow.mails(), flow.mails_of_heymilo().await), (1, 0));
    });
}

#[test]
fn while_the_question_is_open_orders_wait_and_nothing_is_sent() {
    in_time(async |time| {
        let flow = Flow::start_with(time, |setup| {
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
    });
}
