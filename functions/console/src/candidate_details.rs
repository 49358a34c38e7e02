//! Settings: what candidates are told of the employer, in our mails and on the page behind their link.

use crate::frame::Frame;
use admin::{Problem, TypedDetails};
use domain::settings::Workspace;
use maud::{Markup, html};
use web::component::{Field, fact, hidden};
use web::form::Fields;

const EMPLOYER_NAME: &str = "employer_name";
const COLOUR: &str = "colour";
const CONTACT_NAME: &str = "contact_name";
const CONTACT_ADDRESS: &str = "contact_address";
const PRIVACY_NOTICE: &str = "privacy_notice";
const WHERE_SEEN: &str = "In our invitations and on the page behind their link. What you leave empty is not mentioned. \
    When HeyMilo sends the invitations, its own templates are used instead.";

/// What stands in the form.
pub(crate) fn typed(form: &Fields) -> TypedDetails {
    TypedDetails {
        employer_name: form.optional(EMPLOYER_NAME),
        colour: form.optional(COLOUR),
        contact_name: form.optional(CONTACT_NAME),
        contact_address: form.optional(CONTACT_ADDRESS),
        privacy_notice: form.optional(PRIVACY_NOTICE),
    }
}

/// The field that a refusal is about, if it is about one of these.
pub(crate) fn refused_field(problem: Problem) -> Option<&'static str> {
    [
        (Problem::EmployerNameUnusable, EMPLOYER_NAME),
        (Problem::ColourUnusable, COLOUR),
        (Problem::ColourTooLight, COLOUR),
        (Problem::ContactNameUnusable, CONTACT_NAME),
        (Problem::ContactAddressUnusable, CONTACT_ADDRESS),
        (Problem::ContactAddressMissing, CONTACT_ADDRESS),
        (Problem::PrivacyNoticeUnusable, PRIVACY_NOTICE),
    ]
    .into_iter()
    .find_map(|(known, field)| (known == problem).then_some(field))
}

/// The section; a refusal stands beside its field, with what was typed.
pub(crate) fn draw(frame: &Frame<'_>, workspace: &Workspace, typed: Option<&(TypedDetails, Problem)>) -> Markup {
    let saved = TypedDetails::from(&workspace.candidate_details);
    let shown = typed.map_or(&saved, |(details, _)| details);
    let refused = typed.and_then(|(_, problem)| Some((refused_field(*problem)?, problem.words())));
    let name_hint = format!("As candidates know you. Left empty, they read {}", workspace.name);
    let fields = [
        (EMPLOYER_NAME, "Employer\u{2019}s name", name_hint.as_str(), &shown.employer_name),
        (
            COLOUR,
            "Colour of the button",
            "Such as #1d4ed8. White words must be readable on it",
            &shown.colour,
        ),
        (
            CONTACT_NAME,
            "Contact for candidates",
            "A person or a team, such as Acme Recruiting",
            &shown.contact_name,
        ),
        (
            CONTACT_ADDRESS,
            "Contact\u{2019}s email address",
            "Replies to our invitations go there",
            &shown.contact_address,
        ),
        (
            PRIVACY_NOTICE,
            "Link to your privacy notice",
            "Such as https://example.com/privacy",
            &shown.privacy_notice,
        ),
    ];
    html! {
        section.card #candidate-details aria-labelledby="candidate-details-heading" {
            h2 #candidate-details-heading { "What candidates see" }
            p { (WHERE_SEEN) }
            @if frame.may_change() {
                form method="post" action="/settings/candidate-details" {
                    (frame.token())
                    (hidden("revision", &workspace.revision.to_string()))
                    @for (name, label, hint, value) in fields {
                        @let sentence = refused.filter(|(field, _)| *field == name).map(|(_, words)| words);
                        (Field::text(name, label, hint, value.as_deref().unwrap_or_default()).refused(sentence).focused(sentence.is_some()))
                    }
                    button.secondary { "Save" }
                }
            } @else {
                dl.facts {
                    @for (_, label, _, value) in fields {
                        (fact(label, value.as_deref().unwrap_or("Not set")))
                    }
                }
            }
            p { a href="/settings/invitation" { "See the invitation as candidates get it" } }
        }
    }
}
