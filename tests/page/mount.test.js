// The page wherever it is mounted, behind a proxy that strips the prefix; and when that proxy fails.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openProxy } from "./proxy.js";
import { openVisitor } from "./visitor.js";

const PREFIX = "/tools/of%20the%20team";

let visitor;
let proxy;
let page;
let rows;

before(async () => {
  visitor = await openVisitor({ visits: 3 });
  proxy = await openProxy(visitor.shop.address, PREFIX);
  ({ page, rows } = visitor);
});

after(async () => {
  await proxy?.close();
  await visitor?.close();
});

test("with and without a slash at the end it finds its parts and its API", async () => {
  for (const slash of ["", "/"]) {
    await page.context().clearCookies();
    await page.goto(`${proxy.address}/dashboard/logs${slash}`);
    await page.fill("#token", visitor.shop.token);
    await page.click("#sign-in-form button");
    await rows().first().waitFor();
    await page.click("[data-view=overview]");
    await page.locator(".tile").first().waitFor();
    assert.ok(page.url().startsWith(`${proxy.address}/dashboard/logs${slash}#`));
  }
});

test("a stream that breaks is taken up where it was", async () => {
  await page.click("[data-view=explore]");
  await visitor.settled();
  await page.click("#live");
  await page.locator("#live[data-state=on]").waitFor();
  assert.deepEqual(visitor.browser.complaints, []);
  proxy.cut();
  await page.locator("#live[data-state=waiting]").waitFor();
  await fetch(`${visitor.shop.address}/products?search=meanwhile`);
  await rows().filter({ hasText: "meanwhile" }).first().waitFor();
  await page.locator("#live[data-state=on]").waitFor();
  const seen = (await visitor.cursors()).map(Number);
  assert.equal(new Set(seen).size, seen.length, "nothing comes twice");
  await page.click("#live");
  // The browser complains about the connection that was cut, and about nothing else.
  visitor.browser.forget(/net::ERR_/);
  assert.deepEqual(visitor.browser.complaints, []);
});

test("a service that is gone is told apart from an empty log, and found again", async () => {
  await proxy.close();
  await page.fill("#q", "something");
  await page.keyboard.press("Enter");
  const why = page.locator("#notice", { hasText: "can't be reached" });
  await why.waitFor();
  assert.match(await page.getAttribute("#scroller", "class"), /stale/, "what is listed is of another question");
  await visitor.browser.picture("error");
  proxy = await openProxy(visitor.shop.address, PREFIX, undefined, proxy.port);
  await why.locator("button").click();
  await page.locator("#scroller:not(.stale)").waitFor();
  await page.locator("#notice").waitFor({ state: "hidden" });
  await page.locator("#foot.empty").waitFor();
  visitor.browser.forget(/net::ERR_/);
  assert.deepEqual(visitor.browser.complaints, []);
});
