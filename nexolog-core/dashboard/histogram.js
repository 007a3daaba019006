// Records over time, stacked by level. Dragging across it, a click on a bar, or the arrow keys and Enter
// show that time only.

import { draw, make } from "./dom.js";
import { shortTime, tickTime, whole } from "./format.js";
import { LEVELS } from "./state.js";

const HEIGHT = 56;
const LEAST_BAR = 2;
const WIDEST_BAR = 48;

/** Draws `bars` (`{start, levels}`), each `interval` seconds wide; `zoom(from, to)` takes times in ms. */
export function drawHistogram(box, bars, interval, chosen, zoom) {
  if (bars.length === 0) {
    box.replaceChildren();
    return;
  }
  const levels = LEVELS.filter((level) => chosen.length === 0 || chosen.includes(level));
  const totals = bars.map((bar) => levels.reduce((sum, level) => sum + (bar.levels[level] ?? 0), 0));
  const highest = Math.max(1, ...totals);
  const width = Math.max(box.clientWidth, 100);
  const step = width / bars.length;

  const svg = draw("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: "none", height: HEIGHT, tabindex: 0, role: "group", "data-keys": "", "aria-label": `Arrow keys choose a bar, with Shift several; Enter shows that time only. ${whole(totals.reduce((a, b) => a + b, 0))} records in ${bars.length} bars of ${interval} seconds` });
  const hover = draw("rect", { class: "hover", y: 0, height: HEIGHT, width: 0 });
  svg.append(hover);
  bars.forEach((bar, index) => stack(svg, bar, levels, highest, index * step, step));

  const tip = make("div", { class: "tip", hidden: true });
  const hadFocus = box.contains(document.activeElement);
  box.replaceChildren(svg, axis(bars, interval), tip);
  if (hadFocus) svg.focus();
  follow({ box, svg, hover, tip, bars, totals, levels, interval, step, zoom });
}

/** One bar: its levels from the bottom up, the most serious lowest so that it stays in sight. */
function stack(svg, bar, levels, highest, x, step) {
  const width = Math.max(1, Math.min(step - 1, WIDEST_BAR));
  const left = x + (step - width) / 2;
  let bottom = HEIGHT;
  for (const level of levels) {
    const count = bar.levels[level] ?? 0;
    if (count === 0) continue;
    // A single ERROR among thousands must still be seen.
    const height = Math.max(LEAST_BAR, (count / highest) * (HEIGHT - 6));
    bottom = Math.max(0, bottom - height);
    svg.append(draw("rect", { class: level, x: left.toFixed(2), y: bottom.toFixed(2), width: width.toFixed(2), height: height.toFixed(2), rx: Math.min(1.5, step / 4) }));
  }
}

function axis(bars, interval) {
  const count = Math.min(bars.length, window.innerWidth < 600 ? 3 : 6);
  const ticks = Array.from({ length: count }, (_, index) => bars[Math.floor((index * bars.length) / count)]);
  return make("div", { class: "axis", "aria-hidden": "true" }, ...ticks.map((bar) => make("span", {}, tickTime(new Date(bar.start), interval))));
}

function follow({ box, svg, hover, tip, bars, totals, levels, interval, step, zoom }) {
  /** Where a choice began; `null` while none is being made. */
  let begin = null;
  /** @type {[number, number]} */
  let chosen = [bars.length - 1, bars.length - 1];
  const indexAt = (event) => {
    const { left, width } = svg.getBoundingClientRect();
    const share = (event.clientX - left) / Math.max(1, width);
    return Math.max(0, Math.min(bars.length - 1, Math.floor(share * bars.length)));
  };
  const choose = (one, other) => {
    const [first, last] = [Math.min(one, other), Math.max(one, other)];
    chosen = [first, last];
    hover.setAttribute("x", first * step);
    hover.setAttribute("width", (last - first + 1) * step);
    tip.replaceChildren(...describe(bars, totals, levels, interval, first, last));
    tip.hidden = false;
    const left = (first / bars.length) * box.clientWidth;
    tip.style.left = `${Math.min(left, Math.max(0, box.clientWidth - tip.offsetWidth))}px`;
  };
  const leave = () => {
    if (begin !== null) return;
    tip.hidden = true;
    hover.setAttribute("width", 0);
  };
  const finish = ([first, last]) => zoom(new Date(bars[first].start).getTime(), new Date(bars[last].start).getTime() + interval * 1000);
  svg.onpointermove = (event) => choose(begin ?? indexAt(event), indexAt(event));
  svg.onpointerleave = leave;
  svg.onblur = leave;
  svg.onpointerdown = (event) => {
    begin = indexAt(event);
    svg.setPointerCapture(event.pointerId);
  };
  svg.onpointercancel = () => { begin = null; };
  svg.onpointerup = (event) => {
    if (begin === null) return;
    choose(begin, indexAt(event));
    begin = null;
    finish(chosen);
  };
  let anchor = null;
  svg.onkeydown = (event) => {
    if (event.key === "Enter") return tip.hidden ? undefined : finish(chosen);
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const from = anchor === null ? bars.length : (anchor === chosen[0] ? chosen[1] : chosen[0]);
    const to = Math.max(0, Math.min(bars.length - 1, from + move));
    if (!event.shiftKey || anchor === null) anchor = to;
    choose(anchor, to);
  };
}

function describe(bars, totals, levels, interval, first, last) {
  const sums = levels.map((level) => [level, bars.slice(first, last + 1).reduce((sum, bar) => sum + (bar.levels[level] ?? 0), 0)]);
  const total = totals.slice(first, last + 1).reduce((a, b) => a + b, 0);
  const end = new Date(new Date(bars[last].start).getTime() + interval * 1000);
  return [
    make("strong", {}, whole(total)),
    make("span", {}, `${shortTime(new Date(bars[first].start))} to ${shortTime(end).slice(11)}`),
    ...sums.filter(([, count]) => count > 0).map(([level, count]) => make("span", { class: `count ${level}` }, `${level.toLowerCase()} ${whole(count)}`)),
  ];
}
