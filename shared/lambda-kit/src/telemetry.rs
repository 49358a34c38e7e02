//! Logs as JSON lines and metrics as lines of `CloudWatch`'s embedded metric format, both on standard output.
//!
//! Only our own crates log below warning level: libraries print requests, and requests hold what may not be logged.

use crate::clock::Clock;
use crate::environment::Environment;
use std::error::Error;
use std::fmt;
use std::io::Write;
use std::str::FromStr;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt as lines};

/// The crates whose log lines are ours: all that a function may be built with.
const OWN_CRATES: [&str; 24] = [
    "admin",
    "console",
    "delivery_events",
    "domain",
    "heymilo",
    "identity",
    "invite_page",
    "invite_sender",
    "keys",
    "lambda_kit",
    "letters",
    "mail",
    "notify",
    "oauth_callback",
    "report",
    "report_page",
    "result_writeback",
    "store",
    "sweeper",
    "vendors",
    "web",
    "webhook_intake",
    "work",
    "workday",
];
const METRIC_TARGET: &str = "metric";
const METRIC_NAMESPACE: &str = "HeyMiloForWorkday";

/// Starts logging at `AWS_LAMBDA_LOG_LEVEL` (default `INFO`) and replaces the panic message by its location.
pub fn init() {
    let level = Environment::from_process()
        .optional("AWS_LAMBDA_LOG_LEVEL")
        .and_then(|level| LevelFilter::from_str(&level).ok())
        .unwrap_or(LevelFilter::INFO);
    let libraries = level.min(LevelFilter::WARN);
    let targets = Targets::new()
        .with_default(libraries)
        .with_targets(OWN_CRATES.map(|name| (name, level)))
        .with_target(METRIC_TARGET, LevelFilter::OFF);
    let log = lines::layer().json().flatten_event(true).with_ansi(false).with_filter(targets);
    let metrics = EmbeddedMetrics.with_filter(filter_fn(|metadata| metadata.target() == METRIC_TARGET));
    if tracing_subscriber::registry().with(log).with(metrics).try_init().is_err() {
        tracing::debug!("logging was started before");
    }
    std::panic::set_hook(Box::new(|panic| {
        // A panic's text may quote a person's data; where it happened is what a developer needs.
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(outcome = "panic", location, "a bug made the function panic");
    }));
}

/// Counts or measures something; the unit belongs into the name. Dimensions hold ids and words, never personal data.
pub fn metric(name: &'static str, value: f64, dimensions: &[(&str, &str)]) {
    let dimensions: serde_json::Map<String, serde_json::Value> =
        dimensions.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
    tracing::info!(target: METRIC_TARGET, name, value, dimensions = %serde_json::Value::Object(dimensions));
}

/// An error with all its causes, in one line.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

/// Writes each metric event as a line of `CloudWatch`'s embedded metric format.
struct EmbeddedMetrics;

impl<S: Subscriber> Layer<S> for EmbeddedMetrics {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut metric = Metric::default();
        event.record(&mut metric);
        let line = metric.embedded(Clock::system().now().0);
        if writeln!(std::io::stdout().lock(), "{line}").is_err() {
            // Nobody is left to tell: standard output is where we would tell it.
        }
    }
}

#[derive(Default)]
struct Metric {
    name: String,
    value: f64,
    dimensions: serde_json::Map<String, serde_json::Value>,
}

impl Metric {
    fn embedded(self, timestamp: i64) -> serde_json::Value {
        let keys: Vec<&String> = self.dimensions.keys().collect();
        let about = serde_json::json!({
            "Timestamp": timestamp,
            "CloudWatchMetrics": [{"Namespace": METRIC_NAMESPACE, "Dimensions": [keys], "Metrics": [{"Name": self.name}]}],
        });
        let mut line = self.dimensions.clone();
        line.insert("_aws".to_owned(), about);
        line.insert(self.name, self.value.into());
        line.into()
    }
}

impl Visit for Metric {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "dimensions" {
            // `%` fields arrive here; their Debug is their Display.
            self.dimensions = serde_json::from_str(&format!("{value:?}")).unwrap_or_default();
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "value" {
            self.value = value;
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "name" {
            value.clone_into(&mut self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Recorder(Arc<Mutex<Vec<serde_json::Value>>>);

    impl<S: Subscriber> Layer<S> for Recorder {
        fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
            let mut metric = Metric::default();
            event.record(&mut metric);
            self.0.lock().unwrap().push(metric.embedded(7));
        }
    }

    #[test]
    fn a_metric_is_a_line_of_the_embedded_metric_format() {
        let recorder = Recorder::default();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(recorder.clone()), || {
            metric("WebhookUnauthorized", 1.0, &[("Sender", "workday")]);
        });
        let expected = serde_json::json!({
            "_aws": {
                "Timestamp": 7,
                "CloudWatchMetrics": [{
                    "Namespace": "HeyMiloForWorkday",
                    "Dimensions": [["Sender"]],
                    "Metrics": [{"Name": "WebhookUnauthorized"}]
                }]
            },
            "Sender": "workday",
            "WebhookUnauthorized": 1.0
        });
        assert_eq!(*recorder.0.lock().unwrap(), [expected]);
    }

    #[test]
    fn every_crate_that_a_function_may_be_built_with_is_heard() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folders = ["functions", "shared"].map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
        let mut crates: Vec<String> = folders
            .into_iter()
            .flatten()
            .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path().join("Cargo.toml")).ok())
            .map(|manifest| {
                let name = manifest.lines().find_map(|line| line.strip_prefix("name = \"")).unwrap();
                name.trim_end_matches('"').replace('-', "_")
            })
            .filter(|name| name != "testkit")
            .collect();
        crates.sort();
        assert_eq!(
            OWN_CRATES.to_vec(),
            crates,
            "OWN_CRATES must name our crates, or their lines are lost"
        );
    }

    #[test]
    fn an_error_is_told_with_its_causes() {
        #[derive(Debug, thiserror::Error)]
        #[error("the row was not stored")]
        struct NotStored(#[source] std::fmt::Error);
        assert_eq!(
            chain(&NotStored(std::fmt::Error)),
            "the row was not stored: an error occurred when formatting an argument"
        );
    }
}
