// A workspace that has HeyMilo's key and nothing else: the ways in, the first steps, forms that are refused, and connecting.
import { fill, press, send } from "../forms.js";
import { connecting } from "./connecting.js";

export const setup = () => ({ workspace: { id: "acme", heymilo_api_key: "heymilo-local-key", who_sends: null } });

/** Before anybody of the company has signed in. */
export async function early(world, eye) {
  const see = (who, address, shows, what) => eye.see(world, who, address, shows, { otherRoles: false, ...what });
  await world.people.stranger.goto("/__local/sign-in");
  world.people.owner = world.people.stranger;
  await see("owner", "GET /people", "nobody yet", { path: "/people", says: "Nobody yet signs in" });
  await world.people.owner.context().clearCookies();
  await world.tellIssuer("settings", { down: true });
  const signIn = fill("/sign-in", {}, "Sign in with your company account");
  await see("stranger", "POST /sign-in/begin", "issuer down", { act: signIn, status: 503, says: "You are not signed in" });
  await world.tellIssuer("settings", {});
}

export async function walk(world, eye) {
  const see = (who, address, shows, what) => eye.see(world, who, address, shows, what);
  await waysIn(see, world);
  await firstSteps(see, world);
  await agents(see, world);
  await people(see);
  await settings(see, world);
  await refused(see);
  await connecting(see, world);
}

async function waysIn(see, world) {
  const signIn = "GET /sign-in";
  await see("stranger", "GET /*", "signed out", { path: "/integrations", status: 401, says: "Please sign in" });
  await see("stranger", "POST /*", "signed out", { act: send("/settings/heymilo", {}, { from: "/sign-in" }), status: 401, says: "Please sign in" });
  await see("stranger", signIn, "ways in", { path: "/sign-in", says: "Please sign in" });
  await see("stranger", signIn, "link", { path: "/__local/sign-in?link", says: "This link signs you in once" });
  await see("stranger", signIn, "link over", { path: "/sign-in?token=old", status: 401, says: "does not work any more" });
  const old = send("/sign-in", { link: "old" }, { from: "/sign-in" });
  await see("stranger", "POST /sign-in", "link over", { act: old, status: 401, says: "does not work any more" });
  const elsewhere = send(`${world.url}/sign-in`, { link: "old" }, { from: `${world.issuer}/keys` });
  await see("stranger", "POST /sign-in", "forged", { act: elsewhere, status: 403, says: "This form cannot be accepted" });
  const callback = { path: "/sign-in/callback?state=x", status: 403, says: "You are not signed in" };
  await see("stranger", "GET /sign-in/callback", "not signed in", callback);
  await see("stranger", "GET /invitation/{token}", "over", { path: "/invitation/old", status: 403, says: "You are not signed in" });
  const begin = async (page) => {
    await page.goto("/sign-in");
    await press(page, "Sign in with your company account")(page);
  };
  await see("stranger", "beside the product", "the issuer of the local run", { act: begin, says: "Who are you?" });
  const oauth = "ANY /oauth/workday/{proxy+}";
  await see("stranger", oauth, "signed out", { path: "/oauth/workday/start/wd-1", status: 401, says: "Please sign in" });
  await see("viewer", oauth, "a viewer", { path: "/oauth/workday/start/wd-1", status: 403, says: "You can look" });
  await see("owner", oauth, "unknown address", { path: "/oauth/workday/elsewhere/wd-1", status: 404, says: "Nothing here", otherRoles: false });
}

async function firstSteps(see) {
  await see("owner", "GET /integrations", "nothing connected", { path: "/integrations", says: "Connect Now" });
  await see("owner", "GET /activity", "empty", { path: "/activity", says: "Nothing here yet" });
  await see("owner", "GET /*", "nothing here", { path: "/nowhere", status: 404, says: "Nothing here" });
  await see("viewer", "GET /*", "form of a viewer", { path: "/integrations/workday/new", status: 403, says: "You can look, but not change" });
}

async function agents(see, world) {
  await see("owner", "GET /agents", "list", { path: "/agents", says: "Warehouse Associate Screen" });
  await see("owner", "GET /agents", "none found", { path: "/agents?q=nowhere", says: "No agent has this in its title." });
  await see("owner", "GET /agents/{posting}", "nothing connected", { path: "/agents/13D77095", says: "No Workday tenant is connected" });
  await world.tellHeyMilo("faults", { kind: "http503", times: 1000 });
  await see("owner", "GET /agents", "HeyMilo does not answer", { path: "/agents", status: 503, says: "HeyMilo" });
  await world.tellHeyMilo("faults", undefined, "DELETE");
  await world.tellHeyMilo("seed", { keep: true, generate_postings: 120 });
  await see("owner", "GET /agents", "many", { path: "/agents", says: "More agents" });
}

async function people(see) {
  const nobody = { status: 404, says: "People" };
  const notAnOwner = { status: 403, says: "People" };
  await see("owner", "GET /people", "several", { path: "/people", says: "Who belongs to this workspace" });
  let link;
  const invite = async (page) => {
    await fill("/people", { address: "dana@example.com", role: "viewer" }, "Make the invitation")(page);
    link = await page.locator(".notice code").innerText();
  };
  await see("owner", "POST /people/invite", "made", { act: invite, says: "The invitation is made" });
  await see("stranger", "GET /invitation/{token}", "open", { path: new URL(link).pathname, says: "You are invited" });
  await see("owner", "GET /people", "invitation open", { path: "/people", says: "Open invitations" });
  await see("owner", "GET /audit", "latest", { path: "/audit", says: "Invited somebody" });
  await see("owner", "GET /audit", "older", { path: "/audit?before=000000000000001-A", says: "Nothing older" });
  for (const [what, fields] of [["role", { role: "admin" }], ["remove", {}]]) {
    const address = `POST /people/{person}/${what}`;
    await see("owner", address, "nobody known", { act: send(`/people/nobody/${what}`, fields), ...nobody });
    await see("admin", address, "not an owner", { act: send(`/people/nobody/${what}`, fields), ...notAnOwner });
  }
}

async function settings(see, world) {
  await see("owner", "GET /settings", "not answered", { path: "/settings", says: "Not answered yet" });
  const typed = fill("/settings", { address: "nobody" }, "Save", { within: "#who-is-told" });
  await see("owner", "POST /settings/who-is-told", "refused", { act: typed, status: 422, says: "address" });
  const unsafe = fill("/settings", { privacy_notice: "http://example.com" }, "Save", { within: "#candidate-details" });
  await see("owner", "POST /settings/candidate-details", "refused", { act: unsafe, status: 422, says: "begins with https://" });
  await see("owner", "GET /settings/invitation", "as it is sent", { path: "/settings/invitation", says: "via HeyMilo" });
  const late = async (page) => {
    await page.goto("/settings");
    await page.locator("#who-sends [name=sender][value=we]").check();
    await page.locator("#who-sends [name=communications_off]").check();
    await fill("/settings", { sender: "heymilo" }, "Save", { within: "#who-sends" })(world.people.admin);
    await press(page.locator("#who-sends"), "Save")(page);
  };
  await see("owner", "POST /settings/who-sends", "changed meanwhile", { act: late, status: 422 });
  await see("owner", "GET /settings", "HeyMilo sends", { path: "/settings", says: "HeyMilo sends" });
}

async function refused(see) {
  await see("owner", "POST /*", "nothing here", { act: send("/nowhere"), status: 404, says: "Nothing here" });
  await see("owner", "POST /*", "forged", { act: send("/settings/heymilo", {}, { token: false }), status: 403, says: "cannot be accepted" });
  await see("viewer", "POST /*", "a viewer", { act: send("/settings/heymilo"), status: 403, says: "You can look, but not change" });
}
