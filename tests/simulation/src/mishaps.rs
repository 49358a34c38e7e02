//! How trouble is brought about, and how it all ends.

use crate::mail_service::Telling;
use crate::plan::{Plan, Trouble};
use crate::rows::FOREIGN;
use crate::world::{Tenant, World};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use testkit::STACK;

impl World {
    pub(crate) async fn trouble(&self, workspace: usize, trouble: &Trouble) {
        let (workday, heymilo) = (&self.tenants[workspace].workday, &self.heymilo);
        match trouble {
            Trouble::Workday(faults) => drop(self.tell(workday, "faults", faults).await.unwrap()),
            Trouble::WorkdayMended => drop(self.tell(workday, "faults", &json!([])).await.unwrap()),
            Trouble::HeyMilo(fault) => drop(self.tell(heymilo, "faults", fault).await.unwrap()),
            Trouble::HeyMiloMended => {
                let request = Request::delete(format!("{heymilo}/__stand-in/faults"));
                drop(self.send(request.body(Body::empty()).unwrap()).await.unwrap());
            }
            Trouble::Aws(fault) => self.aws().faults().plan(fault.clone()),
            Trouble::AwsMended => self.aws().faults().clear(),
            Trouble::Webhooks(settings) => drop(self.tell(heymilo, "settings", settings).await.unwrap()),
            Trouble::Pushes { arrive } => self.push(workspace, *arrive).await,
            Trouble::Crash(doom) => self.hazards.mortality.doom(doom.clone()),
            Trouble::Message(mishap) => self.hazards.mishaps.plan(mishap.clone()),
            Trouble::MailEvents(telling) => self.mail_service.tells(*telling),
            Trouble::EventsGone(person) => self.lose_events(workday, *person).await,
            Trouble::ForeignRow => self.leave_foreign_row(workspace),
        }
    }

    /// All trouble is over.
    pub(crate) async fn heal(&self, plan: &Plan) {
        for (number, workspace) in plan.workspaces.iter().enumerate() {
            self.trouble(number, &Trouble::WorkdayMended).await;
            self.trouble(number, &Trouble::Pushes { arrive: workspace.pushes }).await;
            let key = json!({ "pk": { "S": self.partition(number) }, "sk": { "S": FOREIGN } });
            self.aws().ask_table("DeleteItem", &json!({ "TableName": STACK, "Key": key }));
        }
        self.hazards.mortality.spare();
        self.hazards.mishaps.clear();
        let usual = json!({ "drop_webhooks": false, "duplicate_webhooks": 0, "reorder_webhooks": false, "delay_webhooks_ms": 0 });
        let told = Trouble::MailEvents(Telling::Everything);
        for mended in [Trouble::HeyMiloMended, Trouble::AwsMended, Trouble::Webhooks(usual), told] {
            self.trouble(0, &mended).await;
        }
    }

    async fn lose_events(&self, workday: &str, person: usize) {
        let mut records = self.ask(workday, "state").await["records"].take();
        let assessments = records["assessments"].as_array_mut().unwrap();
        assessments.retain(|assessment| assessment["application"] != Tenant::application(person));
        self.tell(workday, "seed", &json!({ "records": records })).await.unwrap();
    }

    /// As a row of ours stands in the table, with another kind of work: whatever else rows carry, it does.
    fn leave_foreign_row(&self, workspace: usize) {
        let ours = format!("DUE#CONNECTION#{}", self.tenants[workspace].connection);
        let key = json!({ "pk": { "S": self.partition(workspace) }, "sk": { "S": ours } });
        let found = self
            .aws()
            .ask_table("GetItem", &json!({ "TableName": STACK, "Key": key, "ConsistentRead": true }));
        let Some(mut item) = found.get("Item").filter(|item| item.is_object()).cloned() else {
            return;
        };
        item["sk"] = json!({ "S": FOREIGN });
        item["due_work"] = json!({ "M": { "kind": { "S": "future" }, "what": { "S": "1" } } });
        let now = self.clock.now().0;
        item["due_at"] = json!({ "N": now.to_string() });
        item["announce_place"] = json!({ "S": format!("{}#sweep#{now:015}", self.tenants[workspace].workspace) });
        let _answer: Value = self.aws().ask_table("PutItem", &json!({ "TableName": STACK, "Item": item }));
    }

    fn partition(&self, workspace: usize) -> String {
        format!("W#{}", self.tenants[workspace].workspace)
    }
}
