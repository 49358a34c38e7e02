//! Settings: what candidates are told of the employer, in our mails and on the page behind their link.

use crate::frame::Frame;
use admin::Problem;
use domain::settings::CandidateDetails;
use maud::{Markup, Render, html};
use web::component::{Field, fact, hidden};
use web::form::Fields;

const CONTACT_NAME: &str = "contact_name";
const CONTACT_ADDRESS: &str = "contact_address";
const PRIVACY_NOTICE: &str = "privacy_notice";
const WHERE_SEEN: &str = "In our invitations and on the page behind their link. What you leave empty is not mentioned. \
    When HeyMilo sends the invitations, its own templates are used instead.";

/// What stands in the form.
pub(crate) fn typed(form: &Fields) -> CandidateDetails {
    CandidateDetails {
        contact_name: form.optional(CONTACT_NAME),
        contact_address: form.optional(CONTACT_ADDRESS),
        privacy_notice: form.optional(PRIVACY_NOTICE),
    }
}

/// The field that a refusal is about, if it is about one of these.
pub(crate) fn refused_field(problem: Problem) -> Option<&'static str> {
    [
        (Problem::ContactNameUnusable, CONTACT_NAME),
        (Problem::ContactAddressUnusable, CONTACT_ADDRESS),
        (Problem::ContactAddressMissing, CONTACT_ADDRESS),
        (Problem::PrivacyNoticeUnusable, PRIVACY_NOTICE),
    ]
    .into_iter()
    .find_map(|(known, field)| (known == problem).then_some(field))
}

/// The section; a refusal stands beside its field, with what was typed.
pub(crate) fn draw(frame: &Frame<'_>, saved: &CandidateDetails, revision: u64, typed: Option<&(CandidateDetails, Problem)>) -> Markup {
    let shown = typed.map_or(saved, |(details, _)| details);
    let refused = typed.and_then(|(_, problem)| Some((refused_field(*problem)?, problem.words())));
    let field = |name, label, hint, value: &Option<String>| {
        let sentence = refused.filter(|(field, _)| *field == name).map(|(_, words)| words);
        Field::text(name, label, hint, value.as_deref().unwrap_or_default())
            .refused(sentence)
            .focused(sentence.is_some())
            .render()
    };
    html! {
        section.card #candidate-details aria-labelledby="candidate-details-heading" {
            h2 #candidate-details-heading { "What candidates see" }
            p { (WHERE_SEEN) }
            @if frame.may_change() {
                form method="post" action="/settings/candidate-details" {
                    (frame.token())
                    (hidden("revision", &revision.to_string()))
                    (field(CONTACT_NAME, "Contact for candidates", "A person or a team, such as Acme Recruiting", &shown.contact_name))
                    (field(CONTACT_ADDRESS, "Contact\u{2019}s email address", "Replies to our invitations go there", &shown.contact_address))
                    (field(PRIVACY_NOTICE, "Link to your privacy notice", "Such as https://example.com/privacy", &shown.privacy_notice))
                    button.secondary { "Save" }
                }
            } @else {
                dl.facts {
                    (fact("Contact for candidates", value(saved.contact_name.as_deref())))
                    (fact("Contact\u{2019}s email address", value(saved.contact_address.as_deref())))
                    (fact("Link to your privacy notice", value(saved.privacy_notice.as_deref())))
                }
            }
        }
    }
}

fn value(saved: Option<&str>) -> &str {
    saved.unwrap_or("Not set")
}
