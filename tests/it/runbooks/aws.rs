//! What the pages ask of AWS: nothing here can answer it, so the names they use are compared with the template, the options with
//! the command's own, and what they look for in logs with what the product says.

use super::commands::programs;
use super::page::{commands, repository};
use serde_json::Value;
use std::path::Path;
use testkit::Template;

/// Each operation that a page asks for, and its options as the AWS command line has them.
const OPERATIONS: [(&str, &[&str]); 18] = [
    ("cloudformation describe-stack-resource", &["--stack-name", "--logical-resource-id"]),
    (
        "cloudwatch get-metric-statistics",
        &[
            "--namespace",
            "--metric-name",
            "--statistics",
            "--period",
            "--dimensions",
            "--start-time",
            "--end-time",
        ],
    ),
    ("events describe-rule", &["--name"]),
    ("events enable-rule", &["--name"]),
    ("events list-rule-names-by-target", &["--target-arn"]),
    ("lambda get-function", &["--function-name"]),
    ("lambda get-function-concurrency", &["--function-name"]),
    ("lambda get-function-configuration", &["--function-name"]),
    ("lambda invoke", &["--function-name", "--payload", "--cli-binary-format"]),
    ("lambda list-event-source-mappings", &["--function-name"]),
    ("lambda update-event-source-mapping", &["--enabled", "--uuid"]),
    ("logs tail", &["--since", "--format", "--filter-pattern"]),
    ("secretsmanager list-secret-version-ids", &["--secret-id"]),
    ("sqs get-queue-attributes", &["--queue-url", "--attribute-names"]),
    ("sqs list-message-move-tasks", &["--source-arn"]),
    ("sqs purge-queue", &["--queue-url"]),
    ("sqs receive-message", &["--queue-url", "--visibility-timeout", "--attribute-names"]),
    (
        "sqs start-message-move-task",
        &["--source-arn", "--max-number-of-messages-per-second"],
    ),
];
const OF_ALL: [&str; 2] = ["--query", "--output"];
/// What an option or a shell function wants of the resource it is given.
const KINDS: [(&str, &str); 9] = [
    ("--queue-url", "AWS::SQS::Queue"),
    ("--source-arn", "AWS::SQS::Queue"),
    ("waiting", "AWS::SQS::Queue"),
    ("queue_arn", "AWS::SQS::Queue"),
    ("--function-name", "AWS::Serverless::Function"),
    ("FunctionName,Value", "AWS::Serverless::Function"),
    ("logs tail", "AWS::Logs::LogGroup"),
    ("--secret-id", "AWS::SecretsManager::Secret"),
    ("--target-arn", "AWS::Serverless::Function"),
];

#[test]
fn every_operation_and_option_is_one_that_the_aws_command_has() {
    for command in commands() {
        for program in programs(&command.text) {
            let Some(asked) = program.strip_prefix("aws ") else { continue };
            let known = OPERATIONS
                .iter()
                .find(|(operation, _)| asked == *operation || asked.starts_with(&format!("{operation} ")));
            let (_, options) = known.unwrap_or_else(|| panic!("{}: no case for aws {asked}", command.page));
            for option in asked.split_whitespace().filter(|word| word.starts_with("--")) {
                assert!(
                    options.contains(&option) || OF_ALL.contains(&option),
                    "{}: {option} of {asked}",
                    command.page
                );
            }
        }
    }
}

#[test]
fn every_resource_is_of_the_template_and_of_the_kind_that_the_command_takes() {
    let template = Template::of_repository().unwrap();
    let mut seen = 0;
    for command in commands() {
        let text = command
            .text
            .replace("$(resource ", "")
            .replace("$(queue_arn ", "queue_arn ")
            .replace('"', "");
        let words: Vec<&str> = text.split([' ', ')', ';', '=']).filter(|word| !word.is_empty()).collect();
        for (place, word) in words.iter().enumerate() {
            let Some(kind) = template.json()["Resources"][word]["Type"].as_str() else {
                let looks_like_one = ["Queue", "Function", "LogGroup", "Secret"].iter().any(|end| word.ends_with(end));
                assert!(!looks_like_one, "{}: the template has no {word}", command.page);
                continue;
            };
            let before = words[..place].join(" ");
            let wanted = KINDS.iter().filter_map(|(given, kind)| Some((before.rfind(given)?, kind))).max();
            let (_, wanted) = wanted.unwrap_or_else(|| panic!("{}: what takes {word}?", command.page));
            assert_eq!(kind, *wanted, "{}: {word}", command.page);
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen} resources are named");
}

#[test]
fn what_the_pages_look_for_in_logs_is_what_the_product_says() {
    let said = sources(&repository());
    for command in commands() {
        for pattern in command
            .text
            .split("--filter-pattern '")
            .skip(1)
            .map(|rest| rest.split('\'').next().unwrap())
        {
            // The platform's own lines, and the access log.
            if pattern.contains("REPORT") || pattern.contains("$.status") || pattern.contains("$.level") {
                continue;
            }
            let quoted = pattern.split('"').nth(1).unwrap_or_else(|| panic!("{}: {pattern}", command.page));
            assert!(said.contains(quoted), "{}: nothing says {quoted:?}", command.page);
        }
        for words in command.text.split("grep -E \"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            for word in words.split('|') {
                assert!(said.contains(word), "{}: nothing says {word:?}", command.page);
            }
        }
    }
}

/// What the product's sources say, tests left out.
fn sources(repository: &Path) -> String {
    let mut left = vec![repository.join("functions"), repository.join("shared")];
    let mut said = String::new();
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() && name != "tests" {
                left.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                said.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    said
}

#[test]
fn a_metric_that_a_page_names_is_lambdas_own_or_of_the_template() {
    let template = Template::of_repository().unwrap();
    let metrics: Vec<&Value> = template
        .resources("AWS::CloudWatch::Alarm")
        .map(|(_, alarm)| &alarm["Properties"]["MetricName"])
        .collect();
    for command in commands() {
        for metric in command
            .text
            .split("--metric-name ")
            .skip(1)
            .filter_map(|rest| rest.split_whitespace().next())
        {
            let is_lambdas =
                command.text.contains("--namespace AWS/Lambda") && ["Throttles", "Errors", "Invocations", "Duration"].contains(&metric);
            assert!(is_lambdas || metrics.contains(&&Value::from(metric)), "{}: {metric}", command.page);
        }
    }
}
