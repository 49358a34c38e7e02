//! What the template must keep to, whatever is changed in it: queues, alarms, permissions, variables.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of a test: there a panic is the report"
)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::Template;
use testkit::template::{Function, Queue};

fn template() -> Template {
    Template::of_repository().unwrap()
}

fn functions() -> Vec<Function> {
    template().functions().unwrap()
}

fn repository_file(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn queue<'a>(queues: &'a [Queue], id: &str) -> &'a Queue {
    queues.iter().find(|queue| queue.id == id).unwrap()
}

#[test]
fn every_mapping_reports_single_failures_and_has_a_ceiling() {
    let mappings: Vec<_> = functions().into_iter().flat_map(|function| function.mappings).collect();
    assert_eq!(mappings.len(), 6);
    for mapping in mappings {
        assert!(mapping.reports_batch_item_failures, "{}", mapping.queue);
        assert!(
            mapping.maximum_concurrency.is_some_and(|most| (2..=10).contains(&most)),
            "{}",
            mapping.queue
        );
        assert!((1..=10).contains(&mapping.batch_size), "{}", mapping.queue);
    }
}

#[test]
fn time_outs_nest_and_failed_messages_end_in_a_queue_that_keeps_them() {
    let queues = template().queues().unwrap();
    for function in functions() {
        for mapping in &function.mappings {
            let queue = queue(&queues, &mapping.queue);
            assert!(queue.visibility >= function.timeout * 6, "{}", queue.id);
            let redrive = queue.redrive.as_ref().unwrap();
            assert!(redrive.max_receive_count >= 5, "{}", queue.id);
            let dead = self::queue(&queues, &redrive.dead_letter_queue);
            assert_eq!(dead.retention, Duration::from_hours(14 * 24), "{}", dead.id);
            assert!(dead.retention > queue.retention && dead.redrive.is_none(), "{}", dead.id);
        }
    }
    let consumed: BTreeSet<String> = functions().into_iter().flat_map(|f| f.mappings).map(|m| m.queue).collect();
    let working: BTreeSet<String> = queues
        .into_iter()
        .filter(|queue| queue.redrive.is_some())
        .map(|queue| queue.id)
        .collect();
    assert_eq!(consumed, working, "a queue without a consumer, or the reverse");
}

#[test]
fn whoever_is_paged_finds_the_alarms_page() {
    let index = repository_file("infra/runbooks/README.md");
    let template = template();
    for (alarm, properties) in template.resources("AWS::CloudWatch::Alarm") {
        assert_eq!(properties["AlarmActions"][0]["Ref"], "AlarmTopic", "{alarm} tells nobody");
        let row = index.lines().find(|line| line.starts_with(&format!("| `{alarm}` |")));
        let page = row.and_then(|row| row.split_once("](")?.1.split_once(')'));
        let (page, _) = page.unwrap_or_else(|| panic!("{alarm} has no page in infra/runbooks/README.md"));
        let text = repository_file(&format!("infra/runbooks/{page}"));
        let title = text.lines().next().unwrap();
        assert!(title.contains(alarm), "{page} is not about {alarm}");
        for part in ["## Look", "## Escalate", "```sh"] {
            assert!(text.contains(part), "{page} has no {part}");
        }
    }
}

/// An alarm on a word that no log line has would never ring.
#[test]
fn what_alarms_look_for_in_the_log_is_logged() {
    let template = template();
    let patterns: Vec<&str> = template
        .resources("AWS::Logs::MetricFilter")
        .filter_map(|(_, filter)| filter["FilterPattern"].as_str())
        .collect();
    for (pattern, source, line) in [
        (
            r#"{ $.level = "ERROR" }"#,
            "shared/lambda-kit/src/telemetry.rs",
            ".json().flatten_event(true)",
        ),
        (
            r#"{ $.outcome = "reconnect_required" }"#,
            "shared/vendors/src/lib.rs",
            r#"outcome = "reconnect_required""#,
        ),
        (
            r#"{ $.state = "needs_review" }"#,
            "functions/invite-sender/src/confirm.rs",
            "state = order.state.name()",
        ),
        (
            r#"{ $.state = "needs_review" }"#,
            "functions/invite-sender/src/advance.rs",
            "state = order.state.name()",
        ),
        (
            r#"{ $.outcome = "needs_a_look" }"#,
            "shared/work/src/commit.rs",
            "outcome = NEEDS_A_LOOK",
        ),
    ] {
        assert!(patterns.contains(&pattern), "{pattern}");
        assert!(
            repository_file(source).contains(line),
            "{source} no longer logs what {pattern} looks for"
        );
    }
    assert_eq!(patterns.len(), 4, "a new pattern: show here where it is logged");
}

#[test]
fn every_dead_letter_queue_has_an_alarm() {
    let template = template();
    for queue in template.queues().unwrap().iter().filter(|queue| queue.redrive.is_none()) {
        let watched = template.resources("AWS::CloudWatch::Alarm").any(|(_, alarm)| {
            let name = alarm.pointer("/Dimensions/0/Value/Fn::GetAtt/0").and_then(Value::as_str);
            name == Some(&queue.id) && alarm["MetricName"] == "ApproximateNumberOfMessagesVisible" && alarm["Threshold"] == 0
        });
        assert!(watched, "{}", queue.id);
    }
}

#[test]
fn every_function_is_a_binary_of_its_own_folder_on_arm() {
    let template = template();
    let globals = &template.json()["Globals"]["Function"];
    assert_eq!(
        (&globals["Runtime"], &globals["Architectures"][0]),
        (&"provided.al2023".into(), &"arm64".into())
    );
    let binaries: BTreeSet<String> = functions().into_iter().map(|function| function.binary).collect();
    assert_eq!(binaries.len(), 10);
    for (id, properties) in template.resources("AWS::Serverless::Function") {
        let folder = properties["CodeUri"].as_str().unwrap();
        let manifest = format!("{}/../../{folder}/Cargo.toml", env!("CARGO_MANIFEST_DIR"));
        let manifest = std::fs::read_to_string(manifest).unwrap();
        let resource = &template.json()["Resources"][id];
        let binary = resource["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap();
        assert_eq!(
            folder,
            format!("functions/{binary}"),
            "{id}: folder, package and binary have one name"
        );
        assert!(manifest.contains(&format!("name = \"{binary}\"")), "{id}");
        assert_eq!(resource["Metadata"]["BuildMethod"], "rust-cargolambda", "{id}");
    }
}

#[test]
fn permissions_name_their_actions_and_their_resources() {
    let mut mailers = Vec::new();
    for function in functions() {
        assert!(!function.statements.is_empty(), "{}", function.id);
        for statement in &function.statements {
            let text = statement.to_string();
            for action in actions(statement) {
                assert!(!action.contains('*'), "{}: {action}", function.id);
                if action == "ses:SendEmail" {
                    mailers.push(function.id.clone());
                }
            }
            // The account itself has no resource.
            if actions(statement) != ["ses:GetAccount"] {
                assert_ne!(statement["Resource"], "*", "{}: {text}", function.id);
            }
        }
    }
    assert_eq!(mailers, ["InviteSenderFunction", "NotifyFunction"], "nobody else mails");
}

fn actions(statement: &Value) -> Vec<String> {
    let action = &statement["Action"];
    let several = action.as_array().cloned().unwrap_or_else(|| vec![action.clone()]);
    several.iter().map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[test]
fn who_is_told_a_queue_may_send_to_it_and_the_reverse() {
    for function in functions() {
        let told: BTreeSet<String> = function
            .environment
            .iter()
            .filter(|(name, _)| name.ends_with("_QUEUE_URL"))
            .filter_map(|(_, value)| value["Ref"].as_str().map(str::to_owned))
            .collect();
        let send = function
            .statements
            .iter()
            .filter(|statement| actions(statement) == ["sqs:SendMessage"]);
        let allowed: BTreeSet<String> = send.flat_map(|statement| attributes_of(&statement["Resource"])).collect();
        assert_eq!(told, allowed, "{}", function.id);
    }
}

/// The logical ids of one or several `!GetAtt`.
fn attributes_of(resource: &Value) -> Vec<String> {
    let several = resource.as_array().cloned().unwrap_or_else(|| vec![resource.clone()]);
    several
        .iter()
        .map(|one| one["Fn::GetAtt"][0].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn nothing_deployed_can_leave_the_vendors_hosts() {
    let text = template().json().to_string();
    assert!(!text.contains("VENDOR_HOST_OVERRIDE"));
    assert!(!text.contains("AWS_ENDPOINT_URL"));
    assert!(!text.contains("LEDGER_"), "the ledger's waits are shortened for tests only");
}

#[test]
fn the_table_is_kept_backed_up_and_sealed_with_our_own_key() {
    let template = template();
    let (id, table) = template.resources("AWS::DynamoDB::Table").next().unwrap();
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["SSESpecification"]["KMSMasterKeyId"]["Fn::GetAtt"][0], "DataKey");
    assert_eq!(table["TimeToLiveSpecification"]["AttributeName"], "expires_at");
    for id in [id, "DataKey", "SealingSecret", "SigningSecret"] {
        assert_eq!(template.json()["Resources"][id]["DeletionPolicy"], "Retain", "{id}");
    }
}

#[test]
fn access_logs_hold_no_path() {
    let template = template();
    let (_, stage) = template.resources("AWS::ApiGatewayV2::Stage").next().unwrap();
    let format = stage["AccessLogSettings"]["Format"].as_str().unwrap();
    assert!(format.contains("routeKey") && !format.contains("path") && !format.contains("sourceIp"));
}

/// The reverse, that each variable a function needs is declared, is proved by starting the functions from the template.
#[test]
fn every_declared_variable_is_read_somewhere() {
    let root = format!("{}/../..", env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["functions", "shared"] {
        for package in std::fs::read_dir(format!("{root}/{folder}")).unwrap() {
            read_all(&package.unwrap().path().join("src"), &mut sources);
        }
    }
    let declared: BTreeSet<String> = functions()
        .into_iter()
        .flat_map(|function| function.environment.into_keys())
        .collect();
    for name in declared {
        assert!(sources.contains(&format!("\"{name}\"")), "{name} is read by nobody");
    }
}

fn read_all(folder: &std::path::Path, sources: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
