//! The deployed shape, where several functions are compared; the rules of queues and data are tested beside the local runner.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use testkit::Template;
use testkit::template::Function;

fn template() -> Template {
    Template::of_repository().unwrap()
}

fn functions() -> Vec<Function> {
    let functions = template().functions().unwrap();
    assert_eq!(functions.len(), 10);
    functions
}

/// Every action a function may take.
fn actions(function: &Function) -> BTreeSet<&str> {
    let stated = function
        .statements
        .iter()
        .flat_map(|statement| match statement["Action"].as_array() {
            Some(several) => several.iter().collect(),
            None => vec![&statement["Action"]],
        });
    stated.filter_map(Value::as_str).collect()
}

#[test]
fn only_the_console_changes_secrets_and_the_report_page_changes_nothing() {
    let reads = ["dynamodb:GetItem", "dynamodb:Query", "secretsmanager:GetSecretValue"];
    for function in functions() {
        let actions = actions(&function);
        let changes_secrets = actions
            .iter()
            .any(|action| action.starts_with("secretsmanager:") && !reads.contains(action));
        assert!(!changes_secrets || function.binary == "console", "{}", function.id);
        if function.binary == "report-page" {
            assert!(actions.iter().all(|action| reads.contains(action)), "{actions:?}");
        }
    }
}

/// Customers' keys and tokens are secrets below the stack's name: who can read none of them can call no vendor.
#[test]
fn the_functions_that_strangers_reach_without_signing_in_can_call_no_vendor() {
    let strangers = ["invite-page", "webhook-intake"];
    for function in functions().iter().filter(|function| strangers.contains(&function.binary.as_str())) {
        let readable: Vec<String> = function
            .statements
            .iter()
            .map(|statement| statement["Resource"].to_string())
            .collect();
        assert!(!readable.concat().contains("secret:${AWS::StackName}"), "{}", function.id);
    }
}

#[test]
fn delivery_events_are_kept_without_a_secret_and_without_reading_anybody() {
    let functions = functions();
    let keeper = functions.iter().find(|function| function.binary == "delivery-events").unwrap();
    assert_eq!(actions(keeper), BTreeSet::from(["dynamodb:PutItem", "dynamodb:UpdateItem"]));
    let queues: Vec<_> = keeper.mappings.iter().map(|mapping| mapping.queue.as_str()).collect();
    assert_eq!(queues, ["DeliveryQueue"]);
}

#[test]
fn the_webhooks_function_is_not_given_the_keys_of_sealed_values() {
    let functions = functions();
    let intake = functions.iter().find(|function| function.binary == "webhook-intake").unwrap();
    for statement in &intake.statements {
        assert!(!statement["Resource"].to_string().contains("SealingSecret"), "{statement}");
    }
}

#[test]
fn who_sends_mail_may_ask_how_the_account_and_the_sender_stand_and_change_neither() {
    let functions = functions();
    let of = |binary: &str| functions.iter().find(|function| function.binary == binary).unwrap();
    let mail = |binary: &str| -> BTreeSet<String> {
        let actions = actions(of(binary)).into_iter().filter(|action| action.starts_with("ses:"));
        actions.map(str::to_owned).collect()
    };
    let asked = ["ses:GetAccount", "ses:GetEmailIdentity", "ses:SendEmail"].map(str::to_owned);
    assert_eq!(mail("invite-sender"), BTreeSet::from(asked));
    assert_eq!(mail("notify"), BTreeSet::from(["ses:SendEmail".to_owned()]));
    // `GetAccount` is the one action that has no resource.
    for statement in functions.iter().flat_map(|function| &function.statements) {
        assert_eq!(statement["Resource"] == "*", statement["Action"] == "ses:GetAccount", "{statement}");
    }
    let identity = of("invite-sender")
        .statements
        .iter()
        .find(|statement| statement["Action"] == "ses:GetEmailIdentity");
    let resource = identity.unwrap()["Resource"].to_string();
    assert!(resource.ends_with(":identity/*\"}"), "{resource}");
}

/// Without the rule, or the queue's leave for it, no delivery event would ever come, and nothing else would show it.
#[test]
fn what_became_of_a_mail_reaches_the_delivery_queue() {
    let template = template();
    let one = |kind| template.resources(kind).next().unwrap();
    let (set, _) = one("AWS::SES::ConfigurationSet");
    let sender = functions().into_iter().find(|function| function.binary == "invite-sender").unwrap();
    assert_eq!(sender.environment["CONFIGURATION_SET_NAME"]["Ref"], set);
    let (_, destination) = one("AWS::SES::ConfigurationSetEventDestination");
    assert_eq!(destination["ConfigurationSetName"]["Ref"], set);
    let (rule, properties) = one("AWS::Events::Rule");
    assert_eq!(
        properties["EventPattern"]["detail"]["mail"]["tags"]["ses:configuration-set"][0]["Ref"],
        set
    );
    assert_eq!(properties["Targets"][0]["Arn"]["Fn::GetAtt"][0], "DeliveryQueue");
    let (_, policy) = one("AWS::SQS::QueuePolicy");
    assert_eq!(policy["Queues"][0]["Ref"], "DeliveryQueue");
    let statement = &policy["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::GetAtt"][0], rule);
}

#[test]
fn logs_end() {
    let template = template();
    for (id, group) in template.resources("AWS::Logs::LogGroup") {
        assert!(!group["RetentionInDays"].is_null(), "{id} keeps for ever");
    }
    let logging = &template.json()["Globals"]["Function"]["LoggingConfig"];
    assert!(
        !logging["LogGroup"].is_null(),
        "Lambda would make a log group of its own, without an end"
    );
}

#[test]
fn the_schedule_runs_the_sweeper_alone() {
    for function in functions() {
        let expected = (function.binary == "sweeper").then_some(Duration::from_mins(1));
        assert_eq!(function.every, expected, "{}", function.id);
    }
}

#[test]
fn a_person_is_answered_before_the_gateway_gives_up() {
    let functions = functions();
    let routes = template().routes().unwrap();
    for route in &routes {
        let function = functions.iter().find(|function| function.id == route.function).unwrap();
        assert!(function.timeout < Duration::from_secs(30), "{}", route.key);
    }
    let keys: BTreeSet<&str> = routes.iter().map(|route| route.key.as_str()).collect();
    for key in [
        "ANY /oauth/workday/{proxy+}",
        "POST /webhooks/{proxy+}",
        "ANY /i/{proxy+}",
        "ANY /r/{proxy+}",
        "$default",
    ] {
        assert!(keys.contains(key), "{key} leads nowhere");
    }
}
