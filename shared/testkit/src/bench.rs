//! One function's surroundings, for the tests of a crate: the whole template, in memory, and what that function is told.

use crate::template::Function;
use crate::{DeployError, Deployment, EmbeddedAws, Options, Parameters};
use aws_types::SdkConfig;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::io;

/// Where people would reach the API of a bench, were it running.
pub const PUBLIC_URL: &str = "http://127.0.0.1:8470";
/// A port that nobody listens on.
const NOWHERE: &str = "http://127.0.0.1:9";

/// The template brought about for one function. Everything ends with it.
#[derive(Debug)]
pub struct Bench {
    /// The services behind it, for faults and mails.
    pub aws: EmbeddedAws,
    function: Function,
    deployment: Deployment,
    config: SdkConfig,
}

impl Bench {
    /// For the function with this binary, which calls no HeyMilo.
    pub async fn of(binary: &str) -> Result<Self, DeployError> {
        Self::with_heymilo(binary, NOWHERE).await
    }

    /// For the function with this binary, with HeyMilo at an address.
    pub async fn with_heymilo(binary: &str, heymilo_url: &str) -> Result<Self, DeployError> {
        let failed = |source: io::Error| DeployError::resource("AWS", source);
        let aws = EmbeddedAws::start(Options::default()).await.map_err(failed)?;
        let config = aws.sdk_config();
        Self::over(aws, config, binary, heymilo_url).await
    }

    /// The same over services of the caller's, by clients of this configuration, which has the caller's time.
    pub async fn over(aws: EmbeddedAws, config: SdkConfig, binary: &str, heymilo_url: &str) -> Result<Self, DeployError> {
        let parameters = Parameters {
            public_url: PUBLIC_URL.to_owned(),
            heymilo_url: heymilo_url.to_owned(),
            visibility: None,
        };
        let deployment = Box::pin(Deployment::create(&aws, &config, parameters)).await?;
        Ok(Self {
            function: declared(&deployment, binary)?,
            config,
            aws,
            deployment,
        })
    }

    /// What the function finds in its environment.
    pub fn variables(&self) -> Result<Vec<(String, String)>, DeployError> {
        Ok(self.deployment.variables(&self.function)?)
    }

    /// What another function finds in its own, for a test of both.
    pub fn variables_of(&self, binary: &str) -> Result<Vec<(String, String)>, DeployError> {
        Ok(self.deployment.variables(&declared(&self.deployment, binary)?)?)
    }

    /// The value of the template's secret with this logical id.
    pub async fn secret(&self, id: &str) -> Result<String, DeployError> {
        let client = aws_sdk_secretsmanager::Client::new(&self.config);
        let read = client.get_secret_value().secret_id(id).send().await;
        let read = read.map_err(|error| DeployError::resource(id, error))?;
        read.secret_string.ok_or_else(|| DeployError::resource(id, "it is no text"))
    }

    /// Up to ten messages that wait in the queue with this logical id, taken out of it.
    pub async fn messages<T: DeserializeOwned>(&self, id: &str) -> Result<Vec<T>, DeployError> {
        let failed = |source: Box<dyn Error + Send + Sync>| DeployError::resource(id, source);
        let url = self
            .deployment
            .queues
            .get(id)
            .ok_or_else(|| failed("there is no such queue".into()))?;
        let call = aws_sdk_sqs::Client::new(&self.config).receive_message().queue_url(url);
        let received = call.max_number_of_messages(10).send().await.map_err(|error| failed(error.into()))?;
        let bodies = received.messages.unwrap_or_default().into_iter().filter_map(|message| message.body);
        let read = bodies.map(|body| serde_json::from_str(&body)).collect::<Result<_, _>>();
        read.map_err(|error| failed(error.into()))
    }
}

fn declared(deployment: &Deployment, binary: &str) -> Result<Function, DeployError> {
    let mut functions = deployment.template.functions()?.into_iter();
    let function = functions.find(|function| function.binary == binary);
    function.ok_or_else(|| DeployError::Undeclared(binary.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_function_is_told_what_the_template_declares_and_finds_it_there() {
        let bench = Bench::of("sweeper").await.unwrap();
        let variables = bench.variables().unwrap();
        let value = |name: &str| variables.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
        assert_eq!(value("PUBLIC_URL"), Some(PUBLIC_URL));
        assert!(value("SENDER_ADDRESS").is_none(), "another function's variable");
        let keyring: serde_json::Value = serde_json::from_str(&bench.secret(value("SEALING_SECRET_NAME").unwrap()).await.unwrap()).unwrap();
        assert!(keyring["k1"].as_str().unwrap().len() >= 32);
        let client = aws_sdk_sqs::Client::new(&bench.config);
        let send = client.send_message().queue_url(value("SWEEP_QUEUE_URL").unwrap()).message_body("7");
        send.send().await.unwrap();
        assert_eq!(bench.messages::<u8>("SweepQueue").await.unwrap(), [7]);
        let table = aws_sdk_dynamodb::Client::new(&bench.config);
        table
            .describe_table()
            .table_name(value("TABLE_NAME").unwrap())
            .send()
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_function_that_the_template_does_not_declare_is_an_error() {
        assert!(matches!(Bench::of("nobody").await, Err(DeployError::Undeclared(_))));
    }
}
