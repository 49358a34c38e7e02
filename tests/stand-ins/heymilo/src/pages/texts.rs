//! The candidate page's own words, in the language of the posting; English where there are no others.

/// The fixed texts of the candidate page. They contain no markup to escape.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) hello: &'static str,
    pub(super) notice_heading: &'static str,
    pub(super) notice: &'static str,
    pub(super) start: &'static str,
    pub(super) question: &'static str,
    pub(super) of: &'static str,
    pub(super) next: &'static str,
    pub(super) finish: &'static str,
    pub(super) hint: &'static str,
    pub(super) empty: &'static str,
    pub(super) too_long: &'static str,
    pub(super) not_a_choice: &'static str,
    pub(super) thanks: &'static str,
    pub(super) thanks_more: &'static str,
    pub(super) closed: &'static str,
    pub(super) closed_more: &'static str,
}

impl Texts {
    /// The texts for a BCP-47 language.
    pub(super) fn of(language: &str) -> Self {
        if language.split('-').next() == Some("de") {
            GERMAN
        } else {
            ENGLISH
        }
    }
}

const ENGLISH: Texts = Texts {
    hello: "Hello",
    notice_heading: "You will talk to an AI interviewer",
    notice: "This screening is conducted and scored by software. It has two short questions and three open ones and takes about ten \
        minutes. Your answers are stored and read by the hiring team, who make the decision. Everybody is asked the same questions and \
        scored by the same rubric.",
    start: "I understand, start",
    question: "Question",
    of: "of",
    next: "Next",
    finish: "Finish",
    hint: "A few sentences are enough. There is no time limit.",
    empty: "Please give an answer.",
    too_long: "This answer is too long. Please shorten it to 5,000 characters.",
    not_a_choice: "Please choose one of the answers.",
    thanks: "Thank you",
    thanks_more: "Your answers have been received. The hiring team will be in touch with you.",
    closed: "This screening is closed",
    closed_more: "The deadline has passed. Please contact the company if you still want to take part.",
};

const GERMAN: Texts = Texts {
    hello: "Guten Tag",
    notice_heading: "Sie sprechen mit einem KI-Interviewer",
    notice: "Dieses Erstgespräch wird von Software geführt und bewertet. Es hat zwei kurze und drei offene Fragen und dauert etwa zehn \
        Minuten. Ihre Antworten werden gespeichert und vom Personalteam gelesen, das entscheidet. Alle bekommen dieselben Fragen und \
        werden nach denselben Regeln bewertet.",
    start: "Verstanden, beginnen",
    question: "Frage",
    of: "von",
    next: "Weiter",
    finish: "Abschließen",
    hint: "Ein paar Sätze genügen. Es gibt keine Zeitgrenze.",
    empty: "Bitte geben Sie eine Antwort.",
    too_long: "Diese Antwort ist zu lang. Bitte kürzen Sie sie auf 5.000 Zeichen.",
    not_a_choice: "Bitte wählen Sie eine der Antworten.",
    thanks: "Vielen Dank",
    thanks_more: "Ihre Antworten sind eingegangen. Das Personalteam meldet sich bei Ihnen.",
    closed: "Dieses Erstgespräch ist geschlossen",
    closed_more: "Die Frist ist abgelaufen. Bitte wenden Sie sich an das Unternehmen, wenn Sie noch teilnehmen möchten.",
};
