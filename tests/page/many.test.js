// Many records and fast ones: the page stays as quick and as small as it is.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { ordinary, writeLog } from "./log.js";
import { openProxy } from "./proxy.js";
import { openVisitor, until } from "./visitor.js";

const MANY = 100_000;

/** Lines a second of the fast stream, and for how many seconds. */
const FAST = 2_000;
const SECONDS = 5;

/** More elements than this for rows, however many records there are, would be no window on them. */
const MOST_ELEMENTS = 120;

let visitor;
let page;
let rows;
let proxy;

before(async () => {
  const end = Date.now() - 60_000;
  visitor = await openVisitor({ visits: 0, prepare: (directory) => writeLog(directory, "shop", ordinary(MANY, end)) });
  proxy = await openProxy(visitor.shop.address, "", fastStream);
  ({ page, rows } = visitor);
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration)))).observe({ type: "longtask" });
  });
  await visitor.signIn();
});

after(async () => {
  await proxy?.close();
  await visitor?.close();
});

/** Answers `/stream` with many lines a second. */
function fastStream(incoming, outgoing) {
  if (!incoming.url.includes("/stream?") && !incoming.url.endsWith("/stream")) return false;
  outgoing.writeHead(200, { "content-type": "text/event-stream" });
  outgoing.write("event: start\nid: 900000000\ndata: {}\n\n");
  let sent = 0;
  const timer = setInterval(() => {
    let text = "";
    for (let each = 0; each < FAST / 20 && sent < FAST * SECONDS; each += 1, sent += 1) {
      const record = { seq: 900_000_001 + sent, timestamp: new Date().toISOString(), level: sent % 50 ? "INFO" : "ERROR", module: "fast", message: `line ${sent} of the fast stream`, fields: { status: 200, path: "/fast" } };
      text += `id: ${record.seq}\ndata: ${JSON.stringify(record)}\n\n`;
    }
    if (text) outgoing.write(text);
    else clearInterval(timer);
  }, 50);
  outgoing.on("close", () => clearInterval(timer));
  return true;
}

/** What the browser spent in long tasks since it was asked last, for the report. */
async function longTasks(t, of) {
  const tasks = await page.evaluate(() => window.longTasks.splice(0));
  t.diagnostic(`${of}: ${tasks.length} tasks of more than 50 ms, the longest ${Math.max(0, ...tasks)} ms; ${Math.round(await page.evaluate(() => performance.memory.usedJSHeapSize) / 2 ** 20)} MB`);
}

test(`${MANY} records scroll as a hundred do`, async (t) => {
  await visitor.visit({ q: "thing", range: "all", flat: "1" });
  await visitor.settled();
  // A build with debug assertions counts a hundred thousand records for as long as it takes to load them.
  await page.click("#facets-button");
  await longTasks(t, "before");
  const loaded = await page.evaluate(async () => {
    const scroller = document.getElementById("scroller");
    const foot = document.getElementById("foot");
    let most = 0;
    while (!foot.classList.contains("end") && !foot.classList.contains("error")) {
      scroller.scrollTop = scroller.scrollHeight;
      await new Promise(requestAnimationFrame);
      most = Math.max(most, document.querySelectorAll("#rows > .row").length);
    }
    scroller.scrollTop = scroller.scrollHeight;
    return { most, height: document.getElementById("rows").clientHeight, foot: foot.textContent };
  });
  await longTasks(t, "loading them");
  assert.ok(loaded.most <= MOST_ELEMENTS, `${loaded.most} rows at once`);
  assert.equal(loaded.height, MANY * 28, loaded.foot);
  await rows().filter({ hasText: "did thing 0 of many" }).waitFor();
  const frames = await page.evaluate(async () => {
    const scroller = document.getElementById("scroller");
    const times = [];
    let last = performance.now();
    for (let frame = 0; frame < 240; frame += 1) {
      scroller.scrollTop -= 150;
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return times.sort((one, other) => one - other).map(Math.round);
  });
  t.diagnostic(`scrolling through them: half of the frames within ${frames[120]} ms, 95 % within ${frames[228]} ms, the longest ${frames.at(-1)} ms`);
  await longTasks(t, "scrolling");
  await page.keyboard.press("n");
  assert.match(await page.locator("#rows .selected").getAttribute("class"), /ERROR/);
  assert.ok(await rows().count() <= MOST_ELEMENTS);
  await visitor.browser.picture("many");
  await page.keyboard.press("Escape");
});

test(`${FAST} lines a second come in live, and the page stays small`, async (t) => {
  await page.goto(`${proxy.address}/dashboard/logs#${new URLSearchParams({ live: "1", q: "module:fast" })}`);
  await page.locator("#live[data-state=on]").waitFor();
  await rows().filter({ hasText: "of the fast stream" }).first().waitFor();
  await page.evaluate(() => window.longTasks.splice(0));
  // One reads further down meanwhile: nothing may move there.
  await until("there is something to scroll", async () => await page.evaluate(() => document.getElementById("scroller").scrollHeight > 3000));
  await page.evaluate(() => { document.getElementById("scroller").scrollTop = 1400; });
  await page.locator("#live[data-state=held]").waitFor();
  const read = await page.evaluate(() => document.querySelector("#rows > .row:nth-child(20)").textContent);
  await page.locator("#new", { hasText: "more than" }).waitFor();
  assert.equal(await page.evaluate(() => document.querySelector("#rows > .row:nth-child(20)").textContent), read);
  await visitor.browser.picture("fast");
  await page.click("#new");
  await rows().filter({ hasText: `line ${FAST * SECONDS - 1} of` }).waitFor();
  assert.match(await page.textContent("#notice"), /passed over/);
  assert.ok(await rows().count() <= MOST_ELEMENTS);
  await longTasks(t, "following");
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(visitor.browser.complaints, []);
});
