//! Whether each connection works: said on every page while one does not, with the one step that a person can take.

use crate::paths;
use crate::words::name;
use domain::health::Trouble;
use domain::settings::Connection;
use domain::standing::AccessWay;
use maud::{Markup, html};
use web::component::{Tone, notice};

/// A word or two, and their tone.
pub(crate) fn badge(trouble: Trouble) -> (&'static str, Tone) {
    match trouble {
        Trouble::Ended => ("Connect again", Tone::Bad),
        Trouble::Degraded => ("Degraded", Tone::Caution),
        Trouble::PermissionMissing => ("Permission missing", Tone::Caution),
        Trouble::PartStopped => ("Not read completely", Tone::Caution),
        Trouble::WaitsForAcceptance => ("Waiting for acceptance", Tone::Caution),
    }
}

fn words(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Ended => {
            "Workday no longer accepts the access. Nobody new is invited and nothing is written until somebody connects again; nothing is lost."
        }
        Trouble::Degraded => "Workday refused the access a moment ago. It is asked again by itself within five minutes.",
        Trouble::PermissionMissing => {
            "Workday refuses something to the integration system user. What needs it waits, and goes on by itself once the permission is given."
        }
        Trouble::PartStopped => "For a while now Workday has not been read completely, so invitations may come late. Nothing is lost.",
        Trouble::WaitsForAcceptance => "The Workday administrator gave access. It is not used until you accept it.",
    }
}

/// The bar of every page: one notice for each connection that does not work as it should.
pub(crate) fn bar(troubles: &[(Connection, Trouble)], may_change: bool) -> Markup {
    html! {
        @for (connection, trouble) in troubles {
            @let tone = badge(*trouble).1;
            (notice(tone, html! {
                p {
                    strong { (name(connection)) ": " (badge(*trouble).0) ". " }
                    (words(*trouble))
                }
                div.row { (way_out(connection, *trouble, may_change)) }
            }))
        }
    }
}

/// The one right button: by what is stored of the access.
fn way_out(connection: &Connection, trouble: Trouble, may_change: bool) -> Markup {
    let page = paths::connection(&connection.connection);
    let (label, path) = match (trouble, connection.standing.way) {
        _ if !may_change => ("See what is wrong", page),
        (Trouble::Ended, Some(AccessWay::Consent)) => ("Continue to Workday", format!("/oauth/workday/start/{}", connection.connection)),
        (Trouble::Ended, Some(AccessWay::RefreshToken)) => ("Enter a new refresh token", paths::connect(&connection.connection)),
        (Trouble::Ended, Some(AccessWay::Password)) => ("Enter the password again", paths::connect(&connection.connection)),
        (Trouble::Ended, None) => ("Connect again", paths::connect(&connection.connection)),
        (Trouble::WaitsForAcceptance, _) => ("Look at it", page),
        (Trouble::Degraded | Trouble::PermissionMissing | Trouble::PartStopped, _) => ("See what is wrong", page),
    };
    html! {
        a.button.secondary href=(path) { (label) }
    }
}
