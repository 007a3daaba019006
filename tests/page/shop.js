// The example shop as a process of its own.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Opens a shop with sample traffic. `SHOP_EXE` names its executable; it makes up its own token and prints it, unless
 * `variables` name some. `prepare(directory)` puts into its log what was there before.
 */
export async function openShop({ variables = {}, visits = 12, prepare = async () => {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "nexolog-page-"));
  await prepare(directory);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("LOG_"));
  const shop = spawn(process.env.SHOP_EXE, {
    env: { ...Object.fromEntries(inherited), LOG_DIR: directory, SHOP_ADDR: "127.0.0.1:0", SHOP_TRAFFIC: String(visits), ...variables },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => { shop.once("exit", resolve); });
  const told = {};
  for await (const line of createInterface(shop.stderr)) {
    const [, what, value] = /^ {2}(The shop|Its logs|Sign in) {3,}(\S+)$/.exec(line) ?? [];
    if (what) told[what] = value;
    if (line.includes("Ctrl-C")) break;
  }
  // The process goes on talking; nobody has to listen, but somebody has to read.
  shop.stderr.resume();
  return {
    address: told["The shop"],
    page: told["Its logs"],
    token: told["Sign in"],
    /** Ends the shop as Ctrl-C does; gives its exit status. */
    async close() {
      shop.kill("SIGINT");
      const status = await ended;
      await rm(directory, { recursive: true, force: true });
      return status;
    },
  };
}
