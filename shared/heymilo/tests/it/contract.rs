//! Operations and fixtures against HeyMilo's published document, which lies beside the repository and not in it.

use std::path::PathBuf;

use heymilo::OPERATIONS;
use serde_json::{Value, json};

/// The document, or a notice that it is not there.
fn document() -> Option<Value> {
    let shared = std::env::var_os("CONTRACT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join("heymilo/openapi/heymilo-openapi-original.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("HeyMilo's document is not at hand: contract not checked");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn operations_are_those_of_the_document() {
    let Some(document) = document() else { return };
    for operation in OPERATIONS {
        let method = operation.method.as_str().to_lowercase();
        let declared = &document["paths"][operation.path][&method];
        assert_eq!(declared["operationId"], operation.id);
        let mut statuses: Vec<u16> = declared["responses"]
            .as_object()
            .unwrap()
            .keys()
            .map(|status| status.parse().unwrap())
            .collect();
        let mut ours = operation.statuses.to_vec();
        statuses.sort_unstable();
        ours.sort_unstable();
        assert_eq!(statuses, ours, "{}", operation.id);
    }
}

#[test]
fn fixtures_are_valid() {
    let Some(document) = document() else { return };
    for (schema, fixture) in [
        ("ListResponse", include_str!("../fixtures/workspaces.json")),
        ("ListResponse_PostingSummary_", include_str!("../fixtures/posting_summaries.json")),
        ("SingleResponse_PostingResponse_", include_str!("../fixtures/posting.json")),
        (
            "SingleResponse_IngestCandidateResponse_",
            include_str!("../fixtures/ingested_candidate.json"),
        ),
        ("ListResponse_CandidateResponse_", include_str!("../fixtures/candidates.json")),
        (
            "SingleResponse_InterviewDataResponse_",
            include_str!("../fixtures/interview_data.json"),
        ),
        ("SingleResponse_WebhookResponse_", include_str!("../fixtures/webhook.json")),
        ("ListResponse_WebhookResponse_", include_str!("../fixtures/webhooks.json")),
        ("APIErrorResponse", include_str!("../fixtures/api_error.json")),
        ("HTTPValidationError", include_str!("../fixtures/validation_error.json")),
    ] {
        let rooted = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/components/schemas/{schema}"),
            "components": document["components"],
        });
        let validator = jsonschema::validator_for(&rooted).unwrap();
        let fixture: Value = serde_json::from_str(fixture).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&fixture)
            .map(|error| format!("{}: {error}", error.instance_path))
            .collect();
        assert!(errors.is_empty(), "{schema}: {errors:?}");
    }
}
