//! `heymilo-stand-in --listen 127.0.0.1:8090 --data FILE --contract DIR --seed N`: the stand-in as a process of its own.

use std::io::{Error, ErrorKind, Result, Write};
use std::path::PathBuf;

use heymilo_stand_in::{HeyMiloStandIn, Options};

#[tokio::main]
async fn main() -> Result<()> {
    let options = parse(std::env::args().skip(1))?;
    let running = HeyMiloStandIn::start(options).await?;
    writeln!(std::io::stdout(), "HeyMilo stand-in: {}", running.url)?;
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options> {
    let mut options = Options::default();
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| usage(&format!("{name} needs a value")))?;
        match name.as_str() {
            "--listen" => options.listen = value.parse().map_err(|_ignored| usage("--listen takes ADDRESS:PORT"))?,
            "--data" => options.data_file = Some(PathBuf::from(value)),
            "--contract" => options.contract_dir = Some(PathBuf::from(value)),
            "--seed" => options.seed = value.parse().map_err(|_ignored| usage("--seed takes a number"))?,
            _ => return Err(usage(&format!("unknown option {name}"))),
        }
    }
    Ok(options)
}

fn usage(problem: &str) -> Error {
    let text = format!("{problem}; usage: heymilo-stand-in [--listen ADDRESS:PORT] [--data FILE] [--contract DIR] [--seed N]");
    Error::new(ErrorKind::InvalidInput, text)
}
