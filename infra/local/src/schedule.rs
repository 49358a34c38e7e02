//! The schedule: `EventBridge`'s event for each function that the template runs at a rate.

use crate::functions::{Functions, InvocationError};
use lambda_kit::Clock;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Invokes the scheduled functions at their declared rate, or every `instead`.
pub(crate) async fn run(functions: Arc<Functions>, clock: Clock, instead: Option<Duration>) {
    let Some(declared) = functions.declared.iter().filter_map(|function| function.every).min() else {
        return;
    };
    let period = instead.unwrap_or(declared);
    loop {
        // A run that takes longer delays the next one.
        let next = clock.now().plus(period);
        if let Err(error) = tick(&functions).await {
            tracing::error!(error = lambda_kit::telemetry::chain(&error), "a scheduled run failed");
        }
        clock.sleep_until(next).await;
    }
}

/// Invokes each scheduled function once.
pub(crate) async fn tick(functions: &Functions) -> Result<(), InvocationError> {
    for function in functions.declared.iter().filter(|function| function.every.is_some()) {
        functions.invoke(function, event()).await?;
    }
    Ok(())
}

fn event() -> Value {
    json!({
        "version": "0", "id": "local", "detail-type": "Scheduled Event", "source": "aws.events", "account": "123456789012",
        "time": "2026-01-01T00:00:00Z", "region": "eu-central-1", "resources": [], "detail": {}
    })
}
