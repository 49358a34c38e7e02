//! How a product comes about: the template's resources, the functions over them, and the way in.

use crate::functions::{Functions, Setting};
use crate::gateway::{self, Gateway};
use crate::inside::Inside;
use crate::options::{Options, StartError, Tick};
use crate::overview::Overview;
use crate::schedule;
use lambda_kit::{Aws, Clock, Environment, Outside};
use std::sync::Arc;
use std::time::Duration;
use surroundings::{Network, routed};
use testkit::template::Queue;
use testkit::{DeployError, Deployment, EmbeddedAws, Parameters};

/// Longer than any run: where the pollers end a message's visibility, the queue never does.
const HIDDEN: Duration = Duration::from_hours(12);

/// Where requests come in.
enum Entrance {
    Listener(tokio::net::TcpListener),
    Network(Network, String),
}

impl Entrance {
    async fn open(options: &Options) -> Result<(Self, String), StartError> {
        if let Some(network) = &options.network {
            let name = options.listen.to_string();
            return Ok((Self::Network(network.clone(), name), format!("http://{}", options.listen)));
        }
        let listener = tokio::net::TcpListener::bind(options.listen).await.map_err(StartError::Listen)?;
        let address = listener.local_addr().map_err(StartError::Listen)?;
        Ok((Self::Listener(listener), format!("http://{address}")))
    }

    fn lead_to(self, router: axum::Router) {
        match self {
            Self::Listener(listener) => drop(tokio::spawn(async move { axum::serve(listener, router).await })),
            Self::Network(network, name) => network.join(name, routed(router)),
        }
    }
}

/// Brings the template about in `aws`, then starts the HTTP API, the event source mappings and the schedule.
pub(crate) async fn start(options: Options, aws: EmbeddedAws) -> Result<(String, Inside), StartError> {
    let (entrance, url) = Entrance::open(&options).await?;
    let outside = outside(&options, &aws)?;
    let parameters = Parameters {
        public_url: url.clone(),
        heymilo_url: options.heymilo_url.clone(),
        visibility: options.network.as_ref().map(|_keeps_it| HIDDEN).or(options.visibility),
    };
    let deployment = Box::pin(Deployment::create(&aws, outside.aws.sdk_config(), parameters)).await?;
    let queues = queues(&deployment)?;
    let routes = Arc::new(deployment.template.routes().map_err(DeployError::from)?);
    let setting = Setting {
        deployment,
        outside: outside.clone(),
        variables: options.variables.clone(),
        hazards: options.hazards.clone(),
    };
    let functions = Arc::new(Box::pin(Functions::build(setting)).await?);
    let inside = Inside {
        clock: outside.clock.clone(),
        keeps_visibility: options.network.is_some(),
        visibility: options.visibility,
        overview: Overview::new(Arc::clone(&functions), Arc::clone(&routes), aws.clone()),
        sqs: aws_sdk_sqs::Client::new(outside.aws.sdk_config()),
        queues: Arc::new(queues),
        running: Arc::default(),
        mishaps: options.hazards.mishaps.clone(),
        functions,
        aws,
    };
    inside.poll();
    let instead = match options.tick {
        Tick::Declared => Some(None),
        Tick::Every(period) => Some(Some(period)),
        Tick::ByHand => None,
    };
    if let Some(instead) = instead {
        tokio::spawn(schedule::run(Arc::clone(&inside.functions), inside.clock.clone(), instead));
    }
    let gateway = Gateway {
        functions: Arc::clone(&inside.functions),
        routes,
        overview: inside.overview.clone(),
        clock: inside.clock.clone(),
    };
    entrance.lead_to(gateway::router(gateway));
    Ok((url, inside))
}

/// What the functions are given, as far as it is not Lambda's.
fn outside(options: &Options, aws: &EmbeddedAws) -> Result<Outside, StartError> {
    let environment = Environment::from_pairs(aws.environment());
    let clock = options
        .network
        .as_ref()
        .map_or_else(Clock::system, |network| network.clock().clone());
    let clients = Aws::with_http_client(&environment, &clock, aws.http_client())?;
    let mut outside = Outside::new(clients, clock);
    if let Some(randomness) = &options.randomness {
        outside = outside.with_randomness(randomness.clone());
    }
    if let Some(network) = &options.network {
        outside = outside.with_vendors(network.wire());
    }
    Ok(outside)
}

/// The queues as they are declared, with their addresses.
fn queues(deployment: &Deployment) -> Result<Vec<(Queue, String)>, DeployError> {
    let declared = deployment.template.queues()?;
    let addressed = declared.into_iter().filter_map(|queue| {
        let url = deployment.queues.get(&queue.id)?.clone();
        Some((queue, url))
    });
    Ok(addressed.collect())
}
