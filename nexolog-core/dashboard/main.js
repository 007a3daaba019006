// Joins the parts: a change of the state loads records and counts; a chosen row opens the drawer.

import { health, modules, search } from "./api.js";
import { refreshCounts, showCounts } from "./counts.js";
import { byId, debounced, make, toast } from "./dom.js";
import { closeDrawer, openDrawer } from "./drawer.js";
import { setCatalogue, setCounts, showWarnings, startFilters } from "./filters.js";
import { toggleZone, whole, zoneName } from "./format.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { Rows } from "./rows.js";
import { startSession } from "./session.js";
import { cleared, isNarrowed, onChange, parameters, sameQuestion, state, termOf, update } from "./state.js";
import { startTheme } from "./theme.js";

const PAGE = 100;

/** How often counts and health are asked again while following. */
const REFRESH = 10000;

startTheme(byId("theme"));
const drawer = byId("drawer");
const rows = new Rows(byId("rows"), byId("scroller"), (item) => update({ at: item?.cursor ?? "" }));
let loading = null;
let hasOlder = false;
let sessionOver = () => {};
let live = null;

/** Loads the newest page of what the state asks for. */
async function load() {
  const mine = begin();
  hasOlder = false;
  byId("scroller").classList.add("stale");
  if (rows.items.length === 0) foot("loading");
  count();
  try {
    const answer = await search({ ...parameters(state()), limit: PAGE }, mine.signal);
    rows.replace(answer.records);
    took(answer);
    showWarnings(answer.warnings);
    openLinked();
  } catch (error) {
    failed(error, load);
  } finally {
    if (loading === mine) byId("scroller").classList.remove("stale");
  }
}

/** Loads the page that follows the oldest row. */
async function loadOlder() {
  if (!hasOlder || loading?.isOlder || !rows.oldest) return;
  const mine = begin();
  mine.isOlder = true;
  foot("older");
  try {
    const answer = await search({ ...parameters(state()), limit: PAGE, cursor: rows.oldest.cursor }, mine.signal);
    rows.append(answer.records);
    took(answer);
  } catch (error) {
    failed(error, loadOlder);
  } finally {
    if (loading === mine) loading = null;
  }
}

function begin() {
  loading?.abort();
  loading = new AbortController();
  return loading;
}

function took(answer) {
  hasOlder = answer.next_cursor !== null && answer.records.length > 0;
  if (rows.items.length === 0) foot("empty", answer);
  else foot(hasOlder ? "more" : "end", answer);
}

function failed(error, retry) {
  if (error.name === "AbortError") return;
  if (error.status === 401) return over();
  foot("error", { error, retry });
}

function over() {
  live?.stop();
  sessionOver();
}

const count = () => refreshCounts(state(), setCounts);

/** What stands below the rows. Loading, nothing found, an error and the end look different. */
function foot(kind, detail = {}) {
  const button = (name, onclick) => make("button", { type: "button", onclick }, name);
  const note = !detail.complete && detail.incomplete_reason ? make("p", { class: "problem" }, `Incomplete: ${detail.incomplete_reason}`) : null;
  const content = {
    loading: () => Array.from({ length: 12 }, () => make("div", { class: "skeleton", "aria-hidden": "true" })),
    older: () => [make("p", {}, "Loading older records…")],
    more: () => [note, button("Load older", loadOlder)],
    end: () => [note, make("p", {}, endText())],
    empty: () => emptyState(button, note, detail),
    error: () => [make("strong", {}, "The records could not be loaded"), make("p", { class: "problem", role: "alert" }, detail.error.message), button("Try again", detail.retry)],
  }[kind]();
  byId("foot").className = `foot ${kind}`;
  byId("foot").replaceChildren(...content.filter(Boolean));
}

function endText() {
  const { range } = state();
  if (range !== "all") return "Nothing older in this range of time.";
  return isNarrowed({ ...state(), range: cleared().range }) ? "No older record matches." : "This is the beginning of the log.";
}

function emptyState(button, note, { scanned }) {
  const { range, live: isLive } = state();
  return [
    note,
    make("strong", {}, isNarrowed(state()) ? "No record matches" : "Nothing was logged in this time"),
    make("p", {}, isLive ? "New records appear here as they are logged." : `${whole(scanned)} records were looked at.`),
    range === "all" ? null : button("Search all time", () => update({ range: "all", from: "", to: "" })),
    isNarrowed(state()) ? button("Remove every filter", () => update(cleared())) : null,
  ];
}

/** Opens the record that the address names, once; it may be older than what is listed. */
async function openLinked() {
  const { at } = state();
  if (!at) return;
  const listed = rows.byCursor.get(at);
  if (listed) {
    rows.select(listed, { quietly: true });
    return open(listed);
  }
  if (!/^\d+$/.test(at) || !drawer.hidden) return;
  try {
    const answer = await search({ q: termOf("seq", at), limit: 1 });
    if (answer.records[0]?.cursor === at && state().at === at) open(answer.records[0]);
    else toast("The record of this link is not stored any more");
  } catch (error) {
    if (error.status === 401) over();
  }
}

function open(item) {
  openDrawer(drawer, item, { close, move: (step) => rows.move(step) });
}

function close() {
  rows.select(null);
}

function showZone() {
  byId("zone").textContent = zoneName();
}

async function checkHealth() {
  try {
    const answer = await health();
    byId("service").textContent = answer.service;
    document.title = `${answer.service} · Logs`;
    const words = { ok: "Everything is logged", degraded: `${whole(answer.lost)} events were lost since the start`, failing: "The log can't be written" }[answer.status];
    byId("health").className = `health ${answer.status}`;
    byId("health").title = words;
    byId("health").setAttribute("aria-label", words);
  } catch (error) {
    if (error.status === 401) over();
    else byId("health").className = "health failing";
  }
}

function start() {
  checkHealth();
  modules().then(setCatalogue, () => {});
  if (live) {
    live.restart();
    if (!state().live) load();
    return;
  }
  startFilters();
  showZone();
  live = startLive({
    rows,
    reload: load,
    refused: (error) => (error.status === 401 ? over() : toast(error.message)),
    overflowed: () => {
      hasOlder = true;
      foot("more");
    },
    lost: ({ from, to }) => toast(`Records ${from} to ${to} are not stored any more`),
  });
  onChange((s, before) => {
    // A live stream reloads the list itself, as soon as it is sure to miss nothing.
    if (!sameQuestion(s, before) && !s.live) load();
    else if (s.at !== before.at) {
      const item = rows.byCursor.get(s.at);
      if (item) open(item);
      else if (s.at) openLinked();
      else closeDrawer(drawer);
    }
  });
  new IntersectionObserver(([entry]) => { if (entry.isIntersecting) loadOlder(); }, { root: byId("scroller"), rootMargin: "600px" }).observe(byId("foot"));
  byId("zone").addEventListener("click", () => {
    toggleZone();
    showZone();
    rows.retime();
    showCounts();
    if (rows.selected) open(rows.selected);
  });
  new ResizeObserver(debounced(showCounts, 100)).observe(byId("histogram"));
  setInterval(() => {
    if (document.hidden || byId("app").hidden) return;
    checkHealth();
    if (state().live) count();
  }, REFRESH);
  startKeys({
    search: () => byId("q").select(),
    next: () => rows.move(1),
    previous: () => rows.move(-1),
    nextError: () => rows.moveToError(1),
    previousError: () => rows.moveToError(-1),
    open: () => (rows.selected ? open(rows.selected) : rows.move(0)),
    request: () => rows.selected?.record.request_id && update({ ...cleared(), q: termOf("request_id", rows.selected.record.request_id), range: "all", live: false }),
    live: () => byId("live").click(),
    newest: () => byId("scroller").scrollTo({ top: 0 }),
    close,
  });
  if (!state().live) load();
}

sessionOver = await startSession(start);
