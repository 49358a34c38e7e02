//! What people do, by the means they have: Workday's and HeyMilo's pages, the mail, the console.

use crate::plan::{Admin, Candidate, HeyMilo, Recruiter};
use crate::world::{NotTaken, REQUISITION, Tenant, World};
use admin::{ConnectionDraft, LinkRequest, Proof};
use axum::body::Body;
use axum::http::{Request, header};
use domain::Order;
use domain::order::Action;
use domain::settings::ConnectionOptions;
use domain::standing::ConnectionState;
use futures::future::join_all;
use serde_json::json;
use std::time::Duration;
use testkit::Mail;

/// The page behind a link neither leads on nor says that something is down.
pub(crate) const NO_WAY_IN: &str = "the link does not lead on";

/// What becomes of something that a person tried.
pub(crate) type Tried = Result<(), NotTaken>;

impl World {
    pub(crate) async fn recruiter(&self, tenant: &Tenant, person: usize, act: Recruiter) -> Tried {
        let application = Tenant::application(person);
        let (path, body) = match act {
            Recruiter::MoveToAssessment { assess_step } => (
                "move",
                json!({ "application": application, "stage": "ASSESSMENT", "by": "recruiter", "assess_step": assess_step }),
            ),
            Recruiter::SubmitAssess => (
                "assess",
                json!({ "application": application, "status": "HEYMILO_SEND_INVITE", "test": "HEYMILO_AI_SCREEN", "by": "recruiter" }),
            ),
            Recruiter::MoveBack => ("move", json!({ "application": application, "stage": "REVIEW", "by": "recruiter" })),
            Recruiter::DeclaresWithdrawn => (
                "move",
                json!({ "application": application, "stage": "JOB_APPLICATION_WITHDRAWN", "by": "recruiter" }),
            ),
            Recruiter::CorrectsAddress => return self.correct_address(tenant, person).await,
        };
        self.tell(&tenant.workday, path, &body).await.map(drop)
    }

    async fn correct_address(&self, tenant: &Tenant, person: usize) -> Tried {
        let mut records = self.ask(&tenant.workday, "state").await["records"].take();
        let candidates = records["candidates"].as_array_mut().unwrap();
        let candidate = candidates.iter_mut().find(|candidate| candidate["id"] == Tenant::candidate(person));
        candidate.unwrap()["email"] = json!(tenant.corrected_address(person));
        self.tell(&tenant.workday, "seed", &json!({ "records": records })).await.map(drop)
    }

    async fn apply(&self, tenant: &Tenant, person: usize) -> Tried {
        let mut records = self.ask(&tenant.workday, "state").await["records"].take();
        let now = self.clock.now().to_rfc3339();
        let mut add = |kind: &str, record| records[kind].as_array_mut().unwrap().push(record);
        add("candidates", tenant.candidate_record(person, &now));
        add("applications", Tenant::application_record(person, REQUISITION, &now));
        self.tell(&tenant.workday, "seed", &json!({ "records": records })).await.map(drop)
    }

    /// A candidate without a mail has nothing to open.
    pub(crate) async fn candidate(&self, tenant: &Tenant, person: usize, act: Candidate) -> Tried {
        if act == Candidate::Applies {
            return self.apply(tenant, person).await;
        }
        let Some(link) = self.link_of(tenant, person) else { return Ok(()) };
        match act {
            Candidate::OpensLink => self.send(Request::get(link).body(Body::empty()).unwrap()).await.map(drop),
            Candidate::Begins | Candidate::BeginsAtOnce => {
                let form = Request::post(link).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                if !self.leads_on(form.body(Body::empty()).unwrap()).await? {
                    return Err(NotTaken(NO_WAY_IN.to_owned()));
                }
                self.interview(tenant, person, "started").await
            }
            Candidate::Finishes => self.interview(tenant, person, "completed").await,
            Candidate::Applies => Ok(()),
            Candidate::FailsKnockout => self.interview(tenant, person, "knocked_out").await,
        }
    }

    /// The latest mail to a candidate.
    pub(crate) fn mail_of(&self, tenant: &Tenant, person: usize) -> Option<Mail> {
        let addresses = [tenant.address(person), tenant.corrected_address(person)];
        let mails = self.aws().outbox().mails();
        mails.into_iter().rev().find(|mail| mail.to.iter().any(|to| addresses.contains(to)))
    }

    /// The link in the latest mail to a candidate.
    fn link_of(&self, tenant: &Tenant, person: usize) -> Option<String> {
        let mail = self.mail_of(tenant, person)?;
        let text = mail.text.as_deref()?;
        let link = text.get(text.find(&format!("{}/i/", self.product.url))?..)?;
        link.split_whitespace()
            .next()
            .map(|link| link.trim_end_matches(['.', ')', '>']).to_owned())
    }

    async fn interview(&self, tenant: &Tenant, person: usize, outcome: &str) -> Tried {
        for interview in self.interviews_of(tenant, person).await {
            // Finished already: nothing is left to do there.
            let path = format!("interviews/{interview}/complete");
            drop(self.tell(&self.heymilo, &path, &json!({ "outcome": outcome })).await);
        }
        Ok(())
    }

    /// HeyMilo's ids of a candidate's interviews, oldest first.
    async fn interviews_of(&self, tenant: &Tenant, person: usize) -> Vec<String> {
        let state = self.ask(&self.heymilo, "state").await;
        let addresses = [tenant.address(person), tenant.corrected_address(person)];
        let theirs = state["interviews"].as_array().into_iter().flatten().filter(|interview| {
            let email = interview["email"].as_str().unwrap_or_default();
            addresses.iter().any(|address| address == email)
        });
        theirs
            .filter_map(|interview| interview["interview_id"].as_str().map(str::to_owned))
            .collect()
    }

    pub(crate) async fn at_heymilo(&self, tenant: &Tenant, person: usize, act: HeyMilo) -> Tried {
        for interview in self.interviews_of(tenant, person).await {
            let (what, body) = match act {
                HeyMilo::Rescores => ("rescore", json!({ "delta": -1 })),
                HeyMilo::Shortlists => ("status", json!({ "status": "shortlisted" })),
                HeyMilo::Says(status) => {
                    self.tell(
                        &self.heymilo,
                        &format!("interviews/{interview}/status"),
                        &json!({ "status": status }),
                    )
                    .await?;
                    self.tell_of(tenant, &interview).await;
                    continue;
                }
                HeyMilo::Removes => {
                    let request = Request::delete(format!("{}/__stand-in/interviews/{interview}", self.heymilo));
                    self.send(request.body(Body::empty()).unwrap()).await?;
                    continue;
                }
            };
            // Without a score there is nothing to change.
            drop(self.tell(&self.heymilo, &format!("interviews/{interview}/{what}"), &body).await);
        }
        Ok(())
    }

    /// Each event that is registered for the first agent tells of an interview, all at once.
    async fn tell_of(&self, tenant: &Tenant, interview: &str) {
        let state = self.ask(&self.heymilo, "state").await;
        let webhooks = state["webhooks"].as_array().into_iter().flatten();
        let told = webhooks
            .filter(|webhook| webhook["posting_id"] == tenant.agents[0].as_str())
            .map(|webhook| {
                let body = json!({ "event_type": webhook["event_type"], "interview_id": interview });
                let request = Request::post(webhook["webhook_url"].as_str().unwrap_or_default());
                self.send(
                    request
                        .header(header::CONTENT_TYPE, "application/json")
                        .body(Body::from(body.to_string()))
                        .unwrap(),
                )
            });
        drop(join_all(told).await);
    }

    /// Somebody at HeyMilo sets the deadline of the first agent.
    pub(crate) async fn set_deadline(&self, tenant: &Tenant, after: Duration) -> Tried {
        let deadline = self.clock.now().plus(after).to_rfc3339();
        let request = Request::patch(format!("{}/api/v2/postings/{}", self.heymilo, tenant.agents[0]))
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-api-key", &tenant.heymilo_api_key);
        self.send(request.body(Body::from(json!({ "deadline": deadline }).to_string())).unwrap())
            .await
            .map(drop)
    }

    pub(crate) async fn administrator(&self, tenant: &Tenant, act: Admin) -> Tried {
        let admin = self.product.admin();
        let refused = |error: admin::AdminError| NotTaken(error.to_string());
        let link = |agent: usize| LinkRequest {
            connection: tenant.connection.clone(),
            requisition: tenant.requisition.clone(),
            posting: tenant.agents[agent].clone(),
            options: None,
            seen: None,
        };
        match act {
            Admin::LinksOtherAgent => Box::pin(admin.link(&tenant.workspace, link(1))).await.map(drop).map_err(refused),
            Admin::Links => Box::pin(admin.link(&tenant.workspace, link(0))).await.map(drop).map_err(refused),
            Admin::Unlinks => {
                let unlinked = admin.unlink(&tenant.workspace, &tenant.connection, &tenant.requisition, None);
                Box::pin(unlinked).await.map_err(refused)
            }
            Admin::Disconnects => Box::pin(admin.disconnect(&tenant.workspace, &tenant.connection))
                .await
                .map_err(refused),
            Admin::Connects => self.connect_again(tenant).await,
        }
    }

    async fn connect_again(&self, tenant: &Tenant) -> Tried {
        let token = format!("token-of-{}", self.now().as_millis());
        self.tell(&tenant.workday, "issue", &json!({ "refresh_token": token })).await?;
        let client = workday_stand_in::Credentials::default();
        let proof = Proof::RefreshToken {
            client_id: client.client_id,
            client_secret: client.client_secret.into(),
            refresh_token: token.into(),
        };
        let draft = ConnectionDraft {
            options: ConnectionOptions {
                poll_seconds: u32::try_from(tenant.poll.as_secs()).unwrap(),
                ..ConnectionOptions::default()
            },
            ..ConnectionDraft::new(tenant.connection.clone(), &tenant.workday, &tenant.name)
        };
        let connected = self.product.admin().connect(&tenant.workspace, draft, proof);
        Box::pin(connected).await.map(drop).map_err(|error| NotTaken(error.to_string()))
    }

    /// The customers whom Workday refuses for good: they are asked to connect again.
    pub(crate) async fn refused_customers(&self) -> Vec<usize> {
        let mut refused = Vec::new();
        for (number, tenant) in self.tenants.iter().enumerate() {
            if self.connection_state(tenant).await == Some(ConnectionState::ReauthorizationRequired) {
                refused.push(number);
            }
        }
        refused
    }

    /// At the end people have written again what Workday refused. Whether there was anything.
    pub(crate) async fn write_again(&self, orders: &[Order]) -> bool {
        let (admin, mut any) = (self.product.admin(), false);
        for order in orders.iter().filter(|order| order.actions().contains(&Action::WriteAgain)) {
            let again = admin.act(&order.workspace, &order.order, Action::WriteAgain, "owner");
            any |= Box::pin(again).await.is_ok();
        }
        any
    }
}
