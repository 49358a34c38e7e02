//! Walks a running product as its people do: an owner, recruiters and candidates, unattended.
//!
//! It knows the product by its addresses only. `cargo run -p local -- tour` starts one and walks it;
//! `tests/deployed/run.py` deploys one and has it walked.

mod assess_events;
mod awkward;
mod company;
mod connect;
mod connect_link;
mod link;
mod main_job;
mod names;
mod people;
mod permissions;
mod reconnect;
mod screening;
mod sights;
mod strangers;
mod tenant;
mod test_candidate;
mod tour;
mod world;

use std::io;
use std::process::ExitCode;
use world::World;

const USAGE: &str = "\
Walks a product to which nobody has connected anything yet. It prints each step, then `N passed, N failed`.

  tour --product URL --workday URL --heymilo URL --sign-in LINK --owner ID [--ministack URL]

  --product URL       the product, without a final slash
  --workday URL       the Workday stand-in it is to be connected with
  --heymilo URL       the HeyMilo stand-in it calls
  --sign-in LINK      signs an owner of its workspace in, once
  --owner ID          whom it signs in
  --ministack URL     the product is deployed on this ministack, which keeps its mails, and is not a local run";

#[tokio::main]
#[expect(clippy::print_stderr, reason = "a tool for a person at a terminal")]
async fn main() -> ExitCode {
    let world = match read(std::env::args().skip(1)) {
        Ok(world) => world,
        Err(problem) => {
            eprintln!("{problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match Box::pin(tour::run(world, &mut io::stdout())).await {
        Ok(score) if score.failed == 0 => ExitCode::SUCCESS,
        Ok(_failed) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("The tour could not be walked: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the arguments after the program's name; the error is for the person who typed them.
fn read(mut arguments: impl Iterator<Item = String>) -> Result<World, String> {
    let mut world = World::default();
    while let Some(name) = arguments.next() {
        let place = match name.as_str() {
            "--product" => &mut world.product,
            "--workday" => &mut world.workday,
            "--heymilo" => &mut world.heymilo,
            "--sign-in" => &mut world.sign_in,
            "--owner" => &mut world.owner,
            "--ministack" => world.ministack.get_or_insert_default(),
            _ => return Err(format!("{name} is not known")),
        };
        let value = arguments.next().filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| format!("{name} needs a value"))?;
        value.trim_end_matches('/').clone_into(place);
    }
    let needed = [&world.product, &world.workday, &world.heymilo, &world.sign_in, &world.owner];
    if needed.iter().any(|place| place.is_empty()) {
        return Err(String::from(
            "all addresses but ministack's are needed, the sign-in link and its owner too",
        ));
    }
    Ok(world)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: &str = "--product http://a/ --workday http://b --heymilo http://c --sign-in http://a/sign-in?token=t --owner dana";

    fn read_line(line: &str) -> Result<World, String> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn addresses_are_read_or_what_is_wrong_is_said() {
        let world = read_line(LOCAL).unwrap();
        assert_eq!(
            (&*world.product, &*world.workday, &*world.heymilo),
            ("http://a", "http://b", "http://c")
        );
        assert!(world.is_local());
        let deployed = read_line(&format!("{LOCAL} --ministack http://d/")).unwrap();
        assert_eq!((deployed.is_local(), deployed.ministack.as_deref()), (false, Some("http://d")));
        assert!(read_line("--product http://a").unwrap_err().contains("are needed"));
        assert!(read_line("--product").unwrap_err().contains("needs a value"));
        assert!(read_line("--prodct http://a").unwrap_err().contains("not known"));
    }
}
