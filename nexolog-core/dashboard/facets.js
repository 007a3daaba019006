// What the records that match have in common: values of the most telling keys, each to be asked for or left out.

import { facets } from "./api.js";
import { button, byId, make } from "./dom.js";
import { brief, inline, whole } from "./format.js";
import { chosen, hasValue, toggled, withoutKey } from "./query.js";
import { parameters, state, update } from "./state.js";
import { remember, remembered } from "./theme.js";

const KEYS = ["module", "operation", "outcome", "user_id", "organization_id", "level"];
const NAMES = { user_id: "user", organization_id: "organization" };

/** Values shown of each key, at first and after "more". */
const FEW = 8;
const MANY = 50;

let running = null;
const opened = new Set(KEYS.slice(0, 4));
const full = new Set();

export function startFacets() {
  // Where there is no room they lie over the list, until they are closed.
  const wide = matchMedia("(min-width: 1101px)");
  const show = (isOpen) => {
    byId("facets").hidden = !isOpen;
    byId("facets-button").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) refreshFacets();
  };
  byId("facets-button").addEventListener("click", () => {
    const isOpen = byId("facets").hidden;
    if (wide.matches) remember("facets", isOpen ? "open" : "closed");
    show(isOpen);
  });
  byId("facets").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || wide.matches) return;
    event.stopPropagation();
    show(false);
    byId("facets-button").focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    const isInside = /** @type {Element} */ (target).closest("#facets, #facets-button");
    if (!wide.matches && !isInside) show(false);
  });
  const fit = () => show(wide.matches && remembered("facets") !== "closed");
  wide.addEventListener("change", fit);
  fit();
}

/** Counts anew, when the facets are open. */
export async function refreshFacets() {
  const box = byId("facets");
  if (box.hidden) return;
  stopFacets();
  const mine = new AbortController();
  running = mine;
  try {
    const s = state();
    // A key that is chosen from is counted without that choice, so that its other values can be added.
    const narrowed = KEYS.filter((key) => withoutKey(s.q, key) !== s.q);
    const ask = (keys, q) => facets({ ...parameters(s), q, keys: keys.join(","), limit: MANY }, mine.signal);
    const plain = KEYS.filter((key) => !narrowed.includes(key));
    const found = plain.length ? (await ask(plain, s.q)).facets : [];
    for (const key of narrowed) found.push(...(await ask([key], withoutKey(s.q, key))).facets);
    const focused = document.activeElement?.getAttribute("data-facet");
    box.replaceChildren(button("Done", () => byId("facets-button").click(), { class: "done" }), ...KEYS.map((key) => group(found.find((facet) => facet.key === key) ?? { key, values: [] })));
    if (focused) box.querySelector(`[data-facet="${CSS.escape(focused)}"]`)?.focus();
  } catch (error) {
    if (error.name !== "AbortError") box.replaceChildren(make("p", { class: "problem" }, `No counts: ${error.message}`), button("Try again", refreshFacets));
  } finally {
    if (running === mine) box.classList.remove("stale");
  }
}

/** What is being counted is not of interest any more. */
export function stopFacets() {
  running?.abort();
  byId("facets").classList.add("stale");
}

function group({ key, values, distinct, exact = true }) {
  const { q } = state();
  const listed = new Set(values.map(({ value }) => String(value)));
  const missing = [...chosen(q, "", key), ...chosen(q, "-", key)].filter((value) => !listed.has(key === "level" ? value.toUpperCase() : value));
  const all = [...missing.map((value) => ({ value, count: null })), ...values];
  const highest = Math.max(1, ...values.map(({ count }) => count));
  const shown = all.slice(0, full.has(key) ? MANY : FEW);
  const rest = all.length - shown.length;
  const beyond = Math.max(0, (distinct ?? 0) - values.length);
  return make("details", { open: opened.has(key), ontoggle: (event) => (event.target.open ? opened.add(key) : opened.delete(key)) },
    make("summary", {}, NAMES[key] ?? key, make("span", { class: "count" }, exact ? "" : "about")),
    all.length === 0 ? make("p", { class: "none" }, "none") : make("ul", {}, ...shown.map((each) => option(q, key, each, highest))),
    rest > 0 ? button(`${rest} more`, () => {
      full.add(key);
      refreshFacets();
    }, { class: "link" }) : null,
    rest === 0 && beyond > 0 ? make("p", { class: "none" }, `and ${whole(beyond)} rarer ones`) : null);
}

function option(q, key, { value, count }, highest) {
  const name = key === "level" ? String(value).toLowerCase() : String(value);
  const change = (sign) => () => update({ q: toggled(state().q, sign, key, name), around: "" });
  const isIn = hasValue(q, "", key, name);
  const isOut = hasValue(q, "-", key, name);
  const item = make("li", { class: isIn ? "in" : isOut ? "out" : null },
    make("button", { type: "button", class: "value", "aria-pressed": String(isIn), "data-facet": `${key}:${name}`, title: `Only ${name}`, onclick: change("") },
      make("span", { class: "name" }, inline(name, 60)), make("span", { class: "count" }, count === null ? "" : brief(count))),
    make("button", { type: "button", class: "out", "aria-pressed": String(isOut), "data-facet": `-${key}:${name}`, title: `Leave out ${name}`, "aria-label": `Leave out ${name}`, onclick: change("-") }, "−"));
  item.style.setProperty("--share", `${(100 * (count ?? 0)) / highest}%`);
  return item;
}
