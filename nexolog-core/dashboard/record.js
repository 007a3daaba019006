// What a record holds, and how it is told in plain text.

import { print } from "./json.js";

/** The keys that every service has; all others are its own fields. */
export const RESERVED = ["level", "module", "message", "request_id", "trace_id", "span_id", "user_id", "organization_id", "operation", "outcome", "duration_ms", "error.type", "error.message", "target", "file", "line", "thread", "seq"];

/** The value of a key: reserved, a field, or a path into either (`error.type`). */
export function valueOf(record, key) {
  if (key in record) return record[key];
  const { fields = {} } = record;
  if (key in fields) return fields[key];
  const into = (from) => key.split(".").reduce((value, part) => (value !== null && typeof value === "object" ? value[part] : undefined), from);
  return into(record) ?? into(fields);
}

/** A record as one would paste it into a message. */
export function asText(record) {
  const { timestamp, level, module, message, error, fields, ...rest } = record;
  const lines = [`${timestamp} ${level} ${module}: ${message}`];
  for (const [key, value] of Object.entries({ ...rest, ...fields })) lines.push(`  ${key}=${typeof value === "string" ? value : print(value)}`);
  if (error) {
    lines.push(`  error: ${error.type ? `${error.type}: ` : ""}${error.message ?? ""}`);
    for (const cause of error.chain ?? []) lines.push(`    caused by: ${cause}`);
    if (error.backtrace) lines.push(String(error.backtrace));
  }
  return lines.join("\n");
}
