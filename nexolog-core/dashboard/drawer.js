// One record in full: everything it holds, and the ways on from it.

import { copy, draw, make } from "./dom.js";
import { ago, duration, fullTime, visible } from "./format.js";
import { print } from "./json.js";
import { badge } from "./rows.js";
import { linkTo, state, termOf, update, withTerm } from "./state.js";
import { tree } from "./tree.js";

/** Keys that stand in the drawer's head or have a part of their own. */
const ELSEWHERE = new Set(["level", "message", "error", "fields"]);

/** Keys by which lines belong together: a filter on them shows a story. */
const STORIES = [
  ["request_id", "All lines of this request"],
  ["trace_id", "All lines of this trace"],
  ["user_id", "All lines of this user"],
];

/** Shows `item` in `drawer`; `actions` are `close`, `move(step)`. */
export function openDrawer(drawer, item, actions) {
  const { record, cursor } = item;
  const scroll = make("div", { class: "drawer-body" },
    make("p", { class: "full-message" }, visible(record.message ?? "")),
    stories(record),
    record.error ? errorPart(record.error) : null,
    section("Record", table(record)),
    record.fields ? section("Fields", tree(record.fields, tools)) : null,
    rawPart(record));
  drawer.replaceChildren(head(record, cursor, actions), scroll);
  drawer.hidden = false;
}

export function closeDrawer(drawer) {
  drawer.hidden = true;
  drawer.replaceChildren();
}

function head(record, cursor, actions) {
  const button = (name, title, onclick) => make("button", { type: "button", class: "quiet", title, "aria-label": title, onclick }, name);
  return make("header", { class: "drawer-head" },
    badge(record.level),
    make("div", { class: "drawer-title" }, make("strong", {}, visible(record.module ?? "")), make("span", {}, `${fullTime(record.timestamp)} · ${ago(record.timestamp)}`)),
    button("↑", "Newer record (k)", () => actions.move(-1)),
    button("↓", "Older record (j)", () => actions.move(1)),
    button("Link", "Copy a link to this record", () => copy(linkTo(cursor), "Link")),
    button("✕", "Close (Esc)", actions.close));
}

function section(title, ...content) {
  return make("section", { class: "part" }, make("h2", {}, title), ...content);
}

function stories(record) {
  const links = STORIES.filter(([key]) => record[key]).map(([key, title]) =>
    make("button", { type: "button", onclick: () => update({ q: termOf(key, record[key]), levels: [], modules: [], range: "all", from: "", to: "", live: false }) }, title));
  return links.length ? make("div", { class: "stories" }, ...links) : null;
}

/** The error and what caused it, outermost first. */
function errorPart(error) {
  const causes = (error.chain ?? []).map((cause) => make("li", {}, visible(String(cause))));
  return make("section", { class: "part error" },
    make("h2", {}, error.type ? `Error · ${error.type}` : "Error"),
    make("p", { class: "error-message" }, visible(error.message ?? "")),
    causes.length ? make("ol", { class: "chain", "aria-label": "Caused by" }, ...causes) : null,
    error.backtrace ? make("details", {}, make("summary", {}, "Backtrace"), make("pre", {}, visible(String(error.backtrace)))) : null);
}

function table(record) {
  const entries = Object.entries(record).filter(([key]) => !ELSEWHERE.has(key));
  return make("dl", { class: "pairs" }, ...entries.flatMap(([key, value]) => [
    make("dt", {}, key),
    make("dd", {}, make("span", { class: "value" }, shown(key, value)), tools(key, value)),
  ]));
}

function shown(key, value) {
  if (key === "timestamp") return fullTime(value);
  if (key === "duration_ms") return duration(value);
  return visible(typeof value === "object" ? print(value) : String(value));
}

/** The buttons behind a value: only lines with it, only lines without it, copy. */
function tools(key, value) {
  if (key === "timestamp" || value === null || typeof value === "object" || String(value).length > 1000) return null;
  const add = (sign) => () => update({ q: withTerm(state().q, sign + termOf(key, value)) });
  const button = (name, title, onclick) => make("button", { type: "button", title, "aria-label": `${title}: ${key}`, onclick }, name);
  return make("span", { class: "value-tools" },
    button("+", "Filter by this value", add("")),
    button("−", "Leave out this value", add("-")),
    button(copyIcon(), "Copy this value", () => copy(String(value), "Value")));
}

function copyIcon() {
  return draw("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, draw("rect", { x: 5.5, y: 5.5, width: 8, height: 8, rx: 1.5 }), draw("path", { d: "M10.5 3.5v-1h-8v8h1" }));
}

function rawPart(record) {
  const text = print(record, 2);
  return make("section", { class: "part" },
    make("details", {}, make("summary", {}, "JSON"), make("pre", {}, visible(text))),
    make("button", { type: "button", onclick: () => copy(text, "JSON") }, "Copy JSON"));
}
