//! Both vendors' stand-ins as hosts of a network.

use crate::network::{Network, Time};
use heymilo_stand_in::HeyMiloStandIn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use workday_stand_in::WorkdayStandIn;

/// Makes Workday and HeyMilo hosts of the network, on their usual ports and without state files; their time is the
/// network's. Returns their addresses. `contract`: where they record bodies for the contract check.
pub fn stand_ins(network: &Network, contract: Option<&Path>) -> io::Result<[String; 2]> {
    let [workday, heymilo] = [8471, 8472].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string());
    let [workday_url, heymilo_url] = [&workday, &heymilo].map(|name| format!("http://{name}"));
    let options = workday_stand_in::Options {
        contract_dir: contract.map(Path::to_path_buf),
        clock: workday_stand_in::Clock::new(Time(network.clock().clone())),
        ..workday_stand_in::Options::default()
    };
    network.join(workday, WorkdayStandIn::within(options, network.outbound())?);
    let options = heymilo_stand_in::Options {
        contract_dir: contract.map(Path::to_path_buf),
        clock: heymilo_stand_in::Clock::new(Time(network.clock().clone())),
        ..heymilo_stand_in::Options::default()
    };
    network.join(heymilo, HeyMiloStandIn::within(&options, &heymilo_url, network.outbound())?);
    Ok([workday_url, heymilo_url])
}
