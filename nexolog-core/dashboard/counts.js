// What the records add up to: the histogram, the counts on the filters, the line of figures.

import { stats } from "./api.js";
import { byId } from "./dom.js";
import { brief, duration, whole } from "./format.js";
import { drawHistogram } from "./histogram.js";
import { parameters, state, update } from "./state.js";

let latest = null;
let running = null;

/**
 * Asks for the counts of `s` and shows them; `counted(answer)` gets them too. A newer call takes over
 * from an older one. Levels are chosen here and not by the API, so that the chips of the levels that
 * are left out still say how much is behind them.
 */
export async function refreshCounts(s, counted) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const box = byId("histogram");
  box.classList.add("stale");
  try {
    const answer = await stats({ ...parameters(s), level: "" }, mine.signal);
    latest = answer;
    counted(answer);
    showCounts();
  } catch (error) {
    if (error.name === "AbortError") return;
    byId("summary").textContent = `Counts are not there: ${error.message}`;
  } finally {
    if (running === mine) box.classList.remove("stale");
  }
}

/** Draws the counts again, after the window or the zone changed. */
export function showCounts() {
  if (!latest) return;
  const { levels } = state();
  drawHistogram(byId("histogram"), latest.timeline, latest.interval_s, levels, (from, to) => {
    update({ range: "custom", from: new Date(from).toISOString(), to: new Date(to).toISOString(), live: false });
  });
  byId("summary").textContent = figures(latest, levels);
}

function figures(answer, levels) {
  const chosen = Object.entries(answer.levels).filter(([level]) => levels.length === 0 || levels.includes(level));
  const total = chosen.reduce((sum, [, count]) => sum + count, 0);
  const figures = [`${whole(total)} ${total === 1 ? "record" : "records"}`];
  if (answer.errors > 0) figures.push(`${whole(answer.errors)} ${answer.errors === 1 ? "error" : "errors"} (${(answer.error_rate * 100).toFixed(1)} %)`);
  if (answer.requests.total > 0) figures.push(`${brief(answer.requests.total)} ${answer.requests.total === 1 ? "request" : "requests"}, ${brief(answer.requests.failed)} failed`);
  if (answer.response_times.api.count > 0) figures.push(`p95 ${duration(answer.response_times.api.p95_ms)}`);
  if (!answer.complete) figures.push(`incomplete: ${answer.incomplete_reason}`);
  return figures.join("  ·  ");
}
