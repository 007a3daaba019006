// How the service is: totals and error rate over time, where the time goes, who was there, and the log's own health.

import { health, stats } from "./api.js";
import { zoomTo } from "./counts.js";
import { button, byId, draw, make, table } from "./dom.js";
import { ago, brief, duration, fullTime, percent, size, visible, whole } from "./format.js";
import { drawHistogram } from "./histogram.js";
import { termOf, withTerm } from "./query.js";
import { hrefTo, isNarrowed, parameters, state, update } from "./state.js";

/** Rows of a table that lists the biggest of many. */
const MOST = 15;

let running = null;
/** What the figures on the page are of; those of another question are not shown meanwhile. */
let shownFor = "";

/** Asks and shows; what is there stays until the answer comes. */
export async function showOverview() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const box = byId("overview");
  const asked = parameters(state());
  if (shownFor !== JSON.stringify(asked)) box.classList.add("stale");
  if (!shownFor) box.replaceChildren(make("p", { class: "loading" }, "Counting…"));
  try {
    const [answer, log] = await Promise.all([stats(asked, mine.signal), health()]);
    if (running !== mine) return;
    shownFor = JSON.stringify(asked);
    const { scrollTop } = box;
    box.replaceChildren(...(answer.total === 0 ? [nothing(), healthPart(log)] : parts(answer, log)));
    drawCharts(answer);
    box.scrollTop = scrollTop;
  } catch (error) {
    if (error.name === "AbortError" || error.status === 401) return;
    shownFor = "";
    box.replaceChildren(make("div", { class: "state" }, make("strong", {}, "The figures could not be loaded"), make("p", { class: "problem", role: "alert" }, error.message), button("Try again", showOverview)));
  } finally {
    if (running === mine) box.classList.remove("stale");
  }
}

function nothing() {
  return make("div", { class: "state" }, make("strong", {}, isNarrowed(state()) ? "No record matches" : "Nothing was logged in this time"),
    state().range === "all" ? null : button("Count all time", () => update({ range: "all", from: "", to: "" })));
}

function parts(answer, log) {
  return [
    answer.complete ? null : make("p", { class: "problem" }, `Incomplete: ${answer.incomplete_reason}`),
    make("h1", { class: "unseen" }, "Overview"),
    tiles(answer, log),
    make("div", { class: "cards" },
      card("Records over time", make("div", { class: "histogram", id: "overview-bars" })),
      card("Share of errors over time", make("div", { id: "overview-errors" }))),
    make("div", { class: "cards" },
      card("Response times", timesTable(answer)),
      card("Answers", statuses(answer.requests)),
      card("Modules", modulesTable(answer)),
      card("Operations", operationsTable(answer)),
      card("External services", externalTable(answer)),
      card("Users", facts([["logged in", whole(answer.users.logins)], ["failed to", whole(answer.users.failed_logins)], ["logged out", whole(answer.users.logouts)], ["active", whole(answer.users.active)]])),
      healthPart(log)),
  ].filter(Boolean);
}

const card = (title, ...content) => make("section", { class: "panel-card" }, make("h2", {}, title), ...content);

const facts = (pairs) => make("dl", { class: "facts" }, ...pairs.map(([key, value]) => make("div", {}, make("dt", {}, key), make("dd", {}, value))));

/** A link to the records behind a figure. */
const into = (name, term) => make("a", { href: hrefTo({ view: "explore", q: withTerm(state().q, term), live: false, at: "" }) }, name);

function tiles({ total, errors, error_rate: rate, requests, response_times: times, users }, log) {
  const tile = (name, value, note, kind = "") => make("div", { class: `tile ${kind}` }, make("span", {}, name), make("strong", {}, value), make("small", {}, note));
  return make("div", { class: "tiles" },
    tile("Records", brief(total), `${whole(total)} in all`),
    tile("Errors", brief(errors), percent(rate), errors > 0 ? "bad" : ""),
    tile("Requests", brief(requests.total), `${whole(requests.failed)} failed, ${percent(requests.error_rate)}`),
    tile("API p95", times.api.count ? duration(times.api.p95_ms) : "–", `half within ${times.api.count ? duration(times.api.p50_ms) : "–"}`),
    tile("Database p95", times.database.count ? duration(times.database.p95_ms) : "–", `half within ${times.database.count ? duration(times.database.p50_ms) : "–"}`),
    tile("Active users", brief(users.active), `${whole(users.failed_logins)} failed logins`),
    tile("Lost", brief(log.lost), log.lost === 0 ? "everything is logged" : "since the start", log.lost > 0 ? "bad" : ""));
}

function drawCharts({ timeline, interval_s: interval }) {
  const bars = byId("overview-bars");
  if (!bars) return;
  drawHistogram(bars, timeline, interval, [], zoomTo);
  const shares = timeline.map(({ levels }) => {
    const total = Object.values(levels).reduce((sum, count) => sum + count, 0);
    return total ? (levels.ERROR + levels.CRITICAL) / total : 0;
  });
  const highest = Math.max(0.01, ...shares);
  const points = shares.map((share, index) => `${(100 * (index + 0.5)) / shares.length},${56 - (share / highest) * 52}`);
  byId("overview-errors").replaceChildren(
    draw("svg", { class: "line", viewBox: "0 0 100 58", preserveAspectRatio: "none", role: "img", "aria-label": `Share of errors, at most ${percent(highest)}` },
      draw("polygon", { points: `0,58 ${points.join(" ")} 100,58` }), draw("polyline", { points: points.join(" ") })),
    make("p", { class: "summary" }, `at most ${percent(Math.max(0, ...shares))}`));
}

const TIMES = [" calls", " average", " p50", " p95", " p99", " longest"];
const timeCells = (times) => [whole(times.count), duration(times.avg_ms), duration(times.p50_ms), duration(times.p95_ms), duration(times.p99_ms), duration(times.max_ms)];

function timesTable({ response_times: { api, database, modules } }) {
  const rows = [["API", api], ["database", database], ...Object.entries(modules).filter(([name]) => !["api", "database"].includes(name))];
  const timed = rows.filter(([, times]) => times.count > 0).slice(0, MOST);
  return timed.length === 0 ? none("Nothing was timed.") : table("Response times", ["of", ...TIMES], timed.map(([name, times]) => [make("span", {}, visible(name)), ...timeCells(times)]));
}

const none = (text) => make("p", { class: "none" }, text);

function statuses({ statuses: counts, total }) {
  if (total === 0) return none("No request was served.");
  return make("ul", { class: "bars" }, ...Object.entries(counts).filter(([, count]) => count > 0).map(([name, count]) => {
    const item = make("li", { class: `s${name[0]}` }, into(name, `status:${name[0]}00..${name[0]}99`), make("span", {}, `${whole(count)} · ${percent(count / total)}`));
    item.style.setProperty("--share", `${(100 * count) / total}%`);
    return item;
  }));
}

function modulesTable({ modules }) {
  return table("Modules", ["module", " records", " errors", " share"], modules.slice(0, MOST).map(({ module, count, levels }) => {
    const errors = levels.ERROR + levels.CRITICAL;
    return [into(visible(module), termOf("module", module)), whole(count), whole(errors), percent(errors / count)];
  }));
}

function operationsTable({ operations }) {
  if (operations.length === 0) return none("No operation was logged.");
  return table("Operations", ["operation", " calls", " failed", " p50", " p95", " p99"], operations.slice(0, MOST).map(({ operation, count, failures, times }) =>
    [into(visible(operation), termOf("operation", operation)), whole(count), whole(failures), ...(times.count ? [duration(times.p50_ms), duration(times.p95_ms), duration(times.p99_ms)] : ["–", "–", "–"])]));
}

function externalTable({ external }) {
  if (external.length === 0) return none("No call to another service was logged.");
  return table("External services", ["service", " calls", " failed", " p95", "last"], external.slice(0, MOST).map(({ service, calls, failures, times, last_outcome: last }) =>
    [make("span", {}, visible(service)), whole(calls), whole(failures), times.count ? duration(times.p95_ms) : "–", make("span", {}, last ?? "")]));
}

/** What the log says of itself. */
function healthPart(log) {
  const words = { ok: "well", degraded: "degraded", failing: "failing" };
  const { storage } = log;
  return card("The log itself", facts([
    ["state", words[log.status] ?? log.status],
    ["written since start", whole(log.written)],
    ["lost", whole(log.lost)],
    ["queue", `${size(log.queue.bytes)} of ${size(log.queue.capacity)}`],
    ["stored", storage ? `${size(storage.bytes)} in ${whole(storage.files)} files` : "unknown"],
    ["free on the disk", storage?.free_bytes ? size(storage.free_bytes) : "unknown"],
    ["reaches back to", storage?.oldest ? `${fullTime(storage.oldest).slice(0, 19)}, ${ago(storage.oldest)}` : "unknown"],
    ["viewers now", whole(log.viewers)],
    ["version", log.version],
    ...(log.last_error ? [["last error", `${log.last_error.message} (${ago(log.last_error.at)})`]] : []),
    ...Object.entries(log.lost_by_cause).filter(([, count]) => count > 0).map(([cause, count]) => [`lost: ${cause}`, whole(count)]),
    ...Object.entries(log.missed_by_sink).filter(([, count]) => count > 0).map(([sink, count]) => [`missed by ${sink}`, whole(count)]),
  ]));
}
