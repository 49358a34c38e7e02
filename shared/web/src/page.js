// Makes more of a page that says everything without it: moments in the reader's own zone, and work under way as it goes on.
"use strict";

const inReadersZone = new Intl.DateTimeFormat(document.documentElement.lang, {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZoneName: "short",
});

/** The page's words are UTC, or say how long ago; either way the title keeps UTC. */
function convert(part) {
  for (const time of part.querySelectorAll("time[datetime]")) {
    const here = inReadersZone.format(new Date(time.dateTime));
    if (time.title) {
      time.title = `${here} (${time.title})`;
    } else {
      time.title = time.textContent;
      time.textContent = here;
    }
  }
}

const BETWEEN_LOOKS = 5000;
/** For ten minutes: what takes longer is not waited for in front of a page. */
const LOOKS = 120;

/** Replaces what tells of work under way, and nothing else: a form beside it may be half filled in. */
async function follow(part, looks) {
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
  let fresh;
  try {
    const answer = await fetch(location.href);
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
  } catch {
    // The network comes back or does not; the next look tells.
    if (looks > 1) follow(part, looks - 1);
    return;
  }
  // Signed out, or an error's page.
  if (!fresh) return;
  convert(fresh);
  if (part.innerHTML !== fresh.innerHTML) part.innerHTML = fresh.innerHTML;
  if (!fresh.hasAttribute("data-under-way")) {
    const reload = document.createElement("a");
    reload.dataset.byScript = "";
    reload.href = location.href;
    reload.textContent = "Show what was found";
    part.append(" ", reload);
  } else if (looks > 1) {
    follow(part, looks - 1);
  }
}

/** What is to be copied can be marked by one click; a button does the rest where the browser lets it. */
function offerToCopy(code) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "secondary small";
  button.dataset.byScript = "";
  button.textContent = "Copy";
  const name = code.closest("dd")?.previousElementSibling?.textContent;
  if (name) button.setAttribute("aria-label", `Copy: ${name}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
    if (name) button.setAttribute("aria-label", `Copied: ${name}`);
  });
  code.after(" ", button);
}

convert(document);
if (navigator.clipboard) for (const code of document.querySelectorAll(".copied")) offerToCopy(code);
for (const part of document.querySelectorAll("[data-under-way]")) follow(part, LOOKS);
