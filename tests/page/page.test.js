// The page as its users meet it: in a browser, over the shop's own traffic.

import assert from "node:assert/strict";
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
});

after(async () => {
  await browser?.close();
  assert.equal(await shop?.close(), 0, "the shop ends well");
});

const rows = () => page.locator("#rows > .row");
const cursors = () => rows().evaluateAll((all) => all.map((row) => row.dataset.cursor));

/** Waits until `ask` says yes; what it says last is in the failure. */
async function until(what, ask) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) assert.fail(`it never came true that ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

/** Opens the page anew; what it shows stands behind the `#` of its address. */
async function visit(question = "") {
  await page.goto("about:blank");
  await page.goto(question ? `${shop.page}#${new URLSearchParams(question)}` : shop.page);
}

async function signIn() {
  await visit();
  await page.fill("#token", shop.token);
  await page.click("#sign-in-form button");
  await page.locator("#app").waitFor();
}

test("a wrong token is refused and the printed one lets in", async () => {
  await visit();
  await page.locator("#sign-in").waitFor();
  assert.equal(await page.locator("#app").isVisible(), false);
  await browser.picture("1-sign-in");
  await page.fill("#token", "not-the-token-that-was-printed");
  await page.click("#sign-in-form button");
  await page.locator("#sign-in-error").waitFor();
  assert.equal(await page.locator("#app").isVisible(), false);
  await signIn();
});

test("the newest records are listed and counted", async () => {
  await until("the shop's customers are gone", async () => {
    await visit({ q: "module:traffic" });
    await page.locator("#foot:not(.loading)").waitFor();
    return await rows().count() > 0;
  });
  await visit();
  await rows().first().waitFor();
  const listed = (await cursors()).map(Number);
  assert.ok(listed.length >= 50, `${listed.length} rows`);
  assert.deepEqual(listed, [...listed].sort((one, other) => other - one), "newest first");
  await until("errors are counted", async () => Number(await page.locator("#level-ERROR .count").textContent()) > 0);
  await browser.picture("2-rows");
});

test("a level is chosen, stays in the address, and is let go", async () => {
  const all = await rows().count();
  await page.click("#level-ERROR");
  await until("only errors are listed", () => rows().evaluateAll((shown) => shown.length > 0 && shown.every((row) => row.classList.contains("ERROR"))));
  assert.match(page.url(), /level=error/i);
  await page.reload();
  await rows().first().waitFor();
  assert.ok(await rows().evaluateAll((shown) => shown.every((row) => row.classList.contains("ERROR"))), "after a reload, too");
  await browser.picture("3-errors");
  await page.click("#clear");
  await until("all is listed again", async () => await rows().count() >= all);
});

test("a row opens in full and leads to its request", async () => {
  await visit({ q: "operation:place_order outcome:error" });
  await rows().first().click();
  const drawer = page.locator("#drawer");
  await drawer.waitFor();
  assert.match(await drawer.textContent(), /place_order failed/);
  await browser.picture("4-record");
  await page.keyboard.press("r");
  await until("the request's lines are listed", async () => /request_id/.test(await page.inputValue("#q")) && await rows().filter({ hasText: "POST /orders" }).count() === 1);
  assert.ok(await rows().count() >= 4);
  await page.keyboard.press("Escape");
  assert.equal(await drawer.isVisible(), false);
});

test("new records come in live, and what they say is only text", async () => {
  await visit();
  await rows().first().waitFor();
  await page.click("#live");
  await page.locator("#live[data-state=on]").waitFor();
  const before = Math.max(...(await cursors()).map(Number));
  const hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  await fetch(`http://${new URL(shop.page).host}/products?search=${encodeURIComponent(hostile)}`);
  const fresh = rows().filter({ hasText: "onerror=alert" });
  await fresh.first().waitFor();
  assert.ok(Number(await fresh.first().getAttribute("data-cursor")) > before);
  assert.equal(await page.locator("#rows img, #rows script").count(), 0);
  await fresh.first().click();
  await page.locator("#drawer").waitFor();
  assert.equal(await page.locator("#drawer img, #drawer script").count(), 0);
  await browser.picture("5-live");
  await page.click("#live");
  await page.locator("#live[data-state=off]").waitFor();
});

test("it fits a phone and the dark", async () => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 844 });
  await visit();
  await rows().first().waitFor();
  await browser.picture("6-phone-dark");
  const overflow = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${overflow} pixels too wide`);
  await page.setViewportSize({ width: 1280, height: 800 });
  await browser.picture("7-dark");
});

test("signing out ends it", async () => {
  await page.click("#sign-out");
  await page.locator("#sign-in").waitFor();
  await page.reload();
  await page.locator("#sign-in").waitFor();
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(browser.complaints, []);
});
