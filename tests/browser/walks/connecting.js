// From Connect Now to a connection, by the owner's own hands and by a link for the Workday administrator; and its end.
import { fill, press } from "../forms.js";

const ONE = "GET /integrations/workday/{id}";
const FORM = "/integrations/workday/{id}/connect";

/** What the stand-in takes by each way. */
const access = (world) => ({ services_url: world.workday, tenant: "acme_preview", client_id: "heymilo-demo-client", client_secret: "demo-client-secret" });
const token = { way: "refresh-token", refresh_token: "demo-refresh-token" };

export async function connecting(see, world) {
  const page = world.people.owner;
  await page.goto("/integrations/workday/new");
  const form = new URL(page.url()).pathname;
  const connection = form.replace("/connect", "");
  await typing(see, world, form, connection);
  await guests(see, world, form, connection);
  await approving(see, world, form, connection);
  await ending(see, world, form, connection);
}

async function typing(see, world, form, connection) {
  await see("owner", `GET ${FORM}`, "first time", { path: form, says: "Paste an endpoint" });
  await see("owner", `${ONE}/setup`, "not tried yet", { path: `${connection}/setup`, says: "It was not tried out yet" });
  await see("owner", ONE, "draft", { path: connection, says: "New connection" });
  await see("owner", `POST ${FORM}`, "missing", { act: fill(form, { way: "password" }, "Connect"), status: 422, says: "Enter the user name" });
  const endpoint = "https://wd2-impl-services1.workday.com/ccx/api/v1/acme_preview";
  await see("owner", `POST ${FORM}`, "filled in", { act: fill(form, { pasted: endpoint }, "Fill in the fields"), says: "Nothing is saved yet" });
  await see("owner", `POST ${FORM}`, "pasted in vain", { act: fill(form, { pasted: "acme" }, "Fill in the fields"), status: 422, says: "none of the endpoints" });
  const elsewhere = { ...token, ...access(world), services_url: "https://nowhere.example.com", kind: "production" };
  await see("owner", `POST ${FORM}`, "refused", { act: fill(form, elsewhere, "Connect"), status: 422, says: "not the address of a Workday services host" });
}

async function guests(see, world, form, connection) {
  const id = connection.split("/").at(-1);
  let link;
  const make = async (page) => {
    await fill(form, {}, "Make a link", { within: "#connect-link" })(page);
    link = new URL(await page.locator("#connect-link code").innerText()).pathname;
  };
  await see("owner", "POST /integrations/workday/{id}/connect-link", "link made", { act: make, says: "shown only once" });
  await see("owner", `GET ${FORM}`, "link made before", { path: form, says: "A link works until" });

  const guest = (address, shows, what) => see("stranger", `${address} /connect/{connection}`, shows, what);
  const own = `/connect/${id}`;
  await guest("GET", "no session", { path: own, status: 404, says: "ask for a new one" });
  await see("stranger", "GET /connect/{connection}/{token}", "over", { path: `${own}/old`, status: 404, says: "ask for a new one" });
  await see("stranger", "GET /connect/{connection}/{token}", "open", { path: link, says: "asks you" });
  await fill(link, {}, "Go on")(world.people.stranger);
  await guest("GET", "form", { path: own, says: "Paste an endpoint" });
  await guest("POST", "refused", { act: fill(own, { ...token, ...access(world), client_secret: "wrong" }, "Connect"), status: 422, says: "client secret is wrong" });
  await world.tellWorkday("faults", [{ operation: "Get_Job_Requisitions", kind: "not_authorized", times: 1 }]);
  await fill(own, { ...token, ...access(world) }, "Connect")(world.people.stranger);
  await guest("GET", "not permitted yet", { path: own, says: "Check again" });
  await fill(own, { way: "consent", ...access(world), sign_in_url: world.workday }, "Connect")(world.people.stranger);
  await guest("GET", "to be approved", { path: own, says: "Continue to Workday" });
  await fill(own, { ...token, ...access(world) }, "Connect")(world.people.stranger);
  await guest("GET", "given", { path: own, says: "Thank you" });
  await see("owner", ONE, "waiting for acceptance", { path: connection, says: "waits for you to accept it" });
  await fill(connection, {}, "Decline")(world.people.owner);
  await world.people.stranger.context().clearCookies();
}

async function approving(see, world, form, connection) {
  const page = world.people.owner;
  await fill(form, { way: "consent", ...access(world), sign_in_url: world.workday }, "Connect")(page);
  await see("owner", ONE, "pending", { path: connection, says: "nobody has given it access yet" });
  const id = connection.split("/").at(-1);
  await world.tellWorkday("settings", { redirect_uris: [`${world.url}/oauth/workday/callback/${id}`] });
  await world.tellWorkday("faults", [{ operation: "Get_Job_Requisitions", kind: "slow", delay_ms: 4000, times: 5 }]);
  await page.goto(`/oauth/workday/start/${id}`);
  await page.getByRole("button").first().click();
  await page.waitForURL(`**${connection}*`);
  await see("owner", "GET /agents/{posting}", "list being read", { path: "/agents/13D77095", says: "has not been read" });
  await see("owner", "GET /agents/{posting}", "nothing linked", { path: "/agents/13D77095", says: "None yet" });
  await see("owner", ONE, "active", { path: connection, says: "Writes to Workday as" });
  await see("owner", "GET /integrations", "active", { path: "/integrations", says: "Workday Integration Active" });
  await see("owner", `GET ${FORM}`, "again", { path: form, says: "Connect Workday again" });
}

async function ending(see, world, form, connection) {
  const page = world.people.owner;
  const ids = `${connection}/reference-ids`;
  await see("owner", `${ONE}/reference-ids`, "form", { path: ids, says: "Reference IDs agreed with Workday" });
  const blank = fill(ids, { tests: "" }, "Save");
  await see("owner", "POST /integrations/workday/{id}/reference-ids", "refused", { act: blank, status: 422, says: "A reference ID is missing" });
  await see("owner", `${ONE}/disconnect`, "question", { path: `${connection}/disconnect`, says: "Disconnect acme_preview?" });
  const push = fill(connection, {}, "Make a new password");
  await see("owner", "POST /integrations/workday/{id}/push", "password made", { act: push, says: "Copy the password now" });
  const late = async () => {
    await page.goto(connection);
    await fill(connection, { poll_minutes: "7" }, "Save")(world.people.admin);
    await page.locator("[name=poll_minutes]").fill("9");
    await press(page.locator("form[action$=settings]"), "Save")(page);
  };
  await see("owner", "POST /integrations/workday/{id}/settings", "changed meanwhile", { act: late, status: 422, says: "Changed meanwhile" });
  await fill(`${connection}/disconnect`, {}, "Disconnect")(page);
  await see("owner", ONE, "disconnected", { path: connection, says: "Disconnected" });
  await see("owner", "GET /integrations", "disconnected", { path: "/integrations", says: "Disconnected" });
}
