// Times and numbers as people read them.

import { print } from "./json.js";
import { remembered, remember } from "./theme.js";

let zone = remembered("zone") === "utc" ? "utc" : "local";

export const isUtc = () => zone === "utc";

/** What the zone is called; a local one says how far it is from UTC. */
export const zoneName = () => (isUtc() ? "UTC" : `Local ${offsetName(new Date())}`);

export function toggleZone() {
  zone = zone === "utc" ? "local" : "utc";
  remember("zone", zone);
}

const two = (number) => String(number).padStart(2, "0");

/** @returns {[number, number, number, number, number, number]} */
function parts(date) {
  return zone === "utc"
    ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
}

const day = ([year, month, date, ..._]) => `${year}-${two(month + 1)}-${two(date)}`;
const clock = ([, , , hour, minute, second]) => `${two(hour)}:${two(minute)}:${two(second)}`;

/** A line's time: the clock, and the date when it was another day. */
export function rowTime(timestamp) {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return { day: "", clock: String(timestamp ?? ""), millis: "" };
  const those = parts(date);
  const isToday = day(those) === day(parts(new Date()));
  return { day: isToday ? "" : day(those).slice(5), clock: clock(those), millis: `.${String(timestamp).slice(20, 23)}` };
}

/** A time in full, to the microsecond, with its zone. */
export function fullTime(timestamp) {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return String(timestamp ?? "");
  const those = parts(date);
  const offset = zone === "utc" ? "UTC" : offsetName(date);
  return `${day(those)} ${clock(those)}.${String(timestamp).slice(20, 26)} ${offset}`;
}

/** A time for the ends of a range. */
export function shortTime(date) {
  const those = parts(date);
  return `${day(those)} ${clock(those)}`;
}

/** A label below a bar: as fine as the bars are wide. */
export function tickTime(date, interval) {
  const those = parts(date);
  if (interval >= 86400) return day(those).slice(5);
  if (interval >= 3600) return `${day(those).slice(5)} ${clock(those).slice(0, 5)}`;
  return interval >= 60 ? clock(those).slice(0, 5) : clock(those);
}

function offsetName(date) {
  const minutes = -date.getTimezoneOffset();
  const sign = minutes < 0 ? "-" : "+";
  return `${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** How long ago. */
export function ago(timestamp) {
  const seconds = Math.round((Date.now() - new Date(timestamp).getTime()) / 1000);
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 0) return "in the future";
  const units = /** @type {[number, string][]} */ ([[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]]);
  const [size, unit] = units.find(([least]) => seconds >= least) ?? [1, "second"];
  const count = Math.floor(seconds / size);
  return count === 0 ? "just now" : `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

/** 1234567 as 1,234,567. */
export const whole = (number) => Number(number ?? 0).toLocaleString("en");

/** 1234567 as 1.2 M, for narrow places. */
export function brief(number) {
  for (const [size, letter] of /** @type {[number, string][]} */ ([[1e9, "G"], [1e6, "M"], [1e3, "k"]])) {
    if (number >= size) return `${(number / size).toFixed(number >= size * 10 ? 0 : 1)}${letter}`;
  }
  return String(number);
}

/** Bytes with a unit that fits. */
export function size(bytes) {
  for (const [unit, name] of /** @type {[number, string][]} */ ([[2 ** 30, "GB"], [2 ** 20, "MB"], [2 ** 10, "KB"]])) {
    if (bytes >= unit) return `${(bytes / unit).toFixed(bytes >= unit * 10 ? 0 : 1)} ${name}`;
  }
  return `${bytes ?? 0} B`;
}

/** A share from 0 to 1. */
export const percent = (share) => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 2 : 1)} %`;

/** Milliseconds with a unit that fits. */
export function duration(ms) {
  const number = Number(ms);
  if (!Number.isFinite(number)) return String(ms);
  if (number >= 60000) return `${(number / 60000).toFixed(1)} min`;
  if (number >= 1000) return `${(number / 1000).toFixed(2)} s`;
  if (number >= 1) return `${number.toFixed(number >= 100 ? 0 : 1)} ms`;
  return `${Math.round(number * 1000)} µs`;
}

// Controls, and the marks that turn the direction of writing: they can hide or reorder what is shown.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

// What colours a terminal: noise in a row; the opened record shows it.
const COLOURS = /\u001b\[[0-9;:]*m/g;

/** Text with everything in it to be seen; line ends and tabs stay what they are. */
export function visible(text) {
  return text.replaceAll("\r\n", "\n").replace(UNSEEN, (unseen) => ("\n\t".includes(unseen) ? unseen : symbol(unseen)));
}

function symbol(unseen) {
  const code = unseen.charCodeAt(0);
  if (unseen === "\n") return "⏎";
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** A value on one line, shortened. */
export function inline(value, most = 120) {
  const plain = typeof value === "string" ? value : print(value);
  const line = plain.slice(0, most).replace(COLOURS, "").replaceAll("\r\n", "\n").replace(UNSEEN, symbol);
  return plain.length > most ? `${line}…` : line;
}
