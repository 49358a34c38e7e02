// The walks: each has a product of its own, from its own setup.
export * as newcomer from "./newcomer.js";
export * as busy from "./busy.js";
