// Which keys the list shows as columns of their own, and whether repeats are grouped.

import { button, byId, make } from "./dom.js";
import { popup } from "./popup.js";
import { RESERVED } from "./record.js";
import { onChange, state, update } from "./state.js";
import { keysSeen } from "./suggest.js";

/** What rows show anyway. */
const SHOWN = ["level", "module", "message"];

export function startColumns() {
  const box = byId("column-filter");
  popup(byId("columns-button"), byId("columns"), () => {
    box.value = "";
    list();
    box.focus();
  });
  box.addEventListener("input", list);
  byId("column-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const key = box.value.trim().replaceAll(",", "");
    if (key && !state().cols.includes(key)) update({ cols: [...state().cols, key] });
    box.value = "";
    list();
  });
  byId("grouped").addEventListener("change", () => update({ flat: !byId("grouped").checked }));
  onChange((s, before) => { if (s.cols !== before.cols) show(s); });
  show(state());
}

/** The names above the columns. */
function show({ cols, flat }) {
  byId("grouped").checked = !flat;
  byId("columns-button").classList.toggle("chosen", cols.length > 0);
  const head = byId("list-head");
  head.hidden = cols.length === 0;
  head.style.setProperty("--columns", `repeat(${cols.length}, 130px)`);
  head.replaceChildren(make("span", {}, "time"), make("span"), make("span", {}, "module"),
    ...cols.map((key) => make("span", { class: "column" }, key, button("✕", () => update({ cols: cols.filter((other) => other !== key) }), { "aria-label": `Remove the column ${key}` }))),
    make("span", {}, "message"), make("span"));
}

async function list() {
  const wanted = byId("column-filter").value.trim().toLowerCase();
  const keys = new Set([...state().cols, ...RESERVED, ...(await keysSeen()).map(([key]) => key)].filter((key) => !SHOWN.includes(key)));
  byId("column-list").replaceChildren(...[...keys].filter((key) => key.toLowerCase().includes(wanted)).map((key) => {
    const box = make("input", { type: "checkbox", onchange: () => {
      const { cols } = state();
      update({ cols: box.checked ? [...cols, key] : cols.filter((other) => other !== key) });
    } });
    box.checked = state().cols.includes(key);
    return make("label", { class: "option" }, box, make("span", { class: "name" }, key));
  }));
}
