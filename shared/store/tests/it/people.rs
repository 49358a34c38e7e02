//! Who belongs to a workspace: no change brings somebody back, and one owner stays whoever is at it at once.

use crate::fixture::{fixture, workspace};
use domain::{Moment, PersonId};
use store::audit::{Act, Actor, AuditEntry, Subject};
use store::invitation::Invitation;
use store::person::{Member, RoleChange};
use store::session::{Role, VouchedBy};
use store::{Store, StoreError};

fn member(name: &str, role: Role) -> Member {
    Member {
        workspace: workspace(),
        person: PersonId::derive("https://issuer.example.com", name),
        issuer: "https://issuer.example.com".to_owned(),
        sealed_name: String::new(),
        role,
        by_claims: false,
        since: Moment(0),
        last_visit: Moment(0),
    }
}

async fn roles(store: &Store) -> Vec<Role> {
    let page = store.members(&workspace(), None).await.unwrap();
    page.members.into_iter().map(|member| member.role).collect()
}

#[tokio::test]
async fn a_change_that_began_before_somebody_was_removed_does_not_bring_them_back() {
    let fixture = fixture().await;
    let store = &fixture.store;
    store.save_member(&member("owner", Role::Owner), None, Moment(0)).await.unwrap();
    let viewer = member("viewer", Role::Viewer);
    store.save_member(&viewer, None, Moment(0)).await.unwrap();
    // Read by one owner, removed by another, saved by the first.
    let read = store.member(&workspace(), &viewer.person).await.unwrap().unwrap();
    assert_eq!(store.remove_member(&read, Moment(0)).await.unwrap(), RoleChange::Done);
    let promoted = Member {
        role: Role::Owner,
        ..read.clone()
    };
    let late = store.save_member(&promoted, Some(&read), Moment(0)).await;
    assert!(matches!(late, Err(StoreError::ConditionFailed)), "{late:?}");
    assert_eq!(roles(store).await, [Role::Owner]);
    assert!(store.workspaces_of(&viewer.person).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_two_owners_who_remove_each_other_at_once_one_stays() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let (first, second) = (member("first", Role::Owner), member("second", Role::Owner));
    for owner in [&first, &second] {
        store.save_member(owner, None, Moment(0)).await.unwrap();
    }
    let (one, other) = tokio::join!(store.remove_member(&first, Moment(0)), store.remove_member(&second, Moment(0)));
    assert_eq!(roles(store).await, [Role::Owner], "{one:?} {other:?}");
    // And the one who stays cannot go.
    let last = store.members(&workspace(), None).await.unwrap().members.pop().unwrap();
    assert_eq!(store.remove_member(&last, Moment(0)).await.unwrap(), RoleChange::LastOwner);
}

fn offered(by: &Member, role: Role, at: Moment) -> Invitation {
    Invitation {
        workspace: workspace(),
        role,
        sealed_address: String::new(),
        invited_by: by.person.to_string(),
        vouched_by: VouchedBy::Issuer,
        made_at: at,
        taken_back: false,
        ends_at: Moment(1_000_000),
        expires_at: 1_000,
    }
}

#[tokio::test]
async fn what_was_read_before_a_role_was_lost_or_an_invitation_taken_back_gives_nobody_a_place() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let (first, second, guest) = (
        member("first", Role::Owner),
        member("second", Role::Owner),
        member("guest", Role::Admin),
    );
    for owner in [&first, &second] {
        store.save_member(owner, None, Moment(0)).await.unwrap();
    }
    let invitation = offered(&second, Role::Admin, Moment(10));
    store.put_invitation("of-second", &invitation).await.unwrap();
    let accept = async |hash: &str, invitation: &Invitation| {
        let accepted = store.accept_invitation(hash, invitation, &guest, None).await;
        assert!(matches!(accepted, Err(StoreError::ConditionFailed)), "{accepted:?}");
    };
    // Whoever made it is an admin now, or an owner again.
    let demoted = Member {
        role: Role::Admin,
        ..second.clone()
    };
    store.save_member(&demoted, Some(&second), Moment(11)).await.unwrap();
    store.save_member(&second, Some(&demoted), Moment(12)).await.unwrap();
    accept("of-second", &invitation).await;
    // Whom it is for was removed.
    let invitation = offered(&first, Role::Admin, Moment(20));
    store.put_invitation("of-first", &invitation).await.unwrap();
    store.save_member(&guest, None, Moment(20)).await.unwrap();
    store.remove_member(&guest, Moment(21)).await.unwrap();
    accept("of-first", &invitation).await;
    // It was taken back.
    let invitation = offered(&first, Role::Admin, Moment(30));
    store.put_invitation("later", &invitation).await.unwrap();
    let open = store.open_invitations(&workspace(), Moment(30)).await.unwrap();
    let later = open.into_iter().find(|open| open.hash == "later").unwrap();
    store.take_back_invitation(&later).await.unwrap();
    accept("later", &invitation).await;
    assert_eq!(roles(store).await.len(), 2);
    // And what was accepted is not taken back.
    store.put_invitation("last", &invitation).await.unwrap();
    let open = store.open_invitations(&workspace(), Moment(30)).await.unwrap();
    let last = open.into_iter().find(|open| open.hash == "last").unwrap();
    store.accept_invitation("last", &invitation, &guest, None).await.unwrap();
    let late = store.take_back_invitation(&last).await;
    assert!(matches!(late, Err(StoreError::ConditionFailed)), "{late:?}");
}

#[tokio::test]
async fn an_act_is_written_with_its_change_or_not_at_all() {
    let fixture = fixture().await;
    let owner = member("owner", Role::Owner);
    let entry = |at| {
        let on = Subject::Role { role: Role::Owner };
        AuditEntry::new(workspace(), Moment(at), Actor::Operator, Act::RoleGiven, on)
    };
    let recording = fixture.store.recording(&entry(1)).unwrap();
    recording.save_member(&owner, None, Moment(1)).await.unwrap();
    let again = fixture.store.recording(&entry(2)).unwrap();
    let refused = again.save_member(&owner, None, Moment(2)).await;
    assert!(matches!(refused, Err(StoreError::ConditionFailed)), "{refused:?}");
    let page = fixture.store.acts(&workspace(), None).await.unwrap();
    assert_eq!((page.entries, page.older), (vec![entry(1)], None));
}
