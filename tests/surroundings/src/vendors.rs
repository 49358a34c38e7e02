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
    let tenant = workday_stand_in::Options {
        contract_dir: contract.map(Path::to_path_buf),
        ..workday_stand_in::Options::default()
    };
    Ok([workday(network, 8471, tenant)?, heymilo(network, contract)?])
}

/// Makes a Workday tenant a host of the network, under a port of this machine and by the network's time. Returns its
/// address.
pub fn workday(network: &Network, port: u16, tenant: workday_stand_in::Options) -> io::Result<String> {
    let name = local(port);
    let options = workday_stand_in::Options {
        clock: workday_stand_in::Clock::new(Time(network.clock().clone())),
        ..tenant
    };
    network.join(&name, WorkdayStandIn::within(options, network.outbound())?);
    Ok(format!("http://{name}"))
}

/// Makes HeyMilo a host of the network, on its usual port and by the network's time. Returns its address.
pub fn heymilo(network: &Network, contract: Option<&Path>) -> io::Result<String> {
    let name = local(8472);
    let url = format!("http://{name}");
    let options = heymilo_stand_in::Options {
        contract_dir: contract.map(Path::to_path_buf),
        clock: heymilo_stand_in::Clock::new(Time(network.clock().clone())),
        ..heymilo_stand_in::Options::default()
    };
    network.join(name, HeyMiloStandIn::within(&options, &url, network.outbound())?);
    Ok(url)
}

fn local(port: u16) -> String {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string()
}
