//! Writes the page, the PDF and the note of a sample result into a folder: `cargo run -p report --example samples -- FOLDER`.

use std::error::Error;
use std::path::PathBuf;

use heymilo::InterviewData;
use report::{Context, HtmlOptions, Report};

#[derive(serde::Deserialize)]
struct Envelope {
    data: InterviewData,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder")?);
    let envelope: Envelope = serde_json::from_str(include_str!("../../heymilo/tests/fixtures/interview_data.json"))?;
    let empty: InterviewData = serde_json::from_str(r#"{"status":"completed"}"#)?;
    let samples = [
        ("full", Report::from_interview(&envelope.data, context("Ada Example"))),
        ("empty", Report::from_interview(&empty, context("Ngô Thị Ví Dụ"))),
        (
            "scripts",
            Report::from_interview(&scripts()?, context("עדה דוגמה · آدا مثال · अदा उदाहरण · Άντα · Ада · 例子")),
        ),
    ];
    for (name, report) in samples {
        let options = HtmlOptions {
            nonce: "c2FtcGxl".to_owned(),
            pdf_url: Some("/r/sample.pdf".to_owned()),
        };
        std::fs::write(folder.join(format!("{name}.html")), report.html(&options).into_string())?;
        std::fs::write(folder.join(format!("{name}.pdf")), report.pdf()?)?;
        let texts = [report.note("HM-SAMPLEMARKER"), report.additional_data("HM-SAMPLEMARKER")];
        std::fs::write(folder.join(format!("{name}.txt")), texts.join("\n\n----\n\n"))?;
    }
    Ok(())
}

fn context(name: &str) -> Context {
    Context {
        candidate_name: name.to_owned(),
        job_requisition_id: "R-00001".to_owned(),
        job_title: "Senior Software Engineer".to_owned(),
        posting_title: "Engineering screening".to_owned(),
        completed_on: "2026-03-14".to_owned(),
        report_id: "HMR-7Q2X9K4M1C8V".to_owned(),
        version: 1,
        view_report_url: "https://reports.example.com/r/7q2x9k4m1c8v".to_owned(),
    }
}

fn scripts() -> Result<InterviewData, serde_json::Error> {
    serde_json::from_value(serde_json::json!({
        "status": "shortlisted", "score": 91.25,
        "web_interview": {
            "highlights": ["شرح المرشح المفاضلات بوضوح (cache) ثم ذكر ثلاثة أمثلة", "השיבה בבירור על שאלות קשות, כולל 2 דוגמאות", "उत्तर स्पष्ट और सुव्यवस्थित थे"],
            "lowlights": ["Λίγη εμπειρία σε βάρδιες", "Мало опыта дежурств", "経験が少ない 🙂"],
            "transcript": [
                {"speaker": "Interviewer", "text": "שָׁלוֹם, מה שלומך?", "timestamp_str": "00:01"},
                {"speaker": "Candidate", "text": "السَّلامُ عَلَيْكُم، أنا بخير. عملت في Example GmbH لمدة 8 سنوات ثم انتقلت إلى فريق آخر لأعمل على أنظمة موزعة كبيرة تخدم ملايين المستخدمين كل يوم.", "timestamp_str": "00:05"},
                {"speaker": "Candidate", "text": "मैंने आठ साल काम किया। क्षेत्र, श्री, ज्ञान। สวัสดีครับ ที่ Բարեւ გამარჯობა", "timestamp_str": "00:15"}
            ]
        }
    }))
}
