// The list of records, newest first. Only the rows in sight, and some around them, are elements; so a
// hundred thousand records scroll like a hundred.

import { make } from "./dom.js";
import { duration, inline, rowTime, whole } from "./format.js";
import { marked } from "./highlight.js";
import { valueOf } from "./record.js";

/** Rows kept while following; older ones leave at the bottom and come back by scrolling. */
const MOST_LIVE = 20000;

/** More fresh rows than this are not pointed out one by one. */
const MOST_FRESH = 10;

/** Fields shown behind a message. */
const MOST_HINTS = 6;

/** Rows made above and below what is in sight. */
const MARGIN = 12;

/**
 * `open`: belongs to a group of repeats that was opened.
 * @typedef {{record: any, cursor: string, open?: boolean, fresh?: boolean}} Item
 * One row: an item, or the newest of `count` equal ones; `isFirst` of an opened group.
 * @typedef {{item: Item, count: number, members: number, isFirst: boolean}} Entry
 */

export class Rows {
  /**
   * `opened(item)` runs when a row is chosen, or with `null` when none is.
   * @param {HTMLElement} list
   * @param {HTMLElement} scroller
   * @param {(item: Item | null) => void} opened
   */
  constructor(list, scroller, opened) {
    this.list = list;
    this.scroller = scroller;
    this.opened = opened;
    /** @type {Item[]} */
    this.items = [];
    /** @type {Map<string, Item>} */
    this.byCursor = new Map();
    /** @type {Entry[]} */
    this.shown = [];
    /** @type {Map<Item, HTMLElement>} */
    this.drawn = new Map();
    /** @type {Item | null} */
    this.selected = null;
    this.look = { words: [], cols: [], flat: false };
    let isAsked = false;
    const later = () => {
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(() => {
        isAsked = false;
        this.#draw();
      });
    };
    scroller.addEventListener("scroll", later, { passive: true });
    new ResizeObserver(later).observe(scroller);
    list.addEventListener("click", (event) => this.#clicked(/** @type {HTMLElement} */ (event.target)));
  }

  get oldest() { return this.items.at(-1) ?? null; }

  get newest() { return this.items[0] ?? null; }

  /** How rows look: words to mark, keys to show as columns, repeats one by one. */
  style(look) {
    this.look = look;
    this.list.style.setProperty("--columns", look.cols.length ? `repeat(${look.cols.length}, 130px)` : "");
    this.list.classList.toggle("with-columns", look.cols.length > 0);
    this.redraw();
  }

  /** Makes every row anew: after the zone, the columns or the words changed. */
  redraw() {
    this.#forget();
    this.#arrange();
  }

  /** Shows these records in place of all others. */
  replace(records) {
    this.items = [];
    this.byCursor.clear();
    this.#forget();
    const again = this.selected?.cursor;
    this.items = this.#take(records);
    this.selected = this.byCursor.get(again ?? "") ?? null;
    this.scroller.scrollTop = 0;
    this.#arrange();
  }

  /** Adds older records at the bottom. */
  append(records) {
    for (const item of this.#take(records)) this.items.push(item);
    this.#arrange();
  }

  /** Adds newer records at the top, `records` being newest first. Tells whether older ones had to go. */
  prepend(records) {
    const fresh = this.#take(records);
    if (fresh.length <= MOST_FRESH) for (const item of fresh) item.fresh = true;
    this.items = fresh.concat(this.items);
    const gone = this.items.splice(Math.max(MOST_LIVE, 0));
    for (const item of gone) this.byCursor.delete(item.cursor);
    this.#arrange();
    return gone.length > 0;
  }

  /**
   * Chooses a row, or none.
   * @param {Item | null | undefined} item
   */
  select(item, { quietly = false } = {}) {
    this.selected = item ?? null;
    if (item) this.#show(item, quietly);
    this.#draw();
    if (!quietly) this.opened(this.selected);
  }

  /** Chooses the row `step` further down (up when negative). */
  move(step) {
    if (this.shown.length === 0) return;
    const at = this.selected ? this.#indexOf(this.selected) + step : 0;
    this.select(this.shown[Math.max(0, Math.min(at, this.shown.length - 1))].item);
  }

  /** Chooses the next row (before, when `step` is -1) of level ERROR or above; tells whether there is one. */
  moveToError(step) {
    for (let at = (this.selected ? this.#indexOf(this.selected) : -1) + step; at >= 0 && at < this.shown.length; at += step) {
      if (["ERROR", "CRITICAL"].includes(this.shown[at].item.record.level)) {
        this.select(this.shown[at].item);
        return true;
      }
    }
    return false;
  }

  #clicked(target) {
    const element = target.closest(".row");
    const item = this.byCursor.get(element?.dataset.cursor);
    // A click that ends a selection of text is no click on the row.
    if (!item || !getSelection().isCollapsed) return;
    if (target.closest(".times")) this.#toggleGroup(item);
    else this.select(item);
  }

  #take(records) {
    const fresh = records.filter(({ cursor }) => !this.byCursor.has(cursor)).map(({ record, cursor }) => ({ record, cursor }));
    for (const item of fresh) this.byCursor.set(item.cursor, item);
    return fresh;
  }

  #toggleGroup(item) {
    const open = !item.open;
    let at = this.items.indexOf(item);
    while (at > 0 && isRepeat(this.items[at - 1], item)) at -= 1;
    for (; at < this.items.length && isRepeat(this.items[at], item); at += 1) this.items[at].open = open;
    this.redraw();
  }

  /** Makes the entries of the items: repeats that follow each other become one. */
  #arrange() {
    this.shown = [];
    for (let at = 0; at < this.items.length;) {
      const item = this.items[at];
      let end = at + 1;
      if (!this.look.flat) while (end < this.items.length && isRepeat(this.items[end], item)) end += 1;
      if (end - at > 1 && !item.open) this.shown.push({ item, count: end - at, members: 1, isFirst: false });
      else for (let each = at; each < end; each += 1) this.shown.push({ item: this.items[each], count: 1, members: end - at, isFirst: each === at && end - at > 1 });
      at = end;
    }
    const days = this.oldest && rowTime(this.oldest.record.timestamp).day;
    this.list.classList.toggle("days", Boolean(days));
    this.#draw();
  }

  get #height() {
    return Number.parseFloat(getComputedStyle(this.list).getPropertyValue("--row")) || 28;
  }

  #forget() {
    this.drawn.clear();
    this.list.replaceChildren();
  }

  /** Makes the rows in sight, and lets go of the others. */
  #draw() {
    const height = this.#height;
    this.list.style.height = `${this.shown.length * height}px`;
    const top = this.scroller.scrollTop - this.list.offsetTop;
    const first = Math.max(0, Math.floor(top / height) - MARGIN);
    const last = Math.min(this.shown.length, Math.ceil((top + this.scroller.clientHeight) / height) + MARGIN);
    const wanted = this.shown.slice(first, last);
    const stays = new Set(wanted.map(({ item }) => item));
    for (const [item, element] of this.drawn) {
      if (stays.has(item)) continue;
      element.remove();
      this.drawn.delete(item);
    }
    let next = this.list.firstChild;
    wanted.forEach((entry, index) => {
      let element = this.drawn.get(entry.item);
      if (element && element.dataset.count !== String(entry.count)) {
        if (next === element) next = element.nextSibling;
        element.remove();
        element = undefined;
      }
      if (!element) {
        element = row(entry, this.look);
        this.drawn.set(entry.item, element);
      }
      if (element === next) next = next.nextSibling;
      else this.list.insertBefore(element, next);
      const y = `translateY(${(first + index) * height}px)`;
      if (element.style.transform !== y) element.style.transform = y;
      element.setAttribute("aria-posinset", String(first + index + 1));
      const isSelected = entry.item === this.selected;
      if (element.classList.contains("selected") !== isSelected) mark(element, isSelected);
    });
    const chosen = this.selected && this.drawn.get(this.selected);
    if (chosen) this.list.setAttribute("aria-activedescendant", chosen.id);
    else this.list.removeAttribute("aria-activedescendant");
  }

  /** Where an item's row is; of one that hides in a group, the group's. */
  #indexOf(item) {
    const at = this.items.indexOf(item);
    let seen = 0;
    return this.shown.findIndex(({ count }) => {
      seen += count;
      return seen > at;
    });
  }

  /** Scrolls until the item is in sight; to the middle if it was not and `isFar`. */
  #show(item, isFar) {
    const height = this.#height;
    const top = this.list.offsetTop + this.#indexOf(item) * height;
    const { scrollTop, clientHeight } = this.scroller;
    if (isFar && (top < scrollTop || top + height > scrollTop + clientHeight)) this.scroller.scrollTop = top - clientHeight / 2;
    else if (top < scrollTop + this.list.offsetTop) this.scroller.scrollTop = top - this.list.offsetTop;
    else if (top + height > scrollTop + clientHeight) this.scroller.scrollTop = top + height - clientHeight;
  }
}

const isRepeat = (one, other) => one.record.message === other.record.message && one.record.level === other.record.level && one.record.module === other.record.module;

function mark(element, isSelected) {
  element.classList.toggle("selected", isSelected);
  element.setAttribute("aria-selected", String(isSelected));
}

/** The coloured letter of a level. */
export function badge(level) {
  return make("span", { class: `badge ${level}`, title: level, role: "img", "aria-label": level }, String(level ?? "?")[0]);
}

/**
 * One record as a line; used for lists that are short, too.
 * @param {Entry} entry
 * @param {{words: string[], cols: string[]}} look
 */
export function row({ item: { record, cursor, fresh }, count, members, isFirst }, { words, cols }, role = "option") {
  const times = count > 1 ? make("span", { class: "times", title: `${whole(count)} times in a row; click to see each` }, `×${whole(count)}`)
    : isFirst ? make("span", { class: "times open", title: "Group these again" }, `1 of ${whole(members)}`) : null;
  const element = make("li", { class: `row ${record.level}${fresh ? " fresh" : ""}`, role, id: `r-${cursor}`, "data-cursor": cursor, "data-count": count, "aria-selected": role === "option" ? "false" : null, "aria-setsize": role === "option" ? "-1" : null },
    time(record),
    badge(record.level),
    make("span", { class: "module" }, inline(record.module ?? "")),
    ...cols.map((key) => column(record, key)),
    make("span", { class: "text" }, times, make("span", { class: "message" }, ...marked(inline(record.message ?? "", 600), words)), ...hints(record, cols)),
    make("span", { class: "took" }, record.duration_ms === undefined ? "" : duration(record.duration_ms)));
  return element;
}

function column(record, key) {
  const value = valueOf(record, key);
  return make("span", { class: "column" }, value === undefined || value === null ? "" : key === "duration_ms" ? duration(value) : inline(value, 80));
}

function time(record) {
  const { day, clock, millis } = rowTime(record.timestamp);
  return make("time", { class: "time", datetime: record.timestamp ?? "" },
    day ? make("span", { class: "day" }, `${day} `) : null, clock, make("span", { class: "millis" }, millis));
}

/** What is worth seeing behind the message: how it ended, the error, the first few fields. */
function hints(record, cols) {
  const shown = [];
  if (record.outcome && record.outcome !== "success") shown.push(["outcome", record.outcome]);
  if (record.error?.message && record.error.message !== record.message) shown.push(["error", record.error.message]);
  if (record.user_id) shown.push(["user_id", record.user_id]);
  for (const [key, value] of Object.entries(record.fields ?? {})) {
    if (shown.length >= MOST_HINTS) break;
    if (key !== "event.name" && value !== null && typeof value !== "object") shown.push([key, value]);
  }
  return shown.filter(([key]) => !cols.includes(key)).map(([key, value]) => make("span", { class: key === "error" ? "hint bad" : "hint" }, `${inline(key, 40)}=${inline(value, 80)}`));
}
