// One record in full: everything it holds, and the ways on from it.

import { button, copy, draw, make } from "./dom.js";
import { ago, duration, fullTime, visible, whole } from "./format.js";
import { print } from "./json.js";
import { termOf, withTerm } from "./query.js";
import { asText } from "./record.js";
import { badge } from "./rows.js";
import { allOf, hrefTo, linkTo, state, update } from "./state.js";
import { tree } from "./tree.js";

/** Keys that stand in the drawer's head or have a part of their own. */
const ELSEWHERE = new Set(["level", "message", "error", "fields"]);

/** More of one text than this is shown on demand: a single line can be a megabyte. */
const LONG = 10000;

/**
 * The ways on from a record: a key, what that is called, and where it leads.
 * @type {[string, string, (id: string) => Partial<import("./state.js").State>][]}
 */
const STORIES = [
  ["request_id", "Request", (id) => ({ view: "request", id, at: "", live: false })],
  ["trace_id", "Trace", (id) => allOf(termOf("trace_id", id))],
  ["user_id", "User", (id) => allOf(termOf("user_id", id))],
];

/** Shows `item` in `drawer`; `actions` are `close`, `move(step)`. */
export function openDrawer(drawer, item, actions) {
  const { record, cursor } = item;
  const scroll = make("div", { class: "drawer-body", tabindex: 0, role: "region", "aria-label": "The record" },
    make("div", { class: "full-message" }, ...long(record.message ?? "")),
    ways(record, cursor),
    record.error ? errorPart(record.error) : null,
    section("Record", pairs(record)),
    record.fields ? section("Fields", tree(record.fields, tools)) : null,
    jsonPart(record));
  drawer.replaceChildren(head(record, actions), scroll);
  drawer.hidden = false;
}

export function closeDrawer(drawer) {
  drawer.hidden = true;
  drawer.replaceChildren();
}

function head(record, actions) {
  const small = (name, title, onclick) => button(name, onclick, { class: "quiet", title, "aria-label": title });
  return make("header", { class: "drawer-head" },
    badge(record.level),
    make("div", { class: "drawer-title" }, make("strong", {}, visible(record.module ?? "")), make("span", {}, `${fullTime(record.timestamp)} · ${ago(record.timestamp)}`)),
    small("↑", "Newer record (k)", () => actions.move(-1)),
    small("↓", "Older record (j)", () => actions.move(1)),
    small("✕", "Close (Esc)", actions.close));
}

function section(title, ...content) {
  return make("section", { class: "part" }, make("h2", {}, title), ...content);
}

/** Where one can go from here, and what can be taken along. */
function ways(record, cursor) {
  const links = STORIES.filter(([key]) => record[key]).map(([key, title, to]) => make("a", { class: "button", href: hrefTo(to(record[key])) }, title));
  return make("div", { class: "ways" },
    ...links,
    make("a", { class: "button", href: hrefTo({ around: cursor, at: cursor, live: false }), title: "The lines just before and after (c)" }, "Lines around"),
    make("span", { class: "copies" }, "Copy ",
      button("text", () => copy(asText(record), "Text"), { class: "link" }),
      button("JSON", () => copy(print(record, 2), "JSON"), { class: "link" }),
      button("link", () => copy(linkTo(cursor), "Link"), { class: "link" })));
}

/** A text that may be very long, as nodes. */
function long(text) {
  const plain = String(text);
  if (plain.length <= LONG) return [visible(plain)];
  const rest = button(`Show all ${whole(plain.length)} characters`, () => rest.replaceWith(visible(plain.slice(LONG))), { class: "link" });
  return [visible(plain.slice(0, LONG)), rest];
}

/** The error and what caused it, outermost first. */
function errorPart(error) {
  const causes = (error.chain ?? []).map((cause) => make("li", {}, make("span", {}, ...long(cause))));
  return make("section", { class: "part error" },
    make("h2", {}, error.type ? `Error · ${visible(error.type)}` : "Error"),
    make("div", { class: "error-message" }, ...long(error.message ?? "")),
    causes.length ? make("ol", { class: "chain", "aria-label": "Caused by" }, ...causes) : null,
    error.backtrace ? make("details", {}, make("summary", {}, "Backtrace"), make("pre", { tabindex: 0 }, ...long(error.backtrace))) : null);
}

function pairs(record) {
  const entries = Object.entries(record).filter(([key]) => !ELSEWHERE.has(key));
  return make("dl", { class: "pairs" }, ...entries.flatMap(([key, value]) => [
    make("dt", {}, key),
    make("dd", {}, make("span", { class: "value" }, ...shown(key, value)), tools(key, value)),
  ]));
}

function shown(key, value) {
  if (key === "timestamp") return [fullTime(value)];
  if (key === "duration_ms") return [duration(value)];
  return long(typeof value === "object" ? print(value) : value);
}

/** The buttons behind a value: only lines with it, only lines without it, as a column, copy. */
function tools(key, value) {
  if (key === "timestamp" || value === null || typeof value === "object" || String(value).length > 1000) return null;
  const add = (sign) => () => update({ q: withTerm(state().q, sign + termOf(key, value)), around: "" });
  const small = (name, title, onclick) => button(name, onclick, { title, "aria-label": `${title}: ${key}` });
  return make("span", { class: "value-tools" },
    small("+", "Filter by this value", add("")),
    small("−", "Leave out this value", add("-")),
    small("▥", "Show as a column", () => update({ cols: [...new Set([...state().cols, key])] })),
    small(copyIcon(), "Copy this value", () => copy(String(value), "Value")));
}

function copyIcon() {
  return draw("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, draw("rect", { x: 5.5, y: 5.5, width: 8, height: 8, rx: 1.5 }), draw("path", { d: "M10.5 3.5v-1h-8v8h1" }));
}

/** The whole record as JSON, made when it is asked for. */
function jsonPart(record) {
  const box = make("pre", { tabindex: 0 });
  const details = make("details", { ontoggle: () => { if (details.open) box.replaceChildren(...long(print(record, 2))); } }, make("summary", {}, "JSON"), box);
  return make("section", { class: "part" }, details);
}
