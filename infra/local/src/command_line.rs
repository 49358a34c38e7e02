//! The command line.

use std::path::PathBuf;
use std::time::Duration;

pub(crate) const USAGE: &str = "\
The whole product on one machine.

  cargo run -p local [-- OPTIONS]            the product, with stand-ins of Workday and HeyMilo
  cargo run -p local -- tour                 the whole way, unattended: an owner, a recruiter and a candidate, checked step by step
  cargo run -p local -- stand-ins [OPTIONS]  the stand-ins alone

  --port N            the product's port (usually 8470; the stand-ins take the next three)
  --data DIR          where everything is kept (usually .local)
  --reset             forget what was kept there
  --setup FILE.json   connect and map what the file says instead of the built-in example
  --workday-url URL   use this server instead of the Workday stand-in (with --setup)
  --heymilo-url URL   use this server instead of the HeyMilo stand-in (with --setup)
  --tick SECONDS      how often due work is looked for (5; on AWS each minute)
  --contract DIR      the stand-ins record every body for the contract check";

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Run(Options),
    StandIns(Options),
    Tour(Options),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) data: PathBuf,
    pub(crate) reset: bool,
    pub(crate) setup: Option<PathBuf>,
    pub(crate) workday_url: Option<String>,
    pub(crate) heymilo_url: Option<String>,
    pub(crate) tick: Duration,
    pub(crate) contract: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 8470,
            data: PathBuf::from(".local"),
            reset: false,
            setup: None,
            workday_url: None,
            heymilo_url: None,
            tick: Duration::from_secs(5),
            contract: None,
        }
    }
}

/// Reads the arguments after the program's name; the error is for the person who typed them.
pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut arguments = arguments.peekable();
    let stand_ins = arguments.next_if(|first| first == "stand-ins").is_some();
    let tour = arguments.next_if(|first| first == "tour").is_some();
    let mut options = Options::default();
    while let Some(name) = arguments.next() {
        if matches!(name.as_str(), "--help" | "-h" | "help") {
            return Ok(Command::Help);
        }
        if name == "--reset" {
            options.reset = true;
            continue;
        }
        let value = arguments.next().filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| format!("{name} is not known, or needs a value"))?;
        set(&mut options, &name, value)?;
    }
    let elsewhere = options.workday_url.is_some() || options.heymilo_url.is_some();
    if elsewhere && tour {
        return Err("the tour walks on the built-in stand-ins; it takes --contract only".to_owned());
    }
    if elsewhere && options.setup.is_none() && !stand_ins {
        return Err("another server needs --setup FILE.json, which says how to connect to it".to_owned());
    }
    Ok(if stand_ins {
        Command::StandIns(options)
    } else if tour {
        Command::Tour(options)
    } else {
        Command::Run(options)
    })
}

fn set(options: &mut Options, name: &str, value: String) -> Result<(), String> {
    let number = |what: &str| format!("{name} needs {what}, not {value:?}");
    match name {
        "--port" => options.port = value.parse().map_err(|_parse| number("a port"))?,
        "--data" => options.data = value.into(),
        "--setup" => options.setup = Some(value.into()),
        "--workday-url" => options.workday_url = Some(base_url(name, &value)?),
        "--heymilo-url" => options.heymilo_url = Some(base_url(name, &value)?),
        "--tick" => {
            let seconds: u64 = value.parse().map_err(|_parse| number("seconds"))?;
            options.tick = Duration::from_secs(seconds.max(1));
        }
        "--contract" => options.contract = Some(value.into()),
        _ => return Err(format!("{name} is not known")),
    }
    Ok(())
}

/// Plain http is for this machine only, as in the product's own rule.
fn base_url(name: &str, value: &str) -> Result<String, String> {
    let local = value.starts_with("http://127.0.0.1") || value.starts_with("http://localhost");
    if local || value.starts_with("https://") {
        Ok(value.trim_end_matches('/').to_owned())
    } else {
        Err(format!("{name} needs http://127.0.0.1:PORT or an https:// address, not {value:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<Command, &str>) {
        let outcome = read(line.split_whitespace().map(str::to_owned));
        match (outcome, expected) {
            (Ok(command), Ok(expected)) => assert_eq!(command, expected, "{line}"),
            (Err(problem), Err(part)) => assert!(problem.contains(part), "{line}: {problem}"),
            (outcome, expected) => panic!("{line}: {outcome:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn arguments_are_understood_or_explained() {
        check("", Ok(Command::Run(Options::default())));
        check("--help", Ok(Command::Help));
        let elsewhere = Options {
            port: 9000,
            setup: Some("s.json".into()),
            workday_url: Some("http://127.0.0.1:1".into()),
            ..Options::default()
        };
        check(
            "--port 9000 --setup s.json --workday-url http://127.0.0.1:1/",
            Ok(Command::Run(elsewhere)),
        );
        check("stand-ins", Ok(Command::StandIns(Options::default())));
        check("tour", Ok(Command::Tour(Options::default())));
        check("tour --workday-url http://127.0.0.1:1", Err("stand-ins"));
        check("--port many", Err("needs a port"));
        check("--prot 1", Err("--prot is not known"));
        check("--port", Err("needs a value"));
        check("--workday-url http://127.0.0.1:1", Err("--setup"));
        check("--heymilo-url http://example.com --setup a", Err("https://"));
    }
}
