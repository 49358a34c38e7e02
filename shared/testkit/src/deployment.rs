//! Does what `CloudFormation` would do with the template: table, secrets, queues, and what each function is told.

use crate::template::{Function, Names, Queue, Secret};
use crate::{EmbeddedAws, TableError, Template, TemplateError, create_table};
use aws_types::SdkConfig;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

/// The stack's name, and the table's.
pub const STACK: &str = "heymilo-for-workday";
const SENDER: &str = "screening@example.com";
const CONFIGURATION_SET: &str = "invitations";

/// The template could not be brought about.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// It is not understood.
    #[error("the template cannot be read")]
    Template(#[from] TemplateError),
    /// The table was not created.
    #[error("the table could not be created")]
    Table(#[from] TableError),
    /// No function has that binary.
    #[error("the template has no function with the binary {0}")]
    Undeclared(String),
    /// A queue or a secret was not created, or not read.
    #[error("{what} could not be brought about")]
    Resource {
        /// Its logical id.
        what: String,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl DeployError {
    pub(crate) fn resource(what: &str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Resource {
            what: what.to_owned(),
            source: source.into(),
        }
    }
}

/// What the template's parameters and the API's address are here.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// Where people and vendors reach the API, without a final slash.
    pub public_url: String,
    /// HeyMilo's base URL.
    pub heymilo_url: String,
    /// Instead of every queue's declared visibility time-out.
    pub visibility: Option<Duration>,
}

/// The template's resources as they are called here.
#[derive(Debug)]
pub struct Deployment {
    /// What was brought about.
    pub template: Template,
    /// Queue URLs by logical id.
    pub queues: BTreeMap<String, String>,
    names: Names,
    aws: EmbeddedAws,
}

impl Deployment {
    /// Creates what is not there yet, by clients of this configuration, which has the caller's time.
    pub async fn create(aws: &EmbeddedAws, config: &SdkConfig, parameters: Parameters) -> Result<Self, DeployError> {
        let template = Template::of_repository()?;
        let mut names = Names::default()
            .reference("AWS::StackName", STACK)
            .reference("Table", STACK)
            .reference("SenderAddress", SENDER)
            .reference("MailConfigurationSet", CONFIGURATION_SET)
            .reference("HeyMiloUrl", parameters.heymilo_url)
            .attribute("HttpApi", "ApiEndpoint", parameters.public_url);
        create_table(&aws_sdk_dynamodb::Client::new(config), STACK).await?;
        let secrets = aws_sdk_secretsmanager::Client::new(config);
        for secret in template.secrets()? {
            generate(&secrets, &secret).await?;
            names = names.reference(&secret.id, &secret.id);
        }
        aws.verify_sender(SENDER).await;
        let mut queues = BTreeMap::new();
        let mut declared = template.queues()?;
        // A dead-letter queue is there before the queue that names it.
        declared.sort_by_key(|queue| queue.redrive.is_some());
        let client = aws_sdk_sqs::Client::new(config);
        for queue in &declared {
            let url = create_queue(&client, queue, &queues, parameters.visibility).await?;
            names = names.reference(&queue.id, &url).attribute(&queue.id, "QueueName", &queue.id);
            queues.insert(queue.id.clone(), url);
        }
        Ok(Self {
            template,
            queues,
            names,
            aws: aws.clone(),
        })
    }

    /// What `function` finds in its environment: Lambda's own variables, the template's, and that of a local run.
    pub fn variables(&self, function: &Function) -> Result<Vec<(String, String)>, TemplateError> {
        let mut variables = self.aws.environment();
        // Honoured because `AWS_ENDPOINT_URL` is a loopback address here; the template never has it.
        variables.push(("VENDOR_HOST_OVERRIDE".to_owned(), "loopback".to_owned()));
        variables.extend(self.template.environment(function, &self.names)?);
        Ok(variables)
    }
}

/// Secrets Manager `GetRandomPassword` and `CreateSecret`, as the template's `GenerateSecretString` says.
async fn generate(client: &aws_sdk_secretsmanager::Client, secret: &Secret) -> Result<(), DeployError> {
    let failed = |source: Box<dyn Error + Send + Sync>| DeployError::resource(&secret.id, source);
    match client.describe_secret().secret_id(&secret.id).send().await {
        Ok(_) => return Ok(()),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretError::is_resource_not_found_exception) => {}
        Err(error) => return Err(failed(error.into())),
    }
    let length = i64::try_from(secret.length).map_err(|error| failed(error.into()))?;
    let random = client.get_random_password().password_length(length).exclude_punctuation(true);
    let random = random.send().await.map_err(|error| failed(error.into()))?;
    let random = random.random_password.ok_or_else(|| failed("no password was generated".into()))?;
    let value = match &secret.wrapper {
        None => random,
        Some((wrapper, key)) => {
            let mut object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(wrapper).map_err(|error| failed(error.into()))?;
            object.insert(key.clone(), random.into());
            serde_json::Value::Object(object).to_string()
        }
    };
    let create = client.create_secret().name(&secret.id).secret_string(value);
    create.send().await.map_err(|error| failed(error.into()))?;
    Ok(())
}

async fn create_queue(
    client: &aws_sdk_sqs::Client,
    queue: &Queue,
    made: &BTreeMap<String, String>,
    visibility: Option<Duration>,
) -> Result<String, DeployError> {
    use aws_sdk_sqs::types::QueueAttributeName as Name;
    let failed = |source: Box<dyn Error + Send + Sync>| DeployError::resource(&queue.id, source);
    let visibility = visibility.unwrap_or(queue.visibility).as_secs();
    let mut call = client
        .create_queue()
        .queue_name(&queue.id)
        .attributes(Name::VisibilityTimeout, visibility.to_string())
        .attributes(Name::MessageRetentionPeriod, queue.retention.as_secs().to_string());
    if let Some(redrive) = &queue.redrive {
        let url = made
            .get(&redrive.dead_letter_queue)
            .ok_or_else(|| failed("its dead-letter queue is missing".into()))?;
        let asked = client
            .get_queue_attributes()
            .queue_url(url)
            .attribute_names(Name::QueueArn)
            .send()
            .await;
        let asked = asked.map_err(|error| failed(error.into()))?;
        let arn = asked.attributes.as_ref().and_then(|attributes| attributes.get(&Name::QueueArn));
        let policy = serde_json::json!({ "deadLetterTargetArn": arn, "maxReceiveCount": redrive.max_receive_count });
        call = call.attributes(Name::RedrivePolicy, policy.to_string());
    }
    let created = call.send().await.map_err(|error| failed(error.into()))?;
    created.queue_url.ok_or_else(|| failed("SQS gave it no URL".into()))
}
