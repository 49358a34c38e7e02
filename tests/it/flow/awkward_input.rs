//! Input that is unusual and right: names and titles in any script and full of markup, long texts, long lists, what is
//! confidential. It arrives as it is.

use super::fixture::{Flow, is, is_written, list, record};
use super::time::in_time;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const REQUISITION: &str = "R00001";
const POSTING: &str = "13D77095";
const TITLE: &str = "Packer & <Night> \"Crew\" at O'Hara, 倉庫 Склад مستودع 🚚";
const POSTING_TITLE: &str = "Screen & <b>\"Pack\"</b> 'n' 面接 🎤";
/// Application, candidate, first and last name.
const PEOPLE: [(&str, &str, &str, &str); 5] = [
    ("JOB_APPLICATION-3-1", "C00001", "花子", "見本"),
    ("JOB_APPLICATION-3-2", "C00002", "Иван", "Примеров-Ёлкин"),
    ("JOB_APPLICATION-3-3", "C00003", "محمد", "مثال"),
    ("JOB_APPLICATION-3-5", "C00005", "Zoë", "Ångström-Łęcka"),
    ("JOB_APPLICATION-3-6", "C00006", "Sam", "O'Sample & \"Sons\" <Ltd> 🚀"),
];
/// What Workday takes of one connection.
const WORKDAY_AT_ONCE: u64 = 4;
const WORKDAY_PER_SECOND: u64 = 5;

fn assert_holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

async fn screened(flow: &Flow, application: &str) {
    let state = flow.state().await;
    flow.finish(&state, application).await;
}

#[test]
fn names_and_titles_of_any_script_and_full_of_markup_arrive_unharmed_everywhere() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        flow.change_workday_records(|records| {
            record(records, "requisitions", REQUISITION)["title"] = json!(TITLE);
            for (_, candidate, first_name, last_name) in PEOPLE {
                let candidate = record(records, "candidates", candidate);
                candidate["first_name"] = json!(first_name);
                candidate["last_name"] = json!(last_name);
            }
        })
        .await;
        let posting = json!({ "keep": true, "postings": [{ "id": POSTING, "title": POSTING_TITLE, "deadline_days": 30.0 }] });
        flow.post(&flow.heymilo("/__stand-in/seed"), &posting).await;
        flow.connected(|_| {}).await;
        for (application, ..) in PEOPLE {
            flow.move_to(application, "ASSESSMENT", true).await;
        }
        let everybody = |state: &Value, wanted: &str| {
            let there = |(application, ..): &(&str, _, _, _)| is(state, application, wanted) && is_written(state, application);
            PEOPLE.iter().all(there)
        };
        flow.settle(|state| everybody(state, "invited"), "everybody is invited").await;
        for (application, ..) in PEOPLE {
            screened(&flow, application).await;
        }
        flow.settle(|state| everybody(state, "completed"), "everybody's result is written")
            .await;
        let heymilo = flow.get(&flow.heymilo("/__stand-in/state")).await;
        assert_eq!(flow.mails(), PEOPLE.len());
        for (application, candidate, first_name, last_name) in PEOPLE {
            let name = format!("{first_name} {last_name}");
            let mails = flow.aws.outbox().mails();
            let mail = mails
                .iter()
                .find(|mail| mail.text.as_deref().is_some_and(|text| text.contains(&name)));
            let mail = mail.unwrap_or_else(|| panic!("no mail greets {name}"));
            assert_holds(&mail.subject, &[TITLE]);
            assert_holds(mail.text.as_deref().unwrap(), &[&format!("Hello {name},"), TITLE]);
            assert_holds(
                mail.html.as_deref().unwrap(),
                &[&format!("Hello {},", as_text(&name)), &as_text(TITLE)],
            );
            assert!(
                list(&heymilo["interviews"]).any(|interview| interview["name"] == name),
                "{name} is not in HeyMilo"
            );
            let assessment = flow.assessments(application).await.remove(0);
            let note = assessment["comment"].as_str().unwrap();
            assert_holds(note, &[&format!("Job: {TITLE} ({REQUISITION})")]);
            let page = flow.page(assessment["lines"][0]["url"].as_str().unwrap()).await;
            assert_holds(&page, &[&as_text(&name), &as_text(TITLE), &as_text(POSTING_TITLE)]);
            assert!(
                !page.contains("<Ltd>") && !page.contains("<Night>") && !page.contains("<b>\"Pack"),
                "{page}"
            );
            let files = flow.attachments(candidate).await;
            let file = files[0]["filename"].as_str().unwrap();
            assert!(
                files.len() == 1 && file.starts_with(&format!("HeyMilo Report {REQUISITION} ")),
                "{file}"
            );
            assert!(file.is_ascii() && !file.contains(['<', '>', '&', '"', '\'', '/', '\\']), "{file}");
        }
    });
}

#[test]
fn job_descriptions_of_forty_kilobytes_cost_no_requisition() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        flow.post(&flow.workday("/__stand-in/seed"), &json!({ "requisitions": 50 })).await;
        // Rich text as it is pasted from a word processor: mostly markup, which travels escaped twice.
        let description = "<p class=\"x\"><b>倉庫 & \"night\"</b></p>".repeat(40 * 1024 / 40);
        assert!(description.len() > 40_000);
        flow.change_workday_records(|records| {
            for requisition in records["requisitions"].as_array_mut().unwrap() {
                requisition["description"] = json!(description);
            }
        })
        .await;
        flow.connected(|_| {}).await;
        let indexed = indexed(&flow, 60).await;
        assert!(indexed.contains(REQUISITION) && indexed.contains("R100014") && indexed.contains("R100063"));
        flow.move_to(PEOPLE[0].0, "ASSESSMENT", true).await;
        flow.settle(|state| is(state, PEOPLE[0].0, "invited"), "invited").await;
        assert_eq!(flow.mails(), 1);
    });
}

/// The numbers in the connection's index, once there are as many as this.
async fn indexed(flow: &Flow, at_least: usize) -> BTreeSet<String> {
    let workspace = domain::WorkspaceId::new(local::demo::WORKSPACE).unwrap();
    let connection = domain::ConnectionId::new(local::demo::CONNECTION).unwrap();
    let read = async || {
        let entries = flow.product.store().requisitions(&workspace, &connection).await.unwrap();
        entries.into_iter().map(|entry| entry.number).collect::<BTreeSet<_>>()
    };
    for _ in 0..20 {
        flow.settle_down().await;
        let numbers = read().await;
        if numbers.len() >= at_least {
            return numbers;
        }
    }
    panic!("only {} requisitions are indexed", read().await.len());
}

#[test]
fn twelve_hundred_requisitions_are_indexed_within_workdays_limits_and_found() {
    in_time(async |time| {
        let flow = Flow::unconnected(time).await;
        flow.post(&flow.workday("/__stand-in/seed"), &json!({ "requisitions": 1_200 }))
            .await;
        flow.change_workday_records(|records| record(records, "requisitions", "R100777")["title"] = json!(TITLE))
            .await;
        flow.connect(|_| {}).await;
        let numbers = indexed(&flow, 1_200).await;
        let records = flow.workday_records().await;
        let open =
            list(&records["requisitions"]).filter(|requisition| requisition["status"] == "Open" && requisition["evergreen"] == false);
        for requisition in open {
            assert!(
                numbers.contains(requisition["id"].as_str().unwrap()),
                "{requisition} is not indexed"
            );
        }
        let calls = flow.get(&flow.workday("/__stand-in/calls")).await;
        assert!(
            calls["max_per_second"].as_u64().unwrap() <= WORKDAY_PER_SECOND,
            "{}",
            calls["max_per_second"]
        );
        assert!(
            calls["max_concurrency"].as_u64().unwrap() <= WORKDAY_AT_ONCE,
            "{}",
            calls["max_concurrency"]
        );
        let read = flow.calls("workday", "Get_Job_Requisitions").await;
        assert!(read <= 20, "the list was read in {read} calls");
        for search in [
            "R100777",
            "%E5%80%89%E5%BA%AB",
            "%F0%9F%9A%9A",
            "%26+%3Cnight%3E",
            "o%27hara+%22crew%22",
            "%D0%A1%D0%9A%D0%9B%D0%90%D0%94",
        ] {
            let page = flow.console(&format!("/agents/{POSTING}?q={search}")).await;
            assert_holds(&page, &["1\u{2013}1 of 1", "value=\"R100777\"", &as_text(TITLE)]);
        }
    });
}

#[test]
fn a_confidential_requisition_is_marked_and_its_candidates_are_screened_like_others() {
    in_time(async |time| {
        let flow = Flow::start_with(time, |setup| setup["mappings"][0]["requisition"] = json!("R00008")).await;
        indexed(&flow, 10).await;
        let page = flow.console(&format!("/agents/{POSTING}?q=R00008")).await;
        assert_holds(&page, &["Confidential", "Head of Mergers", "Linked"]);
        let application = "JOB_APPLICATION-3-19";
        flow.move_to(application, "ASSESSMENT", true).await;
        flow.until_invited(application).await;
        screened(&flow, application).await;
        flow.until_completed(application).await;
        assert_eq!((flow.mails(), flow.attachments("C00019").await.len()), (1, 1));
    });
}

/// A text as it stands in HTML.
fn as_text(text: &str) -> String {
    maud::html! { (text) }.into_string()
}
