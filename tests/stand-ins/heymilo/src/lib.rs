//! A strict stand-in of HeyMilo: its public REST API (`/api/v2`), its candidate page with a real, scored text interview, its mails and
//! its webhooks, over persisted state. Written from HeyMilo's `OpenAPI` document alone; it shares no code with the client it judges.
//!
//! # Where HeyMilo's document is silent, the stand-in decides
//! - A second ingest of the same email (any case) into the same posting answers 201 with the same interview and mails again
//!   (setting `second_ingest`: `same`, `error` = 400, `new` = another interview).
//! - Lists are newest first; an unknown cursor is 404; an archived posting takes no candidates (404); an expired one does, but its page is closed.
//! - A failed knock-out question ends the screening: `evaluating`, then `knocked_out` without score, with both closing events.
//! - 429 carries no rate headers (their names are not documented); refused calls do not count against the limit.
//!
//! # Control API (JSON, no key, under `/__stand-in/`)
//! | call | body → effect |
//! |---|---|
//! | `GET state` | postings, interviews with `ingest_count`, mails, webhooks, deliveries, settings |
//! | `GET mails`, `GET deliveries` | these lists alone |
//! | `POST seed` | `{}` resets to the default seed; `{"keep":true,"generate_postings":n,"postings":[{"title",..}],"workspaces":[{"id","name","slug","api_key"}]}` adds |
//! | `POST settings` | any of `communications_off`, `second_ingest`, `drop_webhooks`, `duplicate_webhooks` (extra copies), `reorder_webhooks`, `delay_webhooks_ms`, `webhook_tries`, `evaluating_ms`, `requests_per_minute`, `not_ready_status` |
//! | `GET calls`, `DELETE calls` | every API call: `operation`, `started_ms`, `finished_ms`, `status`, `fault`; `max_per_minute`, `max_at_once` |
//! | `POST faults`, `DELETE faults` | `{"operation":"ingestCandidate" or "*","times":1,"kind":..,"delay_ms":..}`, one or a list; kinds: [`FaultKind`] |
//! | `POST interviews/{id}/complete` | `{"answers":["Yes","..",..],"outcome":"completed"\|"knocked_out"\|"started","quality":"strong"\|"weak"}`, all optional |
//! | `POST interviews/{id}/status` | `{"status":"shortlisted"}`: any string, also unknown ones; `null` takes it back |
//! | `DELETE interviews/{id}` | somebody removed it: it is gone without a word |
//! | `POST interviews/{id}/rescore` | `{"delta":-1}` per question; sends `report_available` again |
//!
//! # Candidate page, for scripts
//! `POST {interview_url}/start`, then per question `POST {interview_url}/answer` with the form fields `question_id` and `answer`.

mod api;
mod app;
mod call_log;
mod clock;
mod contract;
mod control;
mod delivery;
mod envelope;
mod fault;
mod ids;
mod model;
mod outbound;
mod pages;
mod persistence;
mod progress;
mod rubric;
mod seed;
mod server;
mod settings;
mod validation;

pub use clock::{Clock, Time};
pub use fault::FaultKind;
pub use outbound::Host;
pub use seed::DEFAULT_API_KEY;
pub use server::{HeyMiloStandIn, Options, Running};
