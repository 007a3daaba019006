// The search box: what is typed becomes the query; keys, values and earlier queries are offered below it.

import { byId, debounced, make } from "./dom.js";
import { forget, forgetful, known, suggestions } from "./suggest.js";
import { onChange, state, update } from "./state.js";

let offered = [];
let active = -1;
let asked = 0;

export function startSearch() {
  const box = byId("q");
  let isTyping = false;
  const apply = () => {
    update({ q: box.value.trim(), around: "" }, { isTyping });
    isTyping = true;
  };
  const applySoon = debounced(() => { if (box.value.trim() !== state().q) apply(); }, 350);
  const commit = () => {
    if (box.value.trim() !== state().q) apply();
    isTyping = false;
    known(state().q);
  };
  box.addEventListener("input", () => {
    applySoon();
    // Queries of before are no answer to what is typed.
    if (offered.some(({ note }) => note === "recent")) show([]);
    offer();
  });
  box.addEventListener("focus", offer);
  box.addEventListener("click", offer);
  box.addEventListener("blur", () => {
    commit();
    show([]);
  });
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    commit();
    show([]);
  });
  box.addEventListener("keydown", (event) => {
    // Browsers empty the box; a query is too easily lost that way.
    if (event.key === "Escape") event.preventDefault();
    if (offered.length === 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      activate((active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1) + offered.length) % offered.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && active >= 0) {
      event.preventDefault();
      accept(offered[active]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      show([]);
    }
  });
  // The box keeps the focus while an option is pressed.
  byId("suggestions").addEventListener("pointerdown", (event) => event.preventDefault());
  onChange((s) => { if (document.activeElement !== box || box.value.trim() !== s.q) box.value = s.q; });
  box.value = state().q;
}

/** Says, below the box, what of the query was only taken as text. */
export function showWarnings(warnings = []) {
  byId("warnings").replaceChildren(...warnings.map(({ position, message }) =>
    make("p", {}, position === undefined ? message : `At character ${position + 1}: ${message}`)));
}

async function offer() {
  const box = byId("q");
  const mine = ++asked;
  const found = await suggestions(box.value, box.selectionStart ?? box.value.length);
  if (mine === asked && document.activeElement === box) show(found);
}

function show(found) {
  asked += 1;
  offered = found;
  active = -1;
  const list = byId("suggestions");
  list.hidden = found.length === 0;
  byId("q").setAttribute("aria-expanded", String(found.length > 0));
  byId("q").removeAttribute("aria-activedescendant");
  list.replaceChildren(...found.map((option, index) => make("li", { role: "option", id: `suggestion-${index}`, "aria-selected": "false", onclick: () => accept(option) },
    make("code", {}, option.text), make("span", {}, option.note ?? ""))));
}

function activate(index) {
  active = index;
  const options = [...byId("suggestions").children];
  options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
  options[index]?.scrollIntoView({ block: "nearest" });
  byId("q").setAttribute("aria-activedescendant", `suggestion-${index}`);
}

function accept({ value, caret, isForget }) {
  const box = byId("q");
  if (isForget) forget();
  else {
    box.value = value;
    box.setSelectionRange(caret, caret);
    box.dispatchEvent(new Event("input"));
  }
  if (forgetful(value)) show([]);
}
