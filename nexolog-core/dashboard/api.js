// Everything that is asked of the logs API. Addresses are found from this file's own, so the page works
// wherever it is mounted.

import { parse } from "./json.js";

const BASE = new URL("../../../../api/v1/logs/", import.meta.url);

/** An answer that is a problem: `status` is 0 when the service could not be reached. */
export class ApiError extends Error {
  constructor(status, detail, problem = {}) {
    super(detail);
    this.status = status;
    this.problem = problem;
  }
}

/** Runs when an answer was 401: the session is over. */
let unauthorized = () => {};
export const onUnauthorized = (listener) => { unauthorized = listener; };

/** The whole address of an endpoint, for links. */
export function address(path, parameters) {
  const url = new URL(path, BASE);
  for (const [key, value] of Object.entries(parameters ?? {})) {
    if (value !== "" && value !== null && value !== undefined) url.searchParams.set(key, String(value));
  }
  return url;
}

/**
 * @param {string} path
 * @param {RequestInit & {parameters?: Record<string, any>, body?: any}} request
 */
async function ask(path, { parameters, ...options } = {}) {
  let response;
  try {
    response = await fetch(address(path, parameters), { credentials: "same-origin", cache: "no-store", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "The service can't be reached. It may be restarting, or you may be offline.");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && path !== "session") unauthorized();
  throw new ApiError(response.status, problem.detail ?? `The service answered ${response.status}.`, problem);
}

const json = async (path, options = {}) => parse(await (await ask(path, options)).text());

const send = (path, method, body) => json(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** Who the reader is; an `ApiError` of status 401 when nobody. */
export const whoAmI = () => json("session");

/** Exchanges a token for a session cookie. */
export const signIn = (token) => send("session", "POST", { token });

export const signOut = () => ask("session", { method: "DELETE" });

export const health = () => json("health");

export const modules = () => json("modules");

export const stats = (parameters, signal) => json("stats", { parameters, signal });

/** Values of `keys` with how often each was there. */
export const facets = (parameters, signal = null) => json("facets", { parameters, signal });

/** The keys that the matching records have. */
export const fields = (parameters) => json("fields", { parameters });

/** The records just before and after one. */
export const context = (parameters, signal) => json("context", { parameters, signal });

/** Everything of one request. */
export const request = (id, signal) => json(`requests/${encodeURIComponent(id)}`, { signal });

export const setLevel = (module, level) => send("levels", "PUT", module ? { module, level } : { level });

export const levels = () => json("levels");

/** Removes old files; with `dry_run` only says which. */
export const cleanup = (parameters) => json("cleanup", { parameters, method: "DELETE" });

export const holds = () => json("holds");

export const placeHold = (hold) => send("holds", "POST", hold);

export const releaseHold = (name) => json("holds", { parameters: { name }, method: "DELETE" });

/** A page of the audit trail, newest first. */
export const audit = (parameters, signal) => json("audit", { parameters, signal });

export const verifyAudit = () => json("audit/verify");

/** A page of records; their lines are parsed here, each with its cursor and its own text. */
export async function search(parameters, signal) {
  const answer = await json("search", { parameters, signal });
  const records = answer.logs.map((record, index) => ({ record, cursor: answer.cursors[index] }));
  return { ...answer, records };
}

/**
 * Follows the log and calls `on(event)` with `{type, id, data}` for each event, until the stream ends.
 * Read with `fetch` and not with `EventSource`, which hides why it was refused.
 */
export async function stream(parameters, signal, on) {
  const response = await ask("stream", { parameters, signal, headers: { accept: "text/event-stream" } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) on(eventOf(block));
  }
}

function eventOf(block) {
  const event = { type: "message", id: "", data: "" };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    const key = line.slice(0, colon);
    if (key === "data") event.data += value;
    else if (key === "event") event.type = value;
    else if (key === "id") event.id = value;
  }
  return event;
}
