//! Secrets Manager, through a cache of five minutes: a rotated value is picked up without a restart.

use crate::aws::Aws;
use crate::clock::Clock;
use crate::start::StartError;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::create_secret::CreateSecretError;
use aws_sdk_secretsmanager::operation::delete_secret::DeleteSecretError;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use aws_sdk_secretsmanager::operation::put_secret_value::PutSecretValueError;
use aws_types::SdkConfig;
use domain::Moment;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

const TIME_TO_LIVE: Duration = Duration::from_mins(5);

/// A secret that could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Secrets Manager has no string of that name.
    #[error("there is no secret of that name")]
    Missing,
    /// Secrets Manager could not be reached or refused the call.
    #[error("Secrets Manager could not be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl From<SecretError> for StartError {
    fn from(error: SecretError) -> Self {
        Self::Secret(error.into())
    }
}

/// Reads and writes secrets by name.
#[derive(Clone)]
pub struct Secrets {
    config: SdkConfig,
    client: Arc<OnceLock<Client>>,
    clock: Clock,
    cache: Arc<Mutex<HashMap<String, (SecretString, Moment)>>>,
}

impl Secrets {
    /// A reader with an empty cache.
    pub fn new(aws: &Aws, clock: Clock) -> Self {
        Self {
            config: aws.sdk_config().clone(),
            client: Arc::default(),
            clock,
            cache: Arc::default(),
        }
    }

    /// Secrets Manager `GetSecretValue`, or the value read less than five minutes ago.
    pub async fn read(&self, name: &str) -> Result<SecretString, SecretError> {
        if let Some(value) = self.remembered(name) {
            return Ok(value);
        }
        self.read_latest(name).await
    }

    /// Secrets Manager `GetSecretValue`, past the cache: for a value that a person just changed in another function.
    pub async fn read_latest(&self, name: &str) -> Result<SecretString, SecretError> {
        let answer = self.client().get_secret_value().secret_id(name).send().await.map_err(|error| {
            if error
                .as_service_error()
                .is_some_and(GetSecretValueError::is_resource_not_found_exception)
            {
                SecretError::Missing
            } else {
                SecretError::Unavailable(error.into())
            }
        })?;
        let value = SecretString::from(answer.secret_string.ok_or(SecretError::Missing)?);
        self.remember(name, Some(&value));
        Ok(value)
    }

    /// Secrets Manager `PutSecretValue`, or `CreateSecret` when there is none of that name.
    pub async fn write(&self, name: &str, value: &SecretString) -> Result<(), SecretError> {
        if !self.put(name, value).await? && !self.create(name, value).await? && !self.put(name, value).await? {
            return Err(SecretError::Missing);
        }
        self.remember(name, Some(value));
        Ok(())
    }

    /// Secrets Manager `DeleteSecret` without a recovery window, so that the name is free for a later connection at once.
    /// A secret that is not there is deleted already.
    pub async fn delete(&self, name: &str) -> Result<(), SecretError> {
        self.remember(name, None);
        let outcome = self
            .client()
            .delete_secret()
            .secret_id(name)
            .force_delete_without_recovery(true)
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteSecretError::is_resource_not_found_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(SecretError::Unavailable(error.into())),
        }
    }

    /// False: there is no secret of that name.
    async fn put(&self, name: &str, value: &SecretString) -> Result<bool, SecretError> {
        let call = self.client().put_secret_value().secret_id(name);
        match call.secret_string(value.expose_secret()).send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutSecretValueError::is_resource_not_found_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(SecretError::Unavailable(error.into())),
        }
    }

    /// False: somebody else created it meanwhile.
    async fn create(&self, name: &str, value: &SecretString) -> Result<bool, SecretError> {
        let call = self.client().create_secret().name(name);
        match call.secret_string(value.expose_secret()).send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(CreateSecretError::is_resource_exists_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(SecretError::Unavailable(error.into())),
        }
    }

    fn remembered(&self, name: &str) -> Option<SecretString> {
        let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let (value, read_at) = cache.get(name)?;
        (self.clock.now().since(*read_at) < TIME_TO_LIVE).then(|| value.clone())
    }

    fn remember(&self, name: &str, value: Option<&SecretString>) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        match value {
            Some(value) => cache.insert(name.to_owned(), (value.clone(), self.clock.now())),
            None => cache.remove(name),
        };
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| Client::new(&self.config))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").finish_non_exhaustive()
    }
}
