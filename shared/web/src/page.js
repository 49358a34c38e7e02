// Makes more of a page that says everything without it: moments in the reader's own zone.
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

convert(document);
