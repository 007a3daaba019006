// Builds elements. Text only ever becomes text nodes, so nothing that was logged can become markup.

/**
 * The element with this id. It is of whatever kind the page says.
 * @param {string} id
 * @returns {any}
 */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element: `make("span", { class: "time", title: "…" }, "12:00")`.
 * Keys that begin with `on` are event listeners; a value of `null` or `false` leaves the attribute out.
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {(Node | string | null | undefined)[]} children
 * @returns {any}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A button, with a title where its name is short. */
export const button = (name, onclick, attributes = {}) => make("button", { type: "button", onclick, ...attributes }, name);

const SVG = "http://www.w3.org/2000/svg";

/**
 * The same for a part of a drawing.
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {(Node | string)[]} children
 */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** A table of `rows`, each a list of cells; cells are text or elements. */
export function table(caption, columns, rows, attributes = {}) {
  const cells = (tag, row) => row.map((cell, index) => {
    const isNumber = typeof cell === "string" && /^[\d.,–-]/.test(cell);
    return make(tag, { class: isNumber || (tag === "th" && columns[index]?.startsWith(" ")) ? "number" : null, scope: tag === "th" ? "col" : null }, typeof cell === "string" ? cell.trim() : cell);
  });
  return make("div", { class: "scroll-x", tabindex: 0, role: "region", "aria-label": caption }, make("table", attributes,
    make("caption", { class: "unseen" }, caption),
    make("thead", {}, make("tr", {}, ...cells("th", columns))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells("td", row))))));
}

let toastTimer = 0;

/** Says something short at the foot of the page. */
export function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, 3500);
}

/** Puts text on the clipboard and says so. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    toast("The browser did not allow copying; select the text and copy it by hand");
  }
}

/** Calls `work` once things have been quiet for `wait` milliseconds. */
export function debounced(work, wait) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), wait);
  };
}
