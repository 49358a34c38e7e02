// A workspace at work: screenings in every state, 1,200 requisitions, and a connection that goes through everything.
import { fill, press } from "../forms.js";
import { eventually } from "../world.js";

const POSTING = "13D77095";
const CONNECTION = "acme-preview";
/** Applications for R00001 in the stand-in's seed. */
const application = (number) => `JOB_APPLICATION-3-${number}`;
const [DANA, ALEX, PRIYA, NOBODY_TO_WRITE_TO, ZOE, SAM, BEFORE_LINK] = [1, 2, 3, 4, 5, 6, 7].map(application);
/** For R00011; the name is written from right to left. */
const MOHAMMED = application(25);

export const setup = ({ workday }) => ({
  workspace: {
    id: "acme",
    heymilo_api_key: "heymilo-local-key",
    who_sends: "we",
    confirmed_by: "admin@example.com",
    candidate_details: {
      employer_name: "Acme & Söhne",
      colour: "#7a1f4b",
      contact_name: "Acme Recruiting",
      contact_address: "recruiting@example.com",
      privacy_notice: "https://example.com/privacy",
    },
  },
  connections: [
    {
      id: CONNECTION,
      services_url: workday,
      sign_in_url: workday,
      tenant: "acme_preview",
      poll_seconds: 2,
      allowed_recipients: ["@example.com"],
      credential: {
        kind: "refresh_token",
        client_id: "heymilo-demo-client",
        client_secret: "demo-client-secret",
        refresh_token: "demo-refresh-token",
      },
    },
  ],
  mappings: [
    { connection: CONNECTION, requisition: "R00001", posting: POSTING },
    { connection: CONNECTION, requisition: "R00011", posting: POSTING, next_step: "JOB_APPLICATION_INTERVIEW" },
  ],
});

export async function walk(world, eye) {
  const see = (who, address, shows, what) => eye.see(world, who, address, shows, what);
  await world.tellHeyMilo("settings", { communications_off: true });
  await world.screening(BEFORE_LINK, "skipped");
  await screenings(see, world, eye);
  await activity(see);
  await why(see);
  await setUp(see, world);
  await picking(see, world);
  await health(see, world);
}

async function screenings(see, world, eye) {
  const one = "GET /activity/{order}";
  const order = (found) => `/activity/${found.order}`;
  const link = "ANY /i/{proxy+}";
  await see("stranger", "GET /__local/outbox", "empty", { path: "/__local/outbox", says: "No mail was sent yet" });

  await see("owner", one, "skipped", { path: order(await world.screening(BEFORE_LINK)), says: "Not started" });
  for (const moved of [DANA, ALEX, PRIYA, NOBODY_TO_WRITE_TO, ZOE, SAM, MOHAMMED]) await world.moveTo("ASSESSMENT", moved);
  const refused = await world.screening(NOBODY_TO_WRITE_TO, "refused");
  await see("owner", one, "refused", { path: order(refused), says: "Not invited" });

  const dana = await world.screening(DANA, "invited");
  await see("owner", one, "invited", { path: order(dana), says: "Invited" });
  const invitation = await world.invitation("dana.example@example.com");
  await see("stranger", link, "start", { path: invitation, says: "Start the screening" });
  await see("stranger", link, "start in another language", { path: `${invitation}?language=de`, says: "Interview beginnen" });
  await see("stranger", link, "unknown link", { path: "/i/old", status: 404 });
  await see("stranger", "GET /__local/outbox", "mails", { path: "/__local/outbox", says: "dana.example@example.com" });

  const alex = await world.screening(ALEX, "invited");
  await world.answer(alex, { outcome: "started" });
  await see("owner", one, "in progress", { path: order(await world.screening(ALEX, "in_progress")), says: "In progress" });
  await see("stranger", link, "continue", { path: await world.invitation("alex.muster@example.com"), says: "Continue the screening" });

  await reports(see, world, eye, one, link, order);

  await world.withdraw(DANA);
  await world.moveTo("JOB_APPLICATION_WITHDRAWN", DANA);
  const withdrawn = await world.screening(DANA, "withdrawn");
  await see("owner", one, "withdrawn", { path: order(withdrawn), says: "Withdrawn" });
  await see("stranger", link, "closed", { path: invitation, status: 410 });

  await world.screening(PRIYA, "invited");
  await world.moveTo("REVIEW", PRIYA);
  await see("owner", one, "expired", { path: order(await world.screening(PRIYA, "expired")), says: "Expired" });

  await world.tellHeyMilo("faults", { kind: "http503", times: 1000 });
  const [late] = (await world.tellWorkday("seed", { requisition: "R00001", candidates: 1, stage: "ASSESSMENT" })).applications;
  await see("owner", one, "waiting", { path: order(await world.screening(late, "waiting")), says: "Waiting" });
  await world.tellHeyMilo("faults", undefined, "DELETE");
}

/** A script turns UTC into the zone of who reads, and keeps it as the title. */
async function inReadersZone(world, eye, path) {
  const { owner } = world.people;
  const storageState = await owner.context().storageState();
  const context = await owner.context().browser().newContext({ baseURL: world.url, storageState, timezoneId: "Asia/Tokyo" });
  const page = await context.newPage();
  await page.goto(path);
  const time = page.locator("th time").first();
  const [words, title] = [await time.innerText(), await time.getAttribute("title")];
  await eye.expect(/ GMT\+9$/.test(words) && / UTC$/.test(title), `${path}: a reader in Tokyo is told “${words}”, of “${title}”`);
  await context.close();
}

async function reports(see, world, eye, one, link, order) {
  const report = "ANY /r/{proxy+}";
  const linkOf = async (page, path) => {
    await page.goto(path);
    return page.getByRole("link", { name: /View report/ }).getAttribute("href");
  };
  const answered = [
    [ZOE, "report", { quality: "strong" }],
    [SAM, "knocked out", { outcome: "knocked_out" }],
    [MOHAMMED, "right to left", { answers: ["Yes", "Day", ...Array(3).fill("عملت في مستودع لمدة ثلاث سنوات وأحب العمل مع فريق. ".repeat(20))] }],
  ];
  for (const [who, shows, script] of answered) {
    await world.answer(await world.screening(who, "invited"), script);
    const completed = await world.screening(who, "completed");
    await see("stranger", report, shows, { path: await linkOf(world.people.owner, order(completed)), says: "Score breakdown" });
  }
  await see("stranger", report, "no report", { path: "/r/old", status: 404, says: "There is no report here" });
  await see("owner", one, "completed", { path: order(await world.screening(ZOE)), says: "Completed" });
  await inReadersZone(world, eye, order(await world.screening(ZOE)));
  await see("stranger", link, "completed", { path: await world.invitation("zoe.angstrom@example.com") });

  // Out of the stage and in again: nobody is screened twice unasked.
  await world.moveTo("REVIEW", ZOE);
  await eventually("the product sees that Zoë left the stage", async () => {
    const { applications } = await world.state();
    return applications.some((seen) => seen.application === ZOE && !seen.in_stage);
  });
  await world.moveTo("ASSESSMENT", ZOE);
  await see("owner", one, "needs review", { path: order(await world.screening(ZOE, "needs_review")), says: "Needs review" });
}

async function activity(see) {
  const address = "GET /activity";
  await see("owner", address, "full", { path: "/activity", says: "Completed" });
  await see("owner", address, "attention", { path: "/activity?show=attention", says: "Needs review" });
  await see("owner", address, "held", { path: "/activity?show=held", says: "Not invited" });
  await see("owner", address, "open", { path: "/activity?show=open", says: "Activity" });
  await see("owner", address, "skipped", { path: "/activity?show=skipped", says: "Not started" });
}

async function why(see) {
  const address = "GET /why";
  await see("owner", address, "form", { path: "/why", says: "Find out" });
  await see("owner", address, "explained", { path: `/why?number=${NOBODY_TO_WRITE_TO}`, says: "has no email address" });
  await see("owner", address, "nothing known", { path: "/why?number=C99999", says: "shows no candidate" });
}

async function setUp(see, world) {
  const address = "GET /integrations/workday/{id}/setup";
  const path = `/integrations/workday/${CONNECTION}/setup`;
  await see("owner", address, "tried out", { path, says: "Tried out" });
  const button = "Name the test candidate";
  const unknown = fill(path, { number: "C99999", confirmed: true }, button);
  await see("owner", "POST /integrations/workday/{id}/setup/test-candidate", "refused", { act: unknown, status: 422, says: "no application of this number" });
  await fill(path, { number: ZOE, confirmed: true }, button)(world.people.owner);
  await see("owner", address, "test candidate", { path, says: "Open the screening" });
}

async function picking(see, world) {
  const address = "GET /agents/{posting}";
  const path = `/agents/${POSTING}`;
  await see("owner", "GET /settings", "this integration sends", { path: "/settings", says: "This integration sends" });
  await see("owner", address, "linked", { path, says: "Inviting" });
  const { postings } = await (await fetch(`${world.heymilo}/__stand-in/state`)).json();
  const closed = postings.find((posting) => posting.title === "Summer Internship Screen").id;
  await see("owner", address, "closed agent", { path: `/agents/${closed}` });

  await world.tellWorkday("seed", { requisitions: 1200 });
  await fill(path, {}, "Refresh")(world.people.owner);
  await eventually("the list of 1,200 requisitions", async () => {
    await world.people.owner.goto(path);
    return (await world.people.owner.locator("main").innerText()).includes("of 1,2");
  });
  await see("owner", address, "many requisitions", { path: `${path}?page=7`, says: "of 1,2" });
  await see("owner", address, "no requisition matches", { path: `${path}?q=nowhere`, says: "No job requisition matches." });

  // The owner's page is older than the link that the admin makes.
  const other = postings.find((posting) => posting.title === "Registered Nurse Screen").id;
  const late = async (page) => {
    await page.goto(`${path}?q=R00002`);
    await fill(`/agents/${other}?q=R00002`, { requisition: "R00002" }, "Save")(world.people.admin);
    await page.locator("[type=radio][name=requisition]").first().check();
    await press(page.locator("main"), "Save")(page);
  };
  await see("owner", "POST /agents/{posting}/link", "linked meanwhile", { act: late, status: 422 });

  await world.tellHeyMilo("faults", { kind: "http503", times: 1000 });
  await see("owner", address, "HeyMilo does not answer", { path, says: "HeyMilo" });
  await world.tellHeyMilo("faults", undefined, "DELETE");
}

async function health(see, world) {
  const address = "GET /integrations/workday/{id}";
  const path = `/integrations/workday/${CONNECTION}`;
  const told = (what, says) => eventually(what, async () => {
    await world.people.owner.goto(path);
    return (await world.people.owner.locator("main").innerText()).includes(says);
  });
  await world.tellWorkday("faults", [{ operation: "Get_Candidates", kind: "not_authorized", times: 1000 }]);
  await told("a missing permission", "A permission is missing");
  await see("owner", address, "permission missing", { path, says: "A permission is missing" });
  await see("owner", `${address}/setup`, "permission missing", { path: `${path}/setup`, says: "Missing" });

  await world.tellWorkday("faults", [{ operation: "*", kind: "auth_fault", times: 1000 }]);
  await told("a refused access", "Degraded");
  await see("owner", address, "degraded", { path, says: "Degraded" });
  await world.tellWorkday("faults", []);

  await world.tellWorkday("seed", { seed: "empty" });
  await eventually("a lost requisition", async () => {
    await world.people.owner.goto(`/agents/${POSTING}`);
    return (await world.people.owner.locator("main").innerText()).includes("Unknown to Workday");
  });
  await see("owner", "GET /agents/{posting}", "unknown to Workday", { path: `/agents/${POSTING}`, says: "Unknown to Workday" });

  await world.tellWorkday("revoke", {});
  await told("a revoked token", "Workday no longer accepts");
  await see("owner", address, "connect again", { path, says: "Workday no longer accepts" });
  const unanswered = { path: `/why?number=${ZOE}`, says: "is not active", status: 422 };
  await see("owner", "GET /why", "Workday does not answer", unanswered);
  await see("owner", "GET /integrations", "connect again", { path: "/integrations", says: "Connect again" });
}
