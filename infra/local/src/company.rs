//! The example company's sign-in service, so that people sign in on this machine as they do elsewhere.

use domain::WorkspaceId;
use lambda_kit::{Aws, Clock, Environment, Secrets};
use local::Product;
use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use testkit::EmbeddedAws;

const SECRET_NAME: &str = "sign-in-client";

/// The running issuer and the workspace its people belong to.
pub(crate) struct Company {
    issuer: issuer_stand_in::Running,
    workspace: WorkspaceId,
}

impl Company {
    /// Starts it on this port, or on a free one when that is taken.
    pub(crate) async fn start(port: u16, workspace: WorkspaceId) -> io::Result<Self> {
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let start = |port| {
            let clock = Clock::system();
            issuer_stand_in::start(at(port), workspace.as_str(), move || clock.now().epoch_seconds())
        };
        let issuer = match start(port).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => start(0).await?,
            outcome => outcome?,
        };
        Ok(Self { issuer, workspace })
    }

    /// Keeps our secret at the issuer where the product reads it; the variables that name it and the issuer.
    pub(crate) async fn register(&self, aws: &EmbeddedAws) -> Result<Vec<(String, String)>, Box<dyn Error + Send + Sync>> {
        let clock = Clock::system();
        let clients = Aws::with_http_client(&Environment::from_pairs(aws.environment()), &clock, aws.http_client())?;
        let secret = issuer_stand_in::CLIENT_SECRET.to_owned().into();
        Secrets::new(&clients, clock).write(SECRET_NAME, &secret).await?;
        let variables = [
            ("SIGN_IN_ISSUER", self.issuer.url.as_str()),
            ("SIGN_IN_CLIENT_ID", issuer_stand_in::CLIENT_ID),
            ("SIGN_IN_CLIENT_SECRET_NAME", SECRET_NAME),
        ];
        Ok(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec())
    }

    /// Lets the issuer speak for its workspace, as an operator would.
    pub(crate) async fn tie(&self, product: &Product) -> Result<(), admin::AdminError> {
        product.admin().tie_issuer(&self.workspace, &self.issuer.url).await
    }
}
