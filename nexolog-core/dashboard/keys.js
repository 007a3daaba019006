// The keyboard, and the help that explains it.

import { byId, make } from "./dom.js";

const KEYS = [
  ["/", "search"],
  ["j  k", "next and previous record"],
  ["n  p", "next and previous error"],
  ["Enter", "open the record"],
  ["r", "all lines of the open record's request"],
  ["t", "follow new lines, or stop"],
  ["g", "to the newest"],
  ["Esc", "close"],
  ["?", "this help"],
];

const LANGUAGE = [
  ["refused", "the word, in the message or any field"],
  ["\"payment failed\"", "the phrase"],
  ["level:>=warning", "this level and above"],
  ["module:auth,api", "one of these modules"],
  ["user_id:u123", "a key, reserved or your own field"],
  ["duration_ms:>200", "more than; also 200ms, 10MB"],
  ["status:500..599", "a range"],
  ["has:error", "the key is there; -has: it is not"],
  ["path:/api/*", "with a wildcard"],
  ["/time(d )?out/", "a regular expression"],
  ["-path:/health", "not; also NOT"],
  ["(timeout OR refused)", "either"],
  ["last:1h", "also after: and before:"],
];

/** Joins the keyboard to `actions`, by the names used here. */
export function startKeys(actions) {
  fill(byId("help-dialog"));
  byId("help").addEventListener("click", () => byId("help-dialog").showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("app").hidden || byId("help-dialog").open) return;
    const isTyping = event.target.closest?.("input, textarea, select");
    if (event.key === "Escape") {
      if (isTyping) event.target.blur();
      else actions.close();
      return;
    }
    if (isTyping) return;
    // Enter and Space on a button are that button's.
    if (event.key === "Enter" && event.target.closest?.("button, a, summary")) return;
    const action = { "/": actions.search, j: actions.next, k: actions.previous, ArrowDown: actions.next, ArrowUp: actions.previous, n: actions.nextError, p: actions.previousError, Enter: actions.open, r: actions.request, t: actions.live, g: actions.newest, "?": () => byId("help-dialog").showModal() }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function fill(dialog) {
  const table = (rows) => make("dl", {}, ...rows.flatMap(([term, meaning]) => [make("dt", {}, make("code", {}, term)), make("dd", {}, meaning)]));
  dialog.replaceChildren(
    make("header", {}, make("h1", {}, "Help"), make("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => dialog.close() }, "✕")),
    make("div", { class: "columns" },
      make("section", {}, make("h2", {}, "Search"), table(LANGUAGE)),
      make("section", {}, make("h2", {}, "Keys"), table(KEYS))));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
