// Looks at a page: what it shows, whether it scrolls sideways, and what axe finds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [320, 1280];
/** Widths of the long run: a large phone, a tablet, and a window of 1280 at 200 %. */
const MORE_WIDTHS = [545, 640, 768];
const HEIGHT = 900;

export class Eye {
  constructor({ full = false, shots = undefined } = {}) {
    this.full = full;
    this.shots = shots;
    /** What was seen: method, path of the address, what it showed, and by whom. */
    this.seen = [];
    this.checks = 0;
    this.problems = [];
    this.walked = new Set();
  }

  /**
   * Opens a page and looks at it.
   *
   * `address` and `shows` name it as `/__local/routes` does; `path` is where it is, or `act` what a person does to get
   * there; `says` stands on it. `status` is 200 unless told. Each page is looked at in every size and both schemes the
   * first time, and in every size later.
   */
  async see(world, who, address, shows, { path, act, says, status = 200, otherRoles = true }) {
    const page = world.people[who];
    const name = `${world.name}, ${who}, ${address}: ${shows}`;
    try {
      const answer = await open(page, path, act);
      await this.check(page, name, { answer, says, status, first: !this.walked.has(address) });
      if (this.full && path) await this.seeWithoutScripts(page, name, path);
      if (who === "viewer" && status === 200) await this.expect(noForms(page), `${name}: a viewer meets a form`);
    } catch (error) {
      this.problems.push(`${name}: ${error.message}`);
    }
    this.walked.add(address);
    this.seen.push({ address, shows, who });
    if (path && otherRoles && who === "owner") await this.seeAsOthers(world, address, shows, path, status);
  }

  /** The same page as everybody else sees it: a change of role must not show what nobody has looked at. */
  async seeAsOthers(world, address, shows, path, status) {
    for (const who of Object.keys(world.people).filter((other) => other !== "owner")) {
      const name = `${world.name}, ${who}, ${address}: ${shows}`;
      const page = world.people[who];
      try {
        const answer = await open(page, path);
        const allowed = { stranger: [401], viewer: [status, 403] }[who] ?? [status];
        await this.expect(allowed.includes(answer.status()), `${name}: answered ${answer.status()}`);
        if (who === "viewer") await this.expect(noForms(page), `${name}: a viewer meets a form`);
        if (who !== "stranger" || !this.walked.has(`stranger ${address}`)) {
          await this.check(page, name, { widths: this.full ? undefined : [320] });
        }
      } catch (error) {
        this.problems.push(`${name}: ${error.message}`);
      }
      this.walked.add(`${who} ${address}`);
      this.seen.push({ address, shows, who });
    }
  }

  /** Scripts may help; whatever can be read or done must be there without them. */
  async seeWithoutScripts(page, name, path) {
    const context = await page.context().browser().newContext({
      baseURL: new URL(page.url()).origin,
      storageState: await page.context().storageState(),
      javaScriptEnabled: false,
    });
    const bare = await context.newPage();
    await bare.goto(path);
    const [withScripts, without] = await Promise.all([page, bare].map(offered));
    const missing = withScripts.filter((part) => !without.includes(part));
    await this.expect(missing.length === 0, `${name}: without scripts there is no ${missing.join(", no ")}`);
    await context.close();
  }

  async expect(condition, otherwise) {
    if (!(await condition)) this.problems.push(otherwise);
  }

  async check(page, name, { answer, says, status, first = false, widths = WIDTHS }) {
    if (answer && status) await this.expect(answer.status() === status, `${name}: answered ${answer.status()} instead of ${status}`);
    if (says) await this.expect(page.locator("body").innerText().then((text) => text.includes(says)), `${name}: does not say “${says}”`);
    const refused = (await page.locator("[role=alert]").count()) > 0;
    if (refused) await this.expect(page.title().then((title) => title.startsWith("Error: ")), `${name}: the title does not say Error`);
    await page.evaluate(AXE);
    for (const scheme of first || this.full ? ["light", "dark"] : ["light"]) {
      await page.emulateMedia({ colorScheme: scheme });
      for (const width of this.full ? [...widths, ...MORE_WIDTHS] : widths) {
        await page.setViewportSize({ width, height: HEIGHT });
        await this.look(page, `${name} (${width}, ${scheme})`);
        if (this.shots) await page.screenshot({ path: `${this.shots}/${fileName(name)}-${width}-${scheme}.png`, fullPage: true });
      }
    }
  }

  async look(page, name) {
    const found = await page.evaluate(async (rules) => {
      const { scrollWidth, clientWidth } = document.scrollingElement;
      const options = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] };
      const { violations } = await window.axe.run(document, options);
      const told = violations.map(({ id, help, nodes }) => `${id}, ${help}: ${nodes.map((node) => node.html.slice(0, 200)).slice(0, 3).join(" | ")}`);
      return { wider: scrollWidth - clientWidth, told };
    }, RULES);
    this.checks += 1;
    if (found.wider > 0) this.problems.push(`${name}: scrolls ${found.wider} px sideways`);
    for (const violation of found.told) this.problems.push(`${name}: ${violation}`);
  }
}

async function open(page, path, act) {
  // What the page loads must be allowed by its own policy.
  const refused = [];
  const listen = (message) => message.type() === "error" && /Content Security Policy/.test(message.text()) && refused.push(message.text());
  page.on("console", listen);
  try {
    const answer = path ? await page.goto(path) : await acted(page, act);
    if (refused.length) throw new Error(refused.join("; "));
    return answer;
  } finally {
    page.off("console", listen);
  }
}

/** What the last page that an act leads to was answered with. */
async function acted(page, act) {
  let last;
  const listen = (answer) => {
    if (answer.request().isNavigationRequest() && answer.frame() === page.mainFrame()) last = answer;
  };
  page.on("response", listen);
  try {
    await act(page);
    await page.waitForLoadState();
  } finally {
    page.off("response", listen);
  }
  return last;
}

/** What a page says in its headings, and what can be done on it. */
async function offered(page) {
  const parts = page.locator("h1, h2, h3, a:not([data-by-script]), button:not([data-by-script]), input:not([type=hidden]), select, textarea");
  return parts.evaluateAll((all) => all.map((part) => `${part.tagName} ${part.name ?? ""} ${part.textContent.trim()}`));
}

async function noForms(page) {
  return (await page.locator("main form[method=post]").count()) === 0;
}

function fileName(name) {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 120);
}
