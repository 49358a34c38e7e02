//! The Lambda: set-up once per execution environment, then requests.

use lambda_http::{Error, Request, service_fn};
use lambda_kit::{Aws, Clock, Environment, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let environment = Environment::from_process();
    let aws = Aws::from_environment(&environment)?;
    let function = &report_page::Function::new(&environment, &aws, Clock::system()).await?;
    lambda_http::run(service_fn(async |request: Request| Ok::<_, Error>(function.handle(request).await))).await
}
