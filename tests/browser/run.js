// Walks every page of the running product in a browser: see README.md.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { gaps } from "./coverage.js";
import { Eye } from "./eye.js";
import { World } from "./world.js";
import * as walks from "./walks/index.js";

const { values: options } = parseArgs({
  options: {
    program: { type: "string", default: new URL("../../target/debug/local", import.meta.url).pathname },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    port: { type: "string", default: "8570" },
    walk: { type: "string" },
    full: { type: "boolean", default: false },
    shots: { type: "string" },
  },
});
const read = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url)));
const committed = read("count.json");
const began = Date.now();
const eye = new Eye(options);
if (options.shots) mkdirSync(options.shots, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), "browser-profile-"));
const worlds = [];
let browser, routes;

const limit = setTimeout(() => {
  console.error("the walks take longer than a quarter of an hour");
  for (const world of worlds) world.process.kill("SIGKILL");
  process.exit(1);
}, 900_000);

try {
  browser = await chromium.launch({
    executablePath: options.chromium,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    env: { ...process.env, HOME: profile },
  });
  let port = Number(options.port);
  const chosen = Object.entries(walks).filter(([name]) => !options.walk || name === options.walk);
  await Promise.all(
    chosen.map(async ([name, { setup, early, walk }]) => {
      const at = port;
      port += 4;
      const world = await World.start(options.program, name, at, setup);
      worlds.push(world);
      routes = await world.routes();
      await world.meetStranger(browser);
      await early?.(world, eye);
      await world.meet(browser, routes.roles);
      await walk(world, eye);
    }),
  );
} catch (error) {
  eye.problems.push(`the walk ended: ${error.stack}`);
} finally {
  await browser?.close();
  for (const world of worlds) await world.end();
  rmSync(profile, { recursive: true, force: true });
  clearTimeout(limit);
}

const states = new Set(eye.seen.map(({ address, shows, who }) => `${who} ${address}: ${shows}`)).size;
const unreached = read("unreached.json");
if (!options.walk && routes) {
  eye.problems.push(...gaps(routes, eye.seen, unreached));
  if (states < committed.states) eye.problems.push(`${states} states were looked at, ${committed.states} are committed in count.json`);
}
for (const problem of eye.problems) console.log(`FAILED ${problem}`);
for (const [state, reason] of Object.entries(unreached)) console.log(`not reached: ${state} (${reason})`);
const seconds = Math.round((Date.now() - began) / 1000);
console.log(`${states} states looked at (${committed.states} committed), ${eye.checks} checks by axe, ${eye.problems.length} problems, ${seconds} s`);
process.exit(eye.problems.length ? 1 : 0);
