use super::*;
use domain::order::{Entrance, Subject};
use domain::settings::Identifiers;
use domain::{ConnectionId, JobApplicationId, JobRequisitionId, Moment, PostingId, WorkdayCandidateId, WorkspaceId};
use workday::CandidateAssessment;

const OURS: &str = "HEYMILO_AI_SCREEN";
const THEIRS: &str = "OTHER_TEST";
const LINK: &str = "https://reports.example.com/r/1";

/// Asks with the choice of an order that nothing is known of beside it.
fn with_choice<T>(identifiers: &Identifiers, ask: impl FnOnce(&Choice<'_>) -> T) -> T {
    let subject = Subject {
        workspace: WorkspaceId::new("acme").unwrap(),
        connection: ConnectionId::new("production").unwrap(),
        application: JobApplicationId::new("JOB_APPLICATION-1").unwrap(),
        candidate: WorkdayCandidateId::new("C00001").unwrap(),
        requisition: JobRequisitionId::new("R00001").unwrap(),
    };
    let entrance = Entrance {
        posting: Some(PostingId::new("13D77095").unwrap()),
        withdrawn: false,
        screened_before: false,
        moved_long_ago: false,
    };
    let order = Order::begin(subject, 1, entrance, None, Moment(0)).order;
    ask(&Choice {
        order: &order,
        visits: &Visits::default(),
        identifiers,
    })
}

fn report() -> Wording {
    Wording {
        status: "COMPLETED".into(),
        note: "The note.\nOf two lines.".into(),
        additional_data: Some("Communication: 8".into()),
        score: Some("87.5".into()),
        results_url: Some(LINK.into()),
        today: "2026-01-16".into(),
    }
}

/// An event on which the report stands, as Workday gives it back.
fn event() -> AssessCandidate {
    AssessCandidate {
        event_wid: Some("e1".into()),
        assessment: CandidateAssessment {
            status_id: Some("COMPLETED".into()),
            overall_comment: Some("The note. Of two lines.".into()),
            test_results: vec![TestResult {
                test_id: OURS.into(),
                status_id: Some("COMPLETED".into()),
                score: Some("87.500000".into()),
                results_url: Some(LINK.into()),
                ..TestResult::default()
            }],
            ..CandidateAssessment::default()
        },
        ..AssessCandidate::default()
    }
}

/// Whether the report stands on the event, changed.
fn stands(change: impl FnOnce(&mut CandidateAssessment)) -> bool {
    let mut event = event();
    change(&mut event.assessment);
    with_choice(&Identifiers::default(), |choice| report().stands_on(&event, choice))
}

#[test]
fn what_is_written_is_recognised_however_workday_formats_it() {
    assert!(stands(|_| {}));
    assert!(stands(|shown| shown.test_results[0].score = Some("87.50".into())));
    assert!(stands(|shown| shown.overall_comment = Some("The note.\r\n  Of two lines.".into())));
}

#[test]
fn every_part_that_reads_differently_is_still_to_be_written() {
    assert!(!stands(|shown| shown.test_results.clear()), "no line of ours");
    assert!(!stands(|shown| shown.status_id = Some("SEND_INVITE".into())));
    assert!(!stands(|shown| shown.overall_comment = None));
    assert!(!stands(|shown| shown.test_results[0].status_id = None));
    assert!(!stands(|shown| shown.test_results[0].score = Some("87".into())));
    assert!(!stands(|shown| shown.test_results[0].results_url = None));
}

#[test]
fn on_an_event_with_another_vendors_line_only_our_own_line_is_compared() {
    let shared = |change: fn(&mut CandidateAssessment)| {
        stands(|shown| {
            let theirs = TestResult {
                test_id: THEIRS.into(),
                ..TestResult::default()
            };
            shown.test_results.push(theirs);
            shown.status_id = Some("THEIRS_PASSED".into());
            shown.overall_comment = Some("Theirs.".into());
            shown.test_results[0].comment = Some("The note. Of two lines. Communication: 8".into());
            change(shown);
        })
    };
    assert!(shared(|_| {}));
    assert!(
        !shared(|shown| shown.test_results[0].comment = None),
        "our line says everything there"
    );
}

#[test]
fn a_request_names_our_line_and_takes_the_overall_status_only_where_nobody_else_needs_it() {
    let ask = |place: &Place| with_choice(&Identifiers::default(), |choice| report().request(choice, place)).unwrap();
    let our_line = TestResult {
        result_id: Some("line-1".into()),
        test_id: OURS.into(),
        ..TestResult::default()
    };
    let event = |shared| Place::Event {
        event: "e1".into(),
        our_line: Some(Box::new(our_line.clone())),
        shared,
    };
    let alone = ask(&event(None));
    assert_eq!(
        (alone.status_id.as_str(), alone.overall_comment.as_deref()),
        ("COMPLETED", Some("The note.\nOf two lines."))
    );
    let [line] = alone.test_results.as_slice() else {
        panic!("one line and no other")
    };
    assert_eq!(
        (line.result_id.as_deref(), line.comment.as_deref()),
        (Some("line-1"), Some("Communication: 8"))
    );

    let theirs = Overall {
        status: Some("THEIRS_PASSED".into()),
        comment: Some("Theirs.".into()),
    };
    let shared = ask(&event(Some(theirs)));
    assert_eq!(
        (shared.status_id.as_str(), shared.overall_comment.as_deref()),
        ("THEIRS_PASSED", Some("Theirs."))
    );
    assert_eq!(
        shared.test_results[0].comment.as_deref(),
        Some("The note.\nOf two lines.\n\nCommunication: 8")
    );

    let new = ask(&Place::Application);
    assert_eq!(
        (new.test_results[0].result_id.as_deref(), new.test_results[0].test_id.as_str()),
        (None, OURS)
    );
}

#[test]
fn without_a_test_of_ours_nothing_can_be_asked_for() {
    let identifiers = Identifiers {
        tests: Vec::new(),
        ..Identifiers::default()
    };
    assert!(with_choice(&identifiers, |choice| report().request(choice, &Place::Application)).is_none());
}

#[test]
fn the_event_is_remembered_whose_overall_status_is_ours() {
    let event = |shared| Place::Event {
        event: "e1".into(),
        our_line: None,
        shared,
    };
    let theirs = Overall {
        status: None,
        comment: None,
    };
    for (answered, place, expected) in [
        (Some("e2"), event(None), "e2"),
        (None, event(None), "e1"),
        (Some("e2"), event(Some(theirs)), ""),
        (Some("e2"), Place::Application, "e2"),
        (None, Place::Application, ""),
    ] {
        assert_eq!(written_to(answered.map(str::to_owned), &place), expected, "{place:?}");
    }
}

#[test]
fn numbers_are_compared_as_numbers() {
    for (left, right, expected) in [
        (Some("87.5"), Some("87.500000"), true),
        (Some("80"), Some("80.0"), true),
        (Some(" 80 "), Some("80"), true),
        (Some("80"), Some("8"), false),
        (Some("100"), Some("1"), false),
        (None, Some("0"), false),
        (None, None, true),
    ] {
        assert_eq!(same_number(left, right), expected, "{left:?} {right:?}");
    }
}

#[test]
fn texts_are_compared_by_their_words() {
    for (left, right, expected) in [
        (Some("a\r\nb  c"), Some("a\nb c"), true),
        (Some(" "), None, true),
        (Some("a"), None, false),
        (Some("ab"), Some("a b"), false),
    ] {
        assert_eq!(same_text(left, right), expected, "{left:?} {right:?}");
    }
}
