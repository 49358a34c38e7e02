//! What comes twice, and what cannot be served: it ends visibly, and nothing is sent.
#![expect(clippy::indexing_slicing, reason = "a JSON value indexed by a name that is not there is null")]

use super::sights::{LONG, application_row, assessment, linked, local_state, mails_to, move_to, order_in, screened, without_email};
use super::{Tour, eventually};
use serde_json::json;
use std::io::Write;

/// Chapter three: leaving and coming back is a new visit that a person must decide about.
pub(super) async fn never_twice<Out: Write>(tour: &mut Tour<'_, Out>) -> std::io::Result<()> {
    tour.chapter("A screened candidate leaves the stage and comes back")?;
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let Some(requisition) = tour.step("the same requisition", linked(&browser, &servers)).await? else {
        return Ok(());
    };
    let Some(person) = tour
        .step("a screened candidate", screened(&browser, &servers, &requisition))
        .await?
    else {
        return Ok(());
    };
    let leave = async {
        move_to(&browser, &servers, &person, "INTERVIEW").await?;
        // The product must have seen the application outside the stage before it comes back.
        eventually(LONG, || async {
            let state = local_state(&browser, &servers).await?;
            let row = application_row(&state, &person).ok_or("the application is not known")?;
            if row["in_stage"] == json!(false) {
                Ok(())
            } else {
                Err(String::from("the product has not noticed"))
            }
        })
        .await?;
        Ok(((), String::from("the poll noticed")))
    };
    if tour.step("they move on to Interview", leave).await?.is_none() {
        return Ok(());
    }
    let back = async {
        move_to(&browser, &servers, &person, "ASSESSMENT").await?;
        let order = order_in(&browser, &servers, &person, |order| {
            order["visit"] == json!(2) && order["state"] == json!("needs_review")
        })
        .await?;
        let mails = mails_to(&browser, &servers, &person).await?;
        if order["reason"] != json!("already_screened") || mails != 1 {
            return Err(format!("reason {}, {mails} mails", order["reason"]));
        }
        Ok(((), String::from("visit 2 is needs_review(already_screened); still one mail")))
    };
    tour.step("they come back to Assessment", back).await?;
    Ok(())
}

/// Chapter four: people and calls that cannot be served end visibly, and nothing is sent.
pub(super) async fn awkward_people<Out: Write>(tour: &mut Tour<'_, Out>) -> std::io::Result<()> {
    tour.chapter("What cannot be served ends visibly")?;
    let (browser, servers) = (tour.browser.clone(), tour.servers.clone());
    let stranger = async {
        let url = format!("{}/webhooks/workday/production.0000000000000000", servers.product);
        let page = browser
            .post_json(&url, &json!({"Assessment_ID": "RECRUITING_ASSESSMENT-1-10"}))
            .await?;
        if page.status == 401 && page.body.is_empty() {
            Ok(((), String::from("401, empty body")))
        } else {
            Err(format!("answered {}", page.status))
        }
    };
    tour.step("a stranger calls the webhook", stranger).await?;
    let Some(requisition) = tour.step("the same requisition", linked(&browser, &servers)).await? else {
        return Ok(());
    };
    let Some(person) = tour
        .step(
            "a candidate without an email address",
            without_email(&browser, &servers, &requisition),
        )
        .await?
    else {
        return Ok(());
    };
    let refused = async {
        move_to(&browser, &servers, &person, "ASSESSMENT").await?;
        let order = order_in(&browser, &servers, &person, |order| order["state"] == json!("refused")).await?;
        let reason = order["reason"].as_str().unwrap_or_default().to_owned();
        let record = eventually(LONG, || async {
            let record = assessment(&browser, &servers, &person).await?;
            if record["status"] == json!("HEYMILO_ERROR") {
                Ok(record)
            } else {
                Err(format!("the record shows {}", record["status"]))
            }
        })
        .await?;
        if record["comment"]
            .as_str()
            .is_some_and(|comment| comment.contains("no email address"))
        {
            Ok(((), format!("refused({reason}), and the record tells the recruiter what to do")))
        } else {
            Err(format!("the comment is {}", record["comment"]))
        }
    };
    tour.step("the recruiter moves them to Assessment", refused).await?;
    Ok(())
}
