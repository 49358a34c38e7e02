//! `workday-stand-in --listen 127.0.0.1:PORT --data FILE --contract DIR`: the stand-in as a process of its own.

use std::{io, path::PathBuf};

use workday_stand_in::{Options, Seed, WorkdayStandIn};

const USAGE: &str = "usage: workday-stand-in [--listen 127.0.0.1:PORT] [--tenant NAME] [--data FILE] \
[--contract DIR] [--seed demo|empty] [--redirect-uri URL]...";

#[tokio::main]
async fn main() -> io::Result<()> {
    let options = read_options(std::env::args().skip(1))?;
    let running = WorkdayStandIn::start(options).await?;
    announce(&running.url);
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}

fn read_options(arguments: impl Iterator<Item = String>) -> io::Result<Options> {
    let mut options = Options::default();
    let mut arguments = arguments;
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(usage)?;
        match name.as_str() {
            "--listen" => options.listen = value.parse().ok().ok_or_else(usage)?,
            "--tenant" => options.tenant = value,
            "--data" => options.data_file = Some(PathBuf::from(value)),
            "--contract" => options.contract_dir = Some(PathBuf::from(value)),
            "--redirect-uri" => options.credentials.redirect_uris.push(value),
            "--seed" => {
                options.seed = match value.as_str() {
                    "demo" => Seed::Demo,
                    "empty" => Seed::Empty,
                    _ => return Err(usage()),
                }
            }
            _ => return Err(usage()),
        }
    }
    Ok(options)
}

fn usage() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, USAGE)
}

#[expect(clippy::print_stdout, reason = "the address is the program's output")]
fn announce(url: &str) {
    println!("Workday stand-in: {url}");
}
