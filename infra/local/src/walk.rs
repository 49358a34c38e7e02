//! `-- tour`: starts everything afresh in a folder of its own, walks the tour, and reports by the exit code.

use crate::command_line::Options;
use local::demo::{self, Place, StandInOptions, StandIns};
use local::tour::{self, Servers};
use local::{Options as ProductOptions, Product, Tick};
use std::error::Error;
use std::io;
use std::time::Duration;
use testkit::EmbeddedAws;

/// A person waits: due work is looked for, and Workday polled, much more often than on AWS.
const TICK: Duration = Duration::from_secs(1);
const POLL_SECONDS: u32 = 2;

/// Walks the tour on ports of its own and in memory. The error is text for a person.
pub(crate) async fn tour(options: Options) -> Result<(), String> {
    let score = Box::pin(walk(options))
        .await
        .map_err(|error| format!("The tour could not be walked: {error}"))?;
    match score.failed {
        0 => Ok(()),
        1 => Err(String::from("One step failed; see above.")),
        failed => Err(format!("{failed} steps failed; see above.")),
    }
}

async fn walk(options: Options) -> Result<tour::Score, Box<dyn Error + Send + Sync>> {
    let wanted = StandInOptions {
        folder: None,
        contract: options.contract,
        workday: Some(Place::FREE),
        heymilo: Some(Place::FREE),
    };
    let stand_ins = StandIns::start(&wanted).await?;
    let (workday, heymilo) = (
        stand_ins.workday_url().unwrap_or_default().to_owned(),
        stand_ins.heymilo_url().unwrap_or_default().to_owned(),
    );
    let aws = EmbeddedAws::start(testkit::Options::default()).await?;
    let product = Product::start(
        ProductOptions {
            tick: Tick::Every(TICK),
            ..ProductOptions::new(&heymilo)
        },
        &aws,
    )
    .await?;
    demo::connect(&product, &workday, &heymilo, POLL_SECONDS).await?;
    let servers = Servers {
        product: product.url.clone(),
        workday,
        heymilo,
    };
    let score = tour::run(servers, &mut io::stdout()).await?;
    product.stop().await;
    stand_ins.stop().await;
    Ok(score)
}
