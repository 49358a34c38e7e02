// One running product with its stand-ins, started from a setup, and the people who look at it.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE = 120_000;

/** Waits until `look` answers something; fails with what it was waiting for. */
export async function eventually(what, look, patience = PATIENCE) {
  const ends = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > ends) throw new Error(`waited ${patience / 1000} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function json(url, method = "GET", body = undefined) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

export class World {
  /** Starts the product at `port` and its stand-ins at the next three. */
  static async start(program, name, port, setup) {
    const world = new World();
    world.name = name;
    world.folder = mkdtempSync(join(tmpdir(), "browser-tests-"));
    world.url = `http://127.0.0.1:${port}`;
    world.workday = `http://127.0.0.1:${port + 1}`;
    world.heymilo = `http://127.0.0.1:${port + 2}`;
    world.issuer = `http://127.0.0.1:${port + 3}`;
    const file = join(world.folder, "setup.json");
    writeFileSync(file, JSON.stringify(setup(world)));
    const said = openSync(join(world.folder, "said"), "w");
    const options = ["--port", port, "--data", join(world.folder, "data"), "--setup", file, "--tick", "1"];
    world.process = spawn(program, options.map(String), { stdio: ["ignore", said, said] });
    await eventually("the product starts", () => {
      if (world.process.exitCode !== null) throw new Error(`the product ended: ${world.said()}`);
      return world.said().includes("Ctrl-C ends the run");
    });
    if (world.said().includes("taken")) throw new Error(`ports ${port} to ${port + 3} must be free: ${world.said()}`);
    world.people = {};
    return world;
  }

  said() {
    return readFileSync(join(this.folder, "said"), "utf8");
  }

  /** Ends what was started here, and forgets its data. */
  async end() {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    if (this.process.exitCode === null && this.process.kill("SIGTERM")) {
      const hard = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(hard);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Opens a browser window for somebody who is nobody here. */
  async meetStranger(browser) {
    this.people.stranger = await (await browser.newContext({ baseURL: this.url })).newPage();
  }

  /** Opens one for each person of the company, signed in. */
  async meet(browser, roles) {
    for (const role of roles) {
      const context = await browser.newContext({ baseURL: this.url });
      const page = await context.newPage();
      this.people[role] = page;
      await page.goto("/");
      await page.getByRole("button", { name: "Sign in with your company account" }).click();
      await page.getByRole("button", { name: `Sign in as ${role}` }).click();
      await page.waitForURL("**/integrations");
    }
  }

  state() {
    return json(`${this.url}/__local/state`);
  }

  routes() {
    return json(`${this.url}/__local/routes`);
  }

  /** Tells the Workday stand-in something: its calls are listed in `tests/stand-ins/workday/src/lib.rs`. */
  tellWorkday(what, body) {
    return json(`${this.workday}/__stand-in/${what}`, "POST", body);
  }

  /** Tells the HeyMilo stand-in something: its calls are listed in `tests/stand-ins/heymilo/src/lib.rs`. */
  tellHeyMilo(what, body, method = "POST") {
    return json(`${this.heymilo}/__stand-in/${what}`, method, body);
  }

  tellIssuer(what, body) {
    return json(`${this.issuer}/__stand-in/${what}`, "POST", body);
  }

  moveTo(stage, application) {
    return this.tellWorkday("move", { application, stage });
  }

  /** Has the candidate of an application withdraw altogether, as Workday flags it. */
  async withdraw(application) {
    const { records } = await json(`${this.workday}/__stand-in/state`);
    const { candidate } = records.applications.find(({ id }) => id === application);
    records.candidates.find(({ id }) => id === candidate).withdrawn = true;
    await this.tellWorkday("seed", { records });
  }

  /** The screening of an application once it is in this state. */
  screening(application, state) {
    return eventually(`${application} is ${state}`, async () => {
      const { orders } = await this.state();
      return orders.find((order) => order.application === application && (!state || order.state === state));
    });
  }

  /** The link that the candidate of a mail address was sent. */
  async invitation(address) {
    const mail = await eventually(`a mail to ${address}`, async () => {
      const { outbox } = await this.state();
      return outbox.findLast((sent) => sent.to.includes(address));
    });
    return new URL(mail.text.match(/https?:\/\/\S+\/i\/[\w-]+/)[0]).pathname;
  }

  /** Has a screening answered at HeyMilo. */
  answer(order, script) {
    return this.tellHeyMilo(`interviews/${order.interview}/complete`, script);
  }
}
