// The terms of the query as chips, each to be switched off and on again, or removed; and the levels.

import { byId, make } from "./dom.js";
import { brief } from "./format.js";
import { chosen, terms, withTerm, withValues, withoutTerm } from "./query.js";
import { LEVELS, cleared, isNarrowed, onChange, state, update } from "./state.js";

export function startChips() {
  byId("levels").append(...LEVELS.map((level) => make("button", { type: "button", class: `chip ${level}`, id: `level-${level}`, "aria-pressed": "false", title: `Show ${level} (with Shift: this and above)`, onclick: (event) => choose(level.toLowerCase(), event.shiftKey) },
    make("span", { class: `badge ${level}`, "aria-hidden": "true" }, level[0]),
    make("span", { class: "name" }, level.toLowerCase()),
    make("span", { class: "count" }))));
  byId("clear").addEventListener("click", () => update(cleared()));
  onChange(show);
  show(state());
}

/** Takes the counts by level; those of levels that are left out, too. */
export function showLevelCounts(counts) {
  for (const level of LEVELS) {
    const count = counts[level] ?? 0;
    byId(`level-${level}`).querySelector(".count").textContent = brief(count);
    byId(`level-${level}`).classList.toggle("none", count === 0);
  }
}

const NAMES = LEVELS.map((level) => level.toLowerCase());

function choose(level, andAbove) {
  const { q } = state();
  const before = chosen(q, "", "level");
  const next = andAbove ? NAMES.slice(0, NAMES.indexOf(level) + 1)
    : before.includes(level) ? before.filter((other) => other !== level) : NAMES.filter((each) => each === level || before.includes(each));
  update({ q: withValues(q, "", "level", next.length === NAMES.length ? [] : next), around: "" });
}

function show(s) {
  const levels = chosen(s.q, "", "level");
  for (const level of LEVELS) byId(`level-${level}`).setAttribute("aria-pressed", String(levels.includes(level.toLowerCase())));
  byId("clear").hidden = !isNarrowed(s);
  const on = terms(s.q).map((term) => chip(term, true));
  const off = s.off.map((term) => chip(term, false));
  byId("terms").replaceChildren(...on, ...off);
  byId("terms").hidden = on.length + off.length === 0;
}

function chip(term, isOn) {
  const { q, off } = state();
  const rest = off.filter((other) => other !== term);
  const toggle = () => update(isOn ? { q: withoutTerm(q, term), off: [...rest, term], around: "" } : { q: withTerm(q, term), off: rest, around: "" });
  const remove = () => update(isOn ? { q: withoutTerm(q, term), around: "" } : { off: rest });
  return make("span", { class: isOn ? "term" : "term off" },
    make("button", { type: "button", "aria-pressed": String(isOn), title: isOn ? "Switch this off, and keep it" : "Switch this on again", onclick: toggle }, term.length > 60 ? `${term.slice(0, 60)}…` : term),
    make("button", { type: "button", class: "remove", "aria-label": `Remove ${term}`, title: "Remove", onclick: remove }, "✕"));
}
