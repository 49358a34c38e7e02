//! The operator's own commands, run against the local run in the state that their page is about.

use super::page::{Command, commands};
use crate::flow::fixture::{Flow, is, orders};
use crate::flow::time::{Time, in_time};
use drive::Owner;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const PROGRAM: &str = "cargo run -p operator -- ";
/// Where the README has the stack's variables written: without them no command finds the stack.
const VARIABLES: &str = "console.json";
const DANA: &str = "JOB_APPLICATION-3-1";

/// The pages with commands of the operator, and what each is tried on.
const PAGES: [&str; 3] = ["needs-a-look.md", "needs-review.md", "reconnect-required.md"];

fn of_operator() -> impl Iterator<Item = Command> {
    commands().into_iter().filter(|command| command.text.starts_with(PROGRAM))
}

fn of_page(page: &str) -> Vec<String> {
    let here = of_operator().filter(|command| command.page == page);
    here.map(|command| command.text[PROGRAM.len()..].to_owned()).collect()
}

/// Runs a command as it stands on its page, with what the reader fills in.
async fn run(flow: &Flow, line: &str, filled_in: &[(&str, &str)]) -> String {
    let filled = filled_in
        .iter()
        .fold(line.to_owned(), |line, (place, value)| line.replace(place, value));
    let read = operator::read(filled.split_whitespace().map(str::to_owned));
    let Ok(operator::Command::Do { environment, task }) = read else {
        panic!("{line}: {read:?}");
    };
    assert_eq!(environment.as_deref(), Some(Path::new(VARIABLES)), "{line}");
    Box::pin(operator::perform(flow.product.admin(), task))
        .await
        .unwrap_or_else(|problem| panic!("{line}: {problem}"))
}

/// Lists who needs a person, as the page says, and does with the first what it says.
async fn listed_and_done(flow: &Flow, page: &str, reason: &str) -> Value {
    let [list, act] = of_page(page).try_into().unwrap();
    let said = run(flow, &list, &[("--workspace ID", "--workspace acme")]).await;
    let order = said.split_whitespace().next().unwrap().to_owned();
    assert!(said.contains(reason), "{said}");
    let state = flow.state().await;
    assert_eq!(orders(&state, DANA)[0]["order"], order.as_str());
    let filled_in = [
        ("--workspace ID", "--workspace acme"),
        ("--order ID", &*format!("--order {order}")),
        ("--person ID", "--person support-1"),
    ];
    run(flow, &act, &filled_in).await;
    flow.state().await
}

#[test]
fn every_page_with_a_command_of_ours_has_a_case_here() {
    let pages: std::collections::BTreeSet<String> = of_operator().map(|command| command.page).collect();
    assert_eq!(pages.iter().map(String::as_str).collect::<Vec<_>>(), PAGES);
}

#[test]
fn the_review_page_lists_an_order_that_needs_a_person_and_invites_whom_they_choose() {
    in_time(async |time: &Time| {
        let flow: Arc<Flow> = Flow::start_with(time, |setup| setup["connections"][0]["non_production"] = json!(true)).await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle(|state| is(state, DANA, "needs_review"), "the address is not on the list")
            .await;
        flow.connect(|setup| {
            setup["connections"][0]["non_production"] = json!(true);
            setup["connections"][0]["allowed_recipients"] = json!(["@example.com"]);
        })
        .await;
        listed_and_done(&flow, "needs-review.md", "recipient_not_allowed").await;
        flow.until_invited(DANA).await;
        assert_eq!(flow.mails(), 1);
    });
}

#[test]
fn the_page_of_what_needs_a_look_lists_what_has_failed_for_a_day_and_lets_it_be_tried_at_once() {
    in_time(async |time: &Time| {
        let flow = Flow::start(time).await;
        flow.fault(
            "heymilo",
            &json!({ "operation": "ingestCandidate", "kind": "http503", "times": 1_000 }),
        )
        .await;
        flow.move_to(DANA, "ASSESSMENT", true).await;
        flow.settle(|state| is(state, DANA, "waiting"), "HeyMilo is away").await;
        flow.clock.sleep(Duration::from_hours(25)).await;
        let needs_a_look = |state: &Value| state["orders"][0]["needs_a_look"] == true;
        flow.settle_within(Duration::from_hours(7), needs_a_look, "it has failed for a day")
            .await;
        flow.mend_heymilo().await;
        let before = flow.clock.now();
        listed_and_done(&flow, "needs-a-look.md", "waiting").await;
        flow.until_invited(DANA).await;
        assert!(
            flow.clock.now().since(before) < Duration::from_mins(10),
            "at once, and not at the next look"
        );
    });
}

#[test]
fn the_page_of_a_connection_that_ended_lets_in_whoever_is_to_connect_it_again() {
    in_time(async |time: &Time| {
        let flow = Flow::start(time).await;
        let [sign_in] = of_page("reconnect-required.md").try_into().unwrap();
        let link = run(&flow, &sign_in, &[("WORKSPACE", "acme")]).await;
        let owner = Owner::new(flow.browser(), &flow.product.url);
        owner.sign_in(&link).await.unwrap();
        assert!(owner.page("/integrations").await.unwrap().text().contains("Workday"));
    });
}
