// Every view in both themes and at the width of a phone, as axe judges it: nothing serious.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { openVisitor, until } from "./visitor.js";

let visitor;
let page;
let axe;

before(async () => {
  axe = await readFile(fileURLToPath(new URL("node_modules/axe-core/axe.min.js", import.meta.url)), "utf8");
  visitor = await openVisitor();
  ({ page } = visitor);
});

after(() => visitor?.close());

/** What axe finds serious or worse, with the elements that are meant. */
async function findings() {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes.map(({ target, any }) => `${target} ${any[0]?.message ?? ""}`).slice(0, 3).join(" | ")}`);
}

/** Each view, and how one gets there. */
const VIEWS = {
  list: async () => {
    await visitor.visit({ q: "module:database,orders", off: "level:error", cols: "operation" });
    await visitor.rows().first().waitFor();
  },
  record: async () => {
    await visitor.visit({ q: "outcome:error has:error" });
    await visitor.rows().first().click();
    await page.locator("#drawer").waitFor();
  },
  choices: async () => {
    await visitor.visit();
    await visitor.settled();
    await page.click("#range-button");
  },
  suggestions: async () => {
    await visitor.visit();
    await visitor.settled();
    await page.fill("#q", "mod");
    await page.locator("#suggestions li").first().waitFor();
    await until("it is searched for", () => page.url().includes("q=mod"));
  },
  facets: async () => {
    await visitor.visit({ q: "-module:database" });
    await visitor.settled();
    if (!await page.locator("#facets").isVisible()) await page.click("#facets-button");
    await page.locator("#facets li").first().waitFor();
  },
  empty: async () => {
    await visitor.visit({ q: "module:nowhere" });
    await page.locator("#foot.empty").waitFor();
  },
  help: async () => {
    await visitor.visit();
    await visitor.settled();
    await page.keyboard.press("?");
  },
  request: async () => {
    await visitor.visit({ q: "has:request_id operation:place_order" });
    await visitor.rows().first().click();
    await page.locator("#drawer").waitFor();
    await page.keyboard.press("r");
    await page.locator(".waterfall").waitFor();
  },
  overview: async () => {
    await visitor.visit({ view: "overview" });
    await page.locator(".tile").first().waitFor();
  },
  audit: async () => {
    await visitor.visit({ view: "audit" });
    await page.locator("#audit-list tbody tr").first().waitFor();
    await page.locator("button", { hasText: "Check the trail" }).click();
    await page.locator("#audit-verdict code").waitFor();
  },
  settings: async () => {
    await visitor.visit({ view: "settings" });
    await page.locator("#settings select").first().waitFor();
    await until("all is there", async () => await page.locator("#settings .loading").count() === 0);
  },
};

/** Colours are the theme's, and what is where is the width's: three looks see all of both. */
const LOOKS = [["light", 1280, 800], ["dark", 1280, 800], ["light", 390, 844]];

async function look([colorScheme, width, height]) {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.setViewportSize({ width, height });
}

for (const each of LOOKS) {
  const name = `${each[0]}, ${each[1]} wide`;
  test(`signing in: ${name}`, async () => {
    await page.context().clearCookies();
    await look(each);
    await visitor.visit();
    await page.locator("#sign-in").waitFor();
    assert.deepEqual(await findings(), []);
    await visitor.signIn();
  });
  for (const [view, open] of Object.entries(VIEWS)) {
    test(`${view}: ${name}`, async () => {
      await open();
      await visitor.calm();
      await visitor.browser.picture(`access-${view}-${each[0]}-${each[1]}`);
      assert.deepEqual(await findings(), []);
      const overflow = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} pixels too wide`);
    });
  }
}

test("the browser had nothing to complain about", () => {
  assert.deepEqual(visitor.browser.complaints, []);
});
