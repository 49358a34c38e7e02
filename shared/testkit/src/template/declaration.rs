//! What the template declares, in types.

use super::{Names, Template, TemplateError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// One part of a key schema of `AWS::DynamoDB::Table`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct KeyPart {
    /// The attribute.
    #[serde(rename = "AttributeName")]
    pub attribute: String,
    /// `HASH` or `RANGE`.
    #[serde(rename = "KeyType")]
    pub role: String,
}

/// A global secondary index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its key schema.
    pub key: Vec<KeyPart>,
    /// Its projection type.
    pub projection: String,
}

/// The `AWS::DynamoDB::Table`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Key attributes and their types.
    pub attributes: BTreeMap<String, String>,
    /// The key schema.
    pub key: Vec<KeyPart>,
    /// The indexes.
    pub indexes: Vec<Index>,
    /// The TTL attribute.
    pub expiry_attribute: String,
}

/// Where messages go that failed too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redrive {
    /// Logical id of the dead-letter queue.
    pub dead_letter_queue: String,
    /// How often a message is received before it goes there.
    pub max_receive_count: u32,
}

/// An `AWS::SQS::Queue`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Logical id.
    pub id: String,
    /// How long a received message is hidden.
    pub visibility: Duration,
    /// How long a message is kept.
    pub retention: Duration,
    /// None: it is a dead-letter queue itself.
    pub redrive: Option<Redrive>,
}

/// An event source mapping from a queue to a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Logical id of the queue.
    pub queue: String,
    /// The most records of one invocation.
    pub batch_size: usize,
    /// How long records are gathered.
    pub window: Duration,
    /// Whether the function may return single records as failed.
    pub reports_batch_item_failures: bool,
    /// The most invocations at a time.
    pub maximum_concurrency: Option<usize>,
}

/// An `AWS::Serverless::Function` with the template's globals applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Logical id.
    pub id: String,
    /// The binary of the workspace that it runs.
    pub binary: String,
    /// Its time-out.
    pub timeout: Duration,
    /// Its variables, not yet evaluated.
    pub environment: BTreeMap<String, Value>,
    /// The queues it consumes.
    pub mappings: Vec<Mapping>,
    /// How often it is run on schedule.
    pub every: Option<Duration>,
    /// Its own policy statements.
    pub statements: Vec<Value>,
}

/// A route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As API Gateway writes it: `POST /webhooks/{proxy+}` or `$default`.
    pub key: String,
    /// Logical id of the function.
    pub function: String,
}

/// An `AWS::SecretsManager::Secret` with `GenerateSecretString`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Logical id.
    pub id: String,
    /// Length of the generated text.
    pub length: usize,
    /// The JSON object the text is put into, and under which name.
    pub wrapper: Option<(String, String)>,
}

impl Template {
    /// The one table.
    pub fn table(&self) -> Result<Table, TemplateError> {
        let (id, properties) = self.only("AWS::DynamoDB::Table")?;
        let attributes: Vec<Value> = read(id, properties, "/AttributeDefinitions")?;
        let indexes: Vec<Value> = read(id, properties, "/GlobalSecondaryIndexes")?;
        let index = |index: &Value| {
            Ok(Index {
                name: read(id, index, "/IndexName")?,
                key: read(id, index, "/KeySchema")?,
                projection: read(id, index, "/Projection/ProjectionType")?,
            })
        };
        let attribute = |attribute: &Value| Ok((read(id, attribute, "/AttributeName")?, read(id, attribute, "/AttributeType")?));
        Ok(Table {
            attributes: attributes.iter().map(attribute).collect::<Result<_, TemplateError>>()?,
            key: read(id, properties, "/KeySchema")?,
            indexes: indexes.iter().map(index).collect::<Result<_, TemplateError>>()?,
            expiry_attribute: read(id, properties, "/TimeToLiveSpecification/AttributeName")?,
        })
    }

    /// The queues, dead-letter queues included.
    pub fn queues(&self) -> Result<Vec<Queue>, TemplateError> {
        self.resources("AWS::SQS::Queue")
            .map(|(id, properties)| queue(id, properties))
            .collect()
    }

    /// The functions.
    pub fn functions(&self) -> Result<Vec<Function>, TemplateError> {
        let functions = self.resources("AWS::Serverless::Function");
        functions.map(|(id, properties)| self.function(id, properties)).collect()
    }

    /// The secrets whose value is generated.
    pub fn secrets(&self) -> Result<Vec<Secret>, TemplateError> {
        self.resources("AWS::SecretsManager::Secret")
            .filter(|(_, properties)| properties.get("GenerateSecretString").is_some())
            .map(|(id, properties)| secret(id, properties))
            .collect()
    }

    /// The routes of the HTTP API.
    pub fn routes(&self) -> Result<Vec<Route>, TemplateError> {
        self.resources("AWS::ApiGatewayV2::Route")
            .map(|(id, properties)| self.route(id, properties))
            .collect()
    }

    /// What a function finds in its environment.
    pub fn environment(&self, function: &Function, names: &Names) -> Result<Vec<(String, String)>, TemplateError> {
        let variables = function.environment.iter();
        variables
            .map(|(name, value)| Ok((name.clone(), self.text(value, names)?)))
            .collect()
    }

    fn function(&self, id: &str, properties: &Value) -> Result<Function, TemplateError> {
        let globals = self.json().pointer("/Globals/Function").unwrap_or(&Value::Null);
        let resource = self.json().pointer(&format!("/Resources/{id}")).unwrap_or(&Value::Null);
        let timeout = optional(id, properties, "/Timeout")?.or(optional(id, globals, "/Timeout")?);
        let mut environment: BTreeMap<String, Value> = optional(id, globals, "/Environment/Variables")?.unwrap_or_default();
        environment.extend(optional::<BTreeMap<String, Value>>(id, properties, "/Environment/Variables")?.unwrap_or_default());
        let events: BTreeMap<String, Value> = optional(id, properties, "/Events")?.unwrap_or_default();
        let of_type = |kind: &'static str| {
            events
                .values()
                .filter(move |event| event.get("Type").and_then(Value::as_str) == Some(kind))
        };
        let mut schedules = of_type("Schedule").map(|event| rate(id, &read::<String>(id, event, "/Properties/Schedule")?));
        Ok(Function {
            id: id.to_owned(),
            binary: read(id, resource, "/Metadata/BuildProperties/Binary")?,
            timeout: Duration::from_secs(timeout.ok_or_else(|| TemplateError::at(id, "has no Timeout"))?),
            environment,
            mappings: of_type("SQS").map(|event| mapping(id, event)).collect::<Result<_, _>>()?,
            every: schedules.next().transpose()?,
            statements: statements(id, properties)?,
        })
    }

    fn route(&self, id: &str, properties: &Value) -> Result<Route, TemplateError> {
        let target: String = read(id, properties, "/Target/Fn::Sub")?;
        let integration = target.strip_prefix("integrations/${").and_then(|rest| rest.strip_suffix('}'));
        let integration = integration.ok_or_else(|| TemplateError::at(id, "its target is not an integration"))?;
        let function = format!("/Resources/{integration}/Properties/IntegrationUri/Fn::GetAtt/0");
        Ok(Route {
            key: read(id, properties, "/RouteKey")?,
            function: read(integration, self.json(), &function)?,
        })
    }

    fn only(&self, kind: &str) -> Result<(&str, &Value), TemplateError> {
        let mut found = self.root.get("Resources").and_then(Value::as_object).into_iter().flatten();
        let (id, resource) = found
            .find(|(_, resource)| resource.get("Type").and_then(Value::as_str) == Some(kind))
            .ok_or_else(|| TemplateError::at(kind, "there is none"))?;
        Ok((id, resource.get("Properties").unwrap_or(&Value::Null)))
    }
}

fn queue(id: &str, properties: &Value) -> Result<Queue, TemplateError> {
    let dead_letter_queue: Option<String> = optional(id, properties, "/RedrivePolicy/deadLetterTargetArn/Fn::GetAtt/0")?;
    let redrive = match dead_letter_queue {
        None => None,
        Some(dead_letter_queue) => Some(Redrive {
            dead_letter_queue,
            max_receive_count: read(id, properties, "/RedrivePolicy/maxReceiveCount")?,
        }),
    };
    Ok(Queue {
        id: id.to_owned(),
        // 30 seconds and four days are SQS's own defaults.
        visibility: Duration::from_secs(optional(id, properties, "/VisibilityTimeout")?.unwrap_or(30)),
        retention: Duration::from_secs(optional(id, properties, "/MessageRetentionPeriod")?.unwrap_or(345_600)),
        redrive,
    })
}

fn mapping(id: &str, event: &Value) -> Result<Mapping, TemplateError> {
    let kinds: Vec<String> = optional(id, event, "/Properties/FunctionResponseTypes")?.unwrap_or_default();
    Ok(Mapping {
        queue: read(id, event, "/Properties/Queue/Fn::GetAtt/0")?,
        batch_size: optional(id, event, "/Properties/BatchSize")?.unwrap_or(10),
        window: Duration::from_secs(optional(id, event, "/Properties/MaximumBatchingWindowInSeconds")?.unwrap_or(0)),
        reports_batch_item_failures: kinds.iter().any(|kind| kind == "ReportBatchItemFailures"),
        maximum_concurrency: optional(id, event, "/Properties/ScalingConfig/MaximumConcurrency")?,
    })
}

fn secret(id: &str, properties: &Value) -> Result<Secret, TemplateError> {
    let template: Option<String> = optional(id, properties, "/GenerateSecretString/SecretStringTemplate")?;
    let key: Option<String> = optional(id, properties, "/GenerateSecretString/GenerateStringKey")?;
    Ok(Secret {
        id: id.to_owned(),
        length: read(id, properties, "/GenerateSecretString/PasswordLength")?,
        wrapper: template.zip(key),
    })
}

fn statements(id: &str, properties: &Value) -> Result<Vec<Value>, TemplateError> {
    let policies: Vec<Value> = optional(id, properties, "/Policies")?.unwrap_or_default();
    let of_policy = |policy: &Value| read::<Vec<Value>>(id, policy, "/Statement");
    Ok(policies.iter().map(of_policy).collect::<Result<Vec<_>, _>>()?.concat())
}

/// `rate(1 minute)`, the only kind of schedule the template uses.
fn rate(id: &str, expression: &str) -> Result<Duration, TemplateError> {
    let inner = expression.strip_prefix("rate(").and_then(|rest| rest.strip_suffix(')'));
    let minutes = match inner.and_then(|inner| inner.split_once(' ')) {
        Some((count, "minute" | "minutes")) => count.parse::<u64>().ok(),
        _ => None,
    };
    let minutes = minutes.ok_or_else(|| TemplateError::at(id, "its schedule is not a rate in minutes"))?;
    Ok(Duration::from_secs(minutes * 60))
}

fn read<T: DeserializeOwned>(id: &str, value: &Value, pointer: &str) -> Result<T, TemplateError> {
    optional(id, value, pointer)?.ok_or_else(|| TemplateError::at(format!("{id}{pointer}"), "is missing"))
}

fn optional<T: DeserializeOwned>(id: &str, value: &Value, pointer: &str) -> Result<Option<T>, TemplateError> {
    let found = value.pointer(pointer).map(T::deserialize).transpose();
    found.map_err(|error| TemplateError::at(format!("{id}{pointer}"), error.to_string()))
}
