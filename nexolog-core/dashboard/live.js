// Following the log: new lines come in at the top, unless the reader is looking at something further
// down. Then they wait, counted, and nothing moves under the reader's eyes.

import { stream } from "./api.js";
import { byId } from "./dom.js";
import { whole } from "./format.js";
import { parse } from "./json.js";
import { onChange, parameters, sameQuestion, state, update } from "./state.js";

/** Lines that wait; when more come, the oldest of them are left to be loaded by scrolling. */
const MOST_WAITING = 2000;

/** Rows made at once. Nobody reads faster; what is passed over is loaded by scrolling. */
const MOST_AT_ONCE = 1000;

/** The list changes at most this often, in milliseconds. */
const PACE = 150;

const SHORTEST_WAIT = 1000;
const LONGEST_WAIT = 30000;

/**
 * Joins the live button. `rows` is the list; `reload()` loads it anew and never fails; `refused(error)` hears of a
 * stream that was refused for good; `overflowed()` when older lines left the list; `skipped(text)` of lines that
 * are not shown. Returns `start` and `stop`.
 */
export function startLive({ rows, reload, refused, overflowed, skipped }) {
  let connection = null;
  let waiting = [];
  let spilled = false;
  let scheduled = false;
  let reloading = null;

  const button = byId("live");
  const pill = byId("new");
  const scroller = byId("scroller");

  // Whoever scrolled down, selects text or reads a record is not to lose the place.
  const isHeld = () => scroller.scrollTop > 24 || !getSelection().isCollapsed || rows.selected !== null;

  const flush = () => {
    scheduled = false;
    // A list that is just being loaded would take lines away that came in meanwhile.
    if (!connection || reloading) return;
    if (!isHeld() && waiting.length > 0) {
      const isMore = spilled || waiting.length > MOST_AT_ONCE;
      const fresh = waiting.slice(-MOST_AT_ONCE).reverse().map(({ data, cursor }) => ({ record: parse(data), cursor }));
      waiting = [];
      spilled = false;
      if (isMore) {
        rows.replace(fresh);
        skipped("Lines came faster than they can be read: some were passed over. Scroll down to load them.");
      }
      if (isMore || rows.prepend(fresh)) overflowed();
    }
    pill.hidden = waiting.length === 0;
    pill.textContent = `${spilled ? "more than " : ""}${whole(waiting.length)} new ↑`;
    if (button.dataset.state === "on" || button.dataset.state === "held") show(isHeld() ? "held" : "on");
  };

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setTimeout(() => requestAnimationFrame(flush), PACE);
  };

  const renew = async () => {
    const mine = reload();
    reloading = mine;
    await mine;
    if (reloading !== mine) return;
    reloading = null;
    schedule();
  };

  const take = (event) => {
    waiting.push({ data: event.data, cursor: event.id });
    if (waiting.length > MOST_WAITING * 1.5) {
      waiting = waiting.slice(-MOST_WAITING);
      spilled = true;
    }
    schedule();
  };

  const show = (name) => {
    button.dataset.state = name;
    button.setAttribute("aria-pressed", String(name !== "off"));
    byId("live-text").textContent = { off: "Live", connecting: "Connecting", on: "Live", held: "Paused", waiting: "Reconnecting" }[name];
  };

  const stop = () => {
    connection?.abort();
    connection = null;
    waiting = [];
    spilled = false;
    pill.hidden = true;
    show("off");
  };

  const start = async () => {
    stop();
    const mine = new AbortController();
    connection = mine;
    let cursor = "";
    let wait = SHORTEST_WAIT;
    while (connection === mine) {
      show(cursor ? "waiting" : "connecting");
      try {
        const { q } = parameters(state());
        await stream({ q, cursor }, mine.signal, (event) => {
          if (connection !== mine) return;
          if (event.type === "start") {
            show("on");
            wait = SHORTEST_WAIT;
            // From here on nothing is missed; what came before the stream is loaded now.
            if (!cursor) renew();
          }
          if (event.id) cursor = event.id;
          if (event.type === "message" && event.data) take(event);
          if (event.type === "gap") skipped(gapText(JSON.parse(event.data)));
        });
      } catch (error) {
        if (connection !== mine) return;
        if (error.status >= 400 && error.status < 500) {
          stop();
          update({ live: false });
          return refused(error);
        }
      }
      if (connection !== mine) return;
      // Even without a stream the records that are there can be read.
      if (!cursor) renew();
      show("waiting");
      await new Promise((resolve) => { setTimeout(resolve, wait); });
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  };

  button.addEventListener("click", () => {
    const isOn = state().live;
    update({ live: !isOn, around: "", ...(isOn || state().range !== "custom" ? {} : { range: "24h", from: "", to: "" }) });
  });
  pill.addEventListener("click", () => {
    getSelection().removeAllRanges();
    rows.select(null);
    scroller.scrollTo({ top: 0 });
    schedule();
  });
  const look = () => { if (connection) schedule(); };
  scroller.addEventListener("scroll", look, { passive: true });
  document.addEventListener("selectionchange", look);
  onChange((s, before) => {
    if (s.view !== "explore" || before.view !== "explore") return;
    if (s.live && (!before.live || !sameQuestion(s, before))) start();
    else if (!s.live && before.live) stop();
    else if (s.at !== before.at) look();
  });
  show("off");
  return { start, stop };
}

function gapText({ from, to, reason }) {
  return from === null || from === undefined ? `Some lines were skipped: ${reason}` : `Lines ${whole(from)} to ${whole(to)} were skipped: ${reason}`;
}
