//! HeyMilo's integrity signals in words; they are advice for a person, never a verdict.

use heymilo::{CheatDetection, WebInterviewCheat};

use crate::scale::{decimal, percent, within};
use crate::text::{ITEMS, PHRASE, clean};

/// Flagged passages that are quoted.
const INSTANCES: usize = 10;

/// The signals, the overall severity first; none when detection is off and nothing was found.
pub(crate) fn signals(detection: &CheatDetection) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(ranking) = within(detection.overall_ranking, 5.0) {
        lines.push(format!(
            "Overall severity {} of 5, where 1 means no sign{}",
            decimal(ranking, 0),
            confidence(detection.overall_confidence)
        ));
    }
    if let Some(interview) = &detection.web_interview {
        interview_signals(interview, &mut lines);
    }
    if detection.resume.is_some() {
        lines.push("Résumé checked for AI-generated text; the details are in HeyMilo".to_owned());
    }
    lines.truncate(ITEMS);
    lines
}

fn interview_signals(interview: &WebInterviewCheat, lines: &mut Vec<String>) {
    if let Some(transcript) = &interview.cheat_detection_result {
        let found = finding(transcript.cheating_detected);
        let sure = confidence(transcript.cheating_confidence);
        lines.push(format!("Transcript: {found}{sure}"));
        for instance in transcript.cheating_instances.iter().take(INSTANCES) {
            let reasoning = clean(&instance.reasoning, PHRASE);
            if !reasoning.is_empty() {
                lines.push(format!("Transcript passage: {reasoning}"));
            }
        }
    }
    if let Some(speech) = &interview.llm_detection_result {
        let found = finding(speech.llm_generated_detected);
        let sure = confidence(speech.detection_confidence);
        lines.push(format!("AI-generated speech: {found}{sure}"));
    }
    if let Some(delay) = &interview.unusual_delay_detection {
        let found = finding(delay.delay_detected);
        let sure = confidence(delay.delay_confidence);
        lines.push(format!("Unusual delays: {found}{sure}"));
    }
    let switches = interview.tab_switch_detection.as_ref().and_then(|switches| switches.total_count);
    if let Some(count) = switches {
        lines.push(format!("Tab switches: {}", decimal(count, 0)));
    }
}

fn finding(detected: Option<bool>) -> &'static str {
    match detected {
        Some(true) => "sign found",
        Some(false) => "no sign found",
        None => "no verdict",
    }
}

fn confidence(value: Option<f64>) -> String {
    percent(value).map(|percent| format!(" (confidence {percent})")).unwrap_or_default()
}
