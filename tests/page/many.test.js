// Many records, fast ones, and records that would do harm: the page stays what it is.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { HOSTILE, ordinary, writeLog } from "./log.js";
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
  const hostile = Object.entries(HOSTILE).map(([name, text], index) => ({
    at: end + index, level: "WARNING", module: "hostile", message: text, operation: text.slice(0, 60), user_id: text.slice(0, 60),
    error: { type: text.slice(0, 100), message: text.slice(0, 1000), chain: [text.slice(0, 1000)], backtrace: text.slice(0, 20_000) },
    fields: { [text.slice(0, 40)]: text.slice(0, 1000), nested: { [text.slice(0, 40)]: [text.slice(0, 1000), null, 12345678901234567890n.toString()] }, name },
  }));
  const again = Array.from({ length: 300 }, (_, index) => ({ at: end + 1000 + index, level: "INFO", module: "poll", message: "nothing new" }));
  visitor = await openVisitor({ visits: 0, prepare: (directory) => writeLog(directory, "shop", [...ordinary(MANY, end), ...hostile, ...again]) });
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

test("hostile texts are shown as text, in rows, columns, facets, drawer and overview", async () => {
  await visitor.visit({ q: "module:hostile", cols: "operation", range: "all" });
  await visitor.settled();
  await until("every one is listed", async () => await rows().count() === Object.keys(HOSTILE).length);
  await page.locator("#facets li").first().waitFor();
  await visitor.browser.picture("hostile-rows");
  const text = await page.textContent("#rows");
  assert.ok(text.includes(HOSTILE.script) && text.includes("<img src=x"), "markup is there to be read");
  assert.ok(!/[\u202a-\u202e\u2066-\u2069\u001b]/.test(text), "nothing turns or hides text");
  assert.ok(text.includes("\\u202egnp.exe"), "what would is shown");
  for (const cursor of await visitor.cursors()) {
    await page.locator(`[data-cursor="${cursor}"]`).click();
    await until("it is open", () => new URL(page.url()).hash.includes(`at=${cursor}`));
    await page.locator("#drawer .full-message").waitFor();
    await page.locator("#drawer summary").last().click();
    assert.equal(await page.locator("#app :is(script, img:not(.brand img), iframe, object, embed, style)").count(), 0);
    assert.equal(await page.evaluate(() => [...document.querySelectorAll("#app *")].filter((each) => each.getAttributeNames().some((name) => name.startsWith("on"))).length), 0);
  }
  await visitor.browser.picture("hostile-record");
  await page.keyboard.press("Escape");
  await visitor.visit({ view: "overview", q: "module:hostile", range: "all" });
  await page.locator(".tile").first().waitFor();
  await visitor.browser.picture("hostile-overview");
});

test("a line of a megabyte opens at once in part, and in full when asked", async () => {
  await visitor.visit({ q: "module:hostile begin", range: "all" });
  await rows().first().click();
  const message = page.locator("#drawer .full-message");
  await message.waitFor();
  assert.ok((await message.textContent()).length < 20_000);
  await message.locator("button").click();
  assert.equal(await message.textContent(), HOSTILE.huge);
  await page.keyboard.press("Escape");
  await rows().first().waitFor();
});

test("repeated lines are one row, opened to each", async () => {
  await visitor.visit({ q: "module:poll", range: "all" });
  await visitor.settled();
  await page.locator(".times").waitFor();
  await until("all are loaded", async () => await page.textContent(".times") === "×300");
  assert.equal(await rows().count(), 1);
  await page.locator(".times").click();
  await until("each is listed", async () => await rows().count() > 20);
  await page.locator(".times.open").click();
  await until("they are one again", async () => await rows().count() === 1);
  await page.click("#columns-button");
  await page.uncheck("#grouped");
  await until("none is grouped", async () => await rows().count() > 20 && /flat=1/.test(page.url()));
});

test(`${MANY} records scroll as a hundred do`, async (t) => {
  await visitor.visit({ q: "module:api,orders,payments,database,auth -module:api:x thing", range: "all", flat: "1" });
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
    return { most, height: document.getElementById("rows").clientHeight, foot: foot.textContent };
  });
  await longTasks(t, "loading them");
  assert.ok(loaded.most <= MOST_ELEMENTS, `${loaded.most} rows at once`);
  assert.equal(loaded.height, MANY * 28, loaded.foot);
  assert.equal(await rows().last().locator(".message").textContent(), "did thing 0 of many");
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
