// What the reader looks at. It lives in the address, after the `#`: reload, back and sharing work, and
// what was searched for never reaches a server's or a proxy's log of addresses.

export const LEVELS = ["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG", "TRACE"];

export const RANGES = [
  ["15m", "Last 15 minutes"],
  ["1h", "Last hour"],
  ["6h", "Last 6 hours"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
  ["all", "All time"],
];

const DEFAULT_RANGE = "24h";
const EMPTY = { q: "", levels: [], modules: [], range: DEFAULT_RANGE, from: "", to: "", live: false, at: "" };

let current = read();
const listeners = new Set();

/** The state; change it with `update` only. */
export const state = () => current;

/** Calls `listener(state, before)` after every change. */
export function onChange(listener) {
  listeners.add(listener);
}

/**
 * Changes part of the state. A change of what is searched for is a step that "back" undoes; opening a
 * record or following is not.
 */
export function update(change) {
  const next = { ...current, ...change };
  if (text(next) === text(current)) return;
  const isStep = question(next) !== question(current);
  const method = isStep ? "pushState" : "replaceState";
  try {
    history[method](null, "", `#${text(next)}`);
  } catch {
    // Browsers refuse too many changes in a short time; the next one brings the address up to date.
  }
  set(next);
}

/** Whether two states ask for the same records. */
export const sameQuestion = (one, other) => question(one) === question(other);

/** Whether anything narrows the search. */
export const isNarrowed = (s) => question(s) !== question({ ...EMPTY, live: s.live });

/** Back to seeing everything. */
export const cleared = () => ({ q: "", levels: [], modules: [], range: DEFAULT_RANGE, from: "", to: "" });

/** The parameters that ask the API for this state's records. */
export function parameters(s) {
  const isCustom = s.range === "custom";
  return {
    q: s.q,
    level: s.levels.join(",").toLowerCase(),
    module: s.modules.join(","),
    from: isCustom ? s.from : s.range === "all" ? "" : `-${s.range}`,
    to: isCustom ? s.to : "",
  };
}

/** The address that leads to this state with this record open. */
export function linkTo(cursor) {
  const url = new URL(location.href);
  url.hash = text({ ...current, live: false, at: cursor });
  return url.href;
}

/** `q` with one more condition, unless it has it already. */
export function withTerm(q, term) {
  const parts = q.trim();
  return ` ${parts} `.includes(` ${term} `) ? parts : `${parts} ${term}`.trim();
}

/** `key:value` in the filter language. */
export function termOf(key, value) {
  const plain = String(value);
  const isBare = /^[\w.@/-]+$/.test(plain) && !plain.includes("..") && !plain.startsWith("-");
  return `${key}:${isBare ? plain : `"${plain.replace(/["\\]/g, "\\$&")}"`}`;
}

function set(next) {
  const before = current;
  current = next;
  for (const listener of listeners) listener(current, before);
}

function question(s) {
  return JSON.stringify([s.q, s.levels, s.modules, s.range, s.range === "custom" ? [s.from, s.to] : []]);
}

function text(s) {
  const pairs = new URLSearchParams();
  if (s.q) pairs.set("q", s.q);
  if (s.levels.length) pairs.set("level", s.levels.join(",").toLowerCase());
  if (s.modules.length) pairs.set("module", s.modules.join(","));
  if (s.range !== DEFAULT_RANGE) pairs.set("range", s.range);
  if (s.range === "custom") {
    pairs.set("from", s.from);
    pairs.set("to", s.to);
  }
  if (s.live) pairs.set("live", "1");
  if (s.at) pairs.set("at", s.at);
  return pairs.toString();
}

function read() {
  const pairs = new URLSearchParams(location.hash.slice(1));
  const list = (key) => (pairs.get(key) ?? "").split(",").filter(Boolean);
  const range = pairs.get("range") ?? DEFAULT_RANGE;
  const known = range === "custom" || RANGES.some(([name]) => name === range);
  return {
    q: pairs.get("q") ?? "",
    levels: list("level").map((level) => level.toUpperCase()).filter((level) => LEVELS.includes(level)),
    modules: list("module"),
    range: known ? range : DEFAULT_RANGE,
    from: pairs.get("from") ?? "",
    to: pairs.get("to") ?? "",
    live: pairs.get("live") === "1",
    at: pairs.get("at") ?? "",
  };
}

window.addEventListener("popstate", () => set(read()));
