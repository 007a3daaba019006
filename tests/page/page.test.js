// The page as its users meet it: in a browser, over the shop's own traffic.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { openVisitor, until } from "./visitor.js";

let visitor;
let page;
let rows;

before(async () => {
  visitor = await openVisitor();
  ({ page, rows } = visitor);
});

after(() => visitor?.close());

const picture = (name) => visitor.browser.picture(name);
const box = () => page.inputValue("#q");
const messages = () => rows().evaluateAll((all) => all.map((row) => row.querySelector(".message").textContent));
const terms = () => page.locator("#terms .term").evaluateAll((all) => all.map((term) => term.firstChild.textContent));

async function search(q) {
  await page.fill("#q", q);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await until(`the address has ${q}`, () => new URLSearchParams(new URL(page.url()).hash.slice(1)).get("q") === q);
  await visitor.settled();
}

test("a wrong token is refused and the printed one lets in", async () => {
  await visitor.visit();
  await page.locator("#sign-in").waitFor();
  assert.equal(await page.locator("#app").isVisible(), false);
  await picture("1-sign-in");
  await page.fill("#token", "not-the-token-that-was-printed");
  await page.click("#sign-in-form button");
  await page.locator("#sign-in-error").waitFor();
  assert.equal(await page.locator("#app").isVisible(), false);
  await visitor.signIn();
});

test("the newest records are listed and counted", async () => {
  await until("the shop's customers are gone", async () => {
    await visitor.visit({ q: "module:traffic" });
    await visitor.settled();
    return await rows().count() > 0;
  });
  await visitor.visit();
  await rows().first().waitFor();
  const listed = (await visitor.cursors()).map(Number);
  assert.ok(listed.length >= 20, `${listed.length} rows`);
  assert.deepEqual(listed, [...listed].sort((one, other) => other - one), "newest first");
  await until("errors are counted", async () => Number(await page.locator("#level-ERROR .count").textContent()) > 0);
  await picture("2-rows");
});

test("a level is chosen, stays in the address, and is let go", async () => {
  await page.click("#level-ERROR");
  const areErrors = () => rows().evaluateAll((shown) => shown.length > 0 && shown.every((row) => row.classList.contains("ERROR")));
  await until("only errors are listed", areErrors);
  assert.equal(await box(), "level:error");
  await page.reload();
  await visitor.settled();
  assert.ok(await areErrors(), "after a reload, too");
  assert.equal(await page.getAttribute("#level-ERROR", "aria-pressed"), "true");
  await picture("3-errors");
  await page.click("#level-WARNING", { modifiers: ["Shift"] });
  await until("warnings are listed, too", async () => await box() === "level:critical,error,warning");
  await page.click("#clear");
  await until("all is listed again", async () => await box() === "" && !(await areErrors()));
});

test("a condition is switched off and on again without being lost", async () => {
  await search("module:database outcome:error");
  assert.deepEqual(await terms(), ["module:database", "outcome:error"]);
  await page.locator("#terms button", { hasText: "outcome:error" }).click();
  await until("it is off", async () => await box() === "module:database");
  assert.equal(await page.locator(".term.off").count(), 1);
  await page.reload();
  await page.locator(".term.off").waitFor();
  await page.locator(".term.off button").first().click();
  await until("it is on", async () => await box() === "module:database outcome:error");
  await page.locator("#terms .remove").first().click();
  await until("the other is gone", async () => await box() === "outcome:error");
});

test("keys and values are offered, and earlier queries", async () => {
  await visitor.visit();
  await visitor.settled();
  await page.keyboard.press("/");
  await page.keyboard.type("modu");
  const options = page.locator("#suggestions li");
  await until("the key is offered", async () => await options.first().locator("code").textContent() === "module:");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await box(), "module:");
  await options.filter({ hasText: "database" }).waitFor();
  await picture("4-completion");
  await page.keyboard.type("pay");
  await until("only what fits is offered", async () => await options.count() === 1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  assert.equal(await box(), "module:payments ");
  await page.keyboard.type("declined");
  await page.keyboard.press("Enter");
  await until("it is searched for", async () => /declined/.test(decodeURIComponent(page.url())));
  await page.keyboard.press("Escape");
  await visitor.visit();
  await visitor.settled();
  await page.keyboard.press("/");
  await options.filter({ hasText: "module:payments declined" }).waitFor();
});

test("what was searched for is marked, and what can't be read is said", async () => {
  await search("declined");
  assert.ok(await page.locator("#rows mark", { hasText: "declined" }).count() > 0);
  await search("level:nonsense");
  await page.locator("#warnings p").first().waitFor();
});

test("nothing found says what to do", async () => {
  await search("module:nowhere last:1h");
  await page.locator("#foot.empty").waitFor();
  await picture("5-empty");
  await page.locator("#foot button", { hasText: "Remove every filter" }).click();
  await rows().first().waitFor();
});

test("times are given as they come, and shown in either zone", async () => {
  await visitor.visit();
  await rows().first().waitFor();
  const first = await rows().first().locator("time").getAttribute("datetime");
  const seconds = Math.floor(Date.parse(first) / 1000) - 5;
  await page.click("#range-button");
  await page.fill("#range-from", String(seconds));
  assert.match(await page.textContent("#range-preview"), /^From \d{4}-\d\d-\d\d/);
  await page.fill("#range-to", "yesterdayish");
  assert.match(await page.textContent("#range-preview"), /no time/);
  await page.fill("#range-to", first);
  await picture("6-time");
  await page.locator("#range-form button[type=submit]").click();
  await until("the address has both", () => /from=.*to=/.test(page.url()));
  await visitor.settled();
  const times = await rows().locator("time").evaluateAll((all) => all.map((time) => Date.parse(time.getAttribute("datetime"))));
  assert.ok(times.length > 0 && times.every((time) => time >= seconds * 1000 && time <= Date.parse(first) + 1), "all within");
  const zone = page.locator(".tools [data-zone]");
  await zone.click();
  assert.equal(await zone.textContent(), "UTC");
  const shown = page.locator("#rows time").first();
  assert.equal(await shown.textContent(), (await shown.getAttribute("datetime")).slice(11, 23));
  await page.reload();
  await rows().first().waitFor();
  assert.equal(await zone.textContent(), "UTC");
  await zone.click();
});

test("a part of the histogram is brushed to zoom in, and back undoes it", async () => {
  await visitor.visit();
  const svg = page.locator("#histogram svg");
  await svg.waitFor();
  await visitor.calm();
  const before = page.url();
  // The drawing is made anew when the window settles; the box around it stays.
  const { x, y, width } = await page.locator("#histogram").boundingBox();
  await until("the range is the brushed one", async () => {
    await page.mouse.move(x + width * 0.3, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + 20, { steps: 3 });
    await page.mouse.up();
    return page.evaluate(() => /range=custom/.test(location.hash));
  });
  await page.goBack();
  await until("the range is the one before", () => page.url() === before);
  await visitor.settled();
  await visitor.calm();
  await svg.waitFor();
  await svg.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  await until("the keyboard zooms, too", () => /range=custom/.test(page.url()));
});

test("keys become columns, kept in the address", async () => {
  await visitor.visit({ q: "module:database", cols: "operation" });
  await rows().first().waitFor();
  assert.match(await rows().first().locator(".column").first().textContent(), /^(select|update|insert|search)_/);
  await page.click("#columns-button");
  await page.fill("#column-filter", "table");
  await page.keyboard.press("Enter");
  await until("the field is a column", async () => await page.locator("#list-head .column").count() === 2);
  assert.match(await rows().first().locator(".column").nth(1).textContent(), /^(products|orders|customers)$/);
  await page.keyboard.press("Escape");
  await picture("7-columns");
  await page.locator("#list-head button").first().click();
  await until("it is gone", () => /cols=table(&|$)/.test(page.url()));
});

test("a row opens in full: its error, its fields, ways to filter and to take it along", async () => {
  const question = { q: "operation:place_order outcome:error has:error" };
  await visitor.visit(question);
  await rows().first().click();
  const drawer = page.locator("#drawer");
  await drawer.waitFor();
  const [, cursor] = /at=(\d+)/.exec(page.url());
  assert.match(await drawer.textContent(), /place_order failed/);
  await drawer.locator(".part.error").waitFor();
  await picture("8-record");
  await visitor.visit({ q: "level:>=warning -outcome:success", at: cursor });
  await drawer.waitFor();
  await visitor.calm();
  await visitor.browser.readmePicture("page");
  await visitor.visit(question);
  await rows().first().click();
  await drawer.waitFor();
  await drawer.locator(".copies button", { hasText: "JSON" }).click();
  const record = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(record.operation, "place_order");
  await drawer.locator(".copies button", { hasText: "text" }).click();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /WARNING orders: place_order failed/);
  await drawer.locator(".copies button", { hasText: "link" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await drawer.locator("button[aria-label='Leave out this value: user_id']").click();
  await until("it is left out", async () => (await box()).includes(`-user_id:${record.user_id}`));
  await page.goto("about:blank");
  await page.goto(link);
  await drawer.waitFor();
  assert.match(await drawer.textContent(), new RegExp(record.request_id));
});

test("facets count, ask for values and leave them out", async () => {
  await visitor.visit();
  const value = (name) => page.locator(`[data-facet="module:${name}"]`);
  await value("database").waitFor();
  await value("database").click();
  await until("it is asked for", async () => await box() === "module:database");
  // The others stay, to be added.
  await until("it is marked", async () => await value("database").getAttribute("aria-pressed") === "true");
  await value("orders").click();
  await until("both are asked for", async () => await box() === "module:database,orders");
  await page.locator("[data-facet='-outcome:success']").click();
  await until("one is left out", async () => await box() === "module:database,orders -outcome:success");
  await visitor.settled();
  await picture("facets");
  const shown = await rows().locator(".module").allTextContents();
  assert.ok(shown.length > 0 && shown.every((module) => ["database", "orders"].includes(module)));
  await until("it is marked", async () => await value("database").getAttribute("aria-pressed") === "true");
  await value("database").click();
  await until("it is let go", async () => await box() === "-outcome:success module:orders");
});

test("a request is told from its first line to its last, and where its time went", async () => {
  await visitor.visit({ q: "operation:place_order outcome:error has:error" });
  await rows().first().click();
  await page.locator("#drawer").waitFor();
  const list = page.url();
  await page.keyboard.press("r");
  await page.locator(".waterfall li").first().waitFor();
  assert.match(await page.textContent("#request h1"), /^POST \/orders \d+/);
  assert.ok(await page.locator(".waterfall li").count() >= 3);
  assert.ok(await page.locator(".waterfall .bad").count() >= 1, "what failed is told");
  const lines = await page.locator("#request .row").count();
  await visitor.browser.readmePicture("request");
  await page.reload();
  await page.locator(".waterfall li").first().waitFor();
  await page.locator(".waterfall a", { hasText: "place_order" }).first().click();
  await page.locator("#drawer").waitFor();
  await visitor.settled();
  assert.equal(await rows().count(), lines, "all of its lines are there");
  await page.goBack();
  await page.locator(".waterfall li").first().waitFor();
  await page.keyboard.press("Escape");
  await until("the list is back", () => page.url() === list);
  await visitor.visit({ view: "request", id: "nobody-asked-this" });
  await page.locator("#request .problem").waitFor();
  assert.match(await page.textContent("#request"), /Nothing is stored/);
  // A browser calls every 404 an error.
  visitor.browser.forget(/404/);
});

test("the lines around one are shown whatever the filter, and left again", async () => {
  await visitor.visit({ q: "module:orders level:>=warning" });
  await rows().first().click();
  await page.locator("#drawer").waitFor();
  const found = await rows().count();
  const cursor = await page.locator("#rows .selected").getAttribute("data-cursor");
  await page.keyboard.press("c");
  await page.locator("#around").waitFor();
  await until("lines of other modules are there", async () => new Set(await rows().locator(".module").allTextContents()).size > 1);
  assert.equal(await page.locator("#rows .selected").getAttribute("data-cursor"), cursor);
  await picture("around");
  await page.reload();
  await page.locator("#around").waitFor();
  await page.locator("#rows .selected").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.locator("#around").waitFor({ state: "hidden" });
  await until("the search is back", async () => await rows().count() === found);
});

test("what the filter shows is exported in each format", async () => {
  await visitor.visit({ q: "module:orders level:>=warning", range: "all", flat: "1" });
  await visitor.settled();
  const listed = await rows().count();
  for (const [name, format, count] of [
    ["JSON lines", "jsonl", (text) => text.trim().split("\n").map((line) => JSON.parse(line)).filter(({ module }) => module === "orders").length],
    ["JSON", "json", (text) => JSON.parse(text).logs.length],
    ["CSV", "csv", (text) => text.trim().split("\r\n").length - 1],
  ]) {
    await page.keyboard.press("e");
    const link = page.locator("#export a", { has: page.locator("strong", { hasText: new RegExp(`^${name}$`) }) });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assert.match(download.suggestedFilename(), new RegExp(`\\.${format}$`));
    assert.equal(count(await readFile(await download.path(), "utf8")), listed, format);
  }
});

test("the keyboard does it all", async () => {
  await visitor.visit();
  await visitor.settled();
  const selected = () => page.locator("#rows .selected").getAttribute("data-cursor");
  await page.keyboard.press("j");
  const first = await selected();
  await page.keyboard.press("j");
  assert.notEqual(await selected(), first);
  await page.keyboard.press("k");
  assert.equal(await selected(), first);
  await page.keyboard.press("n");
  const error = await selected();
  assert.match(await page.locator("#rows .selected").getAttribute("class"), /ERROR|CRITICAL/);
  await page.keyboard.press("n");
  await page.keyboard.press("p");
  assert.equal(await selected(), error);
  assert.ok(await page.locator("#drawer").isVisible());
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#drawer").isVisible(), false);
  await page.keyboard.press("?");
  assert.ok(await page.locator("#help-dialog").isVisible());
  await picture("9-help");
  await page.keyboard.press("Escape");
  await page.keyboard.press("[");
  await until("the day before is shown", () => /range=custom/.test(page.url()));
});

test("new records come in live, wait while one reads, and what they say is only text", async () => {
  await visitor.visit();
  await rows().first().waitFor();
  await page.keyboard.press("t");
  await page.locator("#live[data-state=on]").waitFor();
  const before = Math.max(...(await visitor.cursors()).map(Number));
  const hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  const ask = (text) => fetch(`http://${new URL(visitor.shop.page).host}/products?search=${encodeURIComponent(text)}`);
  await ask(hostile);
  const fresh = rows().filter({ hasText: "onerror=alert" });
  await fresh.first().waitFor();
  assert.ok(Number(await fresh.first().getAttribute("data-cursor")) > before);
  assert.equal(await page.locator("#rows img, #rows script").count(), 0);
  await fresh.first().click();
  await page.locator("#drawer").waitFor();
  assert.equal(await page.locator("#drawer img, #drawer script").count(), 0);
  await page.locator("#live[data-state=held]").waitFor();
  await ask("while one reads");
  await page.locator("#new").waitFor();
  assert.match(await page.textContent("#new"), /^\d+ new/);
  assert.equal(await rows().filter({ hasText: "while one reads" }).count(), 0);
  await picture("10-live");
  await page.click("#new");
  await rows().filter({ hasText: "while one reads" }).first().waitFor();
  await page.click("#live");
  await page.locator("#live[data-state=off]").waitFor();
});

test("the overview says how the service is", async () => {
  await page.click("[data-view=overview]");
  await page.locator(".tile").first().waitFor();
  const text = await page.textContent("#overview");
  for (const part of ["Response times", "database", "place_order", "Active users", "Free on the disk"]) assert.ok(text.toLowerCase().includes(part.toLowerCase()), part);
  await picture("11-overview");
  await page.locator("#overview a", { hasText: /^place_order$/ }).click();
  await until("the records behind it are listed", async () => await box() === "operation:place_order");
  await page.goBack();
  await page.locator(".tile").first().waitFor();
});

test("settings change a level, and a clean-up is tried before it is done", async () => {
  await page.click("[data-view=settings]");
  const level = page.locator("select[aria-label='Level of catalogue']").or(page.locator("select[aria-label='Level of database']")).first();
  await level.selectOption("debug");
  await page.locator("#toast", { hasText: "debug" }).waitFor();
  await picture("12-settings");
  await page.fill("input[name=older_than_days]", "0");
  await page.locator("button", { hasText: "See what would go" }).click();
  await page.locator(".report p").first().waitFor();
  assert.match(await page.textContent(".report"), /would go/);
  await page.fill("input[name=name]", "case-7");
  await page.fill("input[name=reason]", "a dispute");
  await page.fill("input[name=query]", "user_id:u1");
  await page.locator("button", { hasText: "Place a hold" }).click();
  const hold = page.locator("tr", { hasText: "case-7" });
  await hold.waitFor();
  await hold.locator("button", { hasText: "Release" }).click();
  await hold.waitFor({ state: "detached" });
});

test("the trail says who did what, and that it is as it was written", async () => {
  await page.click("[data-view=audit]");
  const entries = page.locator("#audit-list tbody tr");
  await entries.filter({ hasText: "PUT levels" }).first().waitFor();
  await page.selectOption("select[aria-label=Kind]", "event");
  await entries.filter({ hasText: "user_login" }).first().waitFor();
  assert.equal(await entries.filter({ hasText: "PUT levels" }).count(), 0);
  await page.fill("input[aria-label=Who]", "nobody at all");
  await page.keyboard.press("Enter");
  await page.locator("#audit-list .none").waitFor();
  await page.locator("button", { hasText: "Check the trail" }).click();
  await page.locator("#audit-verdict", { hasText: "consistent, unanchored" }).waitFor();
  await picture("13-audit");
});

test("it fits a phone and the dark", async () => {
  await page.emulateMedia({ colorScheme: "dark" });
  await visitor.visit();
  await rows().first().waitFor();
  await picture("14-dark");
  await page.setViewportSize({ width: 390, height: 844 });
  await picture("15-phone-dark");
  const overflow = () => page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
  assert.ok(await overflow() <= 0, `${await overflow()} pixels too wide`);
  await rows().first().click();
  await page.locator("#drawer").waitFor();
  await picture("16-phone-record");
  for (const view of ["overview", "settings"]) {
    await visitor.visit({ view });
    await page.locator(`#${view} section`).first().waitFor();
    await picture(`16-phone-${view}`);
    assert.ok(await overflow() <= 0, `${view} is ${await overflow()} pixels too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: null });
});

test("signing out ends it", async () => {
  await page.click("#sign-out");
  await page.locator("#sign-in").waitFor();
  await page.reload();
  await page.locator("#sign-in").waitFor();
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(visitor.browser.complaints, []);
});
