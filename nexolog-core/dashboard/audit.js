// The audit trail: who did what, and whether the trail is as it was written.

import { audit, verifyAudit } from "./api.js";
import { button, byId, make, table } from "./dom.js";
import { fullTime, visible, whole } from "./format.js";

const KINDS = ["read", "change", "session", "refused", "operation", "event", "started", "stopped", "sealed", "disturbed", "missed"];

let running = null;
/** What is listed, and what narrows that. */
let listed = [];
let asked = { kind: "", principal: "" };

/** Shows the trail anew, with what was asked for before. */
export function showAudit() {
  const kind = make("select", { "aria-label": "Kind", onchange: () => ask({ ...asked, kind: kind.value }) },
    make("option", { value: "" }, "every kind"), ...KINDS.map((name) => make("option", { value: name, selected: name === asked.kind }, name)));
  const who = make("input", { type: "search", "aria-label": "Who", placeholder: "Who", value: asked.principal, onchange: () => ask({ ...asked, principal: who.value.trim() }) });
  byId("audit").replaceChildren(
    make("header", { class: "page-head" },
      make("div", {}, make("h1", {}, "Audit"), make("p", {}, "Who read and changed what. Each entry holds the hash of the one before, so that what is changed later shows.")),
      make("div", { class: "row-of" }, kind, who, button("Check the trail", check))),
    make("div", { id: "audit-verdict", role: "status" }),
    make("div", { id: "audit-list", class: "panel-card" }));
  ask(asked);
}

function ask(question) {
  asked = question;
  listed = [];
  load(null);
}

async function load(cursor) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const box = byId("audit-list");
  if (listed.length === 0) box.replaceChildren(make("p", { class: "loading" }, "Loading…"));
  try {
    const answer = await audit({ ...asked, limit: 200, cursor }, mine.signal);
    listed.push(...answer.entries);
    box.replaceChildren(listed.length ? table("Audit trail", ["when", "kind", "who", "from", "what", "outcome", "details"], listed.map(line), { class: "aligned" })
      : make("p", { class: "none" }, "There is no such entry."),
    ...(answer.next_cursor ? [button("Older entries", () => load(answer.next_cursor))] : []));
  } catch (error) {
    if (error.name === "AbortError" || error.status === 401) return;
    const why = error.status === 403 ? "The trail is for admins who may see the whole log." : error.message;
    box.replaceChildren(make("p", { class: "problem", role: "alert" }, why), button("Try again", () => load(cursor)));
  }
}

/**
 * The cells of an entry. Values are `[salt, text]`, or `null` once they were erased.
 * @param {any} entry
 */
function line({ timestamp, kind, action, outcome, numbers = {}, values = {} }) {
  const text = (value) => (value === null ? "erased" : Array.isArray(value) ? value[1] : "");
  const { principal, address, ...others } = values;
  const details = [...Object.entries(others).map(([key, value]) => `${key}: ${text(value)}`), ...Object.entries(numbers).map(([key, number]) => `${key}: ${whole(number)}`)];
  return [fullTime(timestamp).slice(0, 19), kind, text(principal), text(address), action, outcome, details.join(" · ")].map((cell) => make("span", {}, visible(String(cell))));
}

async function check() {
  const box = byId("audit-verdict");
  box.replaceChildren(make("p", { class: "loading" }, "Checking every entry…"));
  try {
    const { verdict, entries, head, finding } = await verifyAudit();
    const isBad = finding !== null;
    box.replaceChildren(make("div", { class: isBad ? "part error" : "panel-card" },
      make("strong", {}, isBad ? `Failed: ${finding.flaw.replace("_", " ")} at entry ${finding.seq}` : `${verdict}: ${whole(entries)} entries`),
      make("p", {}, isBad ? visible(finding.detail ?? "") : "Only a head that is kept elsewhere proves that nobody wrote the whole trail anew."),
      make("code", {}, head)));
  } catch (error) {
    box.replaceChildren(make("p", { class: "problem", role: "alert" }, error.message));
  }
}
