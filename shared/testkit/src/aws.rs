//! All embedded services behind one HTTP client of the AWS SDK.

use crate::backlog::Backlog;
use crate::dynamo::Dynamo;
use crate::fault::Faults;
use crate::mail_account::MailAccount;
use crate::outbox::Outbox;
use crate::router::{Router, Services};
use crate::rows::{self, Follower, Row};
use crate::secrets;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use serde_json::Value;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;
use winterbaume_sesv2::SesV2Service;
use winterbaume_sqs::SqsService;

/// Says that AWS is embedded; nobody listens there, since calls stay in the process.
const ENDPOINT_URL: &str = "http://127.0.0.1:9";
/// So many were started in this process.
static STARTED: AtomicU64 = AtomicU64::new(0);
/// Key id and key that the embedded services let in: they let in everybody.
const CREDENTIAL: &str = "embedded";

/// Where the embedded services keep what they are told.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A folder for table, secrets and mails; none: memory. Queues are in memory always, since rows are the truth.
    pub folder: Option<PathBuf>,
}

/// Running DynamoDB, SQS, SES and Secrets Manager. Clones are the same services; they end with the last clone.
#[derive(Debug, Clone)]
pub struct EmbeddedAws {
    services: Arc<Services>,
}

impl EmbeddedAws {
    /// Starts the services with what the folder has from the last time.
    pub async fn start(options: Options) -> io::Result<Self> {
        if let Some(folder) = &options.folder {
            std::fs::create_dir_all(folder)?;
        }
        // The SDK keeps what is left to retry with per service and Region, for the whole process: an outage in one test would
        // leave none to the next.
        let region = format!("embedded-{}", STARTED.fetch_add(1, Ordering::Relaxed));
        let file = |name: &str| options.folder.as_ref().map(|folder| folder.join(name));
        let services = Services {
            dynamo: match file("table.db") {
                Some(path) => Dynamo::at(&path)?,
                None => Dynamo::in_memory()?,
            },
            sqs: SqsService::new(),
            ses: SesV2Service::new(),
            secrets: secrets::open(file("secrets.json"), &region).await?,
            region,
            outbox: Outbox::open(file("outbox.jsonl"))?,
            mail_account: MailAccount::default(),
            faults: Faults::default(),
            backlog: Backlog::default(),
            table_changes: Arc::default(),
            follower: Follower::default(),
        };
        Ok(Self {
            services: Arc::new(services),
        })
    }

    /// A HTTP client for the SDK's configuration.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(Router::new(Arc::clone(&self.services)))
    }

    /// The variables that a function finds in Lambda, for these services.
    pub fn environment(&self) -> Vec<(String, String)> {
        let pairs = [
            ("AWS_REGION", self.region()),
            ("AWS_ENDPOINT_URL", ENDPOINT_URL),
            ("AWS_ACCESS_KEY_ID", CREDENTIAL),
            ("AWS_SECRET_ACCESS_KEY", CREDENTIAL),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// The Region that these services are in, theirs alone.
    pub fn region(&self) -> &str {
        &self.services.region
    }

    /// The configuration of a client that a test or a deployment has of its own, to be used on one runtime.
    pub fn sdk_config(&self) -> SdkConfig {
        let credentials = Credentials::from_keys(CREDENTIAL, CREDENTIAL, None);
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(self.region().to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(ENDPOINT_URL)
            .http_client(self.http_client())
            .sleep_impl(TokioSleep::new())
            .retry_config(RetryConfig::standard())
            .build()
    }

    /// What a service answers to a signed request that came over a network, from a program in another process.
    pub async fn answer(&self, request: http::Request<Vec<u8>>) -> io::Result<http::Response<Vec<u8>>> {
        let (parts, body) = request.into_parts();
        let mut asked = HttpRequest::new(SdkBody::from(body));
        asked.set_uri(parts.uri.to_string()).map_err(io::Error::other)?;
        asked.set_method(parts.method.as_str()).map_err(io::Error::other)?;
        for (name, value) in &parts.headers {
            let value = value.to_str().map_err(io::Error::other)?;
            asked.headers_mut().append(name.as_str().to_owned(), value.to_owned());
        }
        let said = Router::new(Arc::clone(&self.services))
            .answer(asked)
            .await
            .map_err(io::Error::other)?;
        let mut answer = http::Response::builder().status(said.status().as_u16());
        for (name, value) in said.headers() {
            answer = answer.header(name, value);
        }
        let body = said.body().bytes().map(<[u8]>::to_vec).unwrap_or_default();
        answer.body(body).map_err(io::Error::other)
    }

    /// The mails that SES took.
    pub fn outbox(&self) -> &Outbox {
        &self.services.outbox
    }

    /// How the account of SES stands.
    pub fn mail_account(&self) -> &MailAccount {
        &self.services.mail_account
    }

    /// SES knows this sender from now on, verified.
    pub(crate) async fn verify_sender(&self, sender: &str) {
        self.services.verify_sender(sender).await;
    }

    /// The faults that a test asks for.
    pub fn faults(&self) -> &Faults {
        &self.services.faults
    }

    /// Wakes who waits for it when a message is sent to the queue of that name, or shown again.
    pub fn arrivals(&self, queue: &str) -> Arc<Notify> {
        self.services.backlog.arrivals(queue)
    }

    /// What a DynamoDB call answers that no client makes: no fault meets it, it is not counted, and nobody is told.
    pub fn ask_table(&self, operation: &str, request: &Value) -> Value {
        let (_status, answer) = self.services.dynamo.answer(operation, request.to_string().as_bytes());
        serde_json::from_str(&answer).unwrap_or_default()
    }

    /// Every row of a table, read beside every client.
    pub fn rows(&self, table: &str) -> Vec<Row> {
        rows::all(&self.services.dynamo, table)
    }

    /// From now on tells of each row with a wanted sort key that a call wrote: partition key, sort key, and the row as it is
    /// now; none: it is gone.
    pub fn follow_rows(&self, wanted: fn(&str) -> bool, told: impl Fn(&str, &str, Option<Row>) + Send + Sync + 'static) {
        self.services.follower.set(wanted, told);
    }

    /// Wakes who waits for it when the table was written to.
    pub fn table_changes(&self) -> Arc<Notify> {
        Arc::clone(&self.services.table_changes)
    }

    /// Whether the message that was received under a handle is not deleted yet.
    pub fn has_message(&self, handle: &str) -> bool {
        self.services.backlog.has(handle)
    }

    /// Messages sent to the queue of that name and not deleted: waiting, hidden, or moved to its dead-letter queue.
    pub fn backlog(&self, queue: &str) -> usize {
        self.services.backlog.of(queue)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::fault::{Fault, Kind, Service, When};
    use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag};
    use aws_sdk_sqs::types::QueueAttributeName;

    /// Without retries, so that a planned fault is seen.
    pub(crate) fn sdk_config(aws: &EmbeddedAws) -> SdkConfig {
        aws.sdk_config().to_builder().retry_config(RetryConfig::disabled()).build()
    }

    fn mail(client: &aws_sdk_sesv2::Client, tag: &str) -> aws_sdk_sesv2::operation::send_email::builders::SendEmailFluentBuilder {
        let text = |data: &str| Content::builder().data(data).build().unwrap();
        let message = Message::builder()
            .subject(text("Grüße"))
            .body(Body::builder().text(text("Hello")).html(text("<p>Hello</p>")).build());
        client
            .send_email()
            .from_email_address("jobs@example.com")
            .destination(Destination::builder().to_addresses("ada@example.com").build())
            .content(EmailContent::builder().simple(message.build()).build())
            .email_tags(MessageTag::builder().name("order").value(tag).build().unwrap())
    }

    #[tokio::test]
    async fn a_mail_is_recorded_whole_and_a_bad_one_is_refused() {
        let aws = EmbeddedAws::start(Options::default()).await.unwrap();
        let client = aws_sdk_sesv2::Client::new(&sdk_config(&aws));
        let id = mail(&client, "a-1").send().await.unwrap().message_id.unwrap();
        assert!(
            mail(&client, "a#1")
                .send()
                .await
                .unwrap_err()
                .into_service_error()
                .is_bad_request_exception()
        );
        let mails = aws.outbox().mails();
        assert_eq!(mails.len(), 1);
        assert_eq!((mails[0].message_id.clone(), mails[0].html.as_deref()), (id, Some("<p>Hello</p>")));
        assert_eq!(mails[0].tags, [("order".to_owned(), "a-1".to_owned())]);
    }

    #[tokio::test]
    async fn a_mail_can_be_sent_though_its_sender_saw_a_time_out() {
        let aws = EmbeddedAws::start(Options::default()).await.unwrap();
        let client = aws_sdk_sesv2::Client::new(&sdk_config(&aws));
        for (when, sent) in [(When::BeforeEffect, 0), (When::AfterEffect, 1)] {
            aws.faults().plan(Fault::once(Service::Ses, "SendEmail", when, Kind::TimesOut));
            assert!(mail(&client, "a-1").send().await.is_err());
            assert_eq!(aws.outbox().mails().len(), sent);
        }
        aws.faults()
            .plan(Fault::once(Service::Ses, "SendEmail", When::BeforeEffect, Kind::Throttled));
        let error = mail(&client, "a-1").send().await.unwrap_err().into_service_error();
        assert!(error.is_too_many_requests_exception(), "{error:?}");
        assert_eq!((aws.faults().left(), aws.faults().calls(Service::Ses, "SendEmail")), (0, 3));
    }

    /// The SDK retries with what the process has left for a service and Region.
    #[tokio::test(start_paused = true)]
    async fn an_outage_leaves_the_next_test_its_retries() {
        let list = async |aws: &EmbeddedAws| aws_sdk_sqs::Client::new(&aws.sdk_config()).list_queues().send().await;
        let fails = |times| Fault {
            times,
            ..Fault::once(Service::Sqs, "*", When::BeforeEffect, Kind::Unavailable)
        };
        let away = EmbeddedAws::start(Options::default()).await.unwrap();
        away.faults().plan(fails(1_000));
        for _ in 0..100 {
            assert!(list(&away).await.is_err());
        }
        let next = EmbeddedAws::start(Options::default()).await.unwrap();
        next.faults().plan(fails(2));
        assert!(list(&next).await.is_ok());
    }

    #[tokio::test]
    async fn a_message_that_is_never_deleted_ends_in_the_dead_letter_queue() {
        let aws = EmbeddedAws::start(Options::default()).await.unwrap();
        let client = aws_sdk_sqs::Client::new(&sdk_config(&aws));
        let dead = client.create_queue().queue_name("Dead").send().await.unwrap().queue_url.unwrap();
        let region = aws.region();
        let policy = format!(r#"{{"deadLetterTargetArn":"arn:aws:sqs:{region}:123456789012:Dead","maxReceiveCount":2}}"#);
        let create = client
            .create_queue()
            .queue_name("Work")
            .attributes(QueueAttributeName::RedrivePolicy, policy);
        let work = create.send().await.unwrap().queue_url.unwrap();
        let send = client.send_message().queue_url(&work).message_body("{}").message_group_id("acme");
        send.send().await.unwrap();
        assert_eq!(aws.backlog("Work"), 1);
        for round in 0..3 {
            let received = client
                .receive_message()
                .queue_url(&work)
                .send()
                .await
                .unwrap()
                .messages
                .unwrap_or_default();
            assert_eq!(received.len(), usize::from(round < 2));
            for message in received {
                let handle = message.receipt_handle.unwrap();
                let show = client.change_message_visibility().queue_url(&work).receipt_handle(handle);
                show.visibility_timeout(0).send().await.unwrap();
            }
        }
        let received = client.receive_message().queue_url(&dead).send().await.unwrap().messages.unwrap();
        assert_eq!((received[0].body.as_deref(), aws.backlog("Work")), (Some("{}"), 1));
        let delete = client
            .delete_message()
            .queue_url(&dead)
            .receipt_handle(received[0].receipt_handle().unwrap());
        delete.send().await.unwrap();
        assert_eq!(aws.backlog("Work"), 0);
    }

    #[tokio::test]
    async fn secrets_outlive_the_process_and_only_their_owner_reads_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            folder: Some(folder.path().to_path_buf()),
        };
        let aws = EmbeddedAws::start(options.clone()).await.unwrap();
        let client = aws_sdk_secretsmanager::Client::new(&sdk_config(&aws));
        client.create_secret().name("a/b").secret_string("one").send().await.unwrap();
        client
            .put_secret_value()
            .secret_id("a/b")
            .secret_string("two")
            .send()
            .await
            .unwrap();
        drop((client, aws));
        let aws = EmbeddedAws::start(options).await.unwrap();
        let client = aws_sdk_secretsmanager::Client::new(&sdk_config(&aws));
        let value = client.get_secret_value().secret_id("a/b").send().await.unwrap();
        assert_eq!(value.secret_string(), Some("two"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join("secrets.json")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
