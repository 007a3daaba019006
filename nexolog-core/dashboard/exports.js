// Takes what the filter shows out of the page, as a file.

import { address } from "./api.js";
import { byId, make } from "./dom.js";
import { popup } from "./popup.js";
import { parameters, state } from "./state.js";

const FORMATS = [
  ["jsonl", "JSON lines", "one record a line, as it is stored"],
  ["json", "JSON", "one array"],
  ["csv", "CSV", "for a spreadsheet; cells that it would run are made harmless"],
];

export function startExport() {
  const panel = byId("export");
  const close = popup(byId("export-button"), panel, () => {
    panel.replaceChildren(make("p", { class: "none" }, "Every record that the filter finds:"), ...FORMATS.map(([format, name, note]) =>
      make("a", { class: "option", href: address("export", { ...parameters(state()), format }).href, download: "", onclick: () => close() }, make("strong", {}, name), make("span", { class: "count" }, note))));
  });
}
