// Times as people give them: relative, absolute in the zone that is shown, or pasted from anywhere.

import { isUtc } from "./format.js";

const SIZES = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };
const RELATIVE = /^(?:now\s*)?-?\s*(\d+)\s*([smhdw])(?:\s*ago)?$/i;
const WRITTEN = /^(?:(\d{4})-(\d\d?)-(\d\d?))?[T ]?(?:(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?$/;

/** A number of digits is an epoch in seconds, milliseconds, microseconds or nanoseconds. */
const EPOCHS = [[/^\d{9,11}(\.\d+)?$/, 1e3], [/^\d{12,14}$/, 1], [/^\d{15,17}$/, 1e-3], [/^\d{18,20}$/, 1e-6]];

/** Reads a time: `{value, at}`, `value` being what the API takes and `at` the time now in ms; `null` if it is none. */
export function readTime(text) {
  const plain = text.trim();
  if (plain === "now") return { value: "now", at: Date.now() };
  const [, count, unit] = RELATIVE.exec(plain) ?? [];
  if (count) return { value: `-${count}${unit.toLowerCase()}`, at: Date.now() - Number(count) * SIZES[unit.toLowerCase()] };
  const epoch = EPOCHS.find(([pattern]) => /** @type {RegExp} */ (pattern).test(plain));
  const at = epoch ? Number(plain) * Number(epoch[1]) : written(plain);
  if (!Number.isFinite(at) || Math.abs(at) > 8e15) return null;
  // As it was given, where that is exact to more than a millisecond.
  return { value: /^\d{4}-\d\d-\d\dT.*\.\d{4,}Z$/.test(plain) ? plain : new Date(at).toISOString(), at };
}

/** A length of time back from now, such as `90m`: as a range. */
export function readLength(text) {
  const [, count, unit] = RELATIVE.exec(text.trim()) ?? [];
  return count && Number(count) > 0 ? `${Number(count)}${unit.toLowerCase()}` : null;
}

function written(text) {
  if (text === "") return NaN;
  const found = WRITTEN.exec(text);
  // With a zone of its own, or a form that only the browser knows.
  if (!found) return /\d{4}/.test(text) ? Date.parse(text) : NaN;
  const today = new Date();
  const [year, month, date] = found[1] ? [Number(found[1]), Number(found[2]) - 1, Number(found[3])]
    : isUtc() ? [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()] : [today.getFullYear(), today.getMonth(), today.getDate()];
  const millis = Number(`0.${found[7] ?? 0}`) * 1000;
  const clock = /** @type {const} */ ([Number(found[4] ?? 0), Number(found[5] ?? 0), Number(found[6] ?? 0), Math.floor(millis)]);
  return isUtc() ? Date.UTC(year, month, date, ...clock) : new Date(year, month, date, ...clock).getTime();
}

/** The two ends of what a state shows, in ms; `null` where it is open. */
export function endsOf({ range, from, to }) {
  if (range === "all") return [null, null];
  if (range !== "custom") return [readTime(`-${range}`)?.at ?? null, Date.now()];
  return [readTime(from)?.at ?? null, readTime(to)?.at ?? null];
}
