//! What a large customer costs the table. The large ones take minutes: see `.ci/full`.

use crate::fixture::{Fixture, test};
use domain::JobRequisitionId;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use surroundings::{APPLICATION, START};
use testkit::{Fault, Kind, Service, When};

/// Every call of the table takes so long from now on.
fn slow_table(here: &Fixture) {
    here.bench.aws.faults().plan(Fault {
        times: usize::MAX,
        ..Fault::once(Service::DynamoDb, "*", When::BeforeEffect, Kind::Slow(Duration::from_millis(50)))
    });
}

/// Rows of the index that were written or deleted so far: nothing else of a refresh is put.
fn written(here: &Fixture) -> usize {
    let faults = here.bench.aws.faults();
    faults.calls(Service::DynamoDb, "PutItem") + faults.calls(Service::DynamoDb, "DeleteItem")
}

/// What a refresh wrote to the index, and how long it took by the clock of the function and its table.
async fn refresh(here: &Fixture) -> (usize, Duration) {
    here.arm(here.index()).await;
    let (before, began) = (written(here), here.clock.now());
    here.take(&here.index()).await;
    let took = here.clock.now().since(began);
    assert!(here.connection().await.standing.requisition_index.is_whole(), "in one sitting");
    (written(here) - before, took)
}

async fn an_index_of(here: Fixture, requisitions: usize) {
    here.tell_workday("seed", json!({ "requisitions": requisitions })).await;
    slow_table(&here);
    let (all, took) = refresh(&here).await;
    assert_eq!(all, requisitions + 12, "the demo's twelve are there, too");
    assert!(took < Duration::from_mins(4), "an invocation's time: {took:?}");
    here.clock.advance(Duration::from_hours(6));
    let (unchanged, again) = refresh(&here).await;
    here.change_records(|records| {
        let requisitions = records["requisitions"].as_array_mut().unwrap().iter_mut();
        for requisition in requisitions
            .filter(|requisition| requisition["organization"] == "Generated")
            .take(10)
        {
            requisition["title"] = json!("Changed");
        }
    })
    .await;
    here.clock.advance(Duration::from_hours(6));
    let (changed, _) = refresh(&here).await;
    println!(
        "{requisitions} requisitions at 50 ms a table call: {all} rows in {} s; unchanged {unchanged} in {} s; ten changed {changed}",
        took.as_secs(),
        again.as_secs()
    );
    assert_eq!((unchanged, changed), (0, 10));
}

#[test]
fn an_index_is_complete_in_one_sitting_and_costs_writes_for_what_changed_alone() {
    test(async |here| an_index_of(here, 400).await);
}

#[test]
#[ignore = "takes minutes"]
fn an_index_of_twenty_thousand_requisitions_at_fifty_milliseconds_a_call_is_complete_in_one_sitting() {
    test(async |here| an_index_of(here, 20_000).await);
}

/// The rows of people who applied once for each of the requisitions and are not in the stage: as the first of them was stored.
async fn past(here: &Fixture, requisitions: &[String], from: usize, to: usize) {
    let table = here.environment.required("TABLE_NAME").unwrap();
    let mut pattern = here.lock_row(APPLICATION, 1);
    pattern.visits.in_stage = false;
    for requisition in requisitions {
        pattern.requisition = JobRequisitionId::new(requisition).unwrap();
        if from == 0 {
            here.store.save_application(&pattern).await.unwrap();
        }
        let partition = format!("W#{}#R#{}#{requisition}", here.id(), here.connection_id());
        let key = json!({ "pk": { "S": partition }, "sk": { "S": format!("APPLICATION#{APPLICATION}") } });
        let stored = here.bench.aws.ask_table("GetItem", &json!({ "TableName": table, "Key": key }))["Item"].clone();
        let numbers: Vec<usize> = (from.max(1)..to).collect();
        for some in numbers.chunks(25) {
            let puts: Vec<Value> = some.iter().map(|number| copy(&stored, *number)).collect();
            here.bench
                .aws
                .ask_table("BatchWriteItem", &json!({ "RequestItems": { (table.as_str()): puts } }));
        }
    }
}

fn copy(stored: &Value, number: usize) -> Value {
    let mut row = stored.clone();
    row["sk"]["S"] = json!(format!("APPLICATION#PAST-{number}"));
    row["application"]["S"] = json!(format!("PAST-{number}"));
    json!({ "PutRequest": { "Item": row } })
}

/// Rows of the table that a poll of the connection reads.
async fn read_by_a_poll(here: &Fixture) -> usize {
    here.arm(here.connection_poll()).await;
    let before = here.bench.aws.faults().rows_read();
    here.take(&here.connection_poll()).await;
    here.bench.aws.faults().rows_read() - before
}

async fn polls_of(here: Fixture, links: usize, (few, many): (usize, usize)) {
    here.tell_workday("seed", json!({ "requisitions": links })).await;
    let requisitions: Vec<String> = here
        .records("requisitions")
        .await
        .iter()
        .filter(|requisition| requisition["organization"] == "Generated")
        .map(|requisition| requisition["id"].as_str().unwrap().to_owned())
        .collect();
    for requisition in &requisitions {
        here.link(requisition, Some(START)).await;
    }
    past(&here, &requisitions, 0, few).await;
    read_by_a_poll(&here).await;
    let of_few = read_by_a_poll(&here).await;
    past(&here, &requisitions, few, many).await;
    let began = Instant::now();
    let of_many = read_by_a_poll(&here).await;
    println!(
        "{links} links: a poll reads {of_few} rows where {few} applied to each before, {of_many} where {many} did, in {} ms",
        began.elapsed().as_millis()
    );
    let last = JobRequisitionId::new(requisitions.last().unwrap()).unwrap();
    let stored = here.store.applications(&here.id(), &here.connection_id(), &last).await.unwrap();
    assert_eq!((requisitions.len(), stored.len()), (links, many), "they are there");
    assert_eq!(of_few, of_many);
}

#[test]
fn a_poll_reads_as_many_rows_however_many_applied_before() {
    test(async |here| polls_of(here, 20, (5, 50)).await);
}

#[test]
#[ignore = "takes minutes"]
fn a_poll_of_two_hundred_links_reads_as_many_rows_however_many_applied_before() {
    test(async |here| polls_of(here, 200, (10, 250)).await);
}
