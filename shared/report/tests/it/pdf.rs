//! The PDF as bytes; what stands on its pages is tested beside the layout.

use std::io::Read;

use flate2::read::ZlibDecoder;
use report::Report;
use serde_json::json;

use crate::results::{context, empty, endless, full, hostile, interview};

/// The file with every compressed stream inflated.
fn inflated(pdf: &[u8]) -> Vec<u8> {
    let mut all = pdf.to_vec();
    let start = b"stream\n";
    let starts = pdf.windows(start.len()).enumerate().filter(|(_, window)| window == start);
    for (position, _) in starts {
        let mut stream = Vec::new();
        if ZlibDecoder::new(&pdf[position + start.len()..]).read_to_end(&mut stream).is_ok() {
            all.extend(stream);
        }
    }
    all
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_same_report_is_the_same_file() {
    for report in [full(), empty(), hostile()] {
        let stored = serde_json::to_string(&report).unwrap();
        let read: Report = serde_json::from_str(&stored).unwrap();
        assert!(report.pdf().unwrap() == read.pdf().unwrap());
    }
    let mut next = context();
    next.version = 2;
    let data = interview(json!({"status": "completed"}));
    assert!(Report::from_interview(&data, next).pdf().unwrap() != empty().pdf().unwrap());
}

#[test]
fn the_file_is_tagged_and_inert() {
    for report in [full(), hostile()] {
        let pdf = report.pdf().unwrap();
        assert!(pdf.starts_with(b"%PDF-1.7"));
        let all = inflated(&pdf);
        for expected in ["/MarkInfo", "/StructTreeRoot", "pdfuaid:part", "/Lang"] {
            assert!(contains(&all, expected), "{expected}");
        }
        for forbidden in [
            "/JavaScript",
            "/JS",
            "/Launch",
            "/EmbeddedFile",
            "/URI",
            "/Annots",
            "/OpenAction",
            "signature=",
        ] {
            // The hostile text itself names one of them, in a title, where it is a string.
            let named = forbidden == "/URI" && contains(&all, "HM-FORGED");
            assert!(named || !contains(&all, forbidden), "{forbidden}");
        }
    }
}

#[test]
fn every_script_and_every_gap_in_the_fonts_passes_pdf_ua() {
    for text in [
        "Ngô Thị Ví Dụ, Łukasz Żółć, Ærøskøbing",
        "Άντα Παράδειγμα, Ада Пример, Ґалаґан",
        "آدا مثال السَّلامُ عَلَيْكُم ۱۲۳ می‌خواهم",
        "עדה דוגמה שָׁלוֹם",
        "अदा उदाहरण क्षेत्र श्री ज्ञान",
        "例子 太郎 예시 ตัวอย่าง օրինակ მაგალითი",
        "👩‍🔬 🇺🇳 ❤️ 🙂🏽 \u{1f9ff}",
        "Z̸̢̛̗a̷̧l̴̨g̵o̶ e\u{301}\u{301}\u{301}",
        "\u{915}\u{301} \u{5d0}\u{302} \u{627}\u{30a} x\u{94d} \u{94d}\u{94d}",
        "𝔸𝕕𝕒 ﷺ ﬁ ﬀ Ⅷ ½ ™ ✓ ✗ → ⁂ ◌",
        "\u{ad}\u{200b}\u{2060}",
    ] {
        let mut context = context();
        context.candidate_name = text.to_owned();
        let data = interview(json!({
            "status": "completed",
            "web_interview": {
                "highlights": [text],
                "transcript": [{"speaker": text, "text": format!("{text} {text}"), "timestamp_str": text}]
            },
            "form": {"overall_status": text, "questions": [{"question_text": text, "candidate_answer": text}]}
        }));
        let pdf = Report::from_interview(&data, context).pdf();
        assert!(pdf.is_ok(), "{text}: {:?}", pdf.err());
    }
}

#[test]
fn a_sample_of_unicode_passes_pdf_ua() {
    let highlights: Vec<String> = (0x20..0x3_0000_u32)
        .step_by(37)
        .filter_map(char::from_u32)
        .collect::<Vec<char>>()
        .chunks(60)
        .map(|characters| characters.iter().collect())
        .collect();
    for highlights in highlights.chunks(100) {
        let data = interview(json!({"status": "completed", "web_interview": {"highlights": highlights}}));
        let pdf = Report::from_interview(&data, context()).pdf();
        assert!(pdf.is_ok(), "{:?}", pdf.err());
    }
}

#[test]
fn an_endless_result_stays_within_four_megabytes() {
    let pdf = endless(5_000).pdf().unwrap();
    assert!(pdf.len() <= 4 * 1024 * 1024, "{}", pdf.len());
}

#[test]
fn words_without_a_break_and_full_lists_fit_their_pages() {
    let word = "W".repeat(5_000);
    let items = vec![word.as_str(); 25];
    let questions: Vec<_> = (0..100)
        .map(|rank| json!({"question_text": word, "score": 7, "rank": rank, "evaluation_summary": word}))
        .collect();
    let form: Vec<_> = (0..100)
        .map(|_| json!({"question_text": word, "candidate_answer": word, "expected_answer": word, "passed": false}))
        .collect();
    let data = interview(json!({
        "status": "completed",
        "web_interview": {"highlights": items, "tags": items, "scorecard": questions},
        "form": {"overall_status": word, "questions": form}
    }));
    let mut context = context();
    context.candidate_name = word.clone();
    context.job_title = word;
    assert!(Report::from_interview(&data, context).pdf().unwrap().len() < 4 * 1024 * 1024);
}
