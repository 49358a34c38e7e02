//! Does what `CloudFormation` would do with the template: table, secrets, queues, and what each function is told.

use lambda_kit::{Aws, Environment};
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;
use testkit::template::{Function, Names, Queue, Secret};
use testkit::{TableError, Template, TemplateError};

const STACK: &str = "heymilo-for-workday";
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
    /// A queue or a secret was not created.
    #[error("{what} could not be created")]
    Resource {
        /// Its logical id.
        what: String,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl DeployError {
    fn resource(what: &str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Resource {
            what: what.to_owned(),
            source: source.into(),
        }
    }
}

/// The template's resources as they are called here.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) template: Template,
    names: Names,
    /// Queue URLs by logical id.
    pub(crate) queues: BTreeMap<String, String>,
}

/// What the template's parameters and the API's address are here.
#[derive(Debug, Clone)]
pub(crate) struct Parameters {
    pub(crate) public_url: String,
    pub(crate) heymilo_url: String,
    /// Instead of every queue's declared visibility time-out.
    pub(crate) visibility: Option<Duration>,
}

impl Deployment {
    /// Creates what is not there yet.
    pub(crate) async fn create(aws: &Aws, parameters: Parameters) -> Result<Self, DeployError> {
        let template = Template::of_repository()?;
        let mut names = Names::default()
            .reference("AWS::StackName", STACK)
            .reference("Table", STACK)
            .reference("SenderAddress", SENDER)
            .reference("MailConfigurationSet", CONFIGURATION_SET)
            .reference("HeyMiloUrl", parameters.heymilo_url)
            .attribute("HttpApi", "ApiEndpoint", parameters.public_url);
        testkit::create_table(&aws_sdk_dynamodb::Client::new(aws.sdk_config()), STACK).await?;
        let secrets = aws_sdk_secretsmanager::Client::new(aws.sdk_config());
        for secret in template.secrets()? {
            generate(&secrets, &secret).await?;
            names = names.reference(&secret.id, &secret.id);
        }
        let mut queues = BTreeMap::new();
        let mut declared = template.queues()?;
        // A dead-letter queue is there before the queue that names it.
        declared.sort_by_key(|queue| queue.redrive.is_some());
        let client = aws_sdk_sqs::Client::new(aws.sdk_config());
        for queue in &declared {
            let url = create_queue(&client, queue, &queues, parameters.visibility).await?;
            names = names.reference(&queue.id, &url).attribute(&queue.id, "QueueName", &queue.id);
            queues.insert(queue.id.clone(), url);
        }
        Ok(Self { template, names, queues })
    }

    /// What `function` finds in its environment: the template's variables, Lambda's own, and those of a local run.
    pub(crate) fn environment(&self, function: &Function, others: &[(String, String)]) -> Result<Environment, TemplateError> {
        let declared = self.template.environment(function, &self.names)?;
        Ok(Environment::from_pairs(others.iter().cloned().chain(declared)))
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
