// The list of records, newest first. Rows are plain elements: they can be selected, copied and found
// with the browser's own tools; those out of sight cost next to nothing (see `content-visibility`).

import { make } from "./dom.js";
import { duration, inline, rowTime } from "./format.js";

/** Rows kept while following; older ones leave at the bottom and come back by scrolling. */
const MOST_LIVE = 1000;

/** More fresh rows than this are not pointed out one by one. */
const MOST_FRESH = 10;

/** Fields shown behind a message. */
const MOST_HINTS = 6;

export class Rows {
  /** `opened(item)` runs when a row is chosen, `item` being `{record, cursor}`, or `null` when none is. */
  constructor(list, scroller, opened) {
    this.list = list;
    this.scroller = scroller;
    this.opened = opened;
    this.items = [];
    this.byCursor = new Map();
    this.selected = null;
    list.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      // A click that ends a selection of text is no click on the row.
      if (row && getSelection().isCollapsed) this.select(this.byCursor.get(row.dataset.cursor));
    });
  }

  get oldest() { return this.items.at(-1) ?? null; }

  get newest() { return this.items[0] ?? null; }

  /** Shows these records in place of all others. */
  replace(records) {
    this.items = [];
    this.byCursor.clear();
    this.list.replaceChildren();
    this.append(records);
    this.scroller.scrollTop = 0;
    const again = this.selected && this.byCursor.get(this.selected.cursor);
    this.selected = again ?? null;
    if (again) mark(again, true);
  }

  /** Adds older records at the bottom. */
  append(records) {
    const fresh = this.#take(records);
    this.items.push(...fresh);
    this.list.append(...fresh.map((item) => item.row));
  }

  /** Adds newer records at the top, `records` being newest first. Tells whether older ones had to go. */
  prepend(records) {
    const fresh = this.#take(records);
    this.items.unshift(...fresh);
    this.list.prepend(...fresh.map((item) => item.row));
    if (fresh.length <= MOST_FRESH) for (const item of fresh) item.row.classList.add("fresh");
    const gone = this.items.splice(MOST_LIVE);
    for (const item of gone) {
      this.byCursor.delete(item.cursor);
      item.row.remove();
    }
    return gone.length > 0;
  }

  /** Chooses a row, or none. */
  select(item, { quietly = false } = {}) {
    if (this.selected) mark(this.selected, false);
    this.selected = item ?? null;
    if (item) {
      mark(item, true);
      item.row.scrollIntoView({ block: "nearest" });
      this.list.setAttribute("aria-activedescendant", item.row.id);
    } else {
      this.list.removeAttribute("aria-activedescendant");
    }
    if (!quietly) this.opened(this.selected);
  }

  /** Chooses the row `step` further down (up when negative). */
  move(step, options) {
    if (this.items.length === 0) return;
    const at = this.selected ? this.items.indexOf(this.selected) + step : 0;
    this.select(this.items[Math.max(0, Math.min(at, this.items.length - 1))], options);
  }

  /** Chooses the next row (before, when `step` is -1) of level ERROR or above. */
  moveToError(step) {
    const from = this.selected ? this.items.indexOf(this.selected) : -1;
    for (let at = from + step; at >= 0 && at < this.items.length; at += step) {
      if (["ERROR", "CRITICAL"].includes(this.items[at].record.level)) return this.select(this.items[at]);
    }
  }

  /** Writes the times again, after the zone was changed. */
  retime() {
    for (const { row, record } of this.items) row.querySelector(".time").replaceWith(time(record));
  }

  #take(records) {
    const fresh = records.filter(({ cursor }) => !this.byCursor.has(cursor));
    return fresh.map(({ record, cursor }) => {
      const item = { record, cursor, row: row(record, cursor) };
      this.byCursor.set(cursor, item);
      return item;
    });
  }
}

function mark(item, isSelected) {
  item.row.classList.toggle("selected", isSelected);
  item.row.setAttribute("aria-selected", String(isSelected));
}

/** The coloured letter of a level. */
export function badge(level) {
  return make("span", { class: `badge ${level}`, title: level, "aria-label": level }, String(level ?? "?")[0]);
}

function row(record, cursor) {
  return make("li", { class: `row ${record.level}`, role: "option", id: `r-${cursor}`, "data-cursor": cursor, "aria-selected": "false" },
    time(record),
    badge(record.level),
    make("span", { class: "module" }, inline(record.module ?? "")),
    make("span", { class: "text" }, make("span", { class: "message" }, inline(record.message ?? "", 600)), ...hints(record)),
    make("span", { class: "took" }, record.duration_ms === undefined ? "" : duration(record.duration_ms)));
}

function time(record) {
  const { day, clock, millis } = rowTime(record.timestamp);
  return make("time", { class: "time", datetime: record.timestamp ?? "" },
    day ? make("span", { class: "day" }, `${day} `) : null, clock, make("span", { class: "millis" }, millis));
}

/** What is worth seeing behind the message: how it ended, the error, the first few fields. */
function hints(record) {
  const shown = [];
  if (record.outcome && record.outcome !== "success") shown.push(["outcome", record.outcome]);
  if (record.error?.message && record.error.message !== record.message) shown.push(["error", record.error.message]);
  if (record.user_id) shown.push(["user_id", record.user_id]);
  for (const [key, value] of Object.entries(record.fields ?? {})) {
    if (shown.length >= MOST_HINTS) break;
    if (key !== "event.name" && value !== null && typeof value !== "object") shown.push([key, value]);
  }
  return shown.map(([key, value]) => make("span", { class: `hint ${key === "error" ? "bad" : ""}` },
    make("span", { class: "key" }, `${inline(key)}=`), inline(value, 80)));
}
