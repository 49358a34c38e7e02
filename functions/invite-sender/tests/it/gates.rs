//! What is asked before a candidate is written to. With HeyMilo sending, the interview is the mail, so that every gate
//! comes before it.

use crate::fixture::{Fixture, MAIL, advance, stands, test, write_back};
use domain::settings::WhoSends;
use domain::{Order, PostingId, Work};
use lambda_kit::Secrets;
use serde_json::json;
use std::time::Duration;
use surroundings::APPLICATION;

/// Longer than a confirming read is trusted.
const STALE: Duration = Duration::from_mins(6);

/// Nobody was written to, and HeyMilo knows nothing of it.
async fn nothing_left(here: &Fixture) {
    assert!(here.heymilo_calls().await.is_empty() && here.bench.aws.outbox().mails().is_empty());
}

#[test]
fn until_somebody_says_who_sends_an_order_waits_visibly_and_costs_next_to_nothing() {
    test(async |here| {
        here.change_workspace(|workspace| workspace.who_sends = WhoSends::Unanswered).await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let waiting = here.advance(&order).await;
        assert_eq!(stands(&waiting), ("waiting", Some("who_sends_unanswered")));
        assert_eq!(
            here.due_in(&advance(&order)).await,
            Duration::from_mins(15),
            "the answer releases it"
        );
        here.advance_when_due(&order).await;
        assert_eq!(here.due_in(&advance(&order)).await, Duration::from_mins(30), "less and less often");
        nothing_left(&here).await;
        assert!(here.workday_calls().await.is_empty(), "a setting that is missing costs no call");

        here.change_workspace(|workspace| workspace.who_sends = WhoSends::HeyMilo).await;
        assert_eq!(here.advance_when_due(&order).await.state.name(), "invited");
    });
}

#[test]
fn an_address_that_cannot_or_may_not_be_written_to_ends_before_heymilo_hears_of_it() {
    for (non_production, email, expected) in [
        (true, Some(MAIL), ("needs_review", Some("recipient_not_allowed"))),
        (false, None, ("refused", Some("candidate_without_email"))),
        (
            false,
            Some("dana@example.com, x@example.com"),
            ("refused", Some("candidate_without_email")),
        ),
    ] {
        test(async |here| {
            here.change_connection(|connection| {
                connection.options.non_production = non_production;
                connection.options.allowed_recipients = vec!["@allowed.example.com".into()];
            })
            .await;
            let order = here.ready(APPLICATION, email).await;
            assert_eq!(stands(&here.advance(&order).await), expected);
            nothing_left(&here).await;
            let told = here.announced("WritebackQueue").await.len();
            assert_eq!(
                told,
                usize::from(expected.0 == "refused"),
                "the record says what a recruiter can mend"
            );
        });
    }
}

#[test]
fn a_sandbox_writes_to_whom_its_list_names() {
    test(async |here| {
        here.change_connection(|connection| {
            connection.options.non_production = true;
            connection.options.allowed_recipients = vec!["@example.com".into()];
        })
        .await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        assert_eq!(here.advance(&order).await.state.name(), "invited");
    });
}

#[test]
fn who_left_the_stage_since_the_confirming_read_is_not_invited() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.tell_workday("move", json!({ "application": APPLICATION, "stage": "INTERVIEW" }))
            .await;
        here.clock.advance(STALE);
        assert_eq!(stands(&here.advance(&order).await), ("refused", Some("left_stage_before_invite")));
        nothing_left(&here).await;
        assert!(here.announced("WritebackQueue").await.is_empty(), "the move was Workday's own");
    });
}

#[test]
fn an_outage_of_workday_holds_back_nobody_who_is_confirmed_already_and_everybody_else() {
    for (is_known, expected) in [(true, ("invited", None)), (false, ("waiting", Some("workday_unavailable")))] {
        test(async |here| {
            here.workday_fails("*", "http503").await;
            let order = if is_known {
                here.ready(APPLICATION, Some(MAIL)).await
            } else {
                here.confirmed(APPLICATION, None).await
            };
            here.clock.advance(STALE);
            assert_eq!(stands(&here.advance(&order).await), expected);
        });
    }
}

#[test]
fn an_order_of_a_connection_that_a_person_ended_waits_and_is_looked_at_less_and_less_often() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.disconnect().await;
        here.clock.advance(STALE);
        assert_eq!(stands(&here.advance(&order).await), ("waiting", Some("workday_credential_refused")));
        assert_eq!(here.due_in(&advance(&order)).await, Duration::from_mins(15));
        here.advance_when_due(&order).await;
        assert_eq!(here.due_in(&advance(&order)).await, Duration::from_mins(30));
        nothing_left(&here).await;
    });
}

#[test]
fn an_order_that_waits_for_something_else_than_workday_asks_it_less_and_less_often() {
    test(async |here| {
        here.tell_heymilo(
            "faults",
            json!({ "operation": "ingestCandidate", "times": 1_000, "kind": "http503" }),
        )
        .await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.clock.advance(STALE);
        let until = here.clock.now().plus(Duration::from_hours(8));
        let mut looks = 0;
        while here.clock.now() < until {
            assert_eq!(here.advance(&order).await.state.name(), "waiting");
            here.clock.advance(here.due_in(&advance(&order)).await);
            looks += 1;
        }
        let asked = here.workday_calls().await;
        assert!(looks < 200 && asked.len() <= looks, "{looks} looks, {} calls", asked.len());
    });
}

#[test]
fn without_a_key_of_heymilo_an_order_waits_for_it_and_workday_is_asked_nothing() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let prefix = here.environment.required("SECRET_PREFIX").unwrap();
        let key = keys::secret_name::heymilo_api_key(&prefix, &here.id());
        let secrets = Secrets::new(&here.outside.aws, here.clock.clone());
        secrets.write(&key, &"".into()).await.unwrap();
        let before = here.workday_calls().await.len();
        for _ in 0..5 {
            here.clock.advance(STALE);
            here.arm(advance(&order)).await;
            assert_eq!(stands(&here.advance(&order).await), ("waiting", Some("heymilo_credential_refused")));
        }
        assert_eq!(here.workday_calls().await.len(), before);
    });
}

#[test]
fn while_heymilo_refuses_the_key_an_order_waits_for_another_one_and_workday_is_asked_nothing() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.heymilo_fails("*", "http401").await;
        for _ in 0..5 {
            assert_eq!(stands(&here.advance(&order).await), ("waiting", Some("heymilo_credential_refused")));
            here.clock.advance(STALE);
            here.arm(advance(&order)).await;
        }
        assert!(here.workday_calls().await.is_empty());
        here.heymilo_recovers().await;
        assert_eq!(here.advance(&order).await.state.name(), "invited");
    });
}

#[test]
fn an_order_whose_link_is_gone_is_refused_with_that_reason() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.unlink().await;
        let refused = here.advance(&order).await;
        assert_eq!(stands(&refused), ("refused", Some("requisition_not_linked")));
        nothing_left(&here).await;
        assert_eq!(here.announced("WritebackQueue").await, [write_back(&order)]);
    });
}

#[test]
fn an_interview_is_looked_for_and_let_go_under_its_own_agent_though_the_link_names_another_and_its_poll_had_ended() {
    test(async |here| {
        here.heymilo_fails("ingestCandidate", "timeout_after_effect").await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.advance(&order).await;
        let another = PostingId::new("AB12CD34").unwrap();
        here.change_mapping(|mapping| mapping.posting = another.clone()).await;
        let poll = Work::PollPosting { posting: here.posting() };
        assert_eq!(here.due(&poll).await, None, "nobody was left to look for");
        here.clock.advance(STALE);
        let invited = here.advance(&order).await;
        assert_eq!(invited.state.name(), "invited");
        assert!(here.due(&poll).await.is_some());

        let open = async |posting: PostingId| here.store.open_interviews(&here.id(), &posting).await.unwrap().len();
        assert_eq!((open(here.posting()).await, open(another.clone()).await), (1, 0));
        here.save(invited.withdraw(here.clock.now()).unwrap()).await;
        assert_eq!((open(here.posting()).await, open(another).await), (0, 0));
    });
}

#[test]
fn an_order_follows_its_link_until_its_interview_is_asked_for_and_keeps_its_agent_from_then_on() {
    async fn link_another(here: &Fixture) -> PostingId {
        let posting = PostingId::new("AB12CD34").unwrap();
        let another = json!({ "keep": true, "postings": [{ "id": posting, "title": "Another screen" }] });
        here.tell_heymilo("seed", another).await;
        here.change_mapping(|mapping| mapping.posting = posting.clone()).await;
        posting
    }
    let invited_at = |order: &Order| (order.state.name(), order.posting.clone().unwrap());
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let another = link_another(&here).await;
        assert_eq!(invited_at(&here.advance(&order).await), ("invited", another));
    });
    test(async |here| {
        here.heymilo_fails("ingestCandidate", "timeout_after_effect").await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let waiting = here.advance(&order).await;
        assert_eq!(stands(&waiting), ("waiting", Some("outcome_unknown")));
        link_another(&here).await;
        here.clock.advance(STALE);
        assert_eq!(invited_at(&here.advance(&order).await), ("invited", here.posting()));
    });
}

#[test]
fn an_address_that_is_corrected_while_the_order_waits_is_the_one_written_to() {
    test(async |here| {
        let mut answer = WhoSends::Unanswered;
        here.change_workspace(|workspace| std::mem::swap(&mut workspace.who_sends, &mut answer))
            .await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        assert_eq!(here.advance(&order).await.state.name(), "waiting");
        here.change_records(|records| {
            for candidate in records["candidates"].as_array_mut().unwrap() {
                candidate["email"] = json!("corrected@example.com");
            }
        })
        .await;
        here.change_workspace(|workspace| workspace.who_sends = answer).await;
        here.clock.advance(Duration::from_mins(1));
        here.arm(advance(&order)).await;
        assert_eq!(here.advance(&order).await.state.name(), "invited");
        assert_eq!(here.bench.aws.outbox().mails()[0].to, ["corrected@example.com"]);
    });
}

#[test]
fn a_person_merged_into_another_record_is_found_by_the_application_and_invited() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.submit_assess(APPLICATION, "HEYMILO_AI_SCREEN").await;
        here.change_records(|records| {
            let merged = records.to_string().replace("\"C00001\"", "\"C00099\"");
            *records = serde_json::from_str(&merged).unwrap();
        })
        .await;
        here.clock.advance(STALE);
        assert_eq!(here.advance(&order).await.state.name(), "invited");
    });
}

#[test]
fn whoever_workday_does_not_show_any_more_is_invited_on_no_account() {
    for (kind, expected) in [
        ("http503", ("waiting", Some("workday_unavailable"))),
        ("not_authorized", ("refused", Some("left_stage_before_invite"))),
    ] {
        test(async |here| {
            let order = here.ready(APPLICATION, Some(MAIL)).await;
            here.change_records(|records| {
                let applications = records["applications"].as_array_mut().unwrap();
                applications.retain(|application| application["id"] != APPLICATION);
            })
            .await;
            here.workday_fails("Get_Assess_Candidate", kind).await;
            here.clock.advance(STALE);
            assert_eq!(stands(&here.advance(&order).await), expected, "{kind}");
            assert!(here.bench.aws.outbox().mails().is_empty());
        });
    }
}
