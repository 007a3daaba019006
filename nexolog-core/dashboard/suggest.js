// What can be typed next: a key, a value of it, or a query of before.

import { facets, fields, modules } from "./api.js";
import { brief } from "./format.js";
import { RESERVED } from "./record.js";
import { termOf, withoutKey } from "./query.js";
import { LEVELS, parameters, state } from "./state.js";
import { remember, remembered } from "./theme.js";

const MOST = 10;
const MOST_RECENT = 20;

/** Keys and names of modules are asked again after this long, in milliseconds. */
const FRESH = 60000;

const FIXED = {
  level: [...LEVELS.map((level) => level.toLowerCase()), ">=warning", ">=error"],
  outcome: ["success", "error", "panic", "cancelled", "client_disconnected", "timeout", "upgraded", "unfinished"],
  last: ["15m", "1h", "6h", "24h", "7d"],
};

/** @type {Map<string, {at: number, value: any}>} */
const kept = new Map();

/** What `ask` answered lately; an endpoint that fails offers nothing. */
async function lately(name, ask) {
  const before = kept.get(name);
  if (before && Date.now() - before.at < FRESH) return before.value;
  const value = await ask().catch(() => null);
  kept.set(name, { at: Date.now(), value });
  return value;
}

/** The keys that records have, as `[key, note]`, the service's own behind the reserved ones. */
export async function keysSeen() {
  const { from, to } = parameters(state());
  const answer = await lately("fields", () => fields({ from, to }));
  const own = (answer?.fields ?? []).filter(({ key }) => !RESERVED.includes(key) && key !== "timestamp");
  return [...RESERVED.map((key) => [key, ""]), ...own.map(({ key, count }) => [key, `${brief(count)} records`])];
}

function recent() {
  try {
    return JSON.parse(remembered("recent") ?? "[]").filter((q) => typeof q === "string");
  } catch {
    return [];
  }
}

/** Remembers a query that was asked. */
export function known(q) {
  if (q.length > 1 && q.length < 500) remember("recent", JSON.stringify([q, ...recent().filter((other) => other !== q)].slice(0, MOST_RECENT)));
}

export const forget = () => remember("recent", "[]");

/** Whether nothing more can be said after this value. */
export const forgetful = (value) => !value || !value.endsWith(":");

/** Options for `text` with the caret at `caret`: `{text, note, value, caret}`. */
export async function suggestions(text, caret) {
  if (text.trim() === "") {
    const before = recent().slice(0, MOST).map((q) => ({ text: q, note: "recent", value: q, caret: q.length }));
    return before.length ? [...before, { text: "Forget these", isForget: true }] : [];
  }
  const begin = wordStart(text, caret);
  const [, sign, key, colon, rest] = /^([-(]*)([^:"]*)(:?)(.*)$/s.exec(text.slice(begin, caret)) ?? [];
  const replace = (written, note, ending) => {
    const head = text.slice(0, begin) + sign + written + ending;
    return { text: sign + written, note, value: head + text.slice(caret).replace(/^\S*/, ""), caret: head.length };
  };
  if (!colon) {
    if (!key) return [];
    const keys = (await keysSeen()).filter(([name]) => name.toLowerCase().includes(key.toLowerCase()) && name !== key);
    const byPlace = (name) => (name.toLowerCase().startsWith(key.toLowerCase()) ? 0 : 1);
    return keys.sort(([one], [other]) => byPlace(one) - byPlace(other)).slice(0, MOST).map(([name, note]) => replace(termOf(name, "x").slice(0, -1), note, ""));
  }
  const comma = rest.lastIndexOf(",") + 1;
  const wanted = rest.slice(comma).replaceAll("\"", "").toLowerCase();
  const values = (await valuesOf(key, text.slice(0, begin))).filter(([value]) => value.toLowerCase().includes(wanted) && value.toLowerCase() !== wanted);
  return values.slice(0, MOST).map(([value, note]) => {
    const written = /^[<>]/.test(value) ? value : termOf("x", value).slice(2);
    return replace(`${key}:${rest.slice(0, comma)}${written}`, note, " ");
  });
}

async function valuesOf(key, before) {
  if (FIXED[key]) return FIXED[key].map((value) => [value, ""]);
  if (key === "has") return keysSeen();
  if (key === "module") {
    const answer = await lately("modules", modules);
    const most = [...(answer?.modules ?? [])].sort((one, other) => other.written - one.written);
    return most.map(({ module, written }) => [module, written ? `${brief(written)} since start` : ""]);
  }
  const { from, to } = parameters(state());
  const q = withoutKey(before.trim(), key);
  const answer = await lately(`facets ${key} ${q}`, () => facets({ keys: key, q, from, to, limit: 50 }));
  return (answer?.facets?.[0]?.values ?? []).map(({ value, count }) => [String(value), brief(count)]);
}

/** Where the word under the caret begins; spaces in quotes belong to it. */
function wordStart(text, caret) {
  let begin = 0;
  let isQuoted = false;
  for (let at = 0; at < caret; at += 1) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /\s/.test(text[at])) begin = at + 1;
  }
  return begin;
}
