// Writes a log directory as a service would have left it, so that a test has many or strange records at once.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Records of one file; the service seals and compresses them when it starts. */
const A_FILE = 25_000;

const MODULES = ["api", "orders", "payments", "database", "auth"];
const LEVELS = ["INFO", "INFO", "INFO", "INFO", "DEBUG", "INFO", "WARNING", "INFO", "INFO", "ERROR"];

/** Texts that would do harm where text is more than text. */
export const HOSTILE = {
  script: "<script>alert('script')</script>",
  markup: "<img src=x onerror=alert('img')><svg onload=alert('svg')><iframe srcdoc='<script>alert(1)</script>'>",
  ansi: "\u001b[31mred\u001b[0m and \u001b]0;title\u0007",
  rtl: "user \u202Egnp.exe\u202C left \u2066isolated\u2069",
  formula: "=HYPERLINK(\"http://x\",\"y\")",
  template: "${alert(1)} {{constructor.constructor('alert(1)')()}} javascript:alert(1)",
  proto: "__proto__",
  huge: `begin ${"0123456789abcdef".repeat(62_500)} end`,
};

/** `count` ordinary records, the last of them `end` (ms); every tenth is an error. */
export function* ordinary(count, end, step = 100) {
  for (let index = 0; index < count; index += 1) {
    const level = LEVELS[index % LEVELS.length];
    yield {
      at: end - (count - index) * step,
      level,
      module: MODULES[index % MODULES.length],
      message: `${level === "ERROR" ? "could not do" : "did"} thing ${index} of many`,
      request_id: `request-${Math.floor(index / 8)}`,
      user_id: `u${index % 97}`,
      operation: `operation_${index % 7}`,
      outcome: level === "ERROR" ? "error" : "success",
      duration_ms: (index * 37) % 900 / 10,
      fields: { status: level === "ERROR" ? 503 : 200, attempt: index % 3, path: `/things/${index % 50}` },
    };
  }
}

/** Writes `records` (with `at`, in ms, in place of `seq` and `timestamp`) as the log of `service`. */
export async function writeLog(directory, service, records) {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  let seq = 0;
  let lines = [];
  const put = async () => {
    if (lines.length > 0) await writeFile(join(directory, `${service}.${String(seq - lines.length + 1).padStart(12, "0")}.jsonl`), `${lines.join("\n")}\n`, { mode: 0o600 });
    lines = [];
  };
  for (const { at, ...record } of records) {
    seq += 1;
    lines.push(JSON.stringify({ seq, timestamp: new Date(at).toISOString().replace("Z", "000Z"), ...record }));
    if (lines.length === A_FILE) await put();
  }
  await put();
  return seq;
}
