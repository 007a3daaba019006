// What the records add up to: the histogram, the counts on the levels, the line of figures.

import { stats } from "./api.js";
import { byId } from "./dom.js";
import { brief, duration, percent, whole } from "./format.js";
import { drawHistogram } from "./histogram.js";
import { chosen, withoutKey } from "./query.js";
import { parameters, state, update } from "./state.js";

let latest = null;
let running = null;

/**
 * Asks for the counts of `s` and shows them; `counted(levels)` gets them too. A newer call takes over
 * from an older one. Where levels are chosen by name, that is done here and not by the API, so that the
 * levels that are left out still say how much is behind them. Tells whether it was not stopped.
 */
export async function refreshCounts(s, counted) {
  stopCounting();
  const mine = new AbortController();
  running = mine;
  const box = byId("histogram");
  try {
    const isChosen = chosen(s.q, "", "level").length > 0;
    latest = await stats({ ...parameters(s), q: isChosen ? withoutKey(s.q, "level", "") : s.q }, mine.signal);
    counted(latest.levels);
    showCounts();
  } catch (error) {
    if (error.name === "AbortError") return false;
    byId("summary").textContent = `Counts are not there: ${error.message}`;
  } finally {
    if (running === mine) box.classList.remove("stale");
  }
  return true;
}

/** What is being counted is not of interest any more. */
export function stopCounting() {
  running?.abort();
  byId("histogram").classList.add("stale");
}

/** Draws the counts again, after the window or the zone changed. */
export function showCounts() {
  if (!latest) return;
  const levels = chosen(state().q, "", "level").map((level) => level.toUpperCase());
  drawHistogram(byId("histogram"), latest.timeline, latest.interval_s, levels, zoomTo);
  byId("summary").textContent = figures(latest, levels);
}

/** Shows this time only; "back" undoes it. */
export function zoomTo(from, to) {
  update({ range: "custom", from: new Date(from).toISOString(), to: new Date(to).toISOString(), live: false, around: "" });
}

function figures(answer, levels) {
  const shown = Object.entries(answer.levels).filter(([level]) => levels.length === 0 || levels.includes(level));
  const total = shown.reduce((sum, [, count]) => sum + count, 0);
  const found = [`${whole(total)} ${total === 1 ? "record" : "records"}`];
  const errors = shown.filter(([level]) => level === "ERROR" || level === "CRITICAL").reduce((sum, [, count]) => sum + count, 0);
  if (errors > 0) found.push(`${whole(errors)} ${errors === 1 ? "error" : "errors"} (${percent(errors / total)})`);
  if (answer.requests.total > 0) found.push(`${brief(answer.requests.total)} ${answer.requests.total === 1 ? "request" : "requests"}, ${brief(answer.requests.failed)} failed`);
  if (answer.response_times.api.count > 0) found.push(`p95 ${duration(answer.response_times.api.p95_ms)}`);
  if (!answer.complete) found.push(`incomplete: ${answer.incomplete_reason}`);
  return found.join("  ·  ");
}
