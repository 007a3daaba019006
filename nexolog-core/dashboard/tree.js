// A JSON value as a tree whose branches open and close.

import { make } from "./dom.js";
import { visible } from "./format.js";
import { print } from "./json.js";

/** More members than this are shown on demand: one record can hold thousands. */
const MOST = 100;

/** More of one text than this is shown on demand. */
const LONG = 10000;

/** The tree of `value`; `tools(path, value)` gives what stands behind a leaf. */
export function tree(value, tools = () => null, path = "") {
  const list = make("ul", { class: "tree" });
  fill(list, Object.entries(value), Array.isArray(value), tools, path);
  return list;
}

function fill(list, entries, isArray, tools, path) {
  for (const [key, value] of entries.slice(0, MOST)) {
    list.append(member(key, value, tools, isArray || path === "" ? (isArray ? path : key) : `${path}.${key}`));
  }
  const rest = entries.slice(MOST);
  if (rest.length === 0) return;
  const more = make("li", {}, make("button", { type: "button", class: "link", onclick: () => {
    more.remove();
    fill(list, rest, isArray, tools, path);
  } }, `${rest.length} more`));
  list.append(more);
}

function member(key, value, tools, path) {
  const name = make("span", { class: "key" }, visible(key));
  if (value === null || typeof value !== "object" || Object.keys(value).length === 0) {
    return make("li", { class: "leaf" }, name, leaf(value), tools(path, value));
  }
  const size = Object.keys(value).length;
  const summary = make("summary", {}, name, make("span", { class: "size" }, Array.isArray(value) ? `[${size}]` : `{${size}}`));
  return make("li", {}, make("details", { open: size <= 20 }, summary, tree(value, tools, path)));
}

function leaf(value) {
  const kind = value === null ? "null" : typeof value;
  const text = kind === "string" ? value : print(value);
  const shown = make("span", { class: `value ${kind}` }, visible(text.slice(0, LONG)));
  if (text.length > LONG) shown.append(make("button", { type: "button", class: "link", onclick: () => { shown.textContent = visible(text); } }, ` all ${text.length} characters`));
  return shown;
}
