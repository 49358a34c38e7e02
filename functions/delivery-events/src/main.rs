//! The Lambda: set-up once per execution environment, then batches.

use lambda_kit::{Aws, Clock, Environment, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let environment = Environment::from_process();
    let aws = Aws::from_environment(&environment)?;
    let function = &delivery_events::Function::new(&environment, &aws, Clock::system())?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<_>| function.handle(event).await)).await
}
