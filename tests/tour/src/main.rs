//! Walks a running product as its people do: an owner, recruiters and candidates, unattended.
//!
//! It knows the product by its addresses only. `cargo run -p local -- tour` starts one and walks it.

mod assess_events;
mod awkward;
mod connect;
mod link;
mod main_job;
mod names;
mod people;
mod reconnect;
mod screening;
mod sights;
mod tenant;
mod tour;

use people::Servers;
use std::io;
use std::process::ExitCode;

const USAGE: &str = "\
Walks a product to which nobody has connected anything yet. It prints each step, then `N passed, N failed`.

  tour --product URL --workday URL --heymilo URL

  --product URL       the product of a local run
  --workday URL       the Workday stand-in it is to be connected with
  --heymilo URL       the HeyMilo stand-in it calls";

#[tokio::main]
#[expect(clippy::print_stderr, reason = "a tool for a person at a terminal")]
async fn main() -> ExitCode {
    let servers = match read(std::env::args().skip(1)) {
        Ok(servers) => servers,
        Err(problem) => {
            eprintln!("{problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match Box::pin(tour::run(servers, &mut io::stdout())).await {
        Ok(score) if score.failed == 0 => ExitCode::SUCCESS,
        Ok(_failed) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("The tour could not be walked: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the arguments after the program's name; the error is for the person who typed them.
fn read(mut arguments: impl Iterator<Item = String>) -> Result<Servers, String> {
    let mut servers = Servers::default();
    while let Some(name) = arguments.next() {
        let place = match name.as_str() {
            "--product" => &mut servers.product,
            "--workday" => &mut servers.workday,
            "--heymilo" => &mut servers.heymilo,
            _ => return Err(format!("{name} is not known")),
        };
        let value = arguments.next().ok_or_else(|| format!("{name} needs an address"))?;
        value.trim_end_matches('/').clone_into(place);
    }
    if [&servers.product, &servers.workday, &servers.heymilo]
        .iter()
        .any(|place| place.is_empty())
    {
        return Err(String::from("all three addresses are needed"));
    }
    Ok(servers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_line(line: &str) -> Result<Servers, String> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn addresses_are_read_or_what_is_wrong_is_said() {
        let servers = read_line("--product http://a/ --workday http://b --heymilo http://c").unwrap();
        assert_eq!(
            (&*servers.product, &*servers.workday, &*servers.heymilo),
            ("http://a", "http://b", "http://c")
        );
        assert!(read_line("--product http://a").unwrap_err().contains("all three"));
        assert!(read_line("--product").unwrap_err().contains("needs an address"));
        assert!(read_line("--prodct http://a").unwrap_err().contains("not known"));
    }
}
