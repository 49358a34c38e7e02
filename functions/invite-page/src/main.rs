//! The Lambda: set-up once per execution environment, then requests.

use lambda_http::{Error, Request, service_fn};
use lambda_kit::{Environment, Outside, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::init();
    let environment = Environment::from_process();
    let outside = Outside::of_process(&environment)?;
    let function = &invite_page::Function::new(&environment, &outside).await?;
    lambda_http::run(service_fn(async |request: Request| Ok::<_, Error>(function.handle(request).await))).await
}
