// The live stream, as a browser's own `EventSource` reads it.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

import { openBrowser } from "./browser.js";
import { openShop } from "./shop.js";

let shop;
let browser;
let page;

before(async () => {
  shop = await openShop();
  browser = await openBrowser();
  page = browser.page;
  page.setDefaultTimeout(20_000);
  await page.goto(shop.page);
  await page.fill("#token", shop.token);
  await page.click("#sign-in-form button");
  await page.locator("#app").waitFor();
});

after(async () => {
  await browser?.close();
  assert.equal(await shop?.close(), 0, "the shop ends well");
});

/** Lets the shop log a request that is found again by its id. */
async function logSomething() {
  const id = `browser-${randomUUID()}`;
  await fetch(`${shop.address}/products`, { headers: { "X-Request-Id": id } });
  return id;
}

/** Asks the API as the page does: with the cookie, from its own origin. */
const ask = (path) => page.evaluate(async (address) => (await fetch(address)).json(), `../api/v1/logs/${path}`);

/** What an `EventSource` takes until it has `count` records; it closes then. */
const read = (query, count) => page.evaluate(([address, wanted]) => new Promise((resolve, reject) => {
  const source = new EventSource(address);
  const got = [];
  source.onmessage = (event) => {
    got.push({ id: event.lastEventId, record: JSON.parse(event.data) });
    if (got.length === wanted) {
      source.close();
      resolve(got);
    }
  };
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) reject(new Error("the stream was refused"));
  };
}), [`../api/v1/logs/stream?${query}`, count]);

test("an EventSource reads what is logged, and goes on where another one stopped", async () => {
  const { cursors: [newest] } = await ask("search?limit=1");
  const ids = [await logSomething(), await logSomething(), await logSomething()].join(",");
  const { logs } = await ask(`search?request_id=${ids}&order=oldest`);
  assert.ok(logs.length >= 3);
  const first = await read(`request_id=${ids}&cursor=${newest}`, 1);
  const rest = await read(`request_id=${ids}&cursor=${first[0].id}`, logs.length - 1);
  assert.deepEqual([...first, ...rest].map(({ record }) => record), logs);
});

test("an EventSource hears of what is logged while it listens", async () => {
  const { cursors: [newest] } = await ask("search?limit=1");
  const id = `browser-${randomUUID()}`;
  const heard = read(`request_id=${id}&cursor=${newest}`, 1);
  await fetch(`${shop.address}/products`, { headers: { "X-Request-Id": id } });
  assert.equal((await heard)[0].record.request_id, id);
});

test("an EventSource without a session is refused for good", async () => {
  await page.context().clearCookies();
  await assert.rejects(read("", 1), /refused/);
});
