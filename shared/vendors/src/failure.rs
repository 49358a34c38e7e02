//! What a failure of either vendor means for the work at hand: wait, and for how long, or give up with the vendor's words.

use domain::order::WaitReason;
use domain::part::Obstacle;
use work::{Trouble, giving_up};
use workday::FaultReason;

/// What kept a look at a vendor from its end.
#[derive(Debug)]
pub struct Stopped {
    /// What it means for the work.
    pub trouble: Trouble,
    /// What it is, by what a person can do about it.
    pub obstacle: Obstacle,
    /// For a person to read; a refusal in the vendor's own words.
    pub words: String,
}

impl Stopped {
    /// So many entries were passed over: each is too large even alone.
    pub fn left_out(entries: u32) -> Self {
        Self {
            trouble: Trouble::Park {
                reason: WaitReason::WorkdayUnavailable,
                after: Some(giving_up::until_mended(0)),
            },
            obstacle: Obstacle::TooLarge,
            words: format!("{entries} of Workday's entries are too large to be read and were passed over"),
        }
    }

    /// What a failed call to HeyMilo stopped.
    pub(crate) fn by_heymilo(error: &heymilo::Error) -> Self {
        Self {
            trouble: of_heymilo(error),
            obstacle: obstacle_at_heymilo(error),
            words: words(error),
        }
    }
}

impl From<Stopped> for Trouble {
    fn from(stopped: Stopped) -> Self {
        stopped.trouble
    }
}

/// Of a refusal so much is kept.
const LONGEST_WORDS: usize = 300;

/// What a vendor's client says of a failure, which is free of what was sent.
pub(crate) fn words(error: &impl std::error::Error) -> String {
    error.to_string().chars().take(LONGEST_WORDS).collect()
}

pub(crate) fn workday_credential_refused() -> Trouble {
    Trouble::Park {
        reason: WaitReason::WorkdayCredentialRefused,
        after: Some(giving_up::until_mended(0)),
    }
}

pub(crate) fn heymilo_key_refused() -> Trouble {
    Trouble::Park {
        reason: WaitReason::HeyMiloCredentialRefused,
        after: Some(giving_up::until_mended(0)),
    }
}

/// A list that never ends does not mend itself within seconds, and each try costs calls.
fn pages_repeat(reason: WaitReason) -> Trouble {
    Trouble::Park {
        reason,
        after: Some(giving_up::until_mended(0)),
    }
}

/// What a failed call to Workday means, the credential aside.
pub(crate) fn of_workday(error: workday::Error) -> Trouble {
    match error {
        workday::Error::Unauthorized => workday_credential_refused(),
        workday::Error::Throttled { retry_after } => Trouble::Park { reason: WaitReason::RateLimited, after: retry_after },
        workday::Error::Connect(_)
        | workday::Error::TimedOut
        | workday::Error::Interrupted(_)
        | workday::Error::Malformed { .. }
        | workday::Error::TooLarge
        // A wrong address or a missing permission is mended by a person; the order waits for it, visibly.
        | workday::Error::NotFound
        | workday::Error::NotAuthorized { .. } => Trouble::Park { reason: WaitReason::WorkdayUnavailable, after: None },
        workday::Error::Unavailable { retry_after, .. } => Trouble::Park { reason: WaitReason::WorkdayUnavailable, after: retry_after },
        workday::Error::PagesRepeat { .. } => pages_repeat(WaitReason::WorkdayUnavailable),
        workday::Error::Rejected(fault) if fault.is_failure() => {
            Trouble::Park { reason: WaitReason::WorkdayUnavailable, after: None }
        }
        workday::Error::Rejected(fault) => Trouble::Refused { message: fault.to_string() },
    }
}

/// What a failed look at Workday was stopped by.
pub(crate) fn obstacle(error: &workday::Error) -> Obstacle {
    match error {
        workday::Error::Connect(_)
        | workday::Error::TimedOut
        | workday::Error::Interrupted(_)
        | workday::Error::Throttled { .. }
        | workday::Error::Unavailable { fault: None, .. } => Obstacle::Unavailable,
        workday::Error::Unavailable { fault: Some(_), .. } => Obstacle::Failed,
        workday::Error::Rejected(fault) if fault.is_failure() => Obstacle::Failed,
        workday::Error::Rejected(fault) if fault.reason() == FaultReason::InvalidReference => Obstacle::UnknownId,
        workday::Error::Rejected(_) => Obstacle::Refused,
        workday::Error::Unauthorized => Obstacle::AccessRefused,
        workday::Error::NotAuthorized { .. } => Obstacle::Withheld,
        workday::Error::NotFound => Obstacle::NoSuchAddress,
        workday::Error::PagesRepeat { .. } => Obstacle::PagesRepeat,
        workday::Error::TooLarge => Obstacle::TooLarge,
        workday::Error::Malformed { .. } => Obstacle::Unreadable,
    }
}

/// What a failed call to HeyMilo means.
pub(crate) fn of_heymilo(error: &heymilo::Error) -> Trouble {
    match error {
        heymilo::Error::Unauthorized | heymilo::Error::Forbidden => heymilo_key_refused(),
        heymilo::Error::Throttled { retry_after } => Trouble::Park {
            reason: WaitReason::RateLimited,
            after: *retry_after,
        },
        heymilo::Error::Connect(_)
        | heymilo::Error::TimedOut(_)
        | heymilo::Error::Interrupted(_)
        | heymilo::Error::Unavailable { .. }
        | heymilo::Error::Malformed { .. }
        | heymilo::Error::TooLarge { .. } => Trouble::Park {
            reason: WaitReason::HeyMiloUnavailable,
            after: None,
        },
        heymilo::Error::PagesRepeat => pages_repeat(WaitReason::HeyMiloUnavailable),
        heymilo::Error::NotFound => Trouble::Refused {
            message: "HeyMilo has no such object".into(),
        },
        heymilo::Error::Rejected(problem) => Trouble::Refused {
            message: problem.to_string(),
        },
    }
}

/// What a failed look at HeyMilo was stopped by.
fn obstacle_at_heymilo(error: &heymilo::Error) -> Obstacle {
    match error {
        heymilo::Error::Connect(_)
        | heymilo::Error::TimedOut(_)
        | heymilo::Error::Interrupted(_)
        | heymilo::Error::Throttled { .. }
        | heymilo::Error::Unavailable { .. } => Obstacle::Unavailable,
        heymilo::Error::Unauthorized | heymilo::Error::Forbidden => Obstacle::AccessRefused,
        heymilo::Error::NotFound => Obstacle::UnknownId,
        heymilo::Error::Rejected(_) => Obstacle::Refused,
        heymilo::Error::PagesRepeat => Obstacle::PagesRepeat,
        heymilo::Error::TooLarge { .. } => Obstacle::TooLarge,
        heymilo::Error::Malformed { .. } => Obstacle::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_kit::Environment;
    use lambda_kit::outbound::{VendorHosts, vendor_client};
    use std::time::Duration;
    use workday::{Fault, FaultKind};

    /// Why and for how long the work waits; anything but waiting fails the test.
    fn parked(trouble: &Trouble) -> (WaitReason, Option<Duration>) {
        match trouble {
            Trouble::Park { reason, after } => (*reason, *after),
            Trouble::Again | Trouble::Refused { .. } | Trouble::Disconnected | Trouble::Infrastructure(_) => {
                panic!("not parked: {trouble:?}")
            }
        }
    }

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
            (
                workday::Error::NotAuthorized {
                    operation: "Get_Candidates",
                    message: "no".into(),
                },
                (WorkdayUnavailable, None),
            ),
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
            assert_eq!(parked(&of_workday(error)), expected, "{described}");
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
            let trouble = of_workday(workday::Error::Rejected(fault(kind, message)));
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
            assert_eq!(parked(&of_heymilo(&error)), expected, "{error:?}");
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
            let trouble = of_heymilo(&error);
            assert!(
                matches!(&trouble, Trouble::Refused { message } if message == expected),
                "{trouble:?}"
            );
        }
    }
}
