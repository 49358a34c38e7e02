//! What each failure of a vendor means for the work, variant by variant.

use crate::parked;
use access::Trouble;
use domain::order::WaitReason;
use lambda_kit::Environment;
use lambda_kit::outbound::{VendorHosts, vendor_client};
use std::time::Duration;
use workday::{Fault, FaultKind};

const WAIT: Option<Duration> = Some(Duration::from_secs(7));
/// A person has to mend it; nobody looks sooner.
const UNTIL_MENDED: Option<Duration> = Some(Duration::from_mins(15));

fn fault(kind: FaultKind, message: &str) -> Fault {
    Fault {
        code: "SOAP-ENV:Client".into(),
        message: message.into(),
        details: Vec::new(),
        kind,
    }
}

#[test]
fn each_failure_of_workday_parks_the_work() {
    use WaitReason::{RateLimited, WorkdayCredentialRefused, WorkdayUnavailable};
    let unavailable = workday::Error::Unavailable {
        status: 503,
        retry_after: WAIT,
        fault: None,
    };
    for (error, expected) in [
        (workday::Error::Connect("refused".into()), (WorkdayUnavailable, None)),
        (workday::Error::TimedOut, (WorkdayUnavailable, None)),
        (workday::Error::Interrupted("reset".into()), (WorkdayUnavailable, None)),
        (workday::Error::Malformed { detail: "odd" }, (WorkdayUnavailable, None)),
        (workday::Error::TooLarge, (WorkdayUnavailable, None)),
        (
            workday::Error::PagesRepeat { asked: 2, answered: 1 },
            (WorkdayUnavailable, UNTIL_MENDED),
        ),
        (workday::Error::NotFound, (WorkdayUnavailable, None)),
        (workday::Error::NotAuthorized { message: "no".into() }, (WorkdayUnavailable, None)),
        (unavailable, (WorkdayUnavailable, WAIT)),
        (workday::Error::Throttled { retry_after: WAIT }, (RateLimited, WAIT)),
        (workday::Error::Throttled { retry_after: None }, (RateLimited, None)),
        (workday::Error::Unauthorized, (WorkdayCredentialRefused, UNTIL_MENDED)),
        (
            workday::Error::Rejected(fault(FaultKind::Processing, "Processing error occurred.")),
            (WorkdayUnavailable, None),
        ),
    ] {
        let described = format!("{error:?}");
        assert_eq!(parked(&Trouble::from_workday(error)), expected, "{described}");
    }
}

#[test]
fn a_refusal_of_workday_keeps_workdays_own_words() {
    for (kind, message) in [
        (FaultKind::Validation, "Invalid ID value."),
        (FaultKind::Processing, "The Business Process must be in progress"),
        (FaultKind::Authentication, "odd"),
        (FaultKind::Other, "odd"),
    ] {
        let trouble = Trouble::from_workday(workday::Error::Rejected(fault(kind, message)));
        assert!(
            matches!(&trouble, Trouble::Refused { message: kept } if kept.starts_with(message)),
            "{trouble:?}"
        );
    }
}

/// An error of the HTTP client, as a closed port makes it.
async fn http_error() -> Box<dyn std::error::Error + Send + Sync> {
    let environment = Environment::from_pairs([("VENDOR_HOST_OVERRIDE", "loopback"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:9")]);
    let http = vendor_client(&VendorHosts::from_environment(&environment).unwrap()).unwrap();
    http.get("http://127.0.0.1:9").send().await.unwrap_err().into()
}

#[tokio::test]
async fn each_failure_of_heymilo_parks_the_work_or_refuses_it() {
    use WaitReason::{HeyMiloCredentialRefused, HeyMiloUnavailable, RateLimited};
    for (error, expected) in [
        (heymilo::Error::Connect(http_error().await), (HeyMiloUnavailable, None)),
        (heymilo::Error::TimedOut(http_error().await), (HeyMiloUnavailable, None)),
        (heymilo::Error::Interrupted(http_error().await), (HeyMiloUnavailable, None)),
        (heymilo::Error::Unavailable { status: 502 }, (HeyMiloUnavailable, None)),
        (heymilo::Error::Malformed { line: 1, column: 2 }, (HeyMiloUnavailable, None)),
        (heymilo::Error::TooLarge { limit: 9 }, (HeyMiloUnavailable, None)),
        (heymilo::Error::PagesRepeat, (HeyMiloUnavailable, UNTIL_MENDED)),
        (heymilo::Error::Throttled { retry_after: WAIT }, (RateLimited, WAIT)),
        (heymilo::Error::Unauthorized, (HeyMiloCredentialRefused, UNTIL_MENDED)),
        (heymilo::Error::Forbidden, (HeyMiloCredentialRefused, UNTIL_MENDED)),
    ] {
        assert_eq!(parked(&Trouble::from_heymilo(&error)), expected, "{error:?}");
    }
    let problem = heymilo::Problem {
        status: Some(400),
        code: "posting_closed".into(),
        message: "dana@example.com is refused".into(),
        errors: Vec::new(),
    };
    for (error, expected) in [
        (heymilo::Error::NotFound, "HeyMilo has no such object"),
        (heymilo::Error::Rejected(problem), "posting_closed"),
    ] {
        let trouble = Trouble::from_heymilo(&error);
        assert!(
            matches!(&trouble, Trouble::Refused { message } if message == expected),
            "{trouble:?}"
        );
    }
}

#[test]
fn a_lost_race_comes_back_at_once_and_our_own_failures_go_back_to_the_queue() {
    let lost = Trouble::from(store::StoreError::ConditionFailed);
    assert!(matches!(lost, Trouble::Again), "{lost:?}");
    let passing = Trouble::from(store::StoreError::Throttled);
    assert_eq!(parked(&passing), (WaitReason::StepHeld, Some(Duration::from_secs(1))));
    for error in [
        store::StoreError::Sealed,
        store::StoreError::ForeignWorkspace,
        store::StoreError::Unavailable("down".into()),
    ] {
        let trouble = Trouble::from(error);
        assert!(matches!(trouble, Trouble::Infrastructure(_)), "{trouble:?}");
        assert!(trouble.give_back().is_err());
    }
}
