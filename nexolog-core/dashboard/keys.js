// The keyboard, and the help that explains it.

import { byId, make } from "./dom.js";

const KEYS = [
  ["/", "search"],
  ["j  k", "next and previous record"],
  ["n  p", "next and previous error"],
  ["Enter", "open the record"],
  ["c", "the lines around it"],
  ["r", "its request, with a waterfall"],
  ["u", "everything of its user"],
  ["t", "follow new lines, or stop"],
  ["[  ]", "back and forward in time"],
  ["f", "facets"],
  ["e", "export"],
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

/** Other names of keys. */
const SAME = { ArrowDown: "j", ArrowUp: "k" };

/** Joins the keyboard to `actions`, by key. */
export function startKeys(actions) {
  fill(byId("help-dialog"));
  const help = () => byId("help-dialog").showModal();
  byId("help").addEventListener("click", help);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("app").hidden || byId("help-dialog").open) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const isTyping = target.closest?.("input, textarea, select");
    if (event.key === "Escape") {
      if (isTyping) target.blur();
      else actions.Escape();
      return;
    }
    if (isTyping) return;
    // Enter on a button is that button's, and so are arrows on what they move within.
    if (event.key === "Enter" && target.closest?.("button, a, summary, [data-keys]")) return;
    if (event.key.startsWith("Arrow") && target.closest?.(".drawer, .facets, [data-keys], [role=region]")) return;
    const action = event.key === "?" ? help : actions[SAME[event.key] ?? event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function fill(dialog) {
  const list = (rows) => make("dl", {}, ...rows.flatMap(([term, meaning]) => [make("dt", {}, make("code", {}, term)), make("dd", {}, meaning)]));
  dialog.replaceChildren(
    make("header", {}, make("h1", {}, "Help"), make("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => dialog.close() }, "✕")),
    make("div", { class: "two" },
      make("section", {}, make("h2", {}, "Search"), list(LANGUAGE)),
      make("section", {}, make("h2", {}, "Keys"), list(KEYS))));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
