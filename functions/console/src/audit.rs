//! History of changes: who did what in the workspace, and when.

use crate::frame::Section;
use crate::paths;
use crate::visit::{Shown, Visit};
use crate::words::at;
use admin::{Act, Actor, AdminError, AuditCursor, AuditEntry, Names, Subject};
use maud::{Markup, html};
use web::component::{Column, columns};

const COLUMNS: [Column; 4] = [
    Column::Shown("When"),
    Column::Shown("Who"),
    Column::Shown("What"),
    Column::Shown("Where"),
];

/// Where the page is.
pub(crate) const PATH: &str = "/audit";

pub(crate) async fn page(visit: &Visit<'_>) -> Shown {
    let before = AuditCursor::read(visit.query.text("before"));
    let page = visit.admin.acts(visit.id(), before.as_ref()).await?;
    let names = names(visit, &page.entries).await?;
    let frame = visit.frame();
    let body = html! {
        p {
            a href="/people" { "People" }
            " / History of changes"
        }
        h1 { "History of changes" }
        p { "What people and the operator of this installation did here, latest first, for 400 days. What happened to a screening stands on its own page." }
        @if page.entries.is_empty() {
            div.card.empty { p { "Nothing older." } }
        } @else {
            div.card.scroll {
                table.stack {
                    (columns(&COLUMNS))
                    tbody {
                        @for entry in &page.entries {
                            tr {
                                th scope="row" { (at(entry.at)) }
                                td data-label="Who" { (who(&entry.who, &names)) }
                                td data-label="What" { (what(entry.what)) }
                                td data-label="Where" { (on(&entry.on, &names)) }
                            }
                        }
                    }
                }
            }
        }
        div.row {
            @if before.is_some() { a.button.secondary href=(PATH) { "Latest" } }
            @if let Some(older) = &page.older { a.button.secondary href={ (PATH) "?before=" (older) } { "Older" } }
        }
    };
    Ok(frame.show(Section::People, "History of changes", &body))
}

/// The names of everybody whom the entries tell of.
pub(crate) async fn names(visit: &Visit<'_>, entries: &[AuditEntry]) -> Result<Names, AdminError> {
    let actors = entries.iter().filter_map(|entry| match &entry.who {
        Actor::Person { person } => Some(person.as_str()),
        Actor::Guest { .. } | Actor::ConnectLink | Actor::Operator | Actor::Unknown => None,
    });
    let people = entries.iter().filter_map(|entry| match &entry.on {
        Subject::Person { person, .. } => Some(person.as_str()),
        Subject::Workspace
        | Subject::Connection { .. }
        | Subject::Link { .. }
        | Subject::Order { .. }
        | Subject::Role { .. }
        | Subject::Unknown => None,
    });
    visit.admin.names(visit.id(), actors.chain(people)).await
}

pub(crate) fn who(actor: &Actor, names: &Names) -> String {
    match actor {
        Actor::Person { person } => names.of(person.as_str()).to_owned(),
        Actor::Guest { guest } if guest.is_empty() => "somebody, let in by the operator of this installation".to_owned(),
        Actor::Guest { guest } => format!("{guest}, let in by the operator of this installation"),
        Actor::ConnectLink => "whoever opened the connect link".to_owned(),
        Actor::Operator => "the operator of this installation".to_owned(),
        Actor::Unknown => "somebody".to_owned(),
    }
}

fn what(act: Act) -> &'static str {
    match act {
        Act::SignedIn => "Signed in with a company account",
        Act::SignedInByLink => "Signed in by a link of the operator",
        Act::SignedOut => "Signed out",
        Act::SignInLinkMade => "Made a sign-in link",
        Act::IssuerAllowed => "Let the company\u{2019}s sign-in service say who belongs to the workspace",
        Act::IssuerForbidden => "Stopped the company\u{2019}s sign-in service from saying who belongs to the workspace",
        Act::Invited => "Invited somebody",
        Act::InvitationTakenBack => "Took an invitation back",
        Act::InvitationAccepted => "Accepted an invitation",
        Act::RoleGiven => "Gave a person another role",
        Act::RoleGivenByClaims => "Was given a role by their company account",
        Act::Removed => "Removed a person",
        Act::RemovedByClaims => "Left: their company account names another workspace",
        Act::HeyMiloKeySaved => "Saved a HeyMilo API key",
        Act::SenderAnswered => "Said who writes to candidates",
        Act::NoticesAddressed => "Said who is told when something needs a person",
        Act::CandidateDetailsSaved => "Changed what candidates see",
        Act::ConnectionBegun => "Began to connect Workday",
        Act::ConnectionRemoved => "Removed a draft that was never connected",
        Act::ConnectLinkMade => "Made a link for the Workday administrator",
        Act::ConnectLinkWithdrawn => "Withdrew the link for the Workday administrator",
        Act::ConnectLinkOpened => "Opened the link for the Workday administrator",
        Act::ConnectTried => "Tried to connect Workday, which did not come about",
        Act::AccessOffered => "Gave access to Workday, to be accepted",
        Act::OfferAccepted => "Accepted the access that came by the link, and connected Workday",
        Act::OfferDeclined => "Declined the access that came by the link",
        Act::ApiClientSaved => "Saved the Workday API client",
        Act::Connected => "Connected Workday",
        Act::AccessChecked => "Checked the access to Workday, and it works",
        Act::SettingsChanged => "Changed the settings of a connection",
        Act::PushCredentialSaved => "Saved a password for Workday\u{2019}s integration system",
        Act::Disconnected => "Disconnected Workday",
        Act::RequisitionsAskedFor => "Asked for a fresh list of requisitions",
        Act::TriedOut => "Had it tried out what a connection may do",
        Act::TestCandidateNamed => "Named a test candidate",
        Act::Linked => "Linked a requisition to an agent, or changed the link",
        Act::Unlinked => "Unlinked a requisition",
        Act::ScreeningInvited => "Invited the candidate of a screening",
        Act::ScreeningWrittenAgain => "Had a screening written to Workday again",
        Act::ScreeningReleased => "Had a screening looked at again",
        Act::ResultAdopted => "Adopted a result for a screening",
        Act::ScreeningClosed => "Closed a screening",
        Act::Unknown => "Did something that this release has no word for",
    }
}

fn on(subject: &Subject, names: &Names) -> Markup {
    html! {
        @match subject {
            Subject::Workspace | Subject::Unknown => {},
            Subject::Connection { connection } => a href=(paths::connection(connection)) { (connection) },
            Subject::Link { connection, requisition, posting } => {
                "Requisition " (requisition) " of " (connection) ", agent "
                a href=(crate::agent::path(posting.as_str())) { (posting) }
            },
            Subject::Order { order } => a href={ "/activity/" (order) } { "The screening" },
            Subject::Person { person, role } => { (names.of(person.as_str())) ", " (role.name()) },
            Subject::Role { role } => { "As " (role.name()) },
        }
    }
}
