import assert from "node:assert/strict";
import test from "node:test";
import { gaps } from "./coverage.js";

const routes = {
  roles: ["owner", "viewer"],
  addresses: [
    { method: "GET", path: "/agents", shows: ["none", "several"] },
    { method: "POST", path: "/agents/{id}/link", shows: [] },
  ],
};
const looked = (shows, whos = ["owner", "viewer", "stranger"]) => whos.map((who) => ({ address: "GET /agents", shows, who }));

test("everything that is listed and looked at is well", () => {
  assert.deepEqual(gaps(routes, [...looked("none"), ...looked("several", ["owner"])], {}), []);
});

test("a state that nobody looked at is told, unless it is said why", () => {
  assert.deepEqual(gaps(routes, looked("none"), {}), ["nobody looked at GET /agents: several"]);
  assert.deepEqual(gaps(routes, looked("none"), { "GET /agents: several": "why" }), []);
});

test("a reason for what was looked at, or is not listed, is told", () => {
  const seen = [...looked("none"), ...looked("several")];
  assert.equal(gaps(routes, seen, { "GET /agents: several": "why" }).length, 1);
  assert.equal(gaps(routes, seen, { "GET /gone: none": "why" }).length, 1);
});

test("what the code does not list is told, but for pages beside the product", () => {
  const seen = [...looked("none"), ...looked("several")];
  assert.equal(gaps(routes, [...seen, { address: "GET /old", shows: "none", who: "owner" }], {}).length, 1);
  assert.equal(gaps(routes, [...seen, { address: "beside the product", shows: "issuer", who: "owner" }], {}).length, 0);
});

test("a page that a role has not seen is told", () => {
  const seen = [...looked("none", ["owner", "stranger"]), ...looked("several", ["owner"])];
  assert.deepEqual(gaps(routes, seen, {}), ["no viewer looked at GET /agents"]);
});
