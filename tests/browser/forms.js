// Forms as people fill them in, and as nobody should.

/** Opens a page, fills in the fields of its form by their names, and presses the button. */
export function fill(path, fields, button, { within = "main" } = {}) {
  return async (page) => {
    await page.goto(path);
    const form = page.locator(within);
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === "boolean") await form.locator(`[name="${name}"]`).setChecked(value);
      else if ((await form.locator(`[name="${name}"][type=radio]`).count()) > 0) await form.locator(`[name="${name}"][value="${value}"]`).check();
      else await form.locator(`[name="${name}"]`).fill(value);
    }
    await press(form, button)(page);
  };
}

/** Presses a button and waits for the page it leads to. */
export function press(form, button) {
  return async (page) => {
    const led = page.waitForEvent("load");
    await form.getByRole("button", { name: button, exact: true }).first().click();
    await led;
  };
}

/** Sends a form that no page offers: with the token of the person's session, or without. */
export function send(path, fields = {}, { from = "/people", token = true } = {}) {
  return async (page) => {
    await page.goto(from);
    const led = page.waitForEvent("load");
    await page.evaluate(
      ({ path, fields, token }) => {
        const form = Object.assign(document.createElement("form"), { method: "post", action: path });
        const own = token && document.querySelector("input[name=token]");
        const all = own ? { ...fields, token: own.value } : fields;
        for (const [name, value] of Object.entries(all)) {
          form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
        }
        document.body.append(form);
        form.submit();
      },
      { path, fields, token },
    );
    await led;
  };
}
