// The list of records: loads what the state asks for, page by page, and opens what is chosen.

import { context, search } from "./api.js";
import { startChips, showLevelCounts } from "./chips.js";
import { startColumns } from "./columns.js";
import { refreshCounts, showCounts, stopCounting } from "./counts.js";
import { button, byId, debounced, make, toast } from "./dom.js";
import { closeDrawer, openDrawer } from "./drawer.js";
import { startExport } from "./exports.js";
import { refreshFacets, startFacets, stopFacets } from "./facets.js";
import { whole } from "./format.js";
import { startLive } from "./live.js";
import { termOf, wordsOf } from "./query.js";
import { Rows } from "./rows.js";
import { showWarnings } from "./search.js";
import { allOf, cleared, isNarrowed, onChange, parameters, sameQuestion, state, update } from "./state.js";

/** Records of the first page, which should be there at once, and of each that follows. */
const FIRST = 100;
const NEXT = 1000;

/** Pixels above the end at which the next page is asked for. */
const NEAR = 4000;

/** Neighbours listed on either side of a record. */
const AROUND = 50;

const drawer = byId("drawer");
/** @type {(AbortController & {isOlder?: boolean}) | null} */
let loading = null;
let nextCursor = null;
/** @type {ReturnType<typeof startLive> | null} */
let live = null;

export const rows = new Rows(byId("rows"), byId("scroller"), (item) => update({ at: item?.cursor ?? "" }));

const isHere = () => state().view === "explore";

export function startExplore() {
  startChips();
  startFacets();
  startColumns();
  startExport();
  live = startLive({
    rows,
    reload: load,
    refused: (error) => error.status !== 401 && toast(error.message),
    overflowed: () => {
      nextCursor = rows.oldest?.cursor ?? null;
      foot("more");
    },
    skipped: (text) => notice(text),
  });
  onChange(changed);
  byId("scroller").addEventListener("scroll", loadWhenNear, { passive: true });
  new ResizeObserver(debounced(showCounts, 100)).observe(byId("histogram"));
  if (isHere()) enter();
}

/** The reader came (back) to the list. */
export function enter() {
  look();
  if (state().live) live?.start();
  else load();
}

/** Nothing more is asked for; the session is over. */
export function pause() {
  loading?.abort();
  stopCounts();
  live?.stop();
}

function look() {
  const { q, cols, flat } = state();
  rows.style({ words: wordsOf(q), cols, flat });
}

function changed(s, before) {
  if (s.view !== "explore") {
    if (before.view === "explore") live?.stop();
    return;
  }
  if (before.view !== "explore") return enter();
  if (s.q !== before.q || s.cols !== before.cols || s.flat !== before.flat) look();
  // A live stream reloads the list itself, as soon as it is sure to miss nothing.
  if (!sameQuestion(s, before) && !s.live) load();
  else if (s.at !== before.at) showOpen(s.at);
}

/** Loads the newest page of what the state asks for. */
async function load() {
  const mine = begin();
  nextCursor = null;
  notice("");
  byId("scroller").classList.add("stale");
  if (rows.items.length === 0) foot("loading");
  const { around } = state();
  byId("around").hidden = !around;
  stopCounts();
  try {
    const answer = around ? await neighbours(around, mine.signal) : await search({ ...parameters(state()), limit: FIRST }, mine.signal);
    rows.replace(answer.records);
    took(answer);
    requestAnimationFrame(loadWhenNear);
    showWarnings(answer.warnings);
    showOpen(state().at);
    byId("scroller").classList.remove("stale");
    count();
  } catch (error) {
    // What is listed answers another question; it stays, dimmed, below the reason.
    if (rows.items.length === 0) failed(error, load);
    else if (error.name !== "AbortError") notice(error.message, button("Try again", load));
  }
}

async function neighbours(id, signal) {
  const answer = await context({ id, before: AROUND, after: AROUND }, signal);
  const joined = (records, cursors) => records.map((record, index) => ({ record, cursor: cursors[index] }));
  const records = [...joined(answer.before, answer.before_cursors), { record: answer.record, cursor: answer.cursor }, ...joined(answer.after, answer.after_cursors)];
  return { ...answer, records: records.reverse(), next_cursor: null };
}

/** Loads more when the end of the list is close. */
function loadWhenNear() {
  const { scrollHeight, scrollTop, clientHeight } = byId("scroller");
  if (scrollHeight - scrollTop - clientHeight < NEAR) loadOlder();
}

/** Loads the page that follows the oldest row. */
async function loadOlder() {
  if (nextCursor === null || loading?.isOlder || !isHere() || byId("foot").classList.contains("error")) return;
  const mine = begin();
  mine.isOlder = true;
  foot("older");
  try {
    const answer = await search({ ...parameters(state()), limit: NEXT, cursor: nextCursor }, mine.signal);
    rows.append(answer.records);
    took(answer);
  } catch (error) {
    failed(error, loadOlder);
  } finally {
    if (loading === mine) loading = null;
  }
  requestAnimationFrame(loadWhenNear);
}

function begin() {
  loading?.abort();
  loading = new AbortController();
  return loading;
}

function took(answer) {
  nextCursor = answer.records.length > 0 ? answer.next_cursor : null;
  if (rows.items.length === 0) foot("empty", answer);
  else foot(nextCursor === null ? "end" : "more", answer);
}

function failed(error, retry) {
  if (error.name === "AbortError" || error.status === 401) return;
  foot("error", { error, retry });
}

/** Counts anew what the state asks for: after the list is there and one after the other, as the service searches on few threads. */
export async function count() {
  if (!isHere() || !await refreshCounts(state(), showLevelCounts)) return;
  refreshFacets();
}

function stopCounts() {
  stopCounting();
  stopFacets();
}

/** Says something of the list, above it, until it is loaded anew; behind it what can be done. */
function notice(text, action = button("✕", () => notice(""), { class: "quiet", "aria-label": "Dismiss" })) {
  const box = byId("notice");
  box.hidden = !text;
  box.replaceChildren(...(text ? [make("span", {}, text), action] : []));
}

/** What stands below the rows. Loading, nothing found, an error and the end look different. */
function foot(kind, detail = /** @type {any} */ ({})) {
  const note = !detail.complete && detail.incomplete_reason ? make("p", { class: "problem" }, `Incomplete: ${detail.incomplete_reason}`) : null;
  const content = {
    loading: () => Array.from({ length: 12 }, () => make("div", { class: "skeleton", "aria-hidden": "true" })),
    older: () => [make("p", {}, `Loading older records… ${whole(rows.items.length)} are here`)],
    more: () => [note, button("Load older", loadOlder)],
    end: () => [note, make("p", {}, endText())],
    empty: () => emptyState(note, detail),
    error: () => [make("strong", {}, rows.items.length ? "Older records could not be loaded" : "The records could not be loaded"), make("p", { class: "problem", role: "alert" }, detail.error.message), button("Try again", () => {
      foot("loading");
      detail.retry();
    })],
  }[kind]();
  byId("foot").className = `foot ${kind}`;
  byId("foot").replaceChildren(...content.filter(Boolean));
}

function endText() {
  const { range, around } = state();
  if (around) return "These are the lines around the record.";
  if (range !== "all") return "Nothing older in this range of time.";
  return isNarrowed({ ...state(), range: cleared().range }) ? "No older record matches." : "This is the beginning of the log.";
}

function emptyState(note, { scanned }) {
  const { range, live: isLive } = state();
  return [
    note,
    make("strong", {}, isNarrowed(state()) ? "No record matches" : "Nothing was logged in this time"),
    make("p", {}, isLive ? "New records appear here as they are logged." : `${whole(scanned)} records were looked at.`),
    range === "all" ? null : button("Search all time", () => update({ range: "all", from: "", to: "" })),
    isNarrowed(state()) ? button("Remove every filter", () => update(cleared())) : null,
  ];
}

/** Opens the record that the address names, which may be older than what is listed; closes when it names none. */
async function showOpen(at) {
  const listed = rows.byCursor.get(at);
  if (!at || listed) rows.select(listed, { quietly: true });
  if (listed) return open(listed);
  if (!at || !/^\d+$/.test(at)) return closeDrawer(drawer);
  try {
    const answer = await search({ q: termOf("seq", at), limit: 1 });
    if (state().at !== at) return;
    if (answer.records[0]?.cursor === at) open(answer.records[0]);
    else toast("The record of this link is not stored any more");
  } catch {
    // Whatever is wrong, the list says it.
  }
}

function open(item) {
  openDrawer(drawer, item, { close, move: (step) => rows.move(step) });
}

/** Closes what lies over the list: the record, then the neighbours. */
export function close() {
  if (rows.selected || !drawer.hidden) {
    rows.select(null);
    closeDrawer(drawer);
  } else if (state().around) update({ around: "" });
}

/** Writes everything again that shows a time. */
export function rezone() {
  rows.redraw();
  showCounts();
  if (rows.selected && !drawer.hidden) open(rows.selected);
}

/** What the keyboard can do with the record that is chosen. */
export const chosen = {
  open: () => (rows.selected ? open(rows.selected) : rows.move(0)),
  request: () => rows.selected?.record.request_id && update({ view: "request", id: rows.selected.record.request_id, live: false }),
  around: () => rows.selected && update({ around: rows.selected.cursor, at: rows.selected.cursor, live: false }),
  user: () => rows.selected?.record.user_id && update(allOf(termOf("user_id", rows.selected.record.user_id))),
};
