//! The invented workspace the stand-in starts with, and what `POST seed` may add.

use serde::Deserialize;

use crate::clock::Clock;
use crate::ids;
use crate::model::{ApiKey, Posting, State, Workspace};
use crate::rubric::{FormQuestion, KeyPoint, OpenQuestion};
use crate::settings::Settings;

/// The API key of the default workspace "Acme Talent (example)".
pub const DEFAULT_API_KEY: &str = "heymilo-local-key";

const DAY: f64 = 86_400.0;
/// HeyMilo's default deadline: one calendar month after creation.
const DEADLINE_DAYS: f64 = 30.0;

/// The body of `POST seed`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SeedRequest {
    /// Keep what is there and add to it.
    pub(crate) keep: bool,
    /// This many further postings in the first workspace.
    pub(crate) generate_postings: usize,
    pub(crate) workspaces: Vec<Workspace>,
    pub(crate) postings: Vec<SeedPosting>,
}

/// A posting to add; everything but the title has a default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SeedPosting {
    id: Option<String>,
    title: String,
    language: Option<String>,
    workspace_id: Option<String>,
    test_posting: bool,
    archived: bool,
    /// Days from now; negative for a posting that has expired.
    deadline_days: Option<f64>,
}

impl SeedPosting {
    fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            ..Self::default()
        }
    }
}

/// The state of a first start.
pub(crate) fn default_state(seed: u64, clock: Clock) -> State {
    let now = clock.unix_seconds();
    let mut state = State {
        seed,
        counter: 0,
        settings: Settings::default(),
        workspaces: vec![Workspace {
            id: "ws_acme_talent".to_owned(),
            name: "Acme Talent (example)".to_owned(),
            slug: "acme".to_owned(),
            api_key: ApiKey(DEFAULT_API_KEY.to_owned()),
            communications_off: false,
        }],
        postings: Vec::new(),
        interviews: Vec::new(),
        mails: Vec::new(),
        webhooks: Vec::new(),
        deliveries: Vec::new(),
        clock,
    };
    let postings = [
        SeedPosting {
            id: Some("13D77095".to_owned()),
            deadline_days: Some(365.0),
            ..SeedPosting::new("Warehouse Associate Screen")
        },
        SeedPosting {
            deadline_days: Some(90.0),
            ..SeedPosting::new("Registered Nurse Screen")
        },
        SeedPosting {
            language: Some("de".to_owned()),
            ..SeedPosting::new("Kundenberater:in Erstgespräch")
        },
        SeedPosting {
            test_posting: true,
            ..SeedPosting::new("Test interviewer (do not invite)")
        },
        SeedPosting {
            deadline_days: Some(-3.0),
            ..SeedPosting::new("Summer Internship Screen")
        },
    ];
    for posting in postings {
        add_posting(&mut state, posting, now);
    }
    state
}

/// Resets or extends the state.
pub(crate) fn apply(state: &mut State, request: SeedRequest) {
    let now = state.clock.unix_seconds();
    if !request.keep {
        *state = default_state(state.seed, state.clock.clone());
    }
    for workspace in request.workspaces {
        state.workspaces.retain(|known| known.id != workspace.id);
        state.workspaces.push(workspace);
    }
    for posting in request.postings {
        add_posting(state, posting, now);
    }
    for _ in 0..request.generate_postings {
        let title = format!("Generated interviewer {:04}", state.postings.len() + 1);
        add_posting(state, SeedPosting::new(&title), now);
    }
}

fn add_posting(state: &mut State, request: SeedPosting, now: f64) {
    let first = state.workspaces.first().map(|workspace| workspace.id.clone());
    let Some(workspace_id) = request.workspace_id.or(first) else {
        return;
    };
    let ordinal = state.postings.len();
    let id = request
        .id
        .unwrap_or_else(|| ids::posting(state.seed, &workspace_id, &request.title, ordinal));
    let language = request.language.unwrap_or_else(|| "en".to_owned());
    let german = language == "de";
    let deadline = now + request.deadline_days.unwrap_or(DEADLINE_DAYS) * DAY;
    state.postings.retain(|posting| posting.id != id);
    state.postings.push(Posting {
        name: slug(&request.title),
        description: format!(
            "{}: a short screening with two qualifier questions and three open ones.",
            request.title
        ),
        workspace_id,
        title: request.title,
        language,
        archived: request.archived,
        test_posting: request.test_posting,
        deadline,
        // An expired posting was made a month before its deadline.
        created_at: now.min(deadline - DEADLINE_DAYS * DAY).max(0.0),
        updated_at: now,
        metadata: None,
        form_questions: if german { german_form(&id) } else { english_form(&id) },
        open_questions: if german { german_interview(&id) } else { english_interview(&id) },
        other: serde_json::Map::new(),
        id,
    });
}

fn slug(title: &str) -> String {
    let parts = title
        .split(|character: char| !character.is_alphanumeric())
        .filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

fn choice(id: String, text: &str, choices: &[&str], accepted: &[&str]) -> FormQuestion {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    FormQuestion {
        question_id: id,
        text: text.to_owned(),
        choices: owned(choices),
        is_knockout: !accepted.is_empty(),
        accepted: owned(accepted),
    }
}

fn english_form(posting_id: &str) -> Vec<FormQuestion> {
    let id = |number: u32| format!("fq_{}_{number}", posting_id.to_lowercase());
    vec![
        choice(
            id(1),
            "Are you legally authorized to work in the country of this job?",
            &["Yes", "No"],
            &["Yes"],
        ),
        choice(id(2), "Which shift would you prefer?", &["Day", "Evening", "Night", "Any"], &[]),
    ]
}

fn german_form(posting_id: &str) -> Vec<FormQuestion> {
    let id = |number: u32| format!("fq_{}_{number}", posting_id.to_lowercase());
    vec![
        choice(id(1), "Dürfen Sie im Land dieser Stelle arbeiten?", &["Ja", "Nein"], &["Ja"]),
        choice(id(2), "Wie viele Stunden pro Woche möchten Sie arbeiten?", &["20", "30", "40"], &[]),
    ]
}

fn open(id: String, text: &str, weight: u32, key_points: &[(&str, &[&str])], strong_sample: &str) -> OpenQuestion {
    let key_point = |(label, words): &(&str, &[&str])| KeyPoint {
        label: (*label).to_owned(),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
    };
    OpenQuestion {
        question_id: id,
        text: text.to_owned(),
        weight,
        key_points: key_points.iter().map(key_point).collect(),
        score_1_description: "A few words without any of the key points.".to_owned(),
        score_5_description: "A clear answer with about half of the key points.".to_owned(),
        strong_sample: strong_sample.to_owned(),
    }
}

fn english_interview(posting_id: &str) -> Vec<OpenQuestion> {
    let id = |number: u32| format!("vq_{}_{number}", posting_id.to_lowercase());
    vec![
        open(
            id(1),
            "Tell us about a task you did where safety mattered. What did you do?",
            8,
            &[
                ("a concrete situation", &["when", "once", "last", "during", "at my"]),
                ("checking first", &["check", "inspect", "look", "test"]),
                (
                    "protective measures",
                    &["glove", "helmet", "equipment", "procedure", "rule", "mask"],
                ),
            ],
            "At my last job I unloaded chemicals. I checked every label and inspected the pallets first, wore gloves and a helmet, and followed the written procedure for spills. When a drum was leaking I stopped the line and told my lead at once.",
        ),
        open(
            id(2),
            "A colleague is falling behind during a busy shift. What do you do?",
            5,
            &[
                ("talking to the colleague", &["ask", "talk", "speak", "tell"]),
                ("helping", &["help", "support", "take over", "share"]),
                ("involving the lead when needed", &["lead", "supervisor", "manager", "boss"]),
            ],
            "I ask my colleague what is going on and whether something is wrong. Then I help with the most urgent work and we share the rest. If we still cannot make it I tell our supervisor early so that the plan can change.",
        ),
        open(
            id(3),
            "Why does this job interest you, and what would you want to learn?",
            4,
            &[
                ("a reason", &["because", "interest", "enjoy", "like"]),
                ("relevant experience", &["experience", "worked", "years", "trained"]),
                ("something to learn", &["learn", "improve", "certificate", "grow"]),
            ],
            "I enjoy work that keeps me moving and where I see the result, and I have three years of experience in a similar role. I would like to learn to plan a whole shift and to get the next certificate, because I want to lead a team one day.",
        ),
    ]
}

fn german_interview(posting_id: &str) -> Vec<OpenQuestion> {
    let id = |number: u32| format!("vq_{}_{number}", posting_id.to_lowercase());
    vec![
        open(
            id(1),
            "Erzählen Sie von einem schwierigen Gespräch mit einer Kundin oder einem Kunden. Was haben Sie getan?",
            8,
            &[
                ("eine konkrete Lage", &["als", "einmal", "letzt"]),
                ("Zuhören", &["zugehört", "zuhör", "nachgefragt", "gefragt"]),
                ("eine Lösung", &["lösung", "angeboten", "gelöst", "ersatz"]),
            ],
            "Letztes Jahr rief ein Kunde an, als seine Lieferung zum zweiten Mal fehlte. Ich habe zuerst zugehört und nachgefragt, mich entschuldigt und ihm dann einen Ersatz per Eilversand angeboten. Am Ende hat er sich für die schnelle Lösung bedankt.",
        ),
        open(
            id(2),
            "Wie behalten Sie den Überblick, wenn vieles gleichzeitig kommt?",
            5,
            &[
                ("Reihenfolge", &["priorit", "wichtig", "reihenfolge"]),
                ("Hilfsmittel", &["liste", "kalender", "notiz", "system"]),
                ("Rückfragen", &["frage", "team", "absprech", "abstimm"]),
            ],
            "Ich ordne die Aufgaben zuerst nach Wichtigkeit und schreibe sie in eine Liste. Was ich nicht allein schaffe, stimme ich früh mit dem Team ab, und in unserem System halte ich fest, was ich zugesagt habe.",
        ),
        open(
            id(3),
            "Was reizt Sie an dieser Stelle, und was möchten Sie lernen?",
            4,
            &[
                ("ein Grund", &["weil", "freude", "gern", "reizt"]),
                ("Erfahrung", &["erfahrung", "jahre", "gearbeitet"]),
                ("Lernen", &["lernen", "weiterbild", "verbessern"]),
            ],
            "Mich reizt der tägliche Kontakt mit Menschen, weil ich gern Probleme löse. Ich habe vier Jahre Erfahrung im Telefondienst und möchte lernen, schwierige Verhandlungen ruhig zu führen und mich fachlich weiterbilden.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::{SeedRequest, apply, default_state};
    use crate::clock::Clock;
    use crate::rubric::score_answer;

    #[test]
    fn the_default_seed_has_every_kind_of_posting() {
        let state = default_state(7, Clock::default());
        let status: Vec<&str> = state
            .postings
            .iter()
            .map(|posting| posting.status(state.clock.unix_seconds()))
            .collect();
        assert_eq!(status, ["active", "active", "active", "active", "expired"]);
        assert_eq!(state.postings[0].id, "13D77095");
        assert!(state.postings.iter().any(|posting| posting.test_posting));
        assert!(state.postings.iter().all(|posting| posting.id.len() == 8));
    }

    #[test]
    fn the_strong_samples_score_high() {
        let state = default_state(7, Clock::default());
        for question in state.postings.iter().flat_map(|posting| &posting.open_questions) {
            let scored = score_answer(question, &question.strong_sample);
            assert!(scored.score >= 8, "{}: {scored:?}", question.text);
        }
    }

    #[test]
    fn seeding_again_gives_the_same_ids_and_keep_adds() {
        let mut state = default_state(7, Clock::default());
        let before: Vec<String> = state.postings.iter().map(|posting| posting.id.clone()).collect();
        apply(
            &mut state,
            SeedRequest {
                generate_postings: 3,
                keep: true,
                ..SeedRequest::default()
            },
        );
        assert_eq!(state.postings.len(), before.len() + 3);
        apply(&mut state, SeedRequest::default());
        assert_eq!(state.postings.iter().map(|posting| posting.id.clone()).collect::<Vec<_>>(), before);
    }
}
