import assert from "node:assert/strict";
import test from "node:test";
import { chromium } from "playwright-core";
import { Eye } from "./eye.js";

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
test.after(() => browser.close());

const WELL = `<!doctype html><html lang="en"><title>Agents</title><main><h1>Agents</h1></main>`;

/** What the eye finds on a page. */
async function found(html, { who = "owner", ...what } = {}) {
  const page = await browser.newPage();
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: html }));
  const eye = new Eye();
  await eye.see({ name: "test", people: { [who]: page } }, who, "GET /agents", "list", { path: "http://127.0.0.1/", otherRoles: false, ...what });
  await page.close();
  return eye.problems.join("\n");
}

test("nothing is found on a page that is well", async () => assert.equal(await found(WELL, { says: "Agents" }), ""));
test("what axe finds is told", async () => assert.match(await found(`${WELL}<input>`), /label/));
test("a page that scrolls sideways is told", async () => assert.match(await found(`${WELL}<p style="width: 400px">x</p>`), /320, light\): scrolls \d+ px sideways/));
test("words that are not there are told", async () => assert.match(await found(WELL, { says: "People" }), /does not say/));
test("another status is told", async () => assert.match(await found(WELL, { status: 404 }), /answered 200 instead of 404/));
test("a refusal whose title does not say so is told", async () => assert.match(await found(`${WELL}<p role="alert">No</p>`), /title does not say Error/));
test("a viewer's form is told", async () => {
  const form = WELL.replace("</main>", `<form method="post"><button style="padding: 1em">Go</button></form></main>`);
  assert.match(await found(form, { who: "viewer" }), /a viewer meets a form/);
});
test("what the page's own policy refuses is told", async () => {
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><img src="/x.png" alt="x">`;
  assert.match(await found(WELL.replace("<main>", `${policy}<main>`)), /Content Security Policy/);
});
