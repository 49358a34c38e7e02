//! How the form by which a Workday tenant is connected is drawn.

use super::{Kind, Refusals, Typed, WAYS};
use admin::is_for_trying;
use maud::{Markup, html};
use web::component::{Choice, Field, Tone, announcement, choice, copied, hidden, refusals};

const PASTE_HINT: &str =
    "In Workday, open View API Clients and paste any of its endpoints here: REST, token or authorization, one per line.";
const SERVICES_HINT: &str = "Such as https://wd2-impl-services1.workday.com";
const TENANT_HINT: &str = "Such as acme_preview: what stands behind the host in those addresses";
const SIGN_IN_HINT: &str = "Of the authorization endpoint, such as https://impl.workday.com. Only to approve in Workday";
const MOVED: &str = "Workday moved our tenant to this host";
const MOVED_HINT: &str = "Linked requisitions and screenings stay. For a sandbox, connect another tenant instead.";
const BY_HOST_HINT: &str = "Hosts with impl in their name hold sandbox, preview and implementation tenants; others hold production.";
const PRODUCTION_HINT: &str = "Everybody a recruiter moves to the Assessment stage is invited.";
const SANDBOX_HINT: &str = "Holds copies of real people, so only the addresses below are written to.";
const ALLOWED_HINT: &str = "One per line: dana@example.com, or @example.com for everyone there. Without one, a sandbox invites nobody.";
const CONFIRM_HINT: &str = "The name of the host says that it is none. Everybody in it would be written to.";
const PKCE_HINT: &str = "Only if your Workday administrator says that the tenant takes one.";

/// How the form is drawn.
pub(crate) struct Drawn<'a> {
    /// Where it is sent.
    pub(crate) action: &'a str,
    /// The proof that our page sent it.
    pub(crate) token: Markup,
    pub(crate) redirect_uri: &'a str,
    /// Whether the tenant is production is asked: of somebody of the workspace, until the tenant is proven.
    pub(crate) asks_kind: bool,
    /// The tenant was proven.
    pub(crate) is_proven: bool,
    pub(crate) refusals: &'a Refusals,
    /// The fields were filled from what was pasted.
    pub(crate) is_filled: bool,
}

impl Typed {
    /// The form.
    pub(crate) fn form(&self, drawn: &Drawn<'_>) -> Markup {
        html! {
            @if !drawn.refusals.is_empty() { (refusals(drawn.refusals)) }
            @if drawn.is_filled && drawn.refusals.is_empty() {
                (announcement(Tone::Good, "Filled in from what you pasted. Nothing is saved yet."))
            }
            form.card.ways method="post" action=(drawn.action) {
                (drawn.token)
                // What Enter presses: the first button of a form.
                button hidden name="do" value="connect" {}
                (self.tenant(drawn))
                @if drawn.asks_kind { (self.environment(drawn)) }
                (self.ways())
                (self.credentials(drawn))
                button name="do" value="connect" { "Connect" }
            }
        }
    }

    fn text<'a>(drawn: &'a Drawn<'_>, name: &'a str, label: &'a str, hint: &'a str, value: &'a str) -> Field<'a> {
        marked(Field::text(name, label, hint, value), name, drawn)
    }

    fn secret<'a>(drawn: &'a Drawn<'_>, name: &'a str, label: &'a str, hint: &'a str) -> Field<'a> {
        marked(Field::secret(name, label, hint), name, drawn)
    }

    fn tenant(&self, drawn: &Drawn<'_>) -> Markup {
        let moved = self.moved || sentence(drawn, "moved").is_some();
        html! {
            fieldset {
                legend { "The Workday tenant" }
                div.field {
                    label for="pasted" { "Paste an endpoint" span.hint #pasted-hint { (PASTE_HINT) } }
                    (error(drawn, "pasted"))
                    textarea
                        #pasted name="pasted" rows="2" spellcheck="false" autocapitalize="off" autofocus[is_first(drawn, "pasted")]
                        aria-describedby="pasted-hint pasted-error" aria-invalid=[sentence(drawn, "pasted").map(|_| "true")]
                        { (self.pasted) }
                }
                p { button.secondary name="do" value="fill" { "Fill in the fields" } }
                (Self::text(drawn, "services_url", "Services address", SERVICES_HINT, &self.services_url))
                (Self::text(drawn, "tenant", "Tenant", TENANT_HINT, &self.tenant))
                div.of-consent { (Self::text(drawn, "sign_in_url", "Sign-in address", SIGN_IN_HINT, &self.sign_in_url)) }
                @if drawn.is_proven && moved {
                    (error(drawn, "moved"))
                    div.field #moved { (choice(Choice::Box("moved"), MOVED, MOVED_HINT, self.moved)) }
                } @else if self.moved { (hidden("moved", "on")) }
            }
        }
    }

    fn environment(&self, drawn: &Drawn<'_>) -> Markup {
        let kind = |kind| self.kind == kind;
        html! {
            fieldset {
                legend { "Production or not" }
                (choice(Choice::OneOf("kind", ""), "As the host\u{2019}s name says", BY_HOST_HINT, kind(Kind::ByHost)))
                (choice(Choice::OneOf("kind", "production"), "Production", PRODUCTION_HINT, kind(Kind::Production)))
                @if self.kind == Kind::Production && is_for_trying(&self.services_url) {
                    (error(drawn, "confirmed"))
                    div.field #confirmed { (choice(Choice::Box("confirmed"), "I confirm that this is the production tenant", CONFIRM_HINT, self.confirmed)) }
                }
                (choice(Choice::OneOf("kind", "sandbox"), "Sandbox, preview or implementation", SANDBOX_HINT, kind(Kind::Sandbox)))
                div.field {
                    label for="allowed_recipients" { "Allowed addresses" span.hint #allowed_recipients-hint { (ALLOWED_HINT) } }
                    (error(drawn, "allowed_recipients"))
                    textarea
                        #allowed_recipients name="allowed_recipients" rows="2" autofocus[is_first(drawn, "allowed_recipients")]
                        aria-describedby="allowed_recipients-hint allowed_recipients-error"
                        aria-invalid=[sentence(drawn, "allowed_recipients").map(|_| "true")] {
                        (self.allowed.join("\n"))
                    }
                }
            }
        }
    }

    fn ways(&self) -> Markup {
        html! {
            fieldset {
                legend { "How Workday gives access" }
                @for (way, code, label, hint) in WAYS {
                    (choice(Choice::OneOf("way", code), label, hint, way == self.way))
                }
            }
        }
    }

    fn credentials(&self, drawn: &Drawn<'_>) -> Markup {
        html! {
            fieldset.of-client {
                legend { "The API client" }
                p.of-refresh-token {
                    "In Workday, run "
                    strong { "Register API Client for Integrations" }
                    ". Then open the client\u{2019}s related actions, API Client, "
                    strong { "Manage Refresh Tokens for Integrations" }
                    ", choose the integration system user and generate a token."
                }
                div.of-consent {
                    p {
                        "In Workday, run "
                        strong { "Register API Client" }
                        " with Authorization Code Grant, access token type Bearer, Non-Expiring Refresh Tokens, and this redirection URI:"
                    }
                    p { (copied(drawn.redirect_uri)) }
                }
                (Self::text(drawn, "client_id", "Client ID", "", &self.client_id))
                (Self::secret(drawn, "client_secret", "Client secret", "Workday shows it once, when the client is registered"))
                div.of-refresh-token { (Self::secret(drawn, "refresh_token", "Refresh token", "Of the integration system user")) }
                div.field.of-consent { (choice(Choice::Box("pkce"), "Send a PKCE challenge", PKCE_HINT, self.pkce)) }
            }
            fieldset.of-password {
                legend { "The integration system user" }
                (Self::text(drawn, "username", "User name", "Such as HeyMilo_ISU@acme", &self.username))
                (Self::secret(drawn, "password", "Password", ""))
            }
        }
    }
}

fn sentence<'a>(drawn: &Drawn<'a>, name: &str) -> Option<&'a str> {
    drawn
        .refusals
        .iter()
        .find(|(field, _)| *field == name)
        .map(|(_, sentence)| *sentence)
}

fn marked<'a>(field: Field<'a>, name: &str, drawn: &'a Drawn<'_>) -> Field<'a> {
    field.refused(sentence(drawn, name)).focused(is_first(drawn, name))
}

fn is_first(drawn: &Drawn<'_>, name: &str) -> bool {
    drawn.refusals.first().is_some_and(|(first, _)| *first == name)
}

fn error(drawn: &Drawn<'_>, name: &str) -> Markup {
    html! {
        @if let Some(sentence) = sentence(drawn, name) {
            p.error id={ (name) "-error" } { (sentence) }
        }
    }
}
