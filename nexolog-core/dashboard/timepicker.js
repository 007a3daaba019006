// The choice of time: lengths back from now, two ends, the zone that times are shown in.

import { byId, make } from "./dom.js";
import { shortTime, toggleZone, zoneName } from "./format.js";
import { popup } from "./popup.js";
import { RANGES, onChange, state, update } from "./state.js";
import { endsOf, readLength, readTime } from "./times.js";

const ENDS = ["range-from", "range-to"];

/** `rezoned()` runs when times are to be written in another zone. */
export function startTimePicker(rezoned) {
  const panel = byId("range");
  const close = popup(byId("range-button"), panel, () => {
    fill(close);
    const { range, from, to } = state();
    byId("range-last").value = range === "custom" || range === "all" ? "" : range;
    byId("range-from").value = range === "custom" ? written(from) : "";
    byId("range-to").value = range === "custom" ? written(to) : "";
    preview();
  });
  for (const id of ENDS) byId(id).addEventListener("input", preview);
  byId("range-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const range = readLength(byId("range-last").value);
    const [from, to] = ENDS.map((id) => readTime(byId(id).value)?.value ?? "");
    if (from || to) update({ range: "custom", from, to, live: false, around: "" });
    else if (range) update({ range, from: "", to: "", around: "" });
    else return preview("Give a length such as 90m, or at least one end.");
    close();
  });
  for (const button of document.querySelectorAll("[data-zone]")) {
    button.addEventListener("click", () => {
      toggleZone();
      show();
      preview();
      rezoned();
    });
  }
  onChange(show);
  show();
}

function fill(close) {
  byId("range-list").replaceChildren(...RANGES.map(([range, name]) => make("button", { type: "button", class: "option", "aria-pressed": String(state().range === range), onclick: () => {
    update({ range, from: "", to: "", around: "" });
    close();
  } }, name)));
}

/** Says how the two ends are understood. */
function preview(problem = "") {
  const lines = ENDS.map((id) => {
    const { value } = byId(id);
    const time = value.trim() ? readTime(value) : null;
    byId(id).setAttribute("aria-invalid", String(Boolean(value.trim()) && !time));
    if (!value.trim()) return null;
    return `${id === "range-from" ? "From" : "To"} ${time ? shortTime(new Date(time.at)) : "… this is no time that can be read"}`;
  });
  byId("range-preview").textContent = typeof problem === "string" && problem ? problem : lines.filter(Boolean).join("\n");
}

/** An end as it can be edited. */
function written(time) {
  return /^\d{4}-.*Z$/.test(time) ? shortTime(new Date(time)) : time;
}

function show() {
  byId("range-button").textContent = rangeName(state());
  for (const button of document.querySelectorAll("[data-zone]")) button.textContent = zoneName();
}

function rangeName({ range, from, to }) {
  if (range !== "custom") return RANGES.find(([name]) => name === range)?.[1] ?? `Last ${range}`;
  const [begin, end] = [written(from), written(to)];
  if (!begin) return `Until ${end}`;
  if (!end) return `Since ${begin}`;
  return `${begin} to ${begin.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`;
}

/** Moves the range by its own length: back (-1) or forward (1). */
export function shiftRange(step) {
  const [from, to] = endsOf(state());
  if (from === null) return;
  const end = to ?? Date.now();
  const by = (end - from) * step;
  const iso = (time) => new Date(time).toISOString();
  update({ range: "custom", from: iso(from + by), to: iso(end + by), live: false, around: "" });
}
