// The search box, the level chips, the choice of modules and of time. Each only reads and changes the
// state; what follows from a change is not its business.

import { byId, debounced, make } from "./dom.js";
import { brief, shortTime } from "./format.js";
import { popup } from "./popup.js";
import { LEVELS, RANGES, cleared, isNarrowed, onChange, state, update } from "./state.js";

let catalogue = [];
let moduleCounts = new Map();

export function startFilters() {
  startSearch();
  startLevels();
  startModules();
  startRange();
  byId("clear").addEventListener("click", () => update(cleared()));
  onChange(show);
  show(state());
}

/** Takes what `/modules` answered. */
export function setCatalogue(answer) {
  catalogue = answer.modules;
  showModules();
}

/** Takes what `/stats` answered. */
export function setCounts(answer) {
  for (const level of LEVELS) {
    const count = answer.levels[level] ?? 0;
    chip(level).querySelector(".count").textContent = brief(count);
    chip(level).classList.toggle("none", count === 0);
  }
  moduleCounts = new Map(answer.modules.map(({ module, count }) => [module, count]));
  showModules();
}

/** Says, below the box, what of the query was only taken as text. */
export function showWarnings(warnings) {
  byId("warnings").replaceChildren(...warnings.map(({ position, message }) =>
    make("p", {}, position === undefined ? message : `At character ${position + 1}: ${message}`)));
}

function show(s) {
  if (document.activeElement !== byId("q") || byId("q").value.trim() !== s.q) byId("q").value = s.q;
  for (const level of LEVELS) chip(level).setAttribute("aria-pressed", String(s.levels.includes(level)));
  byId("modules-button").textContent = s.modules.length === 0 ? "All modules" : s.modules.length === 1 ? s.modules[0] : `${s.modules.length} modules`;
  byId("modules-button").classList.toggle("chosen", s.modules.length > 0);
  byId("range-button").textContent = rangeName(s);
  byId("clear").hidden = !isNarrowed(s);
  showModules();
}

function startSearch() {
  const box = byId("q");
  const apply = () => update({ q: box.value.trim() });
  box.addEventListener("input", debounced(apply, 350));
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
}

const chip = (level) => byId(`level-${level}`);

function startLevels() {
  byId("levels").append(...LEVELS.map((level) => make("button", { type: "button", class: `chip ${level}`, id: `level-${level}`, "aria-pressed": "false", title: `Show ${level} (with Shift: this and above)`, onclick: (event) => choose(level, event.shiftKey) },
    make("span", { class: `badge ${level}`, "aria-hidden": "true" }, level[0]),
    make("span", { class: "name" }, level.toLowerCase()),
    make("span", { class: "count" }))));
}

function choose(level, andAbove) {
  const { levels } = state();
  if (andAbove) return update({ levels: LEVELS.slice(0, LEVELS.indexOf(level) + 1) });
  const next = levels.includes(level) ? levels.filter((other) => other !== level) : [...levels, level];
  update({ levels: next.length === LEVELS.length ? [] : LEVELS.filter((each) => next.includes(each)) });
}

function startModules() {
  popup(byId("modules-button"), byId("modules"), () => {
    byId("module-filter").value = "";
    showModules();
    byId("module-filter").focus();
  });
  byId("module-filter").addEventListener("input", showModules);
}

/** Modules with records first, most first; then the rest of the catalogue. */
function showModules() {
  if (byId("modules").hidden) return;
  const wanted = byId("module-filter").value.trim().toLowerCase();
  const names = new Set([...state().modules, ...moduleCounts.keys(), ...catalogue.map(({ module }) => module)]);
  const count = (name) => moduleCounts.get(name) ?? 0;
  const sorted = [...names].filter((name) => name.toLowerCase().includes(wanted)).sort((a, b) => count(b) - count(a) || a.localeCompare(b));
  const focused = document.activeElement?.value;
  byId("module-list").replaceChildren(...sorted.map(moduleOption));
  if (sorted.length === 0) byId("module-list").append(make("p", { class: "none" }, "No module has that name."));
  else if (document.activeElement === document.body && focused !== undefined) byId("module-list").querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
}

function moduleOption(name) {
  const count = moduleCounts.get(name) ?? 0;
  const box = make("input", { type: "checkbox", value: name, onchange: () => {
    const { modules } = state();
    update({ modules: box.checked ? [...modules, name] : modules.filter((other) => other !== name) });
  } });
  box.checked = state().modules.includes(name);
  return make("label", { class: count ? "option" : "option none" }, box, make("span", { class: "name" }, name), make("span", { class: "count" }, count ? brief(count) : ""));
}

function startRange() {
  const close = popup(byId("range-button"), byId("range"), () => {
    byId("range-list").replaceChildren(...RANGES.map(([range, name]) => make("button", { type: "button", class: "option", "aria-pressed": String(state().range === range), onclick: () => {
      update({ range, from: "", to: "" });
      close();
    } }, name)));
    byId("range-from").value = localInput(state().from);
    byId("range-to").value = localInput(state().to);
  });
  byId("range-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const time = (id) => (byId(id).value ? new Date(byId(id).value).toISOString() : "");
    const [from, to] = [time("range-from"), time("range-to")];
    if (!from && !to) return;
    update({ range: "custom", from, to, live: false });
    close();
  });
}

/** A time as the browser's own input takes it: local, without a zone. */
function localInput(time) {
  if (!time) return "";
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}

function rangeName({ range, from, to }) {
  if (range !== "custom") return RANGES.find(([name]) => name === range)?.[1] ?? range;
  const [begin, end] = [from && shortTime(new Date(from)), to && shortTime(new Date(to))];
  if (!begin) return `Until ${end}`;
  if (!end) return `Since ${begin}`;
  return `${begin} to ${begin.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`;
}
