// A visitor of the page: a shop, a browser, and what one does over and over.

import assert from "node:assert/strict";

import { openBrowser } from "./browser.js";
import { openShop } from "./shop.js";

/** Opens both; `options` are the shop's. */
export async function openVisitor(options = {}) {
  const shop = await openShop(options);
  const browser = await openBrowser();
  const { page } = browser;
  const rows = () => page.locator("#rows > .row");
  return {
    shop,
    browser,
    page,
    rows,
    /** What the rows in sight say that have been drawn. */
    cursors: () => rows().evaluateAll((all) => all.map((row) => row.dataset.cursor)),
    /** Opens the page anew; what it shows stands behind the `#` of its address. */
    async visit(question = {}) {
      await page.goto("about:blank");
      const text = String(new URLSearchParams(question));
      await page.goto(text ? `${shop.page}#${text}` : shop.page);
    },
    async signIn(token = shop.token) {
      await this.visit();
      await page.fill("#token", token);
      await page.click("#sign-in-form button");
      await page.locator("#app").waitFor();
    },
    /** Waits until the list has answered what is asked now. */
    async settled() {
      await page.locator("#foot:not(.loading, .older)").waitFor();
      await page.locator("#scroller:not(.stale)").waitFor();
    },
    /** Waits until nothing is being asked any more. */
    async calm() {
      await until("nothing is being asked", async () => await page.locator(":is(.stale, .loading, .older):visible").count() === 0);
    },
    async close() {
      await browser.close();
      assert.equal(await shop.close(), 0, "the shop ends well");
    },
  };
}

/** Waits until `ask` says yes. */
export async function until(what, ask) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) assert.fail(`it never came true that ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 30); });
  }
}
