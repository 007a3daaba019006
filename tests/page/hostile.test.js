// Records that would do harm where text is more than text, and records that repeat.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { HOSTILE, writeLog } from "./log.js";
import { openVisitor, until } from "./visitor.js";

let visitor;
let page;
let rows;

/** Each text wherever a text can be. */
function* records(end) {
  for (const [name, text] of Object.entries(HOSTILE)) {
    end += 1;
    yield {
      at: end, level: "WARNING", module: "hostile", message: text, user_id: text.slice(0, 60), operation: text.slice(0, 60),
      error: { type: text.slice(0, 100), message: text.slice(0, 1000), chain: [text.slice(0, 1000)], backtrace: text.slice(0, 20_000) },
      fields: { [text.slice(0, 40)]: text.slice(0, 1000), nested: { [text.slice(0, 40)]: [text.slice(0, 1000), null] }, name },
    };
  }
  for (let index = 0; index < 300; index += 1) yield { at: end + index, level: "INFO", module: "poll", message: "nothing new" };
}

before(async () => {
  visitor = await openVisitor({ visits: 0, prepare: (directory) => writeLog(directory, "shop", records(Date.now() - 60_000)) });
  ({ page, rows } = visitor);
  await visitor.signIn();
});

after(() => visitor?.close());

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

test("the browser had nothing to complain about", () => {
  assert.deepEqual(visitor.browser.complaints, []);
});
