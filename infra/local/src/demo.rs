//! The built-in stand-ins and the setup that connects them, so that the product can be used at once.

use crate::product::Product;
use admin::{AdminError, Setup};
use domain::ConnectionId;
use heymilo_stand_in::HeyMiloStandIn;
use lambda_kit::Environment;
use lambda_kit::outbound::{VendorHosts, vendor_client};
use serde_json::{Value, json};
use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use surroundings::Network;
use workday_stand_in::WorkdayStandIn;

/// The demo's workspace.
pub const WORKSPACE: &str = "acme";
/// The demo's Workday connection.
pub const CONNECTION: &str = "acme-preview";
const REQUISITION: &str = "R00001";
const POSTING: &str = "13D77095";
const PUSH_USER: &str = "heymilo-push";
const PUSH_PASSWORD: &str = "demo-push-password";

/// Where a stand-in listens: its usual port, or a free one when that is taken.
#[derive(Debug, Clone, Copy)]
pub struct Place(pub u16);

impl Place {
    /// A free port.
    pub const FREE: Self = Self(0);

    fn addresses(self) -> [SocketAddr; 2] {
        [self.0, 0].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    }
}

/// Where the stand-ins listen and keep what they are told.
#[derive(Debug, Clone)]
pub struct StandInOptions {
    /// A folder for their state; none: memory.
    pub folder: Option<PathBuf>,
    /// Where they record bodies for the contract check.
    pub contract: Option<PathBuf>,
    /// Workday's port; none: another server is used.
    pub workday: Option<Place>,
    /// HeyMilo's port; none: another server is used.
    pub heymilo: Option<Place>,
}

/// The running stand-ins.
#[derive(Debug)]
pub struct StandIns {
    workday: Option<workday_stand_in::Running>,
    heymilo: Option<heymilo_stand_in::Running>,
    /// Where they are reached when they do not listen.
    within: Option<[String; 2]>,
}

impl StandIns {
    /// Starts those that have a place.
    pub async fn start(options: &StandInOptions) -> io::Result<Self> {
        let file = |name: &str| options.folder.as_ref().map(|folder| folder.join(name));
        if let Some(folder) = &options.folder {
            std::fs::create_dir_all(folder)?;
        }
        let contract = options.contract.as_deref();
        Ok(Self {
            workday: match options.workday {
                Some(place) => Some(start_workday(place, file("workday.json"), contract).await?),
                None => None,
            },
            heymilo: match options.heymilo {
                Some(place) => Some(start_heymilo(place, file("heymilo.json"), contract).await?),
                None => None,
            },
            within: None,
        })
    }

    /// Both as hosts of the network, whose time is theirs, without state files.
    pub fn within(network: &Network, contract: Option<&Path>) -> io::Result<Self> {
        Ok(Self {
            workday: None,
            heymilo: None,
            within: Some(surroundings::stand_ins(network, contract)?),
        })
    }

    /// The Workday stand-in's address, if it runs.
    pub fn workday_url(&self) -> Option<&str> {
        let within = self.within.as_ref().map(|[workday, _]| workday.as_str());
        self.workday.as_ref().map_or(within, |running| Some(running.url.as_str()))
    }

    /// The HeyMilo stand-in's address, if it runs.
    pub fn heymilo_url(&self) -> Option<&str> {
        let within = self.within.as_ref().map(|[_, heymilo]| heymilo.as_str());
        self.heymilo.as_ref().map_or(within, |running| Some(running.url.as_str()))
    }

    /// Stops both.
    pub async fn stop(self) {
        if let Some(running) = self.workday {
            running.stop().await;
        }
        if let Some(running) = self.heymilo {
            running.stop().await;
        }
    }
}

async fn start_workday(place: Place, data_file: Option<PathBuf>, contract: Option<&Path>) -> io::Result<workday_stand_in::Running> {
    let [usual, free] = place.addresses();
    let options = |listen| workday_stand_in::Options {
        listen,
        data_file: data_file.clone(),
        contract_dir: contract.map(Path::to_path_buf),
        ..workday_stand_in::Options::default()
    };
    match WorkdayStandIn::start(options(usual)).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => WorkdayStandIn::start(options(free)).await,
        outcome => outcome,
    }
}

async fn start_heymilo(place: Place, data_file: Option<PathBuf>, contract: Option<&Path>) -> io::Result<heymilo_stand_in::Running> {
    let [usual, free] = place.addresses();
    let options = |listen| heymilo_stand_in::Options {
        listen,
        data_file: data_file.clone(),
        contract_dir: contract.map(Path::to_path_buf),
        ..heymilo_stand_in::Options::default()
    };
    match HeyMiloStandIn::start(options(usual)).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => HeyMiloStandIn::start(options(free)).await,
        outcome => outcome,
    }
}

/// The demo could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A step of the setup did not come about.
    #[error("the built-in setup did not come about")]
    Setup(#[from] AdminError),
    /// A stand-in could not be told what a person would set there.
    #[error("a stand-in could not be configured")]
    StandIn(#[source] Box<dyn Error + Send + Sync>),
}

/// Connects a product to the stand-ins as their administrators would, and links one requisition; we write to candidates.
pub async fn connect(product: &Product, workday_url: &str, heymilo_url: &str, poll_seconds: u32) -> Result<(), DemoError> {
    let unusable = |error: Box<dyn Error + Send + Sync>| DemoError::StandIn(error);
    let off = json!({ "communications_off": true });
    tell(heymilo_url, &off).await.map_err(unusable)?;
    let setup = setup(workday_url, poll_seconds).map_err(|error| unusable(error.into()))?;
    let connection = ConnectionId::new(CONNECTION).map_err(|error| unusable(error.into()))?;
    let admin = product.admin();
    let at_workday = json!({
        "redirect_uris": [admin.redirect_uri(&connection)],
        "integration_system": {
            "endpoint_url": admin.integration_endpoint(&connection),
            "username": PUSH_USER, "password": PUSH_PASSWORD,
            "assessment_status": "HEYMILO_SEND_INVITE", "test": "HEYMILO_AI_SCREEN",
        },
    });
    tell(workday_url, &at_workday).await.map_err(unusable)?;
    Box::pin(product.apply(setup)).await?;
    Ok(())
}

/// The built-in setup, in the format of `--setup FILE.json`.
pub fn setup(workday_url: &str, poll_seconds: u32) -> Result<Setup, serde_json::Error> {
    let workday = workday_stand_in::Credentials::default();
    serde_json::from_value(json!({
        "workspace": {
            "id": WORKSPACE, "name": "Acme Talent (example)", "heymilo_api_key": heymilo_stand_in::DEFAULT_API_KEY,
            "who_sends": "we", "confirmed_by": "local-owner",
        },
        "connections": [{
            "id": CONNECTION, "services_url": workday_url, "sign_in_url": workday_url,
            "tenant": workday_stand_in::Options::default().tenant, "poll_seconds": poll_seconds,
            "credential": {
                "kind": "refresh_token", "client_id": workday.client_id, "client_secret": workday.client_secret,
                "refresh_token": workday.refresh_token,
            },
            "webhook": { "username": PUSH_USER, "password": PUSH_PASSWORD },
        }],
        "mappings": [{ "connection": CONNECTION, "requisition": REQUISITION, "posting": POSTING }],
    }))
}

/// Changes the settings of a stand-in by its control API.
async fn tell(stand_in: &str, settings: &Value) -> Result<(), Box<dyn Error + Send + Sync>> {
    let local = [("VENDOR_HOST_OVERRIDE", "loopback"), ("AWS_ENDPOINT_URL", "http://127.0.0.1")];
    let client = vendor_client(&VendorHosts::from_environment(&Environment::from_pairs(local))?)?;
    let request = client.post(format!("{stand_in}/__stand-in/settings"));
    let request = request.header("Content-Type", "application/json").body(settings.to_string());
    request.send().await?.error_for_status()?;
    Ok(())
}
