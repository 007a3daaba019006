// A real browser, and an ear for everything it complains about.

import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const EXECUTABLES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Screenshots are kept here. */
const PICTURES = fileURLToPath(new URL("../../target/page", import.meta.url));

/** Opens a browser with a fresh profile. `complaints` grows by whatever goes wrong in its page. */
export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), "nexolog-browser-"));
  const executablePath = process.env.CHROMIUM ?? EXECUTABLES.find((path) => existsSync(path));
  const browser = await chromium.launchPersistentContext(profile, { executablePath, args: FLAGS, viewport: { width: 1280, height: 800 } });
  await mkdir(PICTURES, { recursive: true });
  await browser.grantPermissions(["clipboard-read", "clipboard-write"]);
  const complaints = [];
  const page = browser.pages()[0] ?? await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.on("console", (message) => {
    // Being told to sign in is how a visit begins; browsers call every 401 an error.
    const isSignIn = message.location().url.endsWith("/session") && message.text().includes("401");
    if (["error", "warning"].includes(message.type()) && !isSignIn) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.exposeFunction("reportViolation", (text) => complaints.push(`CSP: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`));
  });
  return {
    page,
    complaints,
    /** Drops complaints that a test was meant to cause. */
    forget: (pattern) => complaints.splice(0, complaints.length, ...complaints.filter((text) => !pattern.test(text))),
    picture: (name) => page.screenshot({ path: join(PICTURES, `${name}.png`) }),
    /** A picture that README shows. It is kept beside the tests when `UPDATE_PICTURES` is set. */
    async readmePicture(name) {
      await this.picture(name);
      if (process.env.UPDATE_PICTURES) await copyFile(join(PICTURES, `${name}.png`), fileURLToPath(new URL(`${name}.png`, import.meta.url)));
    },
    async close() {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
