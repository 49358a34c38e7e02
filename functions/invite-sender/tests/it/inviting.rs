//! Past the gates: one interview, one invitation, whatever fails in between.

use crate::fixture::{Fixture, MAIL, advance, stands, test, write_back};
use domain::settings::WhoSends;
use domain::{Moment, Order};
use serde_json::json;
use std::time::Duration;
use store::evidence::Evidence;
use surroundings::{APPLICATION, POSTING, REQUISITION};
use testkit::{Fault, Kind, Service, When};

fn ses(when: When, kind: Kind) -> Fault {
    Fault::once(Service::Ses, "SendEmail", when, kind)
}

#[test]
fn who_passes_every_gate_gets_one_interview_and_one_mail_and_we_forget_the_address() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let invited = here.advance(&order).await;
        assert_eq!((invited.state.name(), invited.invited_at), ("invited", Some(here.clock.now())));
        let [mail] = here.bench.aws.outbox().mails().try_into().unwrap();
        assert_eq!(
            (mail.to.as_slice(), mail.subject.as_str()),
            (
                [MAIL.to_owned()].as_slice(),
                "Acme Talent (example): your screening for Warehouse Associate"
            )
        );
        let text = mail.text.unwrap();
        assert!(
            text.contains("Dana Example") && text.contains(&format!("{}/i/", testkit::PUBLIC_URL)),
            "{text}"
        );
        assert_eq!(mail.configuration_set.as_deref(), Some("invitations"));
        assert!(mail.tags.contains(&("step".into(), "a1-invitation".into())), "{:?}", mail.tags);

        let interview = invited.interview.clone().unwrap();
        let claim = here.store.interview(&order.workspace, &interview).await.unwrap().unwrap();
        assert_eq!(claim.order, order.order);
        assert_eq!(here.store.contact(&order.workspace, &order.order).await.unwrap(), None);
        let row = here
            .store
            .applications(&order.workspace, &order.connection, &order.requisition)
            .await
            .unwrap();
        assert!(row[0].screened, "later visits know it");
        assert_eq!(here.announced("WritebackQueue").await, [write_back(&order)]);
        assert_eq!((here.due(&advance(&order)).await, here.heymilo_calls().await.len()), (None, 1));
        here.arm(advance(&order)).await;
        here.advance(&order).await;
        assert_eq!(
            (here.heymilo_calls().await.len(), here.bench.aws.outbox().mails().len()),
            (1, 1),
            "taken once more"
        );
    });
}

#[test]
fn replies_go_to_the_contact_that_the_workspace_names() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let mut settings = here.store.workspace(&order.workspace).await.unwrap().unwrap();
        settings.candidate_details.contact_address = Some("recruiting@example.com".into());
        here.store.save_workspace(&settings, &[]).await.unwrap();
        here.advance(&order).await;
        let [mail] = here.bench.aws.outbox().mails().try_into().unwrap();
        assert_eq!(mail.reply_to, ["recruiting@example.com"]);
        assert_eq!(mail.to, [MAIL]);
        assert!(mail.text.unwrap().contains("Questions: Write to recruiting@example.com"));
    });
}

#[test]
fn the_invitation_speaks_the_agents_language_and_names_the_employer_and_the_deadline() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.change_workspace(|workspace| workspace.candidate_details.employer_name = Some("Acme S\u{f6}hne".into()))
            .await;
        let mapping = here
            .store
            .mapping(&order.workspace, &order.connection, &order.requisition)
            .await
            .unwrap()
            .unwrap();
        // 2126-12-03T17:05:00Z
        here.store.note_deadline(&mapping, Some(Moment(4_951_991_100_000))).await.unwrap();
        here.store.note_language(&mapping, Some("de-AT")).await.unwrap();
        here.advance(&order).await;
        let [mail] = here.bench.aws.outbox().mails().try_into().unwrap();
        // "Acme S\u{f6}hne \u{fc}ber HeyMilo", encoded.
        assert!(mail.from.starts_with("=?UTF-8?B?"), "{}", mail.from);
        let text = mail.text.unwrap();
        for part in [
            "Guten Tag Dana Example,",
            "Acme S\u{f6}hne",
            "Sie k\u{f6}nnen es bis 3. Dezember 2126, 17:05 Uhr (UTC) f\u{fc}hren.",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    });
}

#[test]
fn what_heymilo_is_told_of_a_person_is_name_address_and_whose_order_it_is() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.advance(&order).await;
        let state = here.heymilo_state().await;
        let [interview] = state["interviews"].as_array().unwrap().as_slice() else {
            panic!("{state:#}")
        };
        assert_eq!((&interview["name"], &interview["email"]), (&json!("Dana Example"), &json!(MAIL)));
        let expected = json!({
            "external_id": order.order, "source": "workday", "workday_candidate_id": "C00001",
            "workday_job_application_id": APPLICATION, "workday_job_requisition_id": REQUISITION,
        });
        assert_eq!(interview["metadata"], expected);
    });
}

#[test]
fn where_heymilo_sends_no_mail_of_ours_leaves() {
    test(async |here| {
        here.tell_heymilo("settings", json!({ "communications_off": false })).await;
        here.change_workspace(|workspace| workspace.who_sends = WhoSends::HeyMilo).await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        assert_eq!(here.advance(&order).await.state.name(), "invited");
        assert!(here.bench.aws.outbox().mails().is_empty());
        assert_eq!(here.heymilo_state().await["mails"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn the_interview_stands_on_the_order_before_a_mail_leaves() {
    test(async |here| {
        here.bench.aws.faults().plan(ses(When::BeforeEffect, Kind::Throttled));
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let waiting = here.advance(&order).await;
        assert_eq!(stands(&waiting), ("waiting", Some("email_unavailable")));
        let interview = waiting.interview.clone().unwrap();
        assert!(here.store.interview(&order.workspace, &interview).await.unwrap().is_some());
        assert!(
            here.store.contact(&order.workspace, &order.order).await.unwrap().is_some(),
            "it is needed still"
        );
        let invited = here.advance_when_due(&order).await;
        assert_eq!((invited.state.name(), invited.interview.clone()), ("invited", Some(interview)));
        assert_eq!((here.heymilo_calls().await.len(), here.bench.aws.outbox().mails().len()), (1, 1));
    });
}

#[test]
fn a_mail_whose_answer_was_lost_is_not_sent_again_once_its_delivery_is_proven() {
    test(async |here| {
        here.bench.aws.faults().plan(ses(When::AfterEffect, Kind::TimesOut));
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        assert_eq!(stands(&here.advance(&order).await), ("waiting", Some("outcome_unknown")));
        assert_eq!(
            here.due_in(&advance(&order)).await,
            Duration::from_mins(10),
            "as long as evidence may take"
        );
        let evidence = Evidence {
            message_id: here.bench.aws.outbox().mails().remove(0).message_id,
            event: "Delivery".into(),
            at: here.clock.now(),
        };
        let step = "a1-invitation";
        here.store
            .put_evidence(&order.workspace, &(&order.order).into(), step, &evidence)
            .await
            .unwrap();
        assert_eq!(here.advance_when_due(&order).await.state.name(), "invited");
        assert_eq!(here.bench.aws.outbox().mails().len(), 1);
    });
}

#[test]
fn an_address_that_the_mail_service_refuses_is_told_to_the_recruiter() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some("d\u{e4}na@example.com")).await;
        assert_eq!(stands(&here.advance(&order).await), ("refused", Some("email_refused")));
        assert_eq!(here.announced("WritebackQueue").await.len(), 1);
    });
}

#[test]
fn while_heymilo_takes_nobody_the_order_waits_with_that_reason_and_no_interview() {
    for (kind, reason) in [("http429", "rate_limited"), ("http503", "outcome_unknown")] {
        test(async |here| {
            here.heymilo_fails("ingestCandidate", kind).await;
            let order = here.ready(APPLICATION, Some(MAIL)).await;
            let waiting = here.advance(&order).await;
            assert_eq!((stands(&waiting), &waiting.interview), (("waiting", Some(reason)), &None));
            assert!(here.store.open_interviews(&here.id(), &here.posting()).await.unwrap().is_empty());
        });
    }
}

/// Time passes until the order is invited, and no longer than 50 looks; the longest wait between two of them.
async fn brought_forward(here: &Fixture, order: &Order) -> Duration {
    let mut longest = Duration::ZERO;
    for _ in 0..50 {
        let stood = here.again(order).await;
        if stood.state.name() == "invited" {
            return longest;
        }
        assert_eq!(stood.state.name(), "waiting", "{:?}", stood.state.reason());
        longest = longest.max(here.due_in(&advance(order)).await);
        here.advance_when_due(order).await;
    }
    panic!("never invited")
}

#[test]
fn an_ingest_that_fails_for_hours_while_heymilo_can_be_read_ends_no_order() {
    test(async |here| {
        here.tell_heymilo("faults", json!({ "operation": "ingestCandidate", "times": 12, "kind": "http503" }))
            .await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.advance(&order).await;
        let longest = brought_forward(&here, &order).await;
        assert!(
            longest > Duration::from_mins(3) && longest <= Duration::from_mins(16),
            "{longest:?}"
        );
        assert_eq!(here.heymilo_state().await["interviews"][0]["ingest_count"], json!(1));
    });
}

#[test]
fn while_the_mail_service_cannot_be_reached_an_order_waits_for_as_long_as_it_takes_and_one_mail_leaves() {
    for kind in [Kind::Unreachable, Kind::Unavailable] {
        test(async |here| {
            let down = Fault {
                times: 12,
                ..ses(When::BeforeEffect, kind)
            };
            here.bench.aws.faults().plan(down);
            let order = here.ready(APPLICATION, Some(MAIL)).await;
            assert_eq!(stands(&here.advance(&order).await), ("waiting", Some("email_unavailable")));
            let longest = brought_forward(&here, &order).await;
            assert!(
                longest > Duration::from_mins(3) && longest <= Duration::from_mins(16),
                "{longest:?}"
            );
            assert_eq!(here.bench.aws.outbox().mails().len(), 1);
        });
    }
}

#[test]
fn what_the_mail_service_has_against_our_set_up_ends_nobody_and_mails_leave_once_it_is_mended() {
    for code in [
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
        "MessageRejected",
        "SendingPausedException",
        "AccountSuspendedException",
        "BadRequestException",
        "AccessDeniedException",
    ] {
        test(async |here| {
            let refused = Fault {
                times: 4,
                ..ses(When::BeforeEffect, Kind::Refused(400, code))
            };
            here.bench.aws.faults().plan(refused);
            let order = here.ready(APPLICATION, Some(MAIL)).await;
            assert_eq!(
                stands(&here.advance(&order).await),
                ("waiting", Some("email_sender_refused")),
                "{code}"
            );
            let longest = brought_forward(&here, &order).await;
            assert!(longest <= Duration::from_mins(16), "{longest:?}");
            assert_eq!(here.bench.aws.outbox().mails().len(), 1);
        });
    }
}

#[test]
fn an_interview_of_unknown_outcome_is_looked_for_and_made_again_only_when_it_is_proven_absent() {
    for (kind, ingests) in [("reset_after_effect", 1), ("reset", 2)] {
        test(async |here| {
            here.tell_heymilo("faults", json!({ "operation": "ingestCandidate", "kind": kind }))
                .await;
            let order = here.ready(APPLICATION, Some(MAIL)).await;
            let mut stood = here.advance(&order).await;
            assert_eq!(stands(&stood), ("waiting", Some("outcome_unknown")));
            assert_eq!(
                here.due_in(&advance(&order)).await,
                Duration::from_mins(2),
                "what is in flight may still land"
            );
            for _ in 0..3 {
                if stood.state.is_pending_invite() {
                    stood = here.advance_when_due(&order).await;
                }
            }
            assert_eq!(stood.state.name(), "invited");
            let calls = here.heymilo_calls().await;
            let called = calls.iter().filter(|operation| *operation == "ingestCandidate").count();
            assert_eq!(
                (called, here.heymilo_state().await["interviews"][0]["ingest_count"].clone()),
                (ingests, json!(1))
            );
            assert_eq!(here.bench.aws.outbox().mails().len(), 1);
        });
    }
}

#[test]
fn a_phone_number_that_heymilo_does_not_take_costs_nobody_the_screening() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let contact = store::contact::Contact {
            phone: Some("+0 12".into()),
            ..here.store.contact(&order.workspace, &order.order).await.unwrap().unwrap()
        };
        here.store.put_contact(&order.workspace, &order.order, &contact).await.unwrap();
        let mut stood = here.advance(&order).await;
        if stood.state.is_pending_invite() {
            stood = here.advance_when_due(&order).await;
        }
        assert_eq!(stands(&stood), ("invited", None));
        assert_eq!(here.heymilo_state().await["interviews"][0]["phone_number"], json!(null));
    });
}

#[test]
fn an_agent_that_takes_nobody_any_more_refuses_the_order_with_words_for_the_recruiter() {
    test(async |here| {
        let closed = json!({ "postings": [{ "id": POSTING, "title": "Closed", "archived": true }] });
        here.tell_heymilo("seed", closed).await;
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        assert_eq!(stands(&here.advance(&order).await), ("refused", Some("refused_by_heymilo")));
        assert!(here.bench.aws.outbox().mails().is_empty());
    });
}

#[test]
fn an_invitation_of_which_nothing_is_known_is_sent_anew_where_a_person_says_so() {
    test(async |here| {
        let lost = Fault {
            times: 3,
            ..ses(When::AfterEffect, Kind::TimesOut)
        };
        here.bench.aws.faults().plan(lost);
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        let mut stood = here.advance(&order).await;
        while stood.state.is_pending_invite() {
            stood = here.advance_when_due(&order).await;
        }
        assert_eq!(stands(&stood), ("needs_review", Some("effect_unproven")));
        here.save(stood.choose("owner", here.clock.now())).await;
        assert_eq!(here.advance(&order).await.state.name(), "invited");
        let mails = here.bench.aws.outbox().mails();
        assert_eq!(mails.len(), 4);
        assert_eq!(mails[0].text, mails[3].text, "the link stays the same");
    });
}

#[test]
fn an_order_that_failed_for_a_day_is_listed_for_a_look_and_tried_every_six_hours() {
    test(async |here| {
        let order = here.ready(APPLICATION, Some(MAIL)).await;
        here.bench.aws.faults().plan(Fault {
            times: usize::MAX,
            ..ses(When::BeforeEffect, Kind::Unreachable)
        });
        here.advance(&order).await;
        assert!(here.listed().await.is_empty(), "an outage of an hour is nobody's business");
        here.clock.advance(Duration::from_hours(24));
        let stuck = here.advance(&order).await;
        assert_eq!(stands(&stuck), ("waiting", Some("email_unavailable")));
        assert_eq!(here.listed().await, std::slice::from_ref(&order.order));
        for _ in 0..2 {
            assert_eq!(here.due_in(&advance(&order)).await, Duration::from_hours(6));
            here.advance_when_due(&order).await;
        }
        let told = here.store.history(&order.workspace, &order.order).await.unwrap();
        let told = told.iter().filter(|entry| entry.what == "needs_a_look");
        assert_eq!(told.count(), 1, "and alarmed once");
        here.bench.aws.faults().clear();
        assert_eq!(here.advance_when_due(&order).await.state.name(), "invited");
        assert!(here.listed().await.is_empty());
    });
}
