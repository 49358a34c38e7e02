//! Batch → event → evidence, and a hint where a mail came back: the way a record takes.

use crate::event::{DeliveryEvent, Detail};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::order::mails_an_invitation;
use domain::{MailTags, OrderId};
use lambda_kit::batch::{self, Budget, Done, RecordError};
use lambda_kit::{Clock, Environment, Outside, StartError};
use lambda_runtime::{Error, LambdaEvent};
use std::time::Duration;
use store::Store;
use store::evidence::Evidence;
use store::hint::{About, Hint};

/// Longest time one event may take: two writes.
const RECORD_CAP: Duration = Duration::from_secs(10);

/// The function with its collaborators, built once per execution environment.
#[derive(Debug)]
pub struct Function {
    store: Store,
    clock: Clock,
}

impl Function {
    /// Reads `TABLE_NAME`.
    pub fn new(environment: &Environment, outside: &Outside) -> Result<Self, StartError> {
        Ok(Self {
            store: Store::without_keyring(outside.aws.sdk_config(), environment.required("TABLE_NAME")?),
            clock: outside.clock.clone(),
        })
    }

    /// One batch of `DeliveryQueue`.
    pub async fn handle(&self, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
        let budget = Budget::from_context(&event.context, &self.clock, RECORD_CAP);
        batch::run(event.payload, budget, DeliveryEvent::parse, |event| self.keep(event.detail)).await
    }

    /// Keeps an event as evidence that its step's mail left, and tells of one that came back; what is not about a step of ours is done with.
    async fn keep(&self, detail: Detail) -> Result<Done, RecordError> {
        let Some(sent_by) = detail.mail.sent_by() else {
            return Ok(Done("not_ours"));
        };
        if detail.is_trouble() {
            tracing::warn!(owner = %sent_by.owner, outcome = detail.event_type, "a mail did not arrive, or was complained about");
        }
        if detail.is_returned() {
            self.tell_of_return(&sent_by).await?;
        }
        if detail.is_rejected() {
            // It never left: that proves nothing of the kind.
            return Ok(Done("rejected"));
        }
        let evidence = Evidence {
            message_id: detail.mail.message_id,
            event: detail.event_type,
            at: self.clock.now(),
        };
        self.store
            .put_evidence(&sent_by.workspace, &sent_by.owner, &sent_by.step, &evidence)
            .await
            .map_err(RecordError::unavailable)?;
        Ok(Done("kept"))
    }

    /// An invitation that came back is a hint of its order; whoever confirms hints decides what follows.
    async fn tell_of_return(&self, sent_by: &MailTags) -> Result<(), RecordError> {
        let Ok(order) = OrderId::new(sent_by.owner.as_str()) else {
            return Ok(());
        };
        if !mails_an_invitation(&sent_by.step) {
            return Ok(());
        }
        let step = sent_by.step.clone();
        let hint = Hint::new(sent_by.workspace.clone(), About::MailReturned { order, step }, self.clock.now());
        self.store.record_hint(&hint).await.map_err(RecordError::unavailable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::{body, step_of, tags};
    use domain::{Moment, OwnerId, WorkspaceId};
    use lambda_kit::Aws;
    use lambda_runtime::Context;
    use serde_json::{Value, json};
    use testkit::{EmbeddedAws, Fault, Kind, Service, When};

    const NOW: Moment = Moment(1_800_000_000_000);

    struct Fixture {
        aws: EmbeddedAws,
        function: Function,
    }

    async fn fixture() -> Fixture {
        let aws = EmbeddedAws::start(testkit::Options::default()).await.unwrap();
        let mut pairs = aws.environment();
        pairs.push(("TABLE_NAME".to_owned(), "table".to_owned()));
        let environment = Environment::from_pairs(pairs);
        let clock = Clock::shifted(NOW);
        let clients = Aws::with_http_client(&environment, &clock, aws.http_client()).unwrap();
        testkit::create_table(&aws_sdk_dynamodb::Client::new(clients.sdk_config()), "table")
            .await
            .unwrap();
        let function = Function::new(&environment, &Outside::new(clients, clock)).unwrap();
        Fixture { aws, function }
    }

    impl Fixture {
        /// Hands a batch over, as Lambda would; the ids that come back as failed.
        async fn handle(&self, records: &Value) -> Result<Vec<String>, Error> {
            let event = serde_json::from_value(json!({ "Records": records })).unwrap();
            let mut context = Context::default();
            context.deadline = u64::try_from(NOW.plus(Duration::from_secs(30)).0).unwrap();
            let response = self.function.handle(LambdaEvent::new(event, context)).await?;
            Ok(response
                .batch_item_failures
                .into_iter()
                .map(|failure| failure.item_identifier)
                .collect())
        }

        /// Whether a hint says that the order's invitation came back.
        async fn is_told(&self, order: &str) -> bool {
            let workspace = WorkspaceId::new("acme").unwrap();
            let order = OrderId::new(order).unwrap();
            let step = "a1-invitation".to_owned();
            let expected = Hint::new(workspace.clone(), About::MailReturned { order, step }, NOW);
            let found = self.function.store.hint(&workspace, &expected.hint).await.unwrap();
            found.is_some_and(|found| found.about == expected.about)
        }

        async fn evidence(&self, order: &str) -> Option<(String, String)> {
            let (workspace, order) = (WorkspaceId::new("acme").unwrap(), OwnerId::new(order).unwrap());
            let found = self.function.store.evidence(&workspace, &order, "a1-invitation").await.unwrap();
            found.map(|evidence| (evidence.message_id, evidence.event))
        }
    }

    #[tokio::test]
    async fn the_first_event_of_a_mail_is_kept_as_evidence_of_its_step() {
        let fixture = fixture().await;
        let records = json!([
            { "messageId": "1", "body": body("Send", "0100-1", &tags("o1")) },
            { "messageId": "2", "body": body("Bounce", "0100-1", &tags("o1")) },
            { "messageId": "3", "body": body("Send", "0100-2", &json!({ "ses:configuration-set": ["invitations"] })) },
            { "messageId": "4", "body": body("Send", "0100-3", &json!({ "workspace": ["not hexadecimal"], "order": ["o9"], "step": ["x"] })) },
        ]);
        assert!(fixture.handle(&records).await.unwrap().is_empty());
        assert_eq!(fixture.evidence("o1").await, Some(("0100-1".to_owned(), "Send".to_owned())));
        assert_eq!(fixture.evidence("o9").await, None);
    }

    #[tokio::test]
    async fn an_invitation_that_came_back_or_never_left_is_told_once_as_a_hint_of_its_order() {
        let fixture = fixture().await;
        let soft = body("Bounce", "0100-4", &tags("o4")).replace("Permanent", "Transient");
        let records = json!([
            { "messageId": "1", "body": body("Bounce", "0100-1", &tags("o1")) },
            { "messageId": "2", "body": body("Bounce", "0100-1", &tags("o1")) },
            { "messageId": "3", "body": body("Reject", "0100-2", &tags("o2")) },
            { "messageId": "4", "body": body("Complaint", "0100-3", &tags("o3")) },
            { "messageId": "5", "body": soft },
            { "messageId": "6", "body": body("Bounce", "0100-5", &step_of("n1", "a1-notice")) },
        ]);
        assert!(fixture.handle(&records).await.unwrap().is_empty());
        for (order, is_told) in [("o1", true), ("o2", true), ("o3", false), ("o4", false), ("n1", false)] {
            assert_eq!(fixture.is_told(order).await, is_told, "{order}");
        }
        assert_eq!(fixture.evidence("o2").await, None, "what was rejected did not leave");
        for left in ["o1", "o3", "o4"] {
            assert!(fixture.evidence(left).await.is_some(), "{left}");
        }
    }

    #[tokio::test]
    async fn poison_and_a_table_that_is_away_fail_alone_and_in_order() {
        let fixture = fixture().await;
        fixture.aws.faults().plan(Fault {
            times: 10,
            ..Fault::once(
                Service::DynamoDb,
                "PutItem",
                When::BeforeEffect,
                Kind::Refused(400, "AccessDeniedException"),
            )
        });
        let records = json!([
            { "messageId": "1", "body": "not an event" },
            { "messageId": "2", "body": body("Send", "0100-1", &tags("o1")) },
            { "messageId": "3", "body": body("Send", "0100-2", &json!({})) },
            { "messageId": "4", "body": "{}" },
        ]);
        assert_eq!(fixture.handle(&records).await.unwrap(), ["1", "2", "4"]);
    }

    #[tokio::test]
    async fn a_record_without_an_id_fails_the_invocation_before_anything_is_kept() {
        let fixture = fixture().await;
        let records = json!([
            { "messageId": "1", "body": body("Send", "0100-1", &tags("o1")) },
            { "messageId": "", "body": body("Send", "0100-2", &tags("o2")) },
        ]);
        assert!(fixture.handle(&records).await.is_err());
        assert_eq!(fixture.evidence("o1").await, None);
    }

    #[tokio::test]
    async fn events_that_cannot_be_kept_in_time_are_given_back() {
        let fixture = fixture().await;
        fixture.aws.faults().plan(Fault {
            times: 10,
            ..Fault::once(Service::DynamoDb, "PutItem", When::BeforeEffect, Kind::Hangs)
        });
        let event = serde_json::from_value(json!({ "Records": [{ "messageId": "1", "body": body("Send", "0100-1", &tags("o1")) }] }));
        let mut context = Context::default();
        context.deadline = u64::try_from(NOW.plus(Duration::from_millis(2_200)).0).unwrap();
        let response = fixture.function.handle(LambdaEvent::new(event.unwrap(), context)).await.unwrap();
        assert_eq!(response.batch_item_failures.len(), 1);
    }
}
