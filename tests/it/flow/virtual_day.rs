//! A whole day of the whole product with no socket and no wall clock: the runtime has neither a timer nor a network, the
//! one clock skips to whatever is next, and the vendors' records are compared between two runs of one seed.

use super::fixture::{PATIENCE, is, is_written, list, orders, setup};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::{Moment, Randomness};
use lambda_kit::Clock;
use local::demo::StandIns;
use local::{Network, Options, Product, Tick};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::EmbeddedAws;

const START: Moment = Moment(1_800_000_000_000);
const DANA: &str = "JOB_APPLICATION-3-1";
const HOUR: Duration = Duration::from_hours(1);

/// A product with its vendors inside one network, and the people who use them.
struct Day {
    network: Network,
    stand_ins: StandIns,
    product: Product,
}

impl Day {
    /// Connected and linked at the start of the day, with everything but the network as it is deployed.
    async fn start(clock: &Clock, seed: u64) -> Self {
        let network = Network::new(clock.clone());
        let stand_ins = StandIns::within(&network, None).unwrap();
        let aws = EmbeddedAws::start(testkit::Options::default()).await.unwrap();
        let options = Options {
            listen: ([127, 0, 0, 1], 8470).into(),
            // Half of a debug build's time goes into looking for due rows.
            tick: Tick::Every(Duration::from_mins(5)),
            randomness: Some(Randomness::new(testkit::seeded(seed))),
            network: Some(network.clone()),
            ..Options::new(stand_ins.heymilo_url().unwrap())
        };
        let product = Box::pin(Product::start(options, &aws)).await.unwrap();
        let day = Self {
            network,
            stand_ins,
            product,
        };
        day.tell(day.heymilo(), "settings", &json!({"communications_off": true})).await;
        let mut setup = setup(day.workday());
        // With its spread of a tenth due at the next tick.
        setup["connections"][0]["poll_seconds"] = json!(240);
        let setup = serde_json::from_value(setup).unwrap();
        Box::pin(day.product.apply(setup)).await.unwrap();
        day
    }

    fn workday(&self) -> &str {
        self.stand_ins.workday_url().unwrap()
    }

    fn heymilo(&self) -> &str {
        self.stand_ins.heymilo_url().unwrap()
    }

    async fn send(&self, request: Request<Body>) -> Value {
        let answer = self.network.send(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap_or(Value::Null)
    }

    async fn get(&self, url: &str) -> Value {
        self.send(Request::get(url).body(Body::empty()).unwrap()).await
    }

    async fn tell(&self, stand_in: &str, path: &str, body: &Value) {
        let request = Request::post(format!("{stand_in}/__stand-in/{path}")).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await;
    }

    async fn state(&self) -> Value {
        self.get(&format!("{}/__local/state", self.product.url)).await
    }

    /// Who was called, for what, when, and how it ended, in the order of the calls.
    async fn calls(&self) -> Vec<(u64, String)> {
        let mut calls = Vec::new();
        for stand_in in [self.workday(), self.heymilo()] {
            let record = self.get(&format!("{stand_in}/__stand-in/calls")).await;
            let of_one = list(&record["calls"]).map(|call| (call["started_ms"].as_u64().unwrap(), call.to_string()));
            calls.extend(of_one);
        }
        // Stable: calls of one moment keep their vendor's order.
        calls.sort_by_key(|(started, _)| *started);
        calls
    }
}

/// The day: a bare move at hour 5, Workday fails at hour 7, the candidate completes at hour 9. Returns the vendors' record of it.
async fn day(clock: &Clock, seed: u64) -> Vec<(u64, String)> {
    let day = Day::start(clock, seed).await;
    clock.sleep_until(START.plus(5 * HOUR)).await;
    let moved = json!({ "application": DANA, "stage": "ASSESSMENT", "by": "recruiter", "assess_step": true });
    day.tell(day.workday(), "move", &moved).await;
    clock.sleep_until(START.plus(6 * HOUR)).await;
    let state = day.state().await;
    assert!(is(&state, DANA, "invited") && is_written(&state, DANA), "{:#}", state["orders"]);

    clock.sleep_until(START.plus(7 * HOUR)).await;
    let fails = json!([{ "operation": "*", "times": 12, "kind": "http503" }]);
    day.tell(day.workday(), "faults", &fails).await;
    clock.sleep_until(START.plus(9 * HOUR)).await;
    let interview = orders(&state, DANA)[0]["interview"].as_str().unwrap().to_owned();
    let complete = format!("interviews/{interview}/complete");
    day.tell(day.heymilo(), &complete, &json!({})).await;
    clock.sleep_until(START.plus(10 * HOUR)).await;
    let state = day.state().await;
    assert!(is(&state, DANA, "completed") && is_written(&state, DANA), "{:#}", state["orders"]);

    clock.sleep_until(START.plus(24 * HOUR)).await;
    assert_eq!(clock.now().since(START), 24 * HOUR);
    assert_eq!(day.product.aws().outbox().mails().len(), 1);
    let records = day.get(&format!("{}/__stand-in/state", day.workday())).await["records"].take();
    let assessments: Vec<&Value> = list(&records["assessments"]).filter(|found| found["application"] == DANA).collect();
    assert_eq!((assessments.len(), &assessments[0]["status"]), (1, &json!("HEYMILO_COMPLETED")));
    let left = day.product.drain(PATIENCE).await.unwrap();
    assert_eq!((left.messages, left.dead, left.running), (0, 0, 0));
    day.calls().await
}

#[test]
fn a_day_of_polls_takes_seconds_and_its_seed_repeats_it_call_for_call() {
    let started = Instant::now();
    let run = || {
        let clock = Clock::manual(START);
        clock.run(Box::pin(day(&clock, 1))).unwrap()
    };
    let first = run();
    let real = started.elapsed();
    let polls = first.iter().filter(|(_, call)| call.contains("Get_Candidates")).count();
    assert!(polls >= 240, "only {polls} looks at the stage in a day");
    // A debug build's 15 seconds, with room for a machine that builds something else meanwhile.
    assert!(real < Duration::from_mins(3), "the day took {real:?}");
    let again = run();
    for (first, again) in first.iter().zip(&again) {
        assert_eq!(first, again);
    }
    assert_eq!(first.len(), again.len());
}
