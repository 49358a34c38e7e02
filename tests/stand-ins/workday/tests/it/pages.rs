//! The recruiter's pages.

use crate::client::{Fixture, get, post_form};

#[tokio::test]
async fn a_recruiter_finds_moves_and_assesses_a_candidate() {
    let fixture = Fixture::start().await;
    let base = format!("{}/recruiter", fixture.running.url);
    let list = get(&base).await;
    assert!(list.body.contains("R00007 Research &amp; Development Lead &lt;Materials&gt;"));
    let requisition = get(&format!("{base}/requisitions/R00001")).await;
    assert!(requisition.body.contains("O&#39;Sample &amp; &quot;Sons&quot; &lt;Ltd&gt; 🚀"));
    assert!(requisition.body.contains("Assessment (2)"));
    let back = "back=/recruiter/candidates/C00001";
    let moved = post_form(
        &format!("{base}/applications/JOB_APPLICATION-3-1/move"),
        &format!("stage=ASSESSMENT&{back}"),
    )
    .await;
    assert_eq!(
        (moved.status, &moved.headers["location"]),
        (303, &"/recruiter/candidates/C00001".parse().unwrap())
    );
    let order = format!("status=HEYMILO_SEND_INVITE&test=HEYMILO_AI_SCREEN&{back}");
    assert_eq!(
        post_form(&format!("{base}/applications/JOB_APPLICATION-3-1/assess"), &order)
            .await
            .status,
        303
    );
    let record = get(&format!("{base}/candidates/C00001")).await.body;
    for text in [
        "HeyMilo - Send Invite",
        "HeyMilo AI Screen",
        "Moved to Assess Candidate",
        "Resume_C00001.txt",
        "dana.example@example.com",
    ] {
        assert!(record.contains(text), "{text}");
    }
}

#[tokio::test]
async fn what_is_not_possible_is_said_on_the_page() {
    let fixture = Fixture::start().await;
    let base = format!("{}/recruiter", fixture.running.url);
    let order = "status=HEYMILO_SEND_INVITE&test=HEYMILO_AI_SCREEN&back=//evil.example.com";
    let refused = post_form(&format!("{base}/applications/JOB_APPLICATION-3-2/assess"), order).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("The Assess button"));
    assert!(!refused.body.contains("evil.example.com"));
    assert_eq!(get(&format!("{base}/candidates/C99999")).await.status, 404);
    assert_eq!(get(&format!("{base}/requisitions/none")).await.status, 404);
    let moved = post_form(
        &format!("{base}/applications/JOB_APPLICATION-3-2/move"),
        "stage=ASSESSMENT&assess_step=no",
    )
    .await;
    assert_eq!(moved.status, 303);
    let state = fixture.look("state").await;
    assert_eq!(state["records"]["applications"][1]["was_in_assessment_process"], false);
}
