// What an operator changes while the service runs: levels, what is kept, what must not go.

import { cleanup, health, holds, levels, modules, placeHold, releaseHold, search, setLevel } from "./api.js";
import { button, byId, make, table, toast } from "./dom.js";
import { ago, fullTime, size, visible, whole } from "./format.js";
import { print } from "./json.js";
import { LEVELS } from "./state.js";

const NAMES = LEVELS.map((level) => level.toLowerCase());

/** Shows everything; viewers see it, admins change it. */
export async function showSettings({ role, name }) {
  const box = byId("settings");
  const isAdmin = role === "admin";
  const part = (title, load) => {
    const content = make("div", {}, make("p", { class: "loading" }, "Loading…"));
    const show = async () => {
      try {
        content.replaceChildren(...await load(show));
      } catch (error) {
        content.replaceChildren(make("p", { class: "problem", role: "alert" }, error.message), button("Try again", show));
      }
    };
    show();
    return make("section", { class: "panel-card" }, make("h2", {}, title), content);
  };
  box.replaceChildren(
    make("header", { class: "page-head" }, make("div", {}, make("h1", {}, "Settings"),
      make("p", {}, isAdmin ? `You are signed in as ${visible(name ?? "admin")}, an admin.` : "You are signed in as a viewer. To change something, sign in with an admin's token."))),
    make("div", { class: "cards" },
      part("Levels", (again) => levelsPart(isAdmin, again)),
      part("Clean-up", () => Promise.resolve(cleanupPart(isAdmin))),
      part("Holds", (again) => holdsPart(isAdmin, again)),
      part("What is kept, and what is masked", keptPart)));
}

/** Runs a change, says how it went, and shows the part anew. */
async function tried(what, work, again) {
  try {
    const answer = await work();
    toast(answer?.warnings?.[0] ?? what);
    await again();
  } catch (error) {
    toast(error.message);
  }
}

async function levelsPart(isAdmin, again) {
  const [now, catalogue] = await Promise.all([levels(), modules()]);
  const facts = new Map(catalogue.modules.map((module) => [module.module, module]));
  const choice = (module, level) => {
    const known = level?.toLowerCase();
    if (!isAdmin) return make("span", {}, known ?? "as the default");
    const box = make("select", { "aria-label": `Level of ${module ?? "everything else"}`, onchange: () => tried(`${module ?? "The default"} is now at ${box.value}`, () => setLevel(module, box.value), again) },
      ...(module && !known ? [make("option", { value: "", selected: true, disabled: true }, "as the default")] : []),
      ...NAMES.map((each) => make("option", { value: each, selected: each === known }, each)));
    return box;
  };
  const rows = now.levels.map(({ module, level }) => [make("span", {}, visible(module)), make("span", {}, facts.get(module)?.category ?? ""), whole(facts.get(module)?.written ?? 0), choice(module, level)]);
  return [
    make("p", {}, "A change holds until the service restarts, and is itself logged. Modules without a level of their own follow the default."),
    table("Level of each module", ["module", "category", " written", "level"], [[make("strong", {}, "default"), make("span"), "", choice(null, now.default_level)], ...rows], { class: "tall" }),
  ];
}

/** A form whose fields are `[name, label, attributes]`. */
function form(fields, submit, act) {
  return make("form", { class: "fields", onsubmit: (event) => {
    event.preventDefault();
    act(Object.fromEntries([...new FormData(event.target)].map(([key, value]) => [key, String(value).trim()])));
  } }, ...fields.map(([name, label, attributes]) => make("label", {}, label, make("input", { name, autocomplete: "off", spellcheck: "false", ...attributes }))), make("button", { type: "submit" }, submit));
}

function cleanupPart(isAdmin) {
  if (!isAdmin) return [make("p", { class: "none" }, "Only an admin can remove old files.")];
  const report = make("div", { class: "report", role: "status" });
  const look = async (asked) => {
    try {
      const found = await cleanup({ ...asked, dry_run: true });
      report.replaceChildren(...plan(found, () => tried("Removed", async () => {
        const done = await cleanup(asked);
        report.replaceChildren(make("p", {}, `Removed ${whole(done.file_count)} files: ${size(done.bytes)}, ${whole(done.records)} records.`));
      }, async () => {})));
    } catch (error) {
      report.replaceChildren(make("p", { class: "problem", role: "alert" }, error.message));
    }
  };
  const asked = form([
    ["older_than_days", "Older than, in days", { type: "number", min: 0, max: 36500 }],
    ["max_bytes", "or keep at most", { type: "text", placeholder: "500MB" }],
    ["module", "Only the files of", { type: "text", placeholder: "all modules" }],
  ], "See what would go", look);
  // What was planned is no plan for other figures.
  asked.addEventListener("input", () => report.replaceChildren());
  return [make("p", {}, "Removes whole files that are closed. First you see which; nothing goes before you say so."), asked, report];
}

function plan({ file_count: count, files, bytes, records, held }, act) {
  const kept = held.length ? make("p", {}, `${whole(held.length)} more stay because of a hold: ${[...new Set(held.map(({ hold }) => hold))].join(", ")}.`) : null;
  if (count === 0) return [make("p", {}, "Nothing would go."), kept].filter(Boolean);
  return [
    make("p", {}, make("strong", {}, `${whole(count)} files would go: ${size(bytes)}, ${whole(records)} records.`)),
    kept,
    make("details", {}, make("summary", {}, "Which"), make("ul", { class: "names" }, ...files.slice(0, 200).map((name) => make("li", {}, make("code", {}, visible(String(name))))))),
    button(`Remove these ${whole(count)} files for good`, (event) => {
      event.target.disabled = true;
      act();
    }, { class: "danger" }),
  ].filter(Boolean);
}

async function holdsPart(isAdmin, again) {
  const { holds: all } = await holds();
  const covers = ({ query, from, to }) => (query ? make("code", {}, visible(query)) : make("span", {}, `${from ? fullTime(from).slice(0, 19) : "the beginning"} to ${to ? fullTime(to).slice(0, 19) : "now and on"}`));
  const rows = all.map((hold) => [make("strong", {}, visible(hold.name)), make("span", {}, visible(hold.reason ?? "")), covers(hold), make("span", {}, ago(hold.created)),
    ...(isAdmin ? [button("Release", () => tried(`${hold.name} is released`, () => releaseHold(hold.name), again))] : [])]);
  const place = form([
    ["name", "Name", { type: "text", required: true, maxlength: 128 }],
    ["reason", "Reason", { type: "text" }],
    ["query", "What matches", { type: "text", placeholder: "user_id:u123" }],
    ["from", "or what was logged from", { type: "text", placeholder: "2026-11-01" }],
    ["to", "to", { type: "text", placeholder: "2026-12-01" }],
  ], "Place a hold", (hold) => tried(`${hold.name} holds`, () => placeHold(Object.fromEntries(Object.entries(hold).filter(([, value]) => value))), again));
  return [
    make("p", {}, "What a hold covers is not removed, neither by age nor by a clean-up, until it is released."),
    rows.length ? table("Holds", ["name", "reason", "covers", "placed", ...(isAdmin ? ["release"] : [])], rows) : make("p", { class: "none" }, "There is none."),
    isAdmin ? place : null,
  ].filter(Boolean);
}

/** How far back the log reaches, and the settings that the service told when it started. */
async function keptPart() {
  const [log, told] = await Promise.all([health(), search({ q: "module:nexolog message:configuration", limit: 1 })]);
  const { storage } = log;
  const { record } = told.records[0] ?? {};
  const settings = Object.entries(record?.fields ?? {});
  return [
    make("p", {}, storage?.oldest ? `The log reaches back to ${fullTime(storage.oldest)} and takes ${size(storage.bytes)} in ${whole(storage.files)} files.` : "How far back the log reaches is not known now."),
    settings.length ? table("Settings the service started with", ["setting", "value"], settings.map(([key, value]) => [make("span", {}, visible(key)), make("code", {}, visible(typeof value === "string" ? value : print(value)))])) : null,
  ].filter(Boolean);
}
