// Compares what was seen with what the code says can be shown.

/**
 * What is wrong with what was seen, in sentences.
 *
 * `routes` is what `/__local/routes` answers, `unreached` names states that no walk brings about yet, as `address: shows`,
 * each with the reason.
 */
export function gaps({ addresses, roles }, seen, unreached) {
  const told = [];
  const wanted = new Set(addresses.flatMap(({ method, path, shows }) => shows.map((state) => `${method} ${path}: ${state}`)));
  const found = new Set(seen.map(({ address, shows }) => `${address}: ${shows}`));
  for (const state of wanted) {
    if (!found.has(state) && !(state in unreached)) told.push(`nobody looked at ${state}`);
  }
  for (const state of Object.keys(unreached)) {
    if (!wanted.has(state)) told.push(`unreached.json names what the code does not: ${state}`);
    if (found.has(state)) told.push(`unreached.json names what was looked at: ${state}`);
  }
  for (const state of found) {
    const isBeside = state.startsWith("beside ");
    if (!wanted.has(state) && !isBeside) told.push(`a walk looked at what the code does not list: ${state}`);
  }
  // A page of the console is looked at by everybody.
  const pages = addresses.filter(({ method, path, shows }) => method === "GET" && shows.length && !/^\/(__local|sign-in|invitation|connect)\b/.test(path));
  for (const { method, path } of pages.filter(({ path }) => path !== "/*")) {
    for (const role of [...roles, "stranger"]) {
      const looked = seen.some(({ address, who }) => address === `${method} ${path}` && who === role);
      const anyState = [...found].some((state) => state.startsWith(`${method} ${path}: `));
      if (anyState && !looked) told.push(`no ${role} looked at ${method} ${path}`);
    }
  }
  return told;
}
