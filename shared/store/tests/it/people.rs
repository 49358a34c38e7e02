//! Who belongs to a workspace: no change brings somebody back, and one owner stays whoever is at it at once.

use crate::fixture::{fixture, workspace};
use domain::{Moment, PersonId};
use store::person::{Member, RoleChange};
use store::session::Role;
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
