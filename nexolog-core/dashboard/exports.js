// Takes what the filter shows out of the page, as a file.

import { address } from "./api.js";
import { byId, make } from "./dom.js";
import { popup } from "./popup.js";
import { parameters, state } from "./state.js";

const FORMATS = [
  ["jsonl", "JSON lines", "one record a line, as it is stored"],
  ["json", "JSON", "all in one object"],
  ["csv", "CSV", "for a spreadsheet, with the columns that are shown; cells that it would run are made harmless"],
];

export function startExport() {
  const panel = byId("export");
  const columns = () => (state().cols.length ? ["timestamp", "level", "module", "message", ...state().cols].join(",") : "");
  const close = popup(byId("export-button"), panel, () => {
    panel.replaceChildren(make("p", { class: "none" }, "Every record that the filter finds:"), ...FORMATS.map(([format, name, note]) =>
      make("a", { class: "option", href: address("export", { ...parameters(state()), format, columns: format === "csv" ? columns() : "" }).href, download: "", onclick: () => close() }, make("strong", {}, name), make("span", { class: "count" }, note))));
  });
}
