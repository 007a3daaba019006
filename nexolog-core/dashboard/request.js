// Everything of one request: what it was, where its time went, and its lines in order.

import { request } from "./api.js";
import { button, byId, draw, make } from "./dom.js";
import { duration, fullTime, inline, visible } from "./format.js";
import { termOf } from "./query.js";
import { row } from "./rows.js";
import { allOf, hrefTo, state } from "./state.js";

/** What is told of the request above the waterfall. */
const FACTS = ["outcome", "user_id", "organization_id", "path", "bytes_in", "bytes_out", "errors"];

let running = null;

/** Shows the request that the state names. */
export async function showRequest() {
  const { id } = state();
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const box = byId("request");
  box.replaceChildren(heading(id), make("p", { class: "loading" }, "Loading the request…"));
  try {
    const story = await request(id, mine.signal);
    box.replaceChildren(heading(id, story), facts(story), waterfall(story), lines(story));
  } catch (error) {
    if (error.name === "AbortError" || error.status === 401) return;
    box.replaceChildren(heading(id), make("div", { class: "state" },
      make("strong", {}, error.status === 404 ? "Nothing is stored of this request" : "The request could not be loaded"),
      make("p", { class: "problem", role: "alert" }, error.message),
      button("Try again", showRequest)));
  }
}

function heading(id, story = null) {
  const { method, route, path, status, finished } = story?.request ?? {};
  const title = method ? `${method} ${route ?? path} ${status ?? ""}` : finished === false ? "A request that has not ended" : "Request";
  return make("header", { class: "page-head" },
    make("div", {}, make("h1", {}, visible(title)), make("code", {}, visible(id))),
    make("a", { class: "button", href: hrefTo(allOf(termOf("request_id", id))) }, "Its lines in the search"));
}

function facts({ request: of, complete, incomplete_reason: reason }) {
  const found = [
    ["began", of.start && fullTime(of.start)],
    ["took", of.duration_ms !== null && duration(of.duration_ms)],
    ["first byte after", of.time_to_headers_ms !== null && duration(of.time_to_headers_ms)],
    ...FACTS.map((key) => [key, of[key]]),
  ].filter(([, value]) => value !== undefined && value !== null && value !== false);
  return make("div", {},
    complete ? null : make("p", { class: "problem" }, `Incomplete: ${reason}`),
    make("dl", { class: "facts" }, ...found.map(([key, value]) => make("div", {}, make("dt", {}, key), make("dd", {}, visible(String(value)))))));
}

/** What was timed, as bars over the request's time, each below the one it happened in. */
function waterfall({ spans }) {
  if (spans.length === 0) return make("p", { class: "none" }, "Nothing in it was timed.");
  const begin = Math.min(...spans.map((span) => span.offset_ms));
  const end = Math.max(...spans.map((span) => span.offset_ms + span.duration_ms), begin + 0.001);
  const share = (time) => (100 * time) / (end - begin);
  return make("section", { class: "part" }, make("h2", {}, "Where its time went"),
    make("ol", { class: "waterfall" }, ...spans.map((span) => {
      const name = make("a", { class: "name", href: lineIn(span.cursor) }, inline(span.name, 60));
      name.style.paddingLeft = `${Math.min(span.depth, 12) * 14}px`;
      const isBad = span.outcome && !["success", "upgraded"].includes(span.outcome);
      return make("li", { class: isBad ? "bad" : null },
        name, make("span", { class: "module" }, inline(span.module ?? "", 40)),
        draw("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
          draw("rect", { x: Math.min(share(span.offset_ms - begin), 99.6), y: 1, height: 8, width: Math.max(share(span.duration_ms), 0.4) })),
        make("span", { class: "took" }, duration(span.duration_ms), isBad ? ` · ${span.outcome}` : ""));
    })));
}

/** The address of one of its lines, among them all. */
const lineIn = (cursor) => hrefTo({ ...allOf(termOf("request_id", state().id)), at: cursor });

/** Its lines, oldest first; each opens among them all. */
function lines({ logs, cursors }) {
  const list = make("ul", { class: "plain rows days" }, ...logs.map((record, index) =>
    row({ item: { record, cursor: cursors[index] }, count: 1, members: 1, isFirst: false }, { words: [], cols: [] }, "listitem")));
  const open = (event) => {
    const cursor = event.target.closest(".row")?.dataset.cursor;
    if (cursor && getSelection().isCollapsed) location.hash = lineIn(cursor);
  };
  list.addEventListener("click", open);
  list.addEventListener("keydown", (event) => { if (event.key === "Enter") open(event); });
  for (const line of list.children) line.setAttribute("tabindex", "0");
  return make("section", { class: "part" }, make("h2", {}, `${logs.length} ${logs.length === 1 ? "line" : "lines"}, in order`), list);
}
