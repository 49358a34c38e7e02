//! The Lambda: set-up once per execution environment, then batches.

use lambda_kit::{Environment, Outside, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let environment = Environment::from_process();
    let outside = Outside::of_process(&environment)?;
    let function = &notify::Function::new(&environment, &outside).await?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<_>| function.handle(event).await)).await
}
