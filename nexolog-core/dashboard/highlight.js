// Marks what was searched for in a text.

import { make } from "./dom.js";

/** `text` as nodes, in which each of `words` is marked, whatever its case. */
export function marked(text, words) {
  if (words.length === 0) return [text];
  const pattern = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "gi");
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > at) nodes.push(text.slice(at, found.index));
    nodes.push(make("mark", {}, found[0]));
    at = found.index + found[0].length;
  }
  nodes.push(text.slice(at));
  return nodes;
}
