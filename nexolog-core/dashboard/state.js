// What the reader looks at. It lives in the address, after the `#`: reload, back and sharing work, and
// what was searched for never reaches a server's or a proxy's log of addresses.

export const LEVELS = ["CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG", "TRACE"];

export const VIEWS = ["explore", "request", "overview", "audit", "settings"];

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

/**
 * `off`: terms that are switched off and kept. `range`: a length of time back from now, `all`, or `custom` with
 * `from` and `to`. `at`: the record that is open. `around`: the record whose neighbours are listed instead of a
 * search. `id`: the request of the request view. `cols`: keys shown as columns. `flat`: repeats are not grouped.
 * @typedef {{view: string, q: string, off: string[], range: string, from: string, to: string, live: boolean,
 *   at: string, around: string, id: string, cols: string[], flat: boolean}} State
 */

/** @type {State} */
const EMPTY = { view: "explore", q: "", off: [], range: DEFAULT_RANGE, from: "", to: "", live: false, at: "", around: "", id: "", cols: [], flat: false };

let current = read();
/** @type {Set<(state: State, before: State) => void>} */
const listeners = new Set();

/** The state; change it with `update` only. */
export const state = () => current;

/**
 * Calls `listener` after every change.
 * @param {(state: State, before: State) => void} listener
 */
export function onChange(listener) {
  listeners.add(listener);
}

/**
 * Changes part of the state. A change of what is searched for is a step that "back" undoes; opening a
 * record or following is not, nor is the next letter of a word (`isTyping`).
 * @param {Partial<State>} change
 */
export function update(change, { isTyping = false } = {}) {
  const next = { ...current, ...change };
  if (text(next) === text(current)) return;
  const method = question(next) !== question(current) && !isTyping ? "pushState" : "replaceState";
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
export const isNarrowed = (s) => s.q !== "" || s.off.length > 0 || s.range !== DEFAULT_RANGE || s.around !== "";

/** Back to seeing everything. */
export const cleared = () => ({ q: "", off: [], range: DEFAULT_RANGE, from: "", to: "", around: "" });

/** The list of everything that `q` finds, whenever it was. */
export const allOf = (q) => ({ ...EMPTY, q, range: "all", cols: current.cols });

/** The parameters that ask the API for this state's records. */
export function parameters(s) {
  const isCustom = s.range === "custom";
  return { q: s.q, from: isCustom ? s.from : s.range === "all" ? "" : `-${s.range}`, to: isCustom ? s.to : "" };
}

/**
 * The address that leads to a changed state, for links within the page.
 * @param {Partial<State>} change
 */
export const hrefTo = (change) => `#${text({ ...current, ...change })}`;

/** The whole address that leads to this state with this record open. */
export function linkTo(cursor) {
  const url = new URL(location.href);
  url.hash = text({ ...current, live: false, at: cursor });
  return url.href;
}

function set(next) {
  const before = current;
  current = next;
  for (const listener of listeners) listener(current, before);
}

function question(s) {
  return JSON.stringify([s.view, s.q, s.range, s.range === "custom" ? [s.from, s.to] : [], s.around, s.id]);
}

function text(s) {
  const pairs = new URLSearchParams();
  if (s.view !== EMPTY.view) pairs.set("view", s.view);
  if (s.id) pairs.set("id", s.id);
  if (s.q) pairs.set("q", s.q);
  for (const term of s.off) pairs.append("off", term);
  if (s.range !== DEFAULT_RANGE) pairs.set("range", s.range);
  if (s.range === "custom") {
    pairs.set("from", s.from);
    pairs.set("to", s.to);
  }
  if (s.around) pairs.set("around", s.around);
  if (s.cols.length) pairs.set("cols", s.cols.join(","));
  if (s.flat) pairs.set("flat", "1");
  if (s.live) pairs.set("live", "1");
  if (s.at) pairs.set("at", s.at);
  return pairs.toString();
}

/** @returns {State} */
function read() {
  const pairs = new URLSearchParams(location.hash.slice(1));
  const one = (key) => pairs.get(key) ?? "";
  const range = pairs.get("range") ?? DEFAULT_RANGE;
  return {
    view: VIEWS.includes(one("view")) ? one("view") : EMPTY.view,
    q: one("q"),
    off: pairs.getAll("off").filter(Boolean),
    range: /^(\d+[smhdw]|all|custom)$/.test(range) ? range : DEFAULT_RANGE,
    from: one("from"),
    to: one("to"),
    live: one("live") === "1",
    at: one("at"),
    around: one("around"),
    id: one("id"),
    cols: one("cols").split(",").filter(Boolean),
    flat: one("flat") === "1",
  };
}

window.addEventListener("popstate", () => set(read()));
