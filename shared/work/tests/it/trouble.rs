//! What an end of the work means for its record.

use domain::order::WaitReason;
use lambda_kit::batch::Done;
use std::time::Duration;
use store::StoreError;
use work::Trouble;

#[test]
fn a_lost_race_comes_back_at_once_and_our_own_failures_are_left_to_the_due_row() {
    let lost = Trouble::from(StoreError::ConditionFailed);
    assert!(matches!(lost, Trouble::Again), "{lost:?}");
    let passing = Trouble::from(StoreError::Throttled);
    let a_second = Some(Duration::from_secs(1));
    assert!(
        matches!(passing, Trouble::Park { reason: WaitReason::StepHeld, after } if after == a_second),
        "{passing:?}"
    );
    for error in [
        StoreError::Sealed,
        StoreError::ForeignWorkspace,
        StoreError::Unavailable("down".into()),
    ] {
        let trouble = Trouble::from(error);
        assert!(matches!(trouble, Trouble::Infrastructure(_)), "{trouble:?}");
        assert_eq!(trouble.left_to_the_row(), Done("unavailable"));
    }
}
